/**
 * `git clone` and `git fetch`, served by git's own CGI program. Pushing is refused: the Hub's clients commit by HTTP.
 */
import { pipeline } from "node:stream";
import { HubError } from "../http/replies.js";
import { startGit } from "./run.js";

/**
 * @param {import("node:http").IncomingMessage} req
 * @param {{gitDir: string, path: string, query: string}} target `path` is `/info/refs` or `/git-upload-pack`
 * @returns {Promise<import("../http/replies.js").Reply>}
 */
export async function serveGit(req, { gitDir, path, query }) {
  if (path === "/git-receive-pack" || /service=git-receive-pack/.test(query)) {
    throw new HubError(403, "Pushing with git is not supported here; use the commit endpoint");
  }
  // The project root is the repository itself, so that no part of the address ever becomes a path on disk.
  const child = startGit(gitDir, ["http-backend"], {
    GIT_PROJECT_ROOT: gitDir,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: path,
    QUERY_STRING: query,
    REQUEST_METHOD: req.method,
    CONTENT_TYPE: req.headers["content-type"] ?? "",
    HTTP_CONTENT_ENCODING: req.headers["content-encoding"] ?? "",
    GIT_PROTOCOL: req.headers["git-protocol"] ?? "",
    ...(req.headers["content-length"] ? { CONTENT_LENGTH: req.headers["content-length"] } : {}),
  });
  child.stderr.resume();
  // When the caller goes away, git's input ends too, so that it does not wait for ever.
  pipeline(req, child.stdin, () => {});
  const { head, rest } = await readHead(child.stdout);
  const headers = {};
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
  }
  const status = Number(headers.Status?.slice(0, 3) ?? 200);
  delete headers.Status;
  if (rest.length > 0) child.stdout.unshift(rest);
  return { status, headers, body: child.stdout };
}

/** CGI programs print their headers first; the body that follows is streamed. */
async function readHead(stream) {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const chunk = stream.read();
    if (chunk === null) {
      if (stream.readableEnded) throw new HubError(500, "git http-backend gave no answer");
      await new Promise((resolve, reject) => {
        stream.once("readable", resolve);
        stream.once("end", resolve);
        stream.once("error", reject);
      });
      continue;
    }
    bytes = Buffer.concat([bytes, chunk]);
    const match = /\r?\n\r?\n/.exec(bytes.toString("latin1"));
    if (match) {
      const end = match.index + match[0].length;
      return { head: bytes.toString("latin1", 0, match.index), rest: bytes.subarray(end) };
    }
  }
}
