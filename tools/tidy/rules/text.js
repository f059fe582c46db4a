// Layout of the text itself: whitespace, line length, file length.
import { isCode, isCpp, isJs, under } from "../files.js";

const LINE_LENGTH_MAX = 120;
const FILE_LINES_MAX = 400;

/** Samples that tests read byte by byte are as they are. */
const isOurText = (file) => !under(file.path, "tests/golden", "tests/fuzz/corpus") && file.path !== "package-lock.json";

export const whitespace = {
  name: "whitespace",
  about: "no tabs, no trailing whitespace, no CR, a newline at the end",
  *check(files) {
    for (const { path, text, lines } of files.filter(isOurText)) {
      for (const [index, line] of lines.entries()) {
        if (line.includes("\t")) yield { path, line: index + 1, message: "has a tab" };
        if (line.endsWith("\r")) yield { path, line: index + 1, message: "ends with CR LF" };
        else if (/\s$/.test(line)) yield { path, line: index + 1, message: "has trailing whitespace" };
      }
      if (text !== "" && !text.endsWith("\n")) yield { path, line: lines.length, message: "has no newline at the end" };
      if (text.endsWith("\n\n")) yield { path, line: lines.length, message: "ends with an empty line" };
    }
  },
};

export const lineLength = {
  name: "line-length",
  about: `lines of code have at most ${LINE_LENGTH_MAX} characters`,
  *check(files) {
    for (const { path, lines } of files.filter(isCode)) {
      for (const [index, line] of lines.entries()) {
        const length = [...line].length;
        if (length > LINE_LENGTH_MAX) {
          yield { path, line: index + 1, message: `has ${length} characters, ${LINE_LENGTH_MAX} are the most` };
        }
      }
    }
  },
};

export const fileLength = {
  name: "file-length",
  about: `files of C++ and JavaScript have at most ${FILE_LINES_MAX} lines, tests too`,
  *check(files) {
    for (const { path, lines } of files.filter((file) => isCpp(file) || isJs(file))) {
      if (lines.length > FILE_LINES_MAX) {
        yield { path, line: FILE_LINES_MAX + 1, message: `has ${lines.length} lines; split it by what it does` };
      }
    }
  },
};
