// `Module.blobs`: the bytes that stay outside the heap. Handles are never reused, so that a late release of one cannot
// take away another's blob.
mergeInto(LibraryManager.library, {
  $HubstashBlobs__postset: "Module['blobs'] = HubstashBlobs;",
  $HubstashBlobs: {
    table: {},
    last: 0,
    add: (blob) => {
      HubstashBlobs.table[++HubstashBlobs.last] = blob;
      return HubstashBlobs.last;
    },
    get: (handle) => HubstashBlobs.table[handle] || null,
    take: (handle) => {
      const blob = HubstashBlobs.get(handle);
      HubstashBlobs.release(handle);
      return blob;
    },
    release: (handle) => { delete HubstashBlobs.table[handle]; },
  },

  hs_js_blob_release__deps: ["$HubstashBlobs"],
  hs_js_blob_release: function (blob) { HubstashBlobs.release(blob); },
});
