// The local store in an IDBFS database: records {timestamp, mode, contents} under mount point + "/" + key, and an entry
// for each directory, which is what IDBFS.syncfs would have written. syncfs itself is never called (docs/decisions).
mergeInto(LibraryManager.library, {
  $HubstashIdbfs__deps: ["$HubstashConnection", "$HubstashTransaction", "$IDBFS"],
  $HubstashIdbfs: {
    open: async (mount) => {
      // `directories`: those that this connection has seen or written. `stamp`: of the latest transaction.
      const state = { mount, db: null, connecting: null, closed: false, directories: new Set(), stamp: 0 };
      await HubstashConnection.connect(state);
      return state;
    },

    close: (state) => {
      state.closed = true;
      if (state.db) HubstashConnection.drop(state, state.db);
    },

    // A connection can die at any time, and says so only when it is used. What cannot have been written is tried again
    // on a new one, once; with expectations a second run might call the first one's own writes stale.
    run: async (state, tx) => {
      for (let attempt = 1; ; attempt++) {
        const db = await HubstashConnection.connect(state);
        const result = await HubstashTransaction.run(state, db, tx);
        if (result.answer) return result.answer;
        const lost = !result.began || (state.db !== db && tx.expects.length === 0);
        if (!lost || attempt === 2 || state.closed) throw await HubstashIdbfs.explain(result.error, tx);
        HubstashConnection.drop(state, db);
      }
    },

    // One code for each way to fail. Some browsers report a full disk as a plain abort, so the quota is looked at.
    explain: async (error, tx) => {
      const name = error ? error.name : "AbortError";
      const message = error ? `${error.name}: ${error.message}` : "The browser ended the transaction.";
      const make = HubstashConnection.error;
      const full = "The browser's storage is full. Free some space, then try again.";
      if (name === "QuotaExceededError") return make("QUOTA_EXCEEDED", full);
      if (name === "AbortError" && await HubstashIdbfs.isFull(tx)) {
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
