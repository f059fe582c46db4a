/** Putting a reply on the wire, whole or damaged. */
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * @param {import("node:http").ServerResponse} res
 * @param {import("./replies.js").Reply & {truncateAt?: number, corruptAt?: number}} reply
 * @param {string} method
 * @returns {Promise<void>} settles when the last byte was handed over, or the caller went away
 */
export async function send(res, reply, method) {
  if (reply.drop) {
    reset(res);
    return;
  }
  const body = reply.body ?? "";
  const whole = typeof body === "string" || Buffer.isBuffer(body);
  const headers = { ...reply.headers };
  if (whole && headers["Content-Length"] === undefined && reply.status !== 204 && reply.status !== 304) {
    headers["Content-Length"] = String(Buffer.byteLength(body));
  }
  res.writeHead(reply.status, headers);
  if (method === "HEAD") {
    if (!whole) body.destroy();
    res.end();
    return;
  }
  const damaged = reply.truncateAt !== undefined || reply.corruptAt !== undefined;
  if (whole && !damaged) {
    await new Promise((resolve) => {
      res.once("close", resolve);
      res.end(body, resolve);
    });
    return;
  }
  const source = whole ? Readable.from(body.length === 0 ? [] : [Buffer.from(body)]) : body;
  await pipeline(damaged ? [source, damage(reply, res), res] : [source, res]).catch(() => res.destroy());
}

/** Resets the connection, which a client sees as a network failure and never as an empty answer. */
function reset(res) {
  res.socket?.resetAndDestroy();
}

function damage({ truncateAt = Infinity, corruptAt = Infinity }, res) {
  let offset = 0;
  return new Transform({
    transform(chunk, _encoding, done) {
      const bytes = Buffer.from(chunk);
      if (corruptAt >= offset && corruptAt < offset + bytes.length) bytes[corruptAt - offset] ^= 0xff;
      const room = truncateAt - offset;
      offset += bytes.length;
      if (bytes.length < room) {
        done(null, bytes);
        return;
      }
      // What was sent so far must reach the caller before the connection ends, or the body would not be short but
      // missing.
      res.write(bytes.subarray(0, room), () => setImmediate(() => res.socket?.end(() => res.destroy())));
    },
  });
}
