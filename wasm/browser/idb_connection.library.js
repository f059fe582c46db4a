// One IndexedDB connection to an IDBFS database, opened through IDBFS itself: the name, the version, the object store
// and its index are IDBFS's, so that a stock mount finds what it expects. It closes for others' upgrades and deletions,
// opens again on the next use, and says when it then finds an empty database in place of the one that it had.
mergeInto(LibraryManager.library, {
  $HubstashConnection__deps: ["$IDBFS", "$FS"],
  $HubstashConnection__postset: "Module['hubstashConnection'] = HubstashConnection;",
  $HubstashConnection: {
    OPEN_TIMEOUT_MS: 10000,
    OPEN_PAUSES_MS: [100, 400, 1600],  // Between attempts, where the failure may pass.

    error: (code, message) => Object.assign(new Error(message), { code }),

    // The open database of `state.mount`, or a rejection with {code, message}.
    connect: (state) => {
      if (state.closed) return Promise.reject(HubstashConnection.error("CLOSED", "The store has been closed."));
      if (!state.connecting) {
        state.connecting = HubstashConnection.openPatiently(state);
        state.connecting.catch(() => { state.connecting = null; });
      }
      return state.connecting;
    },

    // Forgets a connection that is dead or must make way.
    drop: (state, db) => {
      if (state.db !== db) return;
      if (IDBFS.dbs[state.mount] === db) delete IDBFS.dbs[state.mount];
      state.db = state.connecting = null;
      state.directories.clear();
      db.close();
    },

    // "Internal error opening backing store" and its like often pass by themselves: another process of the browser, or
    // a virus scanner, has its hand on the files.
    openPatiently: async (state) => {
      for (const pause of HubstashConnection.OPEN_PAUSES_MS) {
        try {
          return await HubstashConnection.open(state);
        } catch (error) {
          if (!error.mayPass || state.closed) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      return HubstashConnection.open(state);
    },

    open: (state) => new Promise((resolve, reject) => {
      let late = false;  // The answer has been given; a connection that still comes is closed again.
      let created = false;
      const fail = (code, message, mayPass) => {
        late = true;
        clearTimeout(timer);
        reject(Object.assign(HubstashConnection.error(code, message), { mayPass }));
      };
      const timer = setTimeout(() => fail("STORAGE_BLOCKED",
        "The local database does not open: another tab holds it. Close the other tabs of this app."),
        HubstashConnection.OPEN_TIMEOUT_MS);

      const done = (error, db) => {
        if (error) return HubstashConnection.refuse(error, fail);
        if (late || state.closed) {
          if (IDBFS.dbs[state.mount] === db) delete IDBFS.dbs[state.mount];
          db.close();
          return late || fail("CLOSED", "The store has been closed.");
        }
        clearTimeout(timer);
        state.db = db;
        db.addEventListener("versionchange", () => HubstashConnection.drop(state, db));
        db.addEventListener("close", () => HubstashConnection.drop(state, db));
        resolve(db);
        if (created && state.found) state.onLost();
        state.found = true;
        state.created = created;
      };

      // IDBFS 3.1.6 loses the error of a request that fails (`this.error` within an arrow function), so that the
      // request's own handler has to be replaced; it is caught where IDBFS asks for the factory.
      const factory = IDBFS.indexedDB;
      let request = null;
      try {
        IDBFS.indexedDB = () => ({
          open: (name, version) => (request = factory().open(name, version)),
        });
        IDBFS.getDB(state.mount, done);
      } catch (error) {
        done(error);
      } finally {
        IDBFS.indexedDB = factory;
      }
      if (!request) return;
      request.addEventListener("upgradeneeded", ({ oldVersion }) => { created = oldVersion === 0; });
      request.onerror = (event) => {
        event.preventDefault();
        done(request.error);
      };
    }),

    refuse: (error, fail) => {
      if (error.name === "VersionError") return fail("NEWER_FORMAT", "The local database is of a newer IDBFS.");
      if (error.name === "QuotaExceededError") return fail("QUOTA_EXCEEDED", "The browser has no room for a database.");
      const reason = `${error.name || error} ${error.message || ""}`;
      const text = `The local database cannot be opened: ${reason} ` +
        "Allow this site to keep data, and leave private mode.";
      fail("STORAGE_UNAVAILABLE", text, error.name === "UnknownError" || error.name === "AbortError");
    },
  },
});
