/** Proves the cross-origin rules: what a page on another origin may send, may read, and may not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, file, sha256, withHub } from "./support.js";

const EXPOSED =
  "X-Repo-Commit, X-Request-Id, X-Error-Code, X-Error-Message, X-Total-Count, ETag, Link, Accept-Ranges, " +
  "Content-Range, X-Linked-Size, X-Linked-ETag, X-Xet-Hash";
const ORIGIN = "https://user-app.static.hf.space";

test("all answers of the first origin, errors too, reflect the origin and expose exactly the list", async (t) => {
  const hub = await withHub(t);
  await hub.create("user/notes");
  await hub.commit("user/notes", [file("a.json", "1")]);
  const paths = {
    "/api/whoami-v2": 200,
    "/api/datasets/user/notes/tree/main": 200,
    "/api/datasets/user/missing": 404,
    "/no/such/page": 404,
    "/datasets/user/notes/resolve/main/a.json": 307,
    "/datasets/user/notes/resolve/main/none.json": 404,
  };
  for (const [path, status] of Object.entries(paths)) {
    const { headers, status: got } = await hub.fetch(path, { headers: { Origin: ORIGIN } });
    assert.equal(got, status, path);
    assert.equal(headers.get("access-control-allow-origin"), ORIGIN, path);
    assert.equal(headers.get("vary"), "Origin", path);
    assert.equal(headers.get("access-control-expose-headers"), EXPOSED, path);
    assert.match(headers.get("x-request-id"), /^[0-9a-f-]{36}$/, path);
    assert.match(headers.get("ratelimit"), /^"(api|pages|resolvers)";r=\d+;t=\d+$/, path);
    assert.match(headers.get("ratelimit-policy"), /^"fixed window";"(api|pages|resolvers)";q=\d+;w=300$/, path);
  }
  const bare = await hub.fetch("/api/whoami-v2");
  assert.equal(bare.headers.get("access-control-allow-origin"), hub.url);
});

test("preflights are answered for known addresses only, with the fixed lists", async (t) => {
  const hub = (await withHub(t)).as(null);
  const ask = (path) =>
    hub.fetch(path, { method: "OPTIONS", headers: { Origin: ORIGIN, "Access-Control-Request-Method": "POST" } });
  for (const path of [
    "/api/datasets/a/b/commit/main",
    "/datasets/a/b.git/info/lfs/objects/batch",
    "/api/repos/create",
    "/datasets/a/b/resolve/main/x/y.json",
    "/api/resolve-cache/datasets/a/b/c/d",
  ]) {
    const { status, headers } = await ask(path);
    assert.equal(status, 204, path);
    assert.equal(headers.get("access-control-allow-origin"), ORIGIN);
    assert.equal(headers.get("access-control-allow-methods"), "GET,HEAD,POST,PUT,DELETE");
    assert.equal(
      headers.get("access-control-allow-headers"),
      "authorization, content-type, accept, range, x-request-id",
    );
    assert.equal(headers.get("access-control-max-age"), "86400");
  }
  assert.equal((await ask("/datasets/a/b/upload/main")).status, 404);
});

test("the second origin answers everybody but refuses preflights of downloads, unless told otherwise", async (t) => {
  const bytes = bytesOf(1000);
  for (const [cdnOptions, status] of [
    ["refuse", 403],
    ["answer", 200],
  ]) {
    const hub = await withHub(t, { cdnOptions });
    await hub.create("user/notes");
    await hub.commit("user/notes", [await hub.upload("user/notes", "x.bin", bytes)]);
    const redirect = await hub.fetch("/datasets/user/notes/resolve/main/x.bin", { headers: { Origin: ORIGIN } });
    assert.equal(redirect.status, 302);
    const location = redirect.headers.get("location");
    assert.notEqual(new URL(location).origin, hub.url);
    const preflight = await fetch(location, {
      method: "OPTIONS",
      headers: { Origin: "null", "Access-Control-Request-Method": "GET" },
    });
    assert.equal(preflight.status, status);
    assert.equal(preflight.headers.get("access-control-allow-origin"), cdnOptions === "answer" ? "*" : null);
    const body = await fetch(location, { headers: { Origin: "null" } });
    assert.equal(body.headers.get("access-control-allow-origin"), "*");
    assert.equal(
      body.headers.get("access-control-expose-headers"),
      "Accept-Ranges, Content-Range, Content-Type, Content-Disposition, ETag, X-Cache",
    );
    assert.equal(sha256(Buffer.from(await body.arrayBuffer())), sha256(bytes));
  }
});

test("an upload address answers the preflight of a page, but allows it no Authorization", async (t) => {
  const hub = await withHub(t);
  await hub.create("user/notes");
  const { body } = await hub.batch("user/notes", [{ oid: sha256("x"), size: 1 }]);
  const preflight = await fetch(body.objects[0].actions.upload.href, {
    method: "OPTIONS",
    headers: { Origin: ORIGIN },
  });
  assert.equal(preflight.status, 200);
  assert.match(preflight.headers.get("access-control-allow-methods"), /PUT/);
  assert.doesNotMatch(preflight.headers.get("access-control-allow-headers"), /authorization/i);
});
