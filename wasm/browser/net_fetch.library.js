// GETs, for net.library.js: past the HTTP cache (an old head from a cache would be taken for the present one),
// streamed, with large answers kept as blobs.
mergeInto(LibraryManager.library, {
  $HubstashFetch__deps: ["$HubstashNet", "$hubstashAuthorization"],
  $HubstashFetch: {
    PART_BYTES: 4194304,  // What is gathered in JavaScript's heap before it becomes part of a blob.

    // Calls `settle` once, unless ended first by the function that it returns.
    start: (request, alive, settle) => {
      const control = new AbortController();
      HubstashFetch.run(request, control, alive).then((answer) => settle(null, answer), (error) => {
        control.abort();  // Where it was the length, the rest need not come.
        settle(typeof error.code === "string" ? error : HubstashNet.offline(request));
      });
      return () => control.abort();
    },

    // In a page that a service worker controls WebKit forgets the token when the Hub redirects to another of its own
    // addresses. That address is then asked itself, if the token may go there.
    open: async (request, control, alive) => {
      const init = {
        method: request.method, headers: request.headers, signal: control.signal, cache: "no-store",
        credentials: "omit",
      };
      const response = await fetch(request.url, init);
      alive();
      const mayBeForgotten = request.authorize && response.redirected && response.status === 401;
      if (!mayBeForgotten || !hubstashAuthorization(response.url, request.hubUrl)) return response;
      return fetch(response.url, init);
    },

    run: async (request, control, alive) => {
      const response = await HubstashFetch.open(request, control, alive);
      alive();
      const asBlob = request.asBlob && response.ok;
      const length = Number(response.headers.get("content-length") || -1);
      const blobs = [];
      let parts = [], gathered = 0, received = 0;
      const reader = response.body ? response.body.getReader() : { read: async () => ({ done: true }) };
      for (;;) {
        const step = await reader.read();
        if (step.done) break;
        const value = step.value;
        alive();
        received += value.length;
        if (received > request.maxBodyBytes) throw HubstashNet.tooLong(request);
        request.report(0, received, length);
        parts.push(value);
        gathered += value.length;
        if (asBlob && gathered >= HubstashFetch.PART_BYTES) {
          blobs.push(new Blob(parts));
          parts = [];
          gathered = 0;
        }
      }
      const answer = { status: response.status, headers: [...response.headers], parts, blob: null };
      if (asBlob) {
        answer.blob = new Blob(blobs.concat(parts), { type: response.headers.get("content-type") || "" });
        answer.parts = [];
      }
      return answer;
    },
  },
});
