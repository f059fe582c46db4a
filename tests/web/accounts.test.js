// Goal: each account has one place for its data in a browser, whatever it is called later, and never another's.
import { strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { Accounts, isSameAccount, placeOf } from "../../web/src/accounts.js";

const entry = (owners) => ({ owners, tokens: {}, last: "" });
const ann = { name: "ann", id: "1" };

test("ids tell accounts apart, and names where an id is not known", () => {
  strictEqual(isSameAccount(ann, { name: "anna", id: "1" }), true);
  strictEqual(isSameAccount(ann, { name: "ann", id: "2" }), false);
  strictEqual(isSameAccount(ann, { name: "Ann", id: "" }), true);
  strictEqual(isSameAccount(undefined, ann), false);
});

test("the first account adopts what is there; each further one has a place of its own", () => {
  strictEqual(placeOf(entry({}), ann), "");
  strictEqual(placeOf(entry({ "": ann }), ann), "");
  strictEqual(placeOf(entry({ "": ann }), { name: "bob", id: "2" }), "bob");
  strictEqual(placeOf(entry({ "": ann, bob: { name: "bob", id: "2" } }), { name: "robert", id: "2" }), "bob");
});

test("who takes over a name does not take over the data", () => {
  const owners = { "": ann, bob: { name: "bob", id: "2" } };
  strictEqual(placeOf(entry(owners), { name: "bob", id: "3" }), "bob~3");
});

test("a browser that keeps nothing still tells accounts apart for as long as the page lives", async () => {
  const accounts = await new Accounts("store").open(); // Node has no IndexedDB.
  strictEqual(await accounts.choose(undefined, "hf_a"), "");
  strictEqual(await accounts.accountOf("hf_a"), undefined);
  await accounts.learn("hf_a", ann, "", ann);
  strictEqual(accounts.placeOf(ann), "");
  await accounts.learn("hf_b", { name: "bob", id: "2" }, "", ann);
  strictEqual(accounts.placeOf({ name: "bob", id: "2" }), "bob");
  strictEqual(await accounts.choose("ann", null), "");
});
