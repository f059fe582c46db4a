/**
 * Signed, expiring addresses on the second origin. The key lives in the data folder, so addresses outlive a restart.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Signs and checks addresses of the form `base + path?…&Expires=…&Signature=…`. */
export class Signer {
  #key;

  /** @param {string} dataDir */
  constructor(dataDir) {
    const file = join(dataDir, "signing-key");
    try {
      this.#key = readFileSync(file);
    } catch {
      this.#key = randomBytes(32);
      writeFileSync(`${file}.new`, this.#key, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    }
  }

  /**
   * @param {string} base
   * @param {string} path
   * @param {number} lifetimeSeconds
   * @param {Record<string, string>} [query] signed together with the path
   */
  sign(base, path, lifetimeSeconds, query = {}) {
    const search = new URLSearchParams(query);
    search.set("Expires", String(Math.floor(Date.now() / 1000) + lifetimeSeconds));
    search.set("Signature", this.#digest(path, search));
    return `${base}${path}?${search}`;
  }

  /**
   * @param {URL} url
   * @returns {null|"expired"|"invalid"} `null` when the address is good
   */
  check(url) {
    const search = new URLSearchParams(url.search);
    const given = Buffer.from(search.get("Signature") ?? "");
    search.delete("Signature");
    const expected = Buffer.from(this.#digest(url.pathname, search));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return "invalid";
    return Number(search.get("Expires")) <= Date.now() / 1000 ? "expired" : null;
  }

  #digest(path, search) {
    // Some HTTP stacks reorder a query, so the parameters are put in a fixed order before they are signed.
    const sorted = new URLSearchParams([...search].sort(([a], [b]) => (a < b ? -1 : 1)));
    return createHmac("sha256", this.#key).update(`${path}?${sorted}`).digest("hex");
  }
}
