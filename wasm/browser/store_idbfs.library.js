// The local store in an IDBFS database: records {timestamp, mode, contents} under mount point + "/" + key, and an entry
// for each directory, which is what IDBFS.syncfs would have written. syncfs itself is never called (docs/decisions).
mergeInto(LibraryManager.library, {
  $HubstashIdbfs__deps: ["$HubstashConnection", "$HubstashTransaction", "$IDBFS"],
  $HubstashIdbfs: {
    open: async (mount, onLost) => {
      // `directories`: those that this connection has seen or written. `stamp`: of the latest transaction. `found`: the
      // database was open before; `created`: it did not exist when it was opened last.
      const state = {
        mount, db: null, connecting: null, closed: false, directories: new Set(), stamp: 0, onLost, found: false,
        created: false,
      };
      const db = await HubstashConnection.connect(state);
      try {
        // To create a database is to write already.
        if (!state.created) await HubstashTransaction.probe(state, db);
      } catch (error) {
        const reason = await HubstashIdbfs.explain(error, { puts: [] });
        // On a full disk there is much that can still be done: load, delete, sync.
        if (reason.code !== "QUOTA_EXCEEDED") {
          HubstashIdbfs.close(state);
          const text = `The local database cannot be written: ${reason.message}`;
          throw HubstashConnection.error("STORAGE_UNAVAILABLE", text);
        }
      }
      return state;
    },

    close: (state) => {
      state.closed = true;
      if (state.db) HubstashConnection.drop(state, state.db);
    },

    // A connection can die at any time, and says so only when it is used. What cannot have been written is tried again
    // on a new one, once; with expectations a second run might call the first one's own writes stale.
    run: async (state, tx) => {
      const unreadable = new Set();
      for (let attempt = 1; ; attempt++) {
        const db = await HubstashConnection.connect(state);
        const known = unreadable.size;
        const result = await HubstashTransaction.run(state, db, tx, unreadable);
        if (result.answer) return result.answer;
        if (unreadable.size > known) {
          attempt--;  // Nothing was written, and it comes further each time.
          continue;
        }
        const lost = !result.began || (state.db !== db && tx.expects.length === 0);
        if (!lost || attempt === 2 || state.closed) throw await HubstashIdbfs.explain(result.error, tx);
        HubstashConnection.drop(state, db);
      }
    },

    // One code for each way to fail. Some browsers report a full disk as a plain abort or as something unknown, so the
    // quota is looked at.
    explain: async (error, tx) => {
      const name = error ? error.name : "AbortError";
      const message = error ? `${error.name}: ${error.message}` : "The browser ended the transaction.";
      const make = HubstashConnection.error;
      const full = "The browser's storage is full. Free some space, then try again.";
      if (name === "QuotaExceededError") return make("QUOTA_EXCEEDED", full);
      if ((name === "AbortError" || name === "UnknownError") && await HubstashIdbfs.isFull(tx)) {
        return make("QUOTA_EXCEEDED", full);
      }
      // What Chromium and Firefox say when the file behind a large value is gone.
      if (name === "NotReadableError" || name === "DataError") return make("STORAGE_CORRUPT", message);
      return make("STORAGE_UNAVAILABLE", message);
    },

    isFull: async (tx) => {
      try {
        const estimate = await navigator.storage.estimate();
        return estimate.usage + tx.puts.reduce((sum, put) => sum + put.bytes.length, 0) > estimate.quota;
      } catch (error) {
        return false;
      }
    },
  },
});
