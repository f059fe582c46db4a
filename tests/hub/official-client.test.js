/** Proves that the unmodified `@huggingface/hub` client works against the local Hub as it does against the real one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  commit,
  createRepo,
  datasetInfo,
  deleteFile,
  deleteRepo,
  downloadFile,
  fileExists,
  listCommits,
  listDatasets,
  listFiles,
  pathsInfo,
  uploadFiles,
  whoAmI,
} from "@huggingface/hub";
import { bytesOf, sha256, withHub } from "./support.js";

const addition = (path, content) => ({ operation: "addOrUpdate", path, content: new Blob([content]) });

test("the official client creates, uploads, lists, downloads and deletes", async (t) => {
  const { url } = await withHub(t);
  const repo = { type: "dataset", name: "user/notes" };
  const to = { hubUrl: url, accessToken: "hf_client", repo };
  assert.equal((await whoAmI(to)).name, "user");
  assert.equal((await createRepo({ ...to, private: true })).repoUrl, `${url}/datasets/user/notes`);

  const pdf = bytesOf(300_000);
  const text = JSON.stringify({ text: "Zürich ✓" });
  await uploadFiles({
    ...to,
    files: [
      { path: "a/b.json", content: new Blob([text]) },
      { path: "p/plan.pdf", content: new Blob([pdf]) },
    ],
  });

  const listed = new Map();
  for await (const entry of listFiles({ ...to, recursive: true })) listed.set(entry.path, entry);
  assert.deepEqual([...listed.keys()].sort(), [".gitattributes", "a", "a/b.json", "p", "p/plan.pdf"]);
  assert.equal(listed.get("p/plan.pdf").lfs.oid, sha256(pdf));
  assert.equal(listed.get("p/plan.pdf").size, pdf.length);
  assert.equal(listed.get("a/b.json").lfs, undefined);

  assert.equal(await (await downloadFile({ ...to, path: "a/b.json" })).text(), text);
  const blob = await downloadFile({ ...to, path: "p/plan.pdf" });
  assert.ok(Buffer.from(await blob.arrayBuffer()).equals(pdf));
  assert.ok(Buffer.from(await blob.slice(1000, 2000).arrayBuffer()).equals(pdf.subarray(1000, 2000)));
  assert.equal(await downloadFile({ ...to, path: "missing.json" }), null);

  const infos = await pathsInfo({ ...to, paths: ["p/plan.pdf", "nothing"], expand: true });
  assert.equal(infos.length, 1);
  assert.equal(infos[0].lastCommit.title, "Add 2 files");

  await deleteFile({ ...to, path: "a/b.json" });
  assert.equal(await fileExists({ ...to, path: "a/b.json" }), false);
  const titles = [];
  for await (const one of listCommits(to)) titles.push(one.title);
  assert.equal(titles.at(-1), "initial commit");
  assert.equal(titles.length, 3);

  const names = [];
  for await (const one of listDatasets({ ...to, search: { owner: "user" } })) names.push([one.name, one.private]);
  assert.deepEqual(names, [["user/notes", true]]);
  await deleteRepo(to);
  await assert.rejects(datasetInfo({ ...to, name: "user/notes" }), { statusCode: 404 });
});

test("the official client is refused when its parent commit is stale", async (t) => {
  const { url } = await withHub(t);
  const repo = { type: "dataset", name: "user/notes" };
  const to = { hubUrl: url, accessToken: "hf_client", repo };
  await createRepo(to);
  const first = await commit({ ...to, title: "one", operations: [addition("x.json", "1")] });
  await commit({ ...to, title: "two", operations: [addition("y.json", "2")], parentCommit: first.commit.oid });
  const stale = commit({
    ...to,
    title: "three",
    operations: [addition("x.json", "3")],
    parentCommit: first.commit.oid,
  });
  await assert.rejects(stale, { statusCode: 412, message: /The branch was updated since you opened this page/ });
  assert.equal(await (await downloadFile({ ...to, path: "x.json" })).text(), "1");
});

test("the official client uploads a large file in parts", async (t) => {
  const { url } = await withHub(t, { multipartAbove: 100_000, partSize: 40_000 });
  const repo = { type: "dataset", name: "user/notes" };
  const to = { hubUrl: url, accessToken: "hf_client", repo };
  await createRepo(to);
  const bytes = bytesOf(170_000);
  await commit({ ...to, title: "large", operations: [addition("large.bin", bytes)] });
  assert.ok(Buffer.from(await (await downloadFile({ ...to, path: "large.bin" })).arrayBuffer()).equals(bytes));
});
