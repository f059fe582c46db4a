// The only place that reads the token. It goes to the Hub's origin alone, and is read for each request anew.
mergeInto(LibraryManager.library, {
  // The value of the Authorization header, or null.
  $hubstashAuthorization: function (url, hubUrl) {
    const token = Module["hubToken"];
    // Anything but visible ASCII cannot be a token and would make the browser throw; the Hub's 401 leads to a new one.
    if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) return null;
    try {
      return new URL(url).origin === new URL(hubUrl).origin ? `Bearer ${token}` : null;
    } catch (error) {
      return null;
    }
  },

  hs_js_authorization__deps: ["$hubstashAuthorization", "$HubstashHeap"],
  hs_js_authorization: function (url, urlSize, hubUrl, hubUrlSize) {
    const value = hubstashAuthorization(HubstashHeap.text(url, urlSize), HubstashHeap.text(hubUrl, hubUrlSize));
    if (!value) return 0;
    const address = _hs_alloc(value.length + 1);
    for (let i = 0; i < value.length; i++) HEAPU8[address + i] = value.charCodeAt(i);
    HEAPU8[address + value.length] = 0;
    return address;
  },

  hs_js_is_url__deps: ["$HubstashHeap"],
  hs_js_is_url: function (url, size) {
    try {
      return /^https?:$/.test(new URL(HubstashHeap.text(url, size)).protocol) ? 1 : 0;
    } catch (error) {
      return 0;
    }
  },

  // Ends the XMLHttpRequest below an emscripten_fetch: 3.1.6 keeps them in an array, newer versions in a table.
  hs_js_fetch_abort__deps: ["$Fetch"],
  hs_js_fetch_abort: function (id) {
    const xhr = Fetch.xhrs.get ? Fetch.xhrs.get(id) : Fetch.xhrs[id - 1];
    if (xhr) xhr.abort();
  },
});
