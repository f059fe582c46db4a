// ReadRange (messages.h): a range of a body, out of stored chunks and parts of blobs. The chunks are read, checked and
// cut here; the module's heap never sees them.
mergeInto(LibraryManager.library, {
  $HubstashRanges__deps: ["$HubstashStore", "$HubstashBodies", "$HubstashBlobs", "$HubstashConnection"],
  $HubstashRanges__postset: "Module['hubstashRanges'] = HubstashRanges;",
  $HubstashRanges: {
    CHECKED_CHUNKS: 4,  // That each store keeps in memory: apps read on where they have just read.

    // `pieces` are {key, size, sha256}, or {blob, offset, size}, where blob is a Blob or null. Resolves with {bytes},
    // or with {missing}: the numbers of the pieces that are missing or damaged.
    read: async (store, pieces, skip, size) => {
      const bytes = new Uint8Array(size);
      const missing = [];
      let at = -skip;  // Where the piece begins in the range.
      for (let i = 0; i < pieces.length; i++) {
        const some = pieces.slice(i, i + HubstashBodies.CHUNKS_AT_ONCE);
        if (i % HubstashBodies.CHUNKS_AT_ONCE === 0) await HubstashRanges.readChunks(store, some);
        const piece = pieces[i];
        const from = Math.max(0, -at), to = Math.min(piece.size, size - at);
        const part = await (piece.key ? HubstashRanges.ofChunk : HubstashRanges.ofBlob)(piece, from, to);
        if (!part) missing.push(i);
        else if (missing.length === 0) bytes.set(part, at + from);
        piece.bytes = null;
        at += piece.size;
      }
      return missing.length > 0 ? { missing } : { bytes };
    },

    // Gives each stored piece its checked `bytes`, or leaves it without.
    readChunks: async (store, pieces) => {
      const checked = store.checked = store.checked || [];
      const wanted = [];
      for (const piece of pieces) {
        if (!piece.key || piece.sha256.length === 0) continue;
        piece.name = piece.sha256.join();
        const found = checked.findIndex(({ name }) => name === piece.name);
        if (found < 0) wanted.push(piece);
        else checked.push(...checked.splice(found, 1));
        if (found >= 0) piece.bytes = checked[checked.length - 1].bytes;
      }
      if (wanted.length === 0) return;
      const answer = await HubstashStore.run(store, {
        strict: false, gets: wanted.map(({ key }) => key), scans: [], expects: [], deletes: [], deletePrefixes: [],
        puts: [],
      });
      if (answer.code) throw HubstashConnection.error(answer.code, answer.message);
      for (let i = 0; i < wanted.length; i++) {
        const { name } = wanted[i];
        const isGood = await HubstashBodies.check(wanted[i], answer.values[i]).then(() => true, () => false);
        if (!isGood) continue;
        const bytes = wanted[i].bytes = answer.values[i];
        if (!checked.some((chunk) => chunk.name === name)) checked.push({ name, bytes });
        while (checked.length > HubstashRanges.CHECKED_CHUNKS) checked.shift();
      }
    },

    ofChunk: async ({ bytes }, from, to) => (bytes ? bytes.subarray(from, to) : null),

    // One whose blob cannot be read any more is missing.
    ofBlob: async ({ blob, offset }, from, to) => {
      if (!blob) return null;
      const part = await blob.slice(offset + from, offset + to).arrayBuffer().catch(() => null);
      return part && part.byteLength === to - from ? new Uint8Array(part) : null;
    },
  },

  hs_js_range_read__deps: ["$HubstashRanges", "$HubstashBlobs", "$hubstashStores", "$HubstashHeap"],
  hs_js_range_read: function (id, effect, words) {
    const read = HubstashHeap.reader(words);
    const skip = read.number(), size = read.number();
    const pieces = read.list(() => {
      const handle = read.number();
      if (!handle) return { key: read.text(), size: read.number(), sha256: read.bytes() };
      // Taken now: the engine may release the handle as soon as this returns.
      return { blob: HubstashBlobs.get(handle), offset: read.size(), size: read.number() };
    });
    const reading = hubstashStores.get(id).then((store) => HubstashRanges.read(store, pieces, skip, size));
    reading.then(({ bytes, missing = [] }) => {
      const answer = HubstashHeap.answer(id, effect, HubstashHeap.BLOB);
      if (!answer) return;
      for (const piece of missing) answer.mark(HubstashHeap.MISSING_PIECE, piece);
      answer.end(0, bytes ? HubstashBlobs.add(bytes) : 0, bytes ? size : 0);
    }, (error) => {
      const answer = HubstashHeap.answer(id, effect, HubstashHeap.BLOB);
      if (!answer) return;
      const isTooLong = error instanceof RangeError;  // There is no room for so many bytes in one piece.
      answer.fail(isTooLong ? "TOO_LARGE" : HubstashHeap.codeOf(error), error.message);
      answer.end();
    });
  },
});
