// The local store as the engine sees it (StoreTx in messages.h), on either of two backends: store_idbfs.library.js, and
// store_memory.library.js where nothing may be kept in the browser. Tests drive the same functions through
// `Module.hubstashStore`:
//
//   const store = await open(mountPoint, inMemory, onLost);  rejects with {code, message}
//   const answer = await run(store, tx);                     never rejects
//   close(store);
//
// A tx is {strict, gets, scans, expects: [{key, head}], deletes, deletePrefixes, puts: [{key, bytes} or
// {key, blob, offset, size}]}; an answer is {code, message, stale, values, scanned}, where `code` is null when all went
// well, values are Uint8Arrays or null, and scanned holds a list of {key, value} for each scan. Transactions that are
// not answered yet may run in any order.
mergeInto(LibraryManager.library, {
  $hubstashStores: "new Map()",

  $HubstashStore__deps: ["$HubstashIdbfs", "$HubstashMemory", "$HubstashBlobs", "$HubstashHeap"],
  $HubstashStore__postset: "Module['hubstashStore'] = HubstashStore;",
  $HubstashStore: {
    HEAD_BYTES: 24,  // kRecordHeadBytes

    // `onLost` is called when the database turns out to have been deleted while the store was open.
    open: async (mount, inMemory, onLost = () => {}) => {
      const backend = inMemory ? HubstashMemory : HubstashIdbfs;
      return { backend, state: await backend.open(mount, onLost) };
    },

    close: (store) => store.backend.close(store.state),

    run: async (store, tx) => {
      let puts;
      try {
        // Blobs are read before the transaction begins: it would end by itself while something else is awaited.
        puts = await Promise.all(tx.puts.map(HubstashStore.materialize));
      } catch (error) {
        return HubstashStore.failure("INVALID_ARGUMENT", `The file cannot be read: ${error.message}`);
      }
      try {
        return await store.backend.run(store.state, Object.assign({}, tx, { puts }));
      } catch (error) {
        return HubstashStore.failure(HubstashHeap.codeOf(error), error.message);
      }
    },

    materialize: async (put) => {
      if (put.bytes) return put;
      const blob = HubstashBlobs.get(put.blob);
      if (!blob) throw new Error("the blob has been released");
      const part = blob.slice(put.offset, put.offset + put.size);
      const bytes = new Uint8Array(await part.arrayBuffer());
      if (bytes.length !== put.size) throw new Error("the blob is shorter than expected");
      return { key: put.key, bytes };
    },

    failure: (code, message) => ({ code, message, stale: false, values: [], scanned: [] }),

    // Whether all expectations of a transaction are met, given what its scans found. One with a '/' at its end is about
    // a scan.
    allHold: (tx, scanned, get) => tx.expects.every(({ key, head }) =>
      key.endsWith("/") ? scanned[tx.scans.indexOf(key)].length === 0 : HubstashStore.holds(head, get(key))),

    // Whether a record (or null) is still the one that the expectation names by its first bytes.
    holds: (head, value) => {
      if (head.length === 0) return value === null || value.length === 0;
      if (value === null) return false;
      const size = Math.min(value.length, HubstashStore.HEAD_BYTES);
      return size === head.length && head.every((byte, i) => byte === value[i]);
    },

    // The order of the keys' UTF-8 bytes, as in the engine; UTF-16, which JavaScript compares, differs above U+D7FF.
    compareKeys: (a, b) => {
      const end = Math.min(a.length, b.length);
      for (let i = 0; i < end; i++) {
        const x = a.charCodeAt(i), y = b.charCodeAt(i);
        if (x === y) continue;
        const surrogates = (x >= 0xd800 && x <= 0xdfff) - (y >= 0xd800 && y <= 0xdfff);
        return surrogates || x - y;
      }
      return a.length - b.length;
    },
  },

  hs_js_store_open__deps: ["$HubstashStore", "$hubstashStores", "$HubstashHeap"],
  hs_js_store_open: function (id, mount, size, inMemory) {
    const lost = () => { if (!ABORT) _hs_store_lost(id); };
    const opening = HubstashStore.open(HubstashHeap.text(mount, size), inMemory !== 0, lost);
    hubstashStores.set(id, opening);
    const tell = (code, message) => {
      if (ABORT) return;
      HubstashHeap.withText(code, (c, codeSize) => HubstashHeap.withText(message, (m, messageSize) =>
        _hs_store_opened(id, c, codeSize, m, messageSize)));
    };
    const tellQuota = async () => {
      const { quota } = await navigator.storage.estimate();
      if (!ABORT) _hs_store_quota(id, quota);
    };
    opening.then(() => {
      tell("", "");
      // A browser that does not say (or a page that may not ask) leaves the cache without a bound of its own.
      if (!inMemory) tellQuota().catch(() => {});
    }, (error) => tell(HubstashHeap.codeOf(error), error.message));
  },

  hs_js_store_close__deps: ["$HubstashStore", "$hubstashStores", "$HubstashNet"],
  hs_js_store_close: function (id) {
    HubstashNet.abortAll(id);
    const opening = hubstashStores.get(id);
    hubstashStores.delete(id);
    if (opening) opening.then((store) => HubstashStore.close(store), () => {});
  },

  hs_js_store_run__deps: ["$HubstashStore", "$hubstashStores", "$HubstashHeap"],
  hs_js_store_run: function (id, effect, words) {
    const read = HubstashHeap.reader(words);
    const strict = read.number() !== 0;
    const gets = read.list(read.text);
    const scans = read.list(read.text);
    const expects = read.list(() => ({ key: read.text(), head: read.bytes() }));
    const deletes = read.list(read.text);
    const deletePrefixes = read.list(read.text);
    const puts = read.list(() => {
      const key = read.text();
      const blob = read.number();
      return blob ? { key, blob, offset: read.size(), size: read.number() } : { key, bytes: read.bytes() };
    });
    const tx = { strict, gets, scans, expects, deletes, deletePrefixes, puts };
    hubstashStores.get(id).then((store) => HubstashStore.run(store, tx)).then((result) => {
      const answer = HubstashHeap.answer(id, effect, HubstashHeap.STORE);
      if (!answer) return;
      if (result.code) answer.fail(result.code, result.message);
      for (const value of result.values) {
        if (value) answer.bytes(HubstashHeap.VALUE, value); else answer.mark(HubstashHeap.MISSING);
      }
      for (const records of result.scanned) {
        answer.mark(HubstashHeap.SCAN);
        for (const record of records) {
          answer.text(HubstashHeap.KEY, record.key);
          answer.bytes(HubstashHeap.RECORD, record.value);
        }
      }
      answer.end(result.stale ? 1 : 0);
    });
  },
});
