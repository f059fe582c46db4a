// The local store for `mode: "remote"`: the same contract, gone when the worker ends.
mergeInto(LibraryManager.library, {
  $HubstashMemory__deps: ["$HubstashStore"],
  $HubstashMemory: {
    open: async () => ({ records: new Map() }),
    close: (state) => { state.records.clear(); },

    run: async (state, tx) => {
      const records = state.records;
      const get = (key) => records.get(key) || null;
      // Copies, as IndexedDB's are: the caller may change what it was given.
      const copy = (value) => value && value.slice();
      const below = (prefix) => [...records.keys()].filter((key) => key.startsWith(prefix));
      const values = tx.gets.map((key) => copy(get(key)));
      const scanned = tx.scans.map((prefix) =>
        below(prefix).sort(HubstashStore.compareKeys).map((key) => ({ key, value: copy(get(key)) })));
      const stale = !HubstashStore.allHold(tx, scanned, get);
      if (!stale) {
        tx.deletes.forEach((key) => records.delete(key));
        tx.deletePrefixes.forEach((prefix) => below(prefix).forEach((key) => records.delete(key)));
        tx.puts.forEach(({ key, bytes }) => records.set(key, bytes.slice()));
      }
      return { code: null, message: "", stale, values, scanned };
    },
  },
});
