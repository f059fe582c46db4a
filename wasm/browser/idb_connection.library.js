// One IndexedDB connection to an IDBFS database, opened through IDBFS itself: the name, the version, the object store
// and its index are IDBFS's, so that a stock mount finds what it expects. It closes for others' upgrades and deletions,
// and opens again on the next use.
mergeInto(LibraryManager.library, {
  $HubstashConnection__deps: ["$IDBFS", "$FS"],
  $HubstashConnection__postset: "Module['hubstashConnection'] = HubstashConnection;",
  $HubstashConnection: {
    OPEN_TIMEOUT_MS: 10000,

    error: (code, message) => Object.assign(new Error(message), { code }),

    // The open database of `state.mount`, or a rejection with {code, message}.
    connect: (state) => {
      if (state.closed) return Promise.reject(HubstashConnection.error("CLOSED", "The store has been closed."));
      if (!state.connecting) {
        state.connecting = HubstashConnection.open(state);
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

    open: (state) => new Promise((resolve, reject) => {
      let late = false;  // The answer has been given; a connection that still comes is closed again.
      const fail = (code, message) => {
        late = true;
        clearTimeout(timer);
        reject(HubstashConnection.error(code, message));
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
      request.onerror = (event) => {
        event.preventDefault();
        done(request.error);
      };
    }),

    refuse: (error, fail) => {
      if (error.name === "VersionError") return fail("NEWER_FORMAT", "The local database is of a newer IDBFS.");
      if (error.name === "QuotaExceededError") return fail("QUOTA_EXCEEDED", "The browser has no room for a database.");
      const reason = `${error.name || error} ${error.message || ""}`;
      fail("STORAGE_UNAVAILABLE", `The local database cannot be opened: ${reason} ` +
        "Allow this site to keep data, and leave private mode.");
    },
  },
});
