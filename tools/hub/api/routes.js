/** Every address of the first origin. */
import { Router } from "../http/router.js";
import { batch, verify } from "../lfs/batch.js";
import { completeMultipart } from "../lfs/multipart.js";
import { authCheckRead, authCheckWrite, whoami } from "./accounts.js";
import { commit } from "./commit.js";
import { addFaults, clearLog, listFaults, readLog, removeFaults } from "./control.js";
import { raw, resolve, resolveCache } from "./files.js";
import { gitService } from "./git.js";
import { listCommits, listRepos, repoInfo } from "./info.js";
import { preupload } from "./preupload.js";
import { changeSettings, createRepo, deleteRepo } from "./repos.js";
import { createBranch, createTag, deleteBranch, deleteTag, listRefs, superSquash } from "./revisions.js";
import { listTree, pathsInfo } from "./tree.js";

/** @returns {Router} */
export function hubRouter() {
  const router = new Router();
  const api = (methods, pattern, handler) => router.add(methods, pattern, handler, { bucket: "api" });
  api("GET", "/api/whoami-v2", whoami);
  api("POST", "/api/repos/create", createRepo);
  api("DELETE", "/api/repos/delete", deleteRepo);
  api("POST", "/api/complete_multipart", completeMultipart);
  api("GET", "/api/datasets", listRepos);
  datasetRoutes(api);
  const files = { bucket: "resolvers" };
  router.add("GET HEAD", "/api/resolve-cache/datasets/:ns/:name/:rev/*path", resolveCache, files);
  router.add("GET HEAD", "/datasets/:ns/:name/resolve/:rev/*path", resolve, files);
  router.add("GET HEAD", "/datasets/:ns/:name/raw/:rev/*path", raw);
  gitRoutes(router);
  router.add("GET", "/__hub/faults", listFaults);
  router.add("POST PUT", "/__hub/faults", addFaults);
  router.add("DELETE", "/__hub/faults", removeFaults);
  router.add("DELETE", "/__hub/faults/:id", removeFaults);
  router.add("GET", "/__hub/log", readLog);
  router.add("DELETE", "/__hub/log", clearLog);
  return router;
}

function datasetRoutes(api) {
  const repo = "/api/datasets/:ns/:name";
  api("GET", repo, repoInfo);
  api("GET", `${repo}/revision/:rev`, repoInfo);
  api("GET", `${repo}/auth-check`, authCheckRead);
  api("GET", `${repo}/auth-check/write`, authCheckWrite);
  api("PUT", `${repo}/settings`, changeSettings);
  api("GET", `${repo}/refs`, listRefs);
  api("POST", `${repo}/preupload/:rev`, preupload);
  api("POST", `${repo}/commit/:rev`, commit);
  api("GET", `${repo}/tree/:rev`, listTree);
  api("GET", `${repo}/tree/:rev/*path`, listTree);
  api("POST", `${repo}/paths-info/:rev`, pathsInfo);
  api("GET", `${repo}/commits/:rev`, listCommits);
  api("POST", `${repo}/branch/*path`, createBranch);
  api("DELETE", `${repo}/branch/*path`, deleteBranch);
  api("POST", `${repo}/tag/:rev`, createTag);
  api("DELETE", `${repo}/tag/*path`, deleteTag);
  api("POST", `${repo}/super-squash/*path`, superSquash);
}

/** With and without `.git`, as git takes an address as it is given and git-lfs adds the ending. */
function gitRoutes(router) {
  const git = { git: true, bucket: "pages" };
  const repo = "/datasets/:ns/:name";
  router.add("POST", `${repo}/info/lfs/objects/batch`, batch, { ...git, bucket: "api" });
  router.add("POST", `${repo}/info/lfs/objects/verify`, verify, { ...git, bucket: "api" });
  router.add("GET", `${repo}/info/refs`, gitService, git);
  router.add("POST", `${repo}/git-upload-pack`, gitService, git);
  router.add("POST", `${repo}/git-receive-pack`, gitService, git);
}
