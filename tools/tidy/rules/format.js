// clang-format over the C++ files. Other versions than Debian 12's set some lines differently, so only that one
// judges; `npm run format` lets it rewrite the files.
import { spawnSync } from "node:child_process";
import { isCpp } from "../files.js";

const VERSION = 14;

/** The clang-format to use, or null. */
export function findClangFormat() {
  for (const command of [`clang-format-${VERSION}`, "clang-format"]) {
    const { stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    if (Number(/version (\d+)/.exec(stdout ?? "")?.[1]) === VERSION) return command;
  }
  return null;
}

export const clangFormat = {
  name: "clang-format",
  about: "C++ files are set as .clang-format says",
  *check(files, { root, fix = false }) {
    const paths = files.filter(isCpp).map((file) => file.path);
    const command = findClangFormat();
    if (paths.length === 0 || command === null) return;
    const mode = fix ? ["-i"] : ["--dry-run", "-Werror"];
    const { stderr } = spawnSync(command, [...mode, "--style=file", ...paths], { cwd: root, encoding: "utf8" });
    const reported = new Set();
    for (const [, path, line] of stderr.matchAll(/^(.+?):(\d+):\d+: error: /gm)) {
      if (!reported.has(path)) yield { path, line: Number(line), message: "is not formatted; run npm run format" };
      reported.add(path);
    }
  },
};
