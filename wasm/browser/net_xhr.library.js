// Uploads, for net.library.js: only XMLHttpRequest tells how much has been sent, which both the progress and the
// deadline for silence need.
mergeInto(LibraryManager.library, {
  $HubstashXhr__deps: ["$HubstashNet"],
  $HubstashXhr: {
    start: (request, alive, settle) => {
      const xhr = new XMLHttpRequest();
      xhr.open(request.method, request.url);
      xhr.responseType = request.asBlob ? "blob" : "arraybuffer";
      for (const header of request.headers) xhr.setRequestHeader(header[0], header[1]);
      let sent = 0;
      const tooLong = (size) => {
        if (size <= request.maxBodyBytes) return false;
        settle(HubstashNet.tooLong(request));
        xhr.abort();
        return true;
      };
      xhr.upload.onprogress = (event) => {
        alive();
        sent = event.loaded;
        request.report(sent, 0, event.lengthComputable ? event.total : -1);
      };
      xhr.onprogress = (event) => {
        alive();
        if (!tooLong(event.loaded)) request.report(sent, event.loaded, event.lengthComputable ? event.total : -1);
      };
      xhr.onerror = () => settle(HubstashNet.offline(request));
      xhr.onload = () => {
        HubstashXhr.answer(xhr, request).then((answer) => {
          if (!tooLong(answer.blob ? answer.blob.size : answer.parts[0].length)) settle(null, answer);
        }, () => settle(HubstashNet.offline(request)));
      };
      xhr.send(request.body);
      return () => xhr.abort();
    },

    answer: async (xhr) => {
      const headers = xhr.getAllResponseHeaders().split("\r\n").filter(Boolean).map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      });
      const answer = { status: xhr.status, headers, parts: [], blob: null };
      const isBlob = xhr.response instanceof Blob;
      if (isBlob && xhr.status >= 200 && xhr.status < 300) answer.blob = xhr.response;
      else answer.parts = [new Uint8Array(isBlob ? await xhr.response.arrayBuffer() : xhr.response || 0)];
      return answer;
    },
  },
});
