/**
 * The LFS objects of one repo, files named by their SHA-256. Each repo has its own: a repo must never learn from an
 * "already stored" that another repo holds the same file.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

export const isOid = (oid) => typeof oid === "string" && /^[0-9a-f]{64}$/.test(oid);

/** Objects under one folder. */
export class LfsStore {
  #dir;
  #rejected = new Map();

  /** @param {string} dir */
  constructor(dir) {
    this.#dir = dir;
  }

  /** @param {string} oid */
  file(oid) {
    if (!isOid(oid)) throw new Error("not an object id");
    return join(this.#dir, oid.slice(0, 2), oid.slice(2, 4), oid);
  }

  /** @returns {Promise<number|null>} the size, or `null` when it is not stored */
  async size(oid) {
    try {
      return (await stat(this.file(oid))).size;
    } catch {
      return null;
    }
  }

  /**
   * Takes an upload in, hashing it on its way to the disk. Like a bucket, it does not complain about wrong bytes: the
   * commit that refers to them is what fails.
   * @param {string} oid
   * @param {number} expected size
   * @param {AsyncIterable<Buffer>} body
   * @param {string} temporary a file name on the same disk
   * @returns {Promise<string>} MD5 of what arrived, which such services use as ETag
   */
  async receive(oid, expected, body, temporary) {
    const received = await writeHashed(body, temporary, expected);
    if (received.sha256 !== oid || received.size !== expected) {
      await rm(temporary, { force: true });
      this.#rejected.set(oid, received.size === expected ? "other content" : "another size");
    } else {
      await this.#makeFolder(oid);
      await rename(temporary, this.file(oid));
      this.#rejected.delete(oid);
    }
    return received.md5;
  }

  /** Why an object that somebody uploaded is nevertheless not there. */
  rejection(oid) {
    return this.#rejected.get(oid);
  }

  /** Fails where the repo was removed meanwhile: a folder that came back without it would stand in a new one's way. */
  async #makeFolder(oid) {
    const folder = dirname(this.file(oid));
    for (const one of [dirname(folder), folder]) {
      await mkdir(one).catch((error) => {
        if (error.code !== "EEXIST") throw error;
      });
    }
  }

  /** @returns {Promise<number>} bytes of all objects */
  async total() {
    const names = await readdir(this.#dir, { recursive: true }).catch(() => []);
    const sizes = await Promise.all(names.map((one) => this.size(one.slice(-64)).catch(() => 0)));
    return sizes.reduce((sum, size) => sum + (size ?? 0), 0);
  }
}

/**
 * @param {AsyncIterable<Buffer>} body
 * @param {string} file
 * @param {number} limit bytes; what goes beyond is not written, only counted
 */
export async function writeHashed(body, file, limit) {
  const sha256 = createHash("sha256");
  const md5 = createHash("md5");
  let size = 0;
  const meter = new Transform({
    transform(chunk, _encoding, done) {
      size += chunk.length;
      sha256.update(chunk);
      md5.update(chunk);
      done(null, size <= limit ? chunk : undefined);
    },
  });
  try {
    await pipeline(body, meter, createWriteStream(file));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return { sha256: sha256.digest("hex"), md5: md5.digest("hex"), size };
}

/** Several files as one stream, in order. */
export async function* joined(files) {
  for (const file of files) yield* createReadStream(file);
}
