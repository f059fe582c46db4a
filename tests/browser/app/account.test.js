// Goal: a person signs in on a static Space with the Hub's own page and comes back with a token that is nowhere but in
// memory; uses this device only; is told when a token is wrong; and takes the data off the device, which is refused
// while something is only there. The Hub's sign-in is played by the browser's own tools, as the local Hub has none.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeAll } from "../api/support.js";
import { DATASET, SMALL, TOKEN, person, world } from "./support.js";

const NO_CONFIG = { hubUrl: undefined, token: undefined, dataset: undefined };
let site, here;
before(async () => {
  site = await world();
  await site.stopServer();
  await site.serve(NO_CONFIG);
});
after(() => closeAll(here, site));

/** Everything that the page has stored, as one text. */
const stored = (page) => page.evaluate(async () => {
  const all = [JSON.stringify({ ...localStorage }), document.cookie, location.href];
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) all.push(url);
  }
  return all.join(" ");
});

/** Answers what the Hub would, in the page's place. */
function playHub(page, asked) {
  const json = (body) => ({
    status: 200,
    contentType: "application/json",
    headers: { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" },
    body: JSON.stringify(body),
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== "https://huggingface.co") return request.continue();
    asked.push(`${request.method()} ${url.pathname}`);
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return request.respond(json({
          authorization_endpoint: "https://huggingface.co/oauth/authorize",
          token_endpoint: "https://huggingface.co/oauth/token",
          userinfo_endpoint: "https://huggingface.co/oauth/userinfo",
        }));
      case "/oauth/authorize": {
        const back = new URL(url.searchParams.get("redirect_uri"));
        back.searchParams.set("code", "one-time");
        back.searchParams.set("state", url.searchParams.get("state"));
        strictEqual(url.searchParams.get("scope"), "openid profile contribute-repos");
        strictEqual(url.searchParams.get("code_challenge_method"), "S256");
        return request.respond({ status: 302, headers: { Location: back.href } });
      }
      case "/oauth/token":
        return request.respond(json({ access_token: "hf_oauth_secret", expires_in: 3600, scope: "" }));
      case "/oauth/userinfo":
        return request.respond(json({ sub: "1", name: "Alice", preferred_username: "alice" }));
      case "/api/whoami-v2":
        return request.respond(json({ name: "alice", type: "user" }));
      default:
        return request.abort();
    }
  });
}

test("with the Hub's own page: consent, back, signed in, and the token in no store", { timeout: 60_000 }, async () => {
  const asked = [];
  const before = async (page) => {
    await page.evaluateOnNewDocument(() => {
      const variables = { OAUTH_CLIENT_ID: "id", OAUTH_SCOPES: "openid profile contribute-repos" };
      globalThis.huggingface = { variables };
    });
    await page.setRequestInterception(true);
    playHub(page, asked);
  };
  const visitor = await person(site, { before });
  try {
    await visitor.press("Sign in", "#welcome");
    await visitor.press("Sign in with Hugging Face", "#account-dialog");
    await visitor.wait(() => !document.querySelector("#workplace")?.hidden);
    const place = JSON.parse(await visitor.page.evaluate(() => localStorage.getItem("hubstash-app:place")));
    deepStrictEqual([place.account, place.dataset], ["alice", "alice/pdf-notes"]);
    ok(asked.includes("POST /oauth/token"), asked.join());
    const all = await stored(visitor.page);
    ok(!all.includes("hf_oauth_secret") && !all.includes("one-time"), all);
    visitor.page.removeAllListeners("request");
    await visitor.page.setRequestInterception(false);
    await visitor.page.goto(`${site.address}?error=access_denied&error_description=no`);
    await visitor.hasProblem("You are not signed in");
    strictEqual(await visitor.page.evaluate(() => location.search), "");
  } finally {
    await visitor.close();
  }
});

test("this device only: saved here, nothing to sync, and no Hub is asked", { timeout: 60_000 }, async () => {
  here = await person(site);
  await site.remote.forget();
  await here.press("This device only");
  await here.says("Everything is saved, on this device only.");
  await here.add(SMALL);
  await here.isShown(1);
  deepStrictEqual(await here.states(), [["On this device"]]);
  ok(await here.page.$eval("#sync-now", (button) => button.hidden));
  await here.visit();
  await here.isListed("small");
  deepStrictEqual(await site.remote.requests(), []);
});

async function signIn(token) {
  await here.press("Sign in", "header");
  for (const [id, value] of [["token", token], ["dataset", DATASET], ["hub", site.remote.url]]) {
    await here.page.$eval(`#${id}`, (input, text) => (input.value = text), value);
  }
  await here.press("Sign in", "#account-dialog");
}

test("a wrong token says so; a right one opens the account's own data in the place of the first", async () => {
  await signIn("hf_wrong");
  await here.hasProblem("The Hub does not accept your sign-in");
  deepStrictEqual(await here.names(), ["small"]);
  await here.press("Close", "#problem");
  await signIn(TOKEN);
  await here.says("All changes are on the Hub.");
  deepStrictEqual(await here.names(), []);
  ok(!(await stored(here.page)).includes(TOKEN));
});

test("the data leaves the device once all of it is on the Hub, not before", { timeout: 60_000 }, async () => {
  const forget = async () => {
    await here.press("Account");
    await here.press("Sign out and take the data off this device", "#account-dialog");
    await here.press("Take it off", "#confirm");
  };
  await here.add(SMALL);
  await here.isShown(1);
  await forget();
  await here.hasProblem("Some changes are only on this device");
  match(await here.text("#problem-advice"), /Press “Sync now” first\.$/);
  await here.press("Close", "#problem");
  await here.sync();
  await here.says("All changes are on the Hub.");
  await forget();
  await here.wait(() => !document.querySelector("#welcome")?.hidden);
  await signIn(TOKEN);
  await here.isListed("small");
  deepStrictEqual(await here.states(), [["Not on this device", "On the Hub"]]);
});
