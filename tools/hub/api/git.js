/** `git clone` and `git fetch`. */
import { openRepo } from "../access.js";
import { serveGit } from "../git/smart-http.js";

/** `GET …/info/refs`, `POST …/git-upload-pack`, `POST …/git-receive-pack` */
export function gitService(ctx) {
  const repo = openRepo(ctx, "read");
  const path = /\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(ctx.url.pathname)[0];
  return serveGit(ctx.req, { gitDir: repo.git.gitDir, path, query: ctx.url.search.slice(1) });
}
