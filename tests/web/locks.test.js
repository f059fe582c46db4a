// Web Locks as pages meet them: held, busy, missing, forbidden, and asked for too late.
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Locks } from "../../web/src/locks.js";

/** A LockManager of one lock, for what locks.js asks of it. */
class OneLock {
  held = false;
  names = [];
  async request(name, options, callback) {
    this.names.push(name);
    deepStrictEqual(options, { ifAvailable: true });
    if (this.held) return callback(null);
    this.held = true;
    try {
      return await callback({ name });
    } finally {
      this.held = false;
    }
  }
}

const original = Object.getOwnPropertyDescriptor(globalThis, "navigator");
const browserHas = (locks) =>
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
afterEach(() => {
  if (original) Object.defineProperty(globalThis, "navigator", original);
  else delete globalThis.navigator;
});
const soon = () => new Promise((resolve) => setImmediate(resolve));

test("one page has the lock until it drops it, and the other is told at once that it is busy", async () => {
  const browser = new OneLock();
  browserHas(browser);
  const one = new Locks();
  const two = new Locks();
  strictEqual(await one.take(1, "hubstash:/x"), true);
  strictEqual(await two.take(1, "hubstash:/x"), false);
  one.drop(1);
  await soon();
  strictEqual(await two.take(2, "hubstash:/x"), true);
  deepStrictEqual(new Set(browser.names), new Set(["hubstash:/x"]));
});

test("where locks are missing, null, forbidden or throw, the answer is that it is not held", async () => {
  const forbidden = { request: () => Promise.reject(new DOMException("no", "SecurityError")) };
  const throwing = {
    request() {
      throw new DOMException("no", "SecurityError");
    },
  };
  for (const locks of [undefined, null, forbidden, throwing]) {
    browserHas(locks);
    strictEqual(await new Locks().take(1, "x"), false);
  }
});

test("a page that has closed its store keeps no lock, not even one that is granted later", async () => {
  const browser = new OneLock();
  browserHas(browser);
  const locks = new Locks();
  strictEqual(await locks.take(1, "x"), true);
  locks.close();
  await soon();
  strictEqual(browser.held, false);
  strictEqual(await locks.take(2, "x"), false);
  await soon();
  strictEqual(browser.held, false);
});

test("dropping what is not held does nothing", () => {
  browserHas(new OneLock());
  new Locks().drop(7);
});
