/**
 * The three request buckets. Every answer tells the state of its bucket, as on the Hub; refusing is off unless asked
 * for, because a test run makes more requests in five minutes than a person does.
 */
import { HubError } from "./replies.js";

const WINDOW_MS = 300_000;

export const FREE_USER = { api: 1000, resolvers: 5000, pages: 200 };
export const ANONYMOUS = { api: 500, resolvers: 3000, pages: 100 };

/** Counts requests per account and bucket in fixed windows. */
export class RateLimits {
  #windows = new Map();

  /** @param {{limits?: Partial<typeof FREE_USER>, enforce?: boolean}} [options] */
  constructor({ limits = {}, enforce = false } = {}) {
    this.limits = limits;
    this.enforce = enforce;
  }

  /**
   * Counts one request.
   * @param {string} bucket
   * @param {string|null} account `null` for anonymous callers
   * @returns {{headers: Record<string, string>, exceeded: boolean}}
   */
  count(bucket, account) {
    const now = Date.now();
    const key = `${bucket} ${account ?? ""}`;
    let window = this.#windows.get(key);
    if (!window || now >= window.end) this.#windows.set(key, (window = { used: 0, end: now + WINDOW_MS }));
    window.used += 1;
    const quota = this.limits[bucket] ?? (account === null ? ANONYMOUS : FREE_USER)[bucket];
    const seconds = Math.ceil((window.end - now) / 1000);
    return {
      exceeded: this.enforce && window.used > quota,
      headers: {
        RateLimit: `"${bucket}";r=${Math.max(0, quota - window.used)};t=${seconds}`,
        "RateLimit-Policy": `"fixed window";"${bucket}";q=${quota};w=300`,
      },
    };
  }
}

/** The refusal of a caller whose bucket is empty. */
export const tooManyRequests = () =>
  new HubError(429, "We had to rate limit you. If you think it's an error, upgrade to a paid account.");
