// What the host needs of its worker: notices to the app and a timer for each store.
mergeInto(LibraryManager.library, {
  $hubstashTimers: "new Map()",

  hs_js_notice__deps: ["$HubstashHeap", "$HubstashBlobs"],
  hs_js_notice: function (header, headerSize, body, bodySize, blob) {
    const notice = JSON.parse(HubstashHeap.text(header, headerSize));
    const taken = blob ? HubstashBlobs.take(blob) : null;
    // A range is an array from the start, which has never been in the heap.
    const range = taken instanceof Uint8Array ? taken : null;
    const bytes = body ? HubstashHeap.bytes(body, bodySize) : range;
    try {
      Module["onNotice"](notice, bytes, range ? null : taken);
    } catch (error) {
      // It must not unwind through the module; thrown from a task of its own it is still seen.
      setTimeout(() => { throw error; }, 0);
    }
  },

  hs_js_timer__deps: ["$hubstashTimers"],
  hs_js_timer: function (store, delay) {
    clearTimeout(hubstashTimers.get(store));
    hubstashTimers.delete(store);
    if (delay < 0) return;
    hubstashTimers.set(store, setTimeout(() => {
      hubstashTimers.delete(store);
      if (!ABORT) _hs_timer(store);
    }, delay));
  },

  hs_js_is_json__deps: ["$HubstashHeap"],
  hs_js_is_json: function (text, size) {
    try {
      JSON.parse(HubstashHeap.text(text, size));
      return 1;
    } catch (error) {
      return 0;
    }
  },
});
