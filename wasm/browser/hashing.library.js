// SHA-256 of blobs, reading at most WHOLE_BYTES at a time. crypto.subtle is about twice as fast as the module's own but
// takes only whole inputs, and is missing on insecure origins; docs/decisions/browser-hashing.md has the figures.
mergeInto(LibraryManager.library, {
  $HubstashHash__deps: ["$HubstashBlobs"],
  $HubstashHash__postset: "Module['hubstashHash'] = HubstashHash;",
  $HubstashHash: {
    CHUNK_BYTES: 1048576,  // kChunkBytes
    WHOLE_BYTES: 67108864,  // Up to here the whole file is hashed by crypto.subtle, which wants it in one piece.
    TINY_BYTES: 4096,  // Below, the module's hash is done before crypto.subtle has begun.

    subtle: () => (typeof crypto !== "undefined" && crypto.subtle) || null,

    digest: async (bytes) => {
      const subtle = HubstashHash.subtle();
      if (subtle && bytes.length > HubstashHash.TINY_BYTES) {
        return new Uint8Array(await subtle.digest("SHA-256", bytes));
      }
      const stream = HubstashHash.stream();
      stream.update(bytes);
      return stream.end();
    },

    // The module's hash, fed through one piece of heap.
    stream: () => {
      const hasher = _hs_hash_begin();
      const room = _hs_alloc(65536);
      return {
        update: (bytes) => {
          for (let at = 0; at < bytes.length; at += 65536) {
            const part = bytes.subarray(at, at + 65536);
            HEAPU8.set(part, room);
            _hs_hash_update(hasher, room, part.length);
          }
        },
        end: () => {
          _hs_hash_end(hasher, room);
          const digest = HEAPU8.slice(room, room + 32);
          _hs_free(room);
          return digest;
        },
      };
    },

    // {sha256, chunks: [sha256 of each CHUNK_BYTES]}; an empty blob has no chunks.
    blob: async (blob) => {
      const step = HubstashHash.CHUNK_BYTES;
      const chunks = [];
      const hashChunks = async (bytes) => {
        for (let at = 0; at < bytes.length; at += step) {
          chunks.push(await HubstashHash.digest(bytes.subarray(at, at + step)));
        }
      };
      if (blob.size <= HubstashHash.WHOLE_BYTES && HubstashHash.subtle()) {
        const bytes = new Uint8Array(await blob.arrayBuffer());
        await hashChunks(bytes);
        return { sha256: chunks.length === 1 ? chunks[0] : await HubstashHash.digest(bytes), chunks };
      }
      const whole = HubstashHash.stream();
      try {
        for (let at = 0; at < blob.size; at += 4 * step) {
          const bytes = new Uint8Array(await blob.slice(at, at + 4 * step).arrayBuffer());
          whole.update(bytes);
          await hashChunks(bytes);
        }
      } catch (error) {
        whole.end();  // Frees it.
        throw error;
      }
      return { sha256: whole.end(), chunks };
    },
  },
});
