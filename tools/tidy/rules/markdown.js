// Markdown: a document has one title.
import { isMarkdown } from "../files.js";

export const oneTitle = {
  name: "one-title",
  about: "a markdown file has exactly one `# ` title, in its first line",
  *check(files) {
    for (const { path, lines } of files.filter(isMarkdown)) {
      let inFence = false;
      const titles = [];
      for (const [index, line] of lines.entries()) {
        if (/^\s*(```|~~~)/.test(line)) inFence = !inFence;
        else if (!inFence && line.startsWith("# ")) titles.push(index + 1);
      }
      // A dataset card or a Space's README starts with front matter.
      if (titles.length === 0) yield { path, line: 1, message: "has no `# ` title" };
      for (const line of titles.slice(1)) yield { path, line, message: "is a second `# ` title" };
    }
  },
};
