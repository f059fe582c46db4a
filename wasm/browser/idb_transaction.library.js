// One StoreTx as one IndexedDB transaction, settled only by `complete` or `abort`. Nothing but the transaction's own
// requests is waited for, or it would end by itself.
//
// IDBFS's syncfs skips a file whose timestamp it has seen, so a timestamp is never used twice: each transaction takes
// max(now, the latest in the database + 1). The latest is asked for together with the writes instead of before them; in
// the rare case that it is not older (another tab, a clock set back) the files are written once more, later.
mergeInto(LibraryManager.library, {
  $HubstashTransaction__deps: ["$IDBFS", "$HubstashStore"],
  $HubstashTransaction: {
    FILE_MODE: 0o100666,
    DIRECTORY_MODE: 0o40777,
    GRACE_MS: 1000,

    // Writes something and takes it back, to see whether this page may write at all.
    probe: (state, db) => new Promise((resolve, reject) => {
      const transaction = db.transaction([IDBFS.DB_STORE_NAME], "readwrite", { durability: "relaxed" });
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
      const files = transaction.objectStore(IDBFS.DB_STORE_NAME);
      const entry = { timestamp: new Date(0), mode: HubstashTransaction.FILE_MODE, contents: new Uint8Array(1) };
      files.put(entry, `${state.mount}/.probe`);
      files.delete(`${state.mount}/.probe`);
    }),

    // Resolves with {answer}, or with {error, began}: `began` is false when the connection was already dead. Adds to
    // `unreadable` what could not be read, and does not read what is there (see read).
    //
    // A record that is expected to be absent and is written now is not read first but added, which fails where there is
    // one. Then nothing has been written, and the transaction runs again, reading everything.
    //
    // Firefox lets the first transaction after one that exceeded the quota delete, but not write. Nothing of it has
    // been written then, so it runs again.
    run: async (state, db, tx, unreadable) => {
      const absent = HubstashTransaction.expectedAbsent(tx);
      const result = await HubstashTransaction.attempt(state, db, tx, unreadable, absent);
      if (result.taken) return HubstashTransaction.attempt(state, db, tx, unreadable, new Set());
      const mayOnlyDelete = result.began && result.error && result.error.name === "InvalidStateError";
      return mayOnlyDelete && state.db === db ? HubstashTransaction.attempt(state, db, tx, unreadable, absent) : result;
    },

    expectedAbsent: (tx) => {
      if (tx.deletePrefixes.length > 0) return new Set();  // They might delete it first.
      const written = new Set(tx.puts.map(({ key }) => key));
      for (const key of tx.deletes) written.delete(key);
      return new Set(tx.expects.filter(({ key, head }) => head.length === 0 && written.has(key)).map(({ key }) => key));
    },

    attempt: (state, db, tx, unreadable, absent) => new Promise((settle) => {
      // A transaction that is being committed when Chromium closes the connection by force (the user deletes the site's
      // data) hears nothing any more, so the connection's own end ends it, a moment after all that do hear.
      let timer = 0;
      const closed = () => {
        const error = { name: "AbortError", message: "The browser closed the local database." };
        timer = setTimeout(() => resolve({ error, began: true }), HubstashTransaction.GRACE_MS);
      };
      const resolve = (result) => {
        db.removeEventListener("close", closed);
        clearTimeout(timer);
        settle(result);
      };
      db.addEventListener("close", closed);
      const writes = tx.puts.length + tx.deletes.length + tx.deletePrefixes.length > 0;
      let transaction, files, failure = null, taken = false;
      try {
        transaction = db.transaction([IDBFS.DB_STORE_NAME], writes ? "readwrite" : "readonly",
          { durability: tx.strict ? "strict" : "relaxed" });
        files = transaction.objectStore(IDBFS.DB_STORE_NAME);
      } catch (error) {
        resolve({ error, began: false });
        return;
      }
      const answer = { code: null, message: "", stale: false, values: [], scanned: [] };
      transaction.oncomplete = () => resolve({ answer });
      // WebKit does not tell the transaction why it ended, but the request that ended it.
      let cause = null;
      transaction.onerror = ({ target }) => {
        if (!cause && target.error.name !== "AbortError") cause = target.error;
      };
      transaction.onabort = () => resolve({ error: failure || transaction.error || cause, began: true, taken });
      const put = (value, path) => {
        if (!absent.has(path.slice(state.mount.length + 1))) return void files.put(value, path);
        // The others then fail as well, with another error.
        files.add(value, path).onerror = ({ target }) => { taken = taken || target.error.name === "ConstraintError"; };
      };

      // Runs `step` and makes what it throws the end of the transaction; within an event it would be lost.
      const guard = (step) => {
        try {
          step();
        } catch (error) {
          failure = error;
          try { transaction.abort(); } catch (ended) { resolve({ error, began: true }); }
        }
      };
      // Requests whose results are waited for together; `next` runs after the last, or at once without any. One that
      // comes with `otherwise` may fail alone.
      const all = (issue, next) => {
        let open = 1;
        const settle = () => { if (--open === 0) next(); };
        issue((request, use, otherwise) => {
          open++;
          request.onsuccess = () => guard(() => { use(request.result); settle(); });
          if (!otherwise) return;
          request.onerror = (event) => {
            if (request.error.name === "AbortError") return;  // The transaction has ended.
            event.preventDefault();
            event.stopPropagation();
            guard(() => { otherwise(); settle(); });
          };
        });
        settle();
      };
      const commit = () => { if (transaction.commit) transaction.commit(); };

      guard(() => HubstashTransaction.read(state, files, tx, absent, answer, unreadable, all, () => {
        // What was read stands, however the transaction ends.
        if (!writes) return resolve({ answer });
        if (answer.stale) return commit();
        HubstashTransaction.write(state, files, tx, put, all, commit);
      }));
    }),

    range: (path) => IDBKeyRange.bound(path, `${path.slice(0, -1)}0`, false, true),  // '0' comes after '/'.

    contents: (record) => {
      if (!record || !record.contents) return null;  // Directories have none.
      return record.contents instanceof Uint8Array ? record.contents : new Uint8Array(record.contents);
    },

    // Browsers keep large values in files of their own, which crashes and cleaning programs remove. A value that cannot
    // be read counts as a record without a byte: whoever reads it finds it damaged. Chromium aborts the transaction all
    // the same; then it is run again, without reading that value.
    read: (state, files, tx, absent, answer, unreadable, all, next) => {
      const root = `${state.mount}/`;
      const values = new Map(Array.from(absent, (key) => [key, null]));
      const found = [];
      const keys = new Set(tx.gets.concat(tx.expects.map(({ key }) => key)));
      all((wait) => {
        const get = (path, use) => {
          const nothing = () => {
            unreadable.add(path);
            use(new Uint8Array(0));
          };
          if (unreadable.has(path)) return nothing();
          wait(files.get(path), (record) => use(HubstashTransaction.contents(record)), nothing);
        };
        for (const key of keys) if (!absent.has(key)) get(root + key, (value) => values.set(key, value));
        tx.scans.forEach((prefix, i) => {
          const range = HubstashTransaction.range(root + prefix);
          const scan = found[i] = { paths: [], values: [] };
          const oneByOne = () => scan.paths.forEach((path, j) => get(path, (value) => { scan.values[j] = value; }));
          const isSuspect = unreadable.has(root + prefix);
          wait(files.getAllKeys(range), (paths) => {
            scan.paths = paths;
            if (isSuspect) oneByOne();
          });
          if (isSuspect) return;
          wait(files.getAll(range), (records) => { scan.values = records.map(HubstashTransaction.contents); }, () => {
            unreadable.add(root + prefix);  // One of them; nobody says which.
            oneByOne();
          });
        });
      }, () => {
        answer.values = tx.gets.map((key) => values.get(key));
        answer.scanned = found.map(({ paths, values: contents }) => paths
          .map((path, j) => ({ key: path.slice(root.length), value: contents[j] }))
          .filter(({ value }) => value)
          .sort((a, b) => HubstashStore.compareKeys(a.key, b.key)));
        answer.stale = !HubstashStore.allHold(tx, answer.scanned, (key) => values.get(key));
        next();
      });
    },

    write: (state, files, tx, put, all, commit) => {
      const root = `${state.mount}/`;
      const stamp = state.stamp = Math.max(Date.now(), state.stamp + 1);
      const entry = (bytes, time) => (
        { timestamp: new Date(time), mode: HubstashTransaction.FILE_MODE, contents: bytes });
      let latest = 0;
      all((wait) => {
        if (tx.puts.length > 0) {
          wait(files.index("timestamp").openKeyCursor(null, "prev"), (cursor) => {
            if (cursor && cursor.key instanceof Date) latest = cursor.key.getTime();
          });
        }
        for (const key of tx.deletes) files.delete(root + key);
        for (const prefix of tx.deletePrefixes) HubstashTransaction.deleteBelow(state, files, root + prefix);
        for (const file of tx.puts) put(entry(file.bytes, stamp), root + file.key);
        HubstashTransaction.makeDirectories(state, files, tx, stamp, wait);
      }, () => {
        if (latest >= stamp) {
          state.stamp = latest + 1;
          for (const file of tx.puts) files.put(entry(file.bytes, state.stamp), root + file.key);
        }
        commit();
      });
    },

    // The directory goes with its content: nothing else would ever remove it.
    deleteBelow: (state, files, path) => {
      files.delete(HubstashTransaction.range(path));
      files.delete(path.slice(0, -1));
      for (const directory of state.directories) {
        if (`${directory}/`.startsWith(path)) state.directories.delete(directory);
      }
    },

    // Writes the entries of the directories above the files, which a stock mount needs. Known ones are looked up all
    // the same, because another tab may have deleted them; one that exists has its parents.
    makeDirectories: (state, files, tx, stamp, wait) => {
      const parentOf = (path) => path.slice(0, path.lastIndexOf("/"));
      const above = (path, isWanted, use) => {
        for (; path.length > state.mount.length && isWanted(path); path = parentOf(path)) use(path);
        return path;
      };
      const write = (path) => {
        state.directories.add(path);
        files.put({ timestamp: new Date(stamp), mode: HubstashTransaction.DIRECTORY_MODE }, path);
      };
      const known = new Set();
      for (const file of tx.puts) {
        known.add(above(parentOf(`${state.mount}/${file.key}`), (path) => !state.directories.has(path), write));
      }
      known.delete(state.mount);
      for (const path of known) {
        wait(files.getKey(path), (found) => { if (found === undefined) above(path, () => true, write); });
      }
    },
  },
});
