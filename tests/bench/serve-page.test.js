// The server of `npm start`: the policy on everything, nothing outside its folders, nothing for other host names.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { servePage } from "../../tools/start/serve-page.js";

const folder = mkdtempSync(join(tmpdir(), "hubstash-serve-"));
writeFileSync(join(folder, "index.js"), "export {};");
let server;
before(async () => (server = await servePage({ port: 0, config: { hubUrl: "http://127.0.0.1:1" }, dist: folder })));
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Unlike fetch, this sends the path and the host name as they are given. */
function get(path, { method = "GET", headers: sent = {} } = {}) {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, method, headers: sent }, (response) => {
      const { statusCode: status, headers } = response;
      let body = "";
      response.on("data", (part) => (body += part)).on("end", () => resolve({ status, headers, body }));
    }).on("error", reject).end();
  });
}

test("page, package and config come with their types and the strict policy", async () => {
  const rows = [
    ["/", "text/html"], ["/main.js", "text/javascript"], ["/contenders/dataset.js", "text/javascript"],
    ["/tables.css", "text/css"], ["/dist/index.js", "text/javascript"], ["/config.json", "application/json"],
  ];
  for (const [path, type] of rows) {
    const { status, headers } = await get(path);
    assert.equal(status, 200, path);
    assert.ok(headers["content-type"].startsWith(type), path);
    assert.match(headers["content-security-policy"], /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
    assert.equal(headers["x-content-type-options"], "nosniff");
  }
  assert.deepEqual(JSON.parse((await get("/config.json")).body), { hubUrl: "http://127.0.0.1:1" });
});

test("the page's own policy is not laxer than the server's, and names no third party", async () => {
  const { body, headers } = await get("/");
  const meta = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(body)[1];
  const parts = (policy) => policy.split(";").map((one) => one.trim().replace(/\s+/g, " "));
  const sent = parts(headers["content-security-policy"]);
  for (const directive of parts(meta)) assert.ok(sent.includes(directive), directive);
  assert.doesNotMatch(body, /(src|href)="(https?:)?\/\//);
  assert.doesNotMatch(body, /<style|style="|\son\w+="|<script(?![^>]*src=)/);
});

test("nothing outside the folders is served", async () => {
  const paths = ["/../package.json", "/%2e%2e/package.json", "/dist/../../package.json", "/dist/..%2f..%2fpackage.json",
    "/..%5cpackage.json", "/%00", "/%", "/contenders", "/dist/", "/.git/config", "/missing.js"];
  for (const path of paths) assert.equal((await get(path)).status, 404, path);
});

test("other methods and other host names are refused", async () => {
  assert.equal((await get("/", { method: "POST" })).status, 405);
  assert.equal((await get("/config.json", { headers: { host: "evil.example" } })).status, 421);
  assert.equal((await get("/", { headers: { host: "localhost:8080" } })).status, 200);
});

test("a port in use gives the next one, unless that very port was asked for", async () => {
  const port = Number(new URL(server.url).port);
  await assert.rejects(servePage({ port, exactly: true, config: {} }), /in use/);
  const other = await servePage({ port, config: {} });
  assert.ok(Number(new URL(other.url).port) > port);
  await other.close();
});
