// HTTP that emscripten_fetch cannot do (docs/decisions/browser-transport.md): GETs past the browser's cache by fetch,
// and bodies from blobs, large ones and those whose progress is reported by XMLHttpRequest. Both promise what
// HttpRequest in messages.h says: one answer, a deadline for silence, a longest answer, no cookies.
mergeInto(LibraryManager.library, {
  $HubstashNet__deps: ["$HubstashBlobs", "$hubstashAuthorization", "$HubstashFetch", "$HubstashXhr"],
  $HubstashNet: {
    PROGRESS_EVERY_MS: 100,
    running: {},  // "store:effect" -> what ends it.

    error: (code, message) => Object.assign(new Error(message), { code }),
    offline: (request) => HubstashNet.error("OFFLINE",
      `${request.method} ${new URL(request.url).origin} failed: no network, or the server or an extension of the ` +
      "browser refused the request."),
    tooLong: (request) => HubstashNet.error("BAD_RESPONSE",
      `The answer is longer than ${request.maxBodyBytes} bytes.`),

    // Resolves with {status, headers: [[name, value]], parts: [Uint8Array], blob}, or rejects with {code, message}.
    send: (key, request) => new Promise((resolve, reject) => {
      let timer = 0, settled = false, end = () => {};
      const settle = (error, answer) => {
        settled = true;
        clearTimeout(timer);
        delete HubstashNet.running[key];
        if (error) reject(error); else resolve(answer);
      };
      const stop = (code, message) => {
        settle(HubstashNet.error(code, message));  // First: what the ended exchange reports comes too late then.
        end();
      };
      // Called whenever a byte has moved.
      const alive = () => {
        clearTimeout(timer);
        if (settled) return;
        timer = setTimeout(() => stop("TIMEOUT", `${request.method} got no answer in time.`), request.timeoutMs);
      };
      HubstashNet.running[key] = () => stop("ABORTED", "The request was ended.");
      try {
        const headers = request.headers.slice();
        const authorization = request.authorize && hubstashAuthorization(request.url, request.hubUrl);
        if (authorization) headers.push(["Authorization", authorization]);
        new URL(request.url);  // Throws for an address that would be taken as relative to the worker's.
        alive();
        const driver = request.method === "GET" ? HubstashFetch : HubstashXhr;
        end = driver.start(Object.assign({}, request, { headers }), alive, settle);
      } catch (error) {
        settle(HubstashNet.error("INTERNAL", `The request cannot be sent: ${error.message}`));
      }
    }),

    abort: (key) => { if (HubstashNet.running[key]) HubstashNet.running[key](); },
    abortAll: (store) => {
      Object.keys(HubstashNet.running).filter((key) => key.startsWith(`${store}:`)).forEach(HubstashNet.abort);
    },

    // Reports at most every PROGRESS_EVERY_MS, and always the end.
    reporter: (store, effect) => {
      let next = 0;
      return (sent, received, total) => {
        const now = Date.now();
        if (ABORT || (now < next && received !== total && sent !== total)) return;
        next = now + HubstashNet.PROGRESS_EVERY_MS;
        _hs_http_progress(store, effect, sent, received, total);
      };
    },
  },

  hs_js_http_send__deps: ["$HubstashNet", "$HubstashBlobs", "$HubstashHeap"],
  hs_js_http_send: function (store, effect, words) {
    const read = HubstashHeap.reader(words);
    const request = {
      method: read.text(), url: read.text(), hubUrl: read.text(), authorize: read.number() !== 0,
      asBlob: read.number() !== 0, progress: read.number() !== 0, timeoutMs: read.number(), maxBodyBytes: read.size(),
      headers: read.list(() => [read.text(), read.text()]),
    };
    const body = [() => null, read.bytes, () => HubstashBlobs.get(read.number())];
    request.body = body[read.number()]();
    request.report = request.progress ? HubstashNet.reporter(store, effect) : () => {};
    HubstashNet.send(`${store}:${effect}`, request).then(({ status, headers, parts, blob }) => {
      const answer = HubstashHeap.answer(store, effect, HubstashHeap.HTTP);
      if (!answer) return;
      for (const header of headers) {
        answer.text(HubstashHeap.HEADER_NAME, header[0].toLowerCase());
        answer.text(HubstashHeap.HEADER_VALUE, header[1]);
      }
      answer.joined(HubstashHeap.BODY, parts, parts.reduce((sum, part) => sum + part.length, 0));
      answer.end(status, blob ? HubstashBlobs.add(blob) : 0);
    }, (error) => {
      const answer = HubstashHeap.answer(store, effect, HubstashHeap.HTTP);
      if (!answer) return;
      answer.fail(HubstashHeap.codeOf(error), error.message);
      answer.end();
    });
  },

  hs_js_http_abort__deps: ["$HubstashNet"],
  hs_js_http_abort: function (store, effect) { HubstashNet.abort(`${store}:${effect}`); },
});
