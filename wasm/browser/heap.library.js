// Between JavaScript and the module's memory: reading the words that C++ sends (words.h) and writing the answers that
// it takes (answers.h). HEAPU8 is looked up for each use, because growth replaces it.
mergeInto(LibraryManager.library, {
  $hubstashDecoder: "new TextDecoder('utf-8', {ignoreBOM: true})",
  $hubstashEncoder: "new TextEncoder()",

  $HubstashHeap__deps: ["$hubstashDecoder", "$hubstashEncoder"],
  $HubstashHeap: {
    STORE: 0, BLOB: 1, HTTP: 2,
    CODE: 0, MESSAGE: 1, VALUE: 2, MISSING: 3, SCAN: 4, KEY: 5, RECORD: 6, SHA256: 7, CHUNK_SHA256: 8,
    HEADER_NAME: 9, HEADER_VALUE: 10, BODY: 11, MISSING_PIECE: 12,

    text: (address, size) => hubstashDecoder.decode(HEAPU8.subarray(address, address + size)),
    // A copy of exactly that size: what is stored or sent must not be a view of the whole heap.
    bytes: (address, size) => HEAPU8.slice(address, address + size),

    reader: (words) => {
      let at = words >>> 2;
      const number = () => HEAPU32[at++];
      const reader = {
        number,
        size: () => number() + number() * 4294967296,
        text: () => HubstashHeap.text(number(), number()),
        bytes: () => HubstashHeap.bytes(number(), number()),
        list: (item) => Array.from({ length: number() }, item),
      };
      return reader;
    },

    // Begins an answer to an effect, or returns null when nobody waits for it any more.
    answer: (store, effect, kind) => {
      if (ABORT) return null;
      const pending = _hs_answer_begin(store, effect, kind);
      if (!pending) return null;
      const room = (part, size) => _hs_answer_part(pending, part, size);
      const answer = {
        mark: (part, number = 0) => { room(part, number); },
        bytes: (part, bytes) => {
          const address = room(part, bytes.length);
          HEAPU8.set(bytes, address);
        },
        text: (part, text) => answer.bytes(part, hubstashEncoder.encode(text)),
        // Several arrays as one part, without joining them first.
        joined: (part, arrays, size) => {
          let address = room(part, size);
          for (const bytes of arrays) {
            HEAPU8.set(bytes, address);
            address += bytes.length;
          }
        },
        fail: (code, message) => {
          answer.text(HubstashHeap.CODE, code);
          answer.text(HubstashHeap.MESSAGE, message);
        },
        end: (number, blob, size) => _hs_answer_end(pending, number || 0, blob || 0, size || 0),
      };
      return answer;
    },

    // Our errors carry a name of errors.def as their code; DOMExceptions carry a number.
    codeOf: (error) => (typeof error.code === "string" ? error.code : "INTERNAL"),

    // Calls `use(address, size)` with a text that lies in the heap for as long.
    withText: (text, use) => {
      const bytes = hubstashEncoder.encode(text);
      const address = _hs_alloc(bytes.length);
      HEAPU8.set(bytes, address);
      use(address, bytes.length);
      _hs_free(address);
    },
  },
});
