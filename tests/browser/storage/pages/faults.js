// Makes this worker's IndexedDB fail in ways that browsers do but cannot be asked to do. The first rule comes with the
// worker's address (?rule=...), later ones over the channel "faults". A rule is {open, times, write, quota}:
//
//   open   name of the error that indexedDB.open ends with; "throws <name>": it throws instead
//   times  so often; without it, each time
//   write  what becomes of writing transactions: "request <name>": it ends with the first put, others still to come;
//          "abort <name>": all requests succeed and it is aborted at its end; "plain abort": the same without a
//          reason; "close": the connection is closed by the browser while the transaction runs
//   quota  what the browser says the quota is: Chromium of late always says 10 GiB more than is used

let rule = JSON.parse(new URL(self.location).searchParams.get("rule") ?? "{}");
const channel = new BroadcastChannel("faults");
channel.onmessage = ({ data }) => {
  if (!data.rule) return;
  rule = data.rule;
  channel.postMessage({ taken: true });
};

const strikes = (kind) => {
  if (!rule[kind] || rule.times === 0) return null;
  if (rule.times) rule.times -= 1;
  return rule[kind];
};

const estimate = StorageManager.prototype.estimate;
StorageManager.prototype.estimate = async function () {
  const real = await estimate.call(this);
  return rule.quota ? { ...real, quota: rule.quota } : real;
};

const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...args) {
  const what = strikes("open");
  if (!what) return open.apply(this, args);
  const error = new DOMException("the browser refuses", what.replace("throws ", ""));
  if (what.startsWith("throws")) throw error;
  const request = new EventTarget();
  setTimeout(() => {
    request.error = error;
    const event = new Event("error", { cancelable: true });
    request.dispatchEvent(event);
    request.onerror?.(event);
  }, 0);
  return request;
};

// A failure of a transaction is made from a real one, aborted: nothing is stored, as with the real failure.
const transact = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const transaction = transact.call(this, stores, mode, options);
  const what = mode === "readwrite" ? strikes("write") : null;
  if (!what) return transaction;
  const [how, name] = what.split(" ");
  const error = what === "plain abort" ? null : new DOMException("the disk says no", name);
  Object.defineProperty(transaction, "error", { get: () => error });
  if (how === "close") {
    // What the browser does: the transaction is aborted, then the connection hears of it.
    queueMicrotask(() => {
      transaction.abort();
      this.close();
      this.dispatchEvent(new Event("close"));
    });
    return transaction;
  }
  if (how === "request") {
    const objectStore = transaction.objectStore.bind(transaction);
    transaction.objectStore = (store) => {
      const files = objectStore(store);
      const put = files.put.bind(files);
      files.put = (...args) => {
        const request = put(...args);
        request.addEventListener("success", () => transaction.abort(), { once: true });
        files.put = put;
        return request;
      };
      return files;
    };
    transaction.commit = () => {}; // It would come first.
    return transaction;
  }
  transaction.commit = () => transaction.abort(); // Late: after every request has succeeded.
  return transaction;
};
