/**
 * A table of routes. Parameters are matched on the *undecoded* path and decoded one by one, so that `refs%2Fpr%2F1` is
 * one revision and an encoded slash in a repo name never becomes a folder.
 */
import { HubError } from "./replies.js";

const PARAMETERS = {
  ":ns": "(?<ns>[^/]+)",
  ":name": "(?<name>[^/]+)",
  ":rev": "(?<rev>refs(?:/|%2[fF])(?:pr|convert)(?:/|%2[fF])[^/]+|[^/]+)",
  ":id": "(?<id>[^/]+)",
  "*path": "(?<path>.*)",
};

/** A list of `{method, pattern, handler}` with lookup by method and undecoded path. */
export class Router {
  #routes = [];

  /**
   * @param {string} methods for example `"GET HEAD"`
   * @param {string} pattern for example `"/api/datasets/:ns/:name/tree/:rev/*path"`
   * @param {(ctx: import("./listener.js").Context) => Promise<object>|object} handler
   * @param {object} [traits] `bucket` (rate limit), `git` (Basic credentials are understood)
   */
  add(methods, pattern, handler, traits = {}) {
    const source = pattern.replace(/[:*][a-z]+|[.+?^$()[\]{}|\\]/g, (part) => PARAMETERS[part] ?? `\\${part}`);
    this.#routes.push({ methods: methods.split(" "), regex: new RegExp(`^${source}$`), handler, traits });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @returns {{handler: Function, params: Record<string, string>, traits: object}|null}
   */
  match(method, path) {
    for (const route of this.#routes) {
      if (!route.methods.includes(method)) continue;
      const found = route.regex.exec(path);
      if (found) return { handler: route.handler, params: decode(found.groups ?? {}), traits: route.traits };
    }
    return null;
  }

  /** True when any method is routed at this path, which is when a preflight is answered. */
  knows(path) {
    return this.#routes.some((route) => route.regex.test(path));
  }
}

function decode(groups) {
  const params = {};
  for (const [key, value] of Object.entries(groups)) {
    try {
      params[key] = decodeURIComponent(value);
    } catch {
      throw new HubError(400, "The address is not valid percent-encoding");
    }
  }
  return params;
}
