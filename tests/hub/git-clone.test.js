/** Proves that plain git and git-lfs read from the local Hub the bytes that were committed over HTTP. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { bytesOf, file, temporaryFolder, withHub } from "./support.js";

const run = promisify(execFile);

/** Nothing global is read or written: the LFS filter is named on the command line. */
const ENV = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
};
const LFS = [
  "-c",
  "filter.lfs.smudge=git-lfs smudge -- %f",
  "-c",
  "filter.lfs.process=git-lfs filter-process",
  "-c",
  "filter.lfs.clean=git-lfs clean -- %f",
  "-c",
  "filter.lfs.required=true",
];
const git = (...args) => run("git", [...LFS, ...args], { env: ENV });

for (const ending of ["", ".git"]) {
  test(`git clone of an address ending in "notes${ending}" reads regular and LFS files`, async (t) => {
    const hub = await withHub(t, { tokens: ["hf_owner"] });
    const owner = hub.as("hf_owner");
    await owner.create("user/notes", { private: true });
    const pdf = bytesOf(200_000);
    await owner.commit("user/notes", [
      file("a/b.json", '{"x":"ü"}'),
      await owner.upload("user/notes", "docs/my plan.pdf", pdf),
    ]);

    const dir = join(await temporaryFolder(t), "clone");
    const address = `http://user:hf_owner@${new URL(hub.url).host}/datasets/user/notes${ending}`;
    await git("clone", "--quiet", address, dir);
    assert.equal(await readFile(join(dir, "a/b.json"), "utf8"), '{"x":"ü"}');
    assert.ok((await readFile(join(dir, "docs/my plan.pdf"))).equals(pdf));
    // The pointer in the index equals the file in the folder: git has nothing to complain about.
    assert.equal((await git("-C", dir, "status", "--porcelain")).stdout, "");
    await run("git", ["-C", dir, "fsck", "--strict"], { env: ENV });

    await owner.commit("user/notes", [file("a/b.json", "2")]);
    await git("-C", dir, "pull", "--quiet");
    assert.equal(await readFile(join(dir, "a/b.json"), "utf8"), "2");
  });
}

test("git needs a token for a private repo, none for a public one, and cannot push", async (t) => {
  const hub = await withHub(t, { tokens: ["hf_owner"] });
  const owner = hub.as("hf_owner");
  await owner.create("user/secret", { private: true });
  await owner.create("user/open");
  const base = await temporaryFolder(t);
  await assert.rejects(
    git("clone", "--quiet", `${hub.url}/datasets/user/secret`, join(base, "a")),
    /could not read Username/,
  );
  const refused = await hub.as(null).fetch("/datasets/user/secret/info/refs?service=git-upload-pack");
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get("www-authenticate"), /^Basic realm=/);

  await git("clone", "--quiet", `${hub.url}/datasets/user/open`, join(base, "b"));
  const address = `http://user:hf_owner@${new URL(hub.url).host}/datasets/user/open`;
  await assert.rejects(git("-C", join(base, "b"), "push", "--quiet", address, "HEAD:refs/heads/other"), /403/);
});
