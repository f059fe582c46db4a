/**
 * Writing many objects in one go. A pack is a header, the deflated objects and a checksum; git itself takes it in and
 * checks every object, in one process instead of one per file.
 */
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { deflate, deflateSync } from "node:zlib";
import { git } from "./run.js";

const TYPES = { commit: 1, tree: 2, blob: 3 };
const deflateAsync = promisify(deflate);

/** Above this many objects the pack is kept as it is; below, it is unpacked, so that packs do not pile up. */
const UNPACK_LIMIT = 100;

/**
 * @param {string} gitDir
 * @param {import("./objects.js").NewObjects} objects
 */
export async function writeObjects(gitDir, objects) {
  if (objects.size === 0) return;
  const header = Buffer.alloc(12);
  header.write("PACK", 0, "latin1");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.size, 8);
  const parts = [header];
  for (const { type, body } of objects.values()) {
    parts.push(objectHeader(TYPES[type], body.length));
    // Level 1, because this store is for development: time matters, space does not.
    parts.push(body.length > 65_536 ? await deflateAsync(body, { level: 1 }) : deflateSync(body, { level: 1 }));
  }
  const hash = createHash("sha1");
  for (const part of parts) hash.update(part);
  parts.push(hash.digest());
  const command = objects.size > UNPACK_LIMIT ? ["index-pack", "--stdin"] : ["unpack-objects", "-q"];
  await git(gitDir, ["-c", "core.fsync=none", ...command], parts);
}

/** Three bits of type and a size in groups of seven bits, least significant first, four in the first byte. */
function objectHeader(type, size) {
  const bytes = [];
  let byte = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 128);
    byte = rest & 127;
  }
  bytes.push(byte);
  return Buffer.from(bytes);
}
