// The effects on blobs: HashBlob and OpenBody (messages.h).
mergeInto(LibraryManager.library, {
  $HubstashBodies__deps: ["$HubstashStore", "$HubstashHash", "$HubstashConnection"],
  $HubstashBodies__postset: "Module['hubstashBodies'] = HubstashBodies;",
  $HubstashBodies: {
    CHUNKS_AT_ONCE: 4,  // Read in one transaction; twice as many are in JavaScript's heap at most.

    // Checks the chunks {key, size, sha256} and joins them; the parts are blobs, which the browser keeps elsewhere. The
    // next ones are read while these are checked, which is work for another process.
    assemble: async (store, chunks, type) => {
      const parts = [];
      const step = HubstashBodies.CHUNKS_AT_ONCE;
      let reading = HubstashBodies.read(store, chunks.slice(0, step));
      for (let at = 0; at < chunks.length; at += step) {
        const answer = await reading;
        reading = HubstashBodies.read(store, chunks.slice(at + step, at + 2 * step));
        if (answer.code) throw HubstashConnection.error(answer.code, answer.message);
        await Promise.all(answer.values.map((bytes, i) => HubstashBodies.check(chunks[at + i], bytes)));
        if (chunks.length <= step) return new Blob(answer.values, { type });
        parts.push(new Blob(answer.values));
      }
      return new Blob(parts, { type });
    },

    // The answer of one transaction, or of none where there is nothing to read. Never rejects.
    read: (store, chunks) => chunks.length === 0 ? Promise.resolve(null) : HubstashStore.run(store, {
      strict: false, gets: chunks.map(({ key }) => key), scans: [], expects: [], deletes: [], deletePrefixes: [],
      puts: [],
    }),

    check: async (chunk, bytes) => {
      const corrupt = (what) => HubstashConnection.error("STORAGE_CORRUPT", `The chunk ${chunk.key} ${what}.`);
      if (!bytes) throw corrupt("is missing");
      if (bytes.length !== chunk.size) throw corrupt(`has ${bytes.length} bytes instead of ${chunk.size}`);
      const digest = await HubstashHash.digest(bytes);
      if (!digest.every((byte, i) => byte === chunk.sha256[i])) throw corrupt("does not match its hash");
    },
  },

  hs_js_blob_open__deps: ["$HubstashBodies", "$HubstashBlobs", "$hubstashStores", "$HubstashHeap"],
  hs_js_blob_open: function (id, effect, words) {
    const read = HubstashHeap.reader(words);
    const type = read.text();
    const chunks = read.list(() => ({ key: read.text(), size: read.number(), sha256: read.bytes() }));
    const opening = hubstashStores.get(id).then((store) => HubstashBodies.assemble(store, chunks, type));
    opening.then((blob) => {
      const answer = HubstashHeap.answer(id, effect, HubstashHeap.BLOB);
      if (answer) answer.end(0, HubstashBlobs.add(blob), blob.size);
    }, (error) => {
      const answer = HubstashHeap.answer(id, effect, HubstashHeap.BLOB);
      if (!answer) return;
      answer.fail(HubstashHeap.codeOf(error), error.message);
      answer.end();
    });
  },

  hs_js_blob_hash__deps: ["$HubstashHash", "$HubstashBlobs", "$HubstashHeap"],
  hs_js_blob_hash: function (id, effect, handle) {
    const blob = HubstashBlobs.get(handle);
    const hashing = blob ? HubstashHash.blob(blob) : Promise.reject(new Error("the blob has been released"));
    hashing.then(({ sha256, chunks }) => {
      const answer = HubstashHeap.answer(id, effect, HubstashHeap.BLOB);
      if (!answer) return;
      answer.bytes(HubstashHeap.SHA256, sha256);
      for (const digest of chunks) answer.bytes(HubstashHeap.CHUNK_SHA256, digest);
      answer.end(0, handle, blob.size);
    }, (error) => {
      const answer = HubstashHeap.answer(id, effect, HubstashHeap.BLOB);
      if (!answer) return;
      answer.fail("INVALID_ARGUMENT", `The file cannot be read: ${error.message}`);
      answer.end();
    });
  },
});
