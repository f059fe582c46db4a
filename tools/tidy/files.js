// The files that tidy looks at: all that git tracks or would track, with their text. Binary files are left out.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ path: string, text: string, lines: string[] }} SourceFile */

/** @returns {SourceFile} */
export function sourceFile(path, text) {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return { path, text, lines };
}

/** @returns {SourceFile[]} */
export function listFiles(root) {
  const listing = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
    encoding: "utf8",
  });
  return [...new Set(listing.split("\0"))]
    .filter((path) => path && existsSync(join(root, path)) && statSync(join(root, path)).isFile())
    .sort()
    .map((path) => sourceFile(path, readFileSync(join(root, path), "utf8")))
    .filter((file) => !file.text.includes("\0"));
}

const byEnding = (endings) => (file) => endings.some((ending) => file.path.endsWith(ending));

export const isCpp = byEnding([".cpp", ".h"]);
export const isJs = byEnding([".js", ".mjs"]);
export const isMarkdown = byEnding([".md"]);
export const isShell = (file) => file.path.endsWith(".sh") || file.text.startsWith("#!/usr/bin/env bash");
export const isCode = (file) =>
  isCpp(file) || isJs(file) || isShell(file) || byEnding([".ts", ".cmake", "CMakeLists.txt", ".css", ".html"])(file);

/** True where `path` is in one of these folders. */
export const under = (path, ...folders) => folders.some((folder) => path.startsWith(`${folder}/`));
