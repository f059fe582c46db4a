/** The two pattern files that change what an upload means: `.gitattributes` (what is LFS) and `.gitignore`. */

/** The `.gitattributes` that every new dataset starts with. */
export const DEFAULT_ATTRIBUTES = [
  "*.7z *.arrow *.avro *.bin *.bz2 *.ckpt *.ftz *.gz *.h5 *.joblib *.lfs.* *.lz4 *.mds *.mlmodel *.model *.msgpack",
  "*.npy *.npz *.onnx *.ot *.parquet *.pb *.pickle *.pkl *.pt *.pth *.rar *.safetensors saved_model/**/* *.tar.* *.tar",
  "*.tflite *.tgz *.wasm *.xz *.zip *.zst *tfevents* *.pcm *.sam *.raw *.aac *.flac *.mp3 *.ogg *.wav *.bmp *.gif",
  "*.png *.tiff *.jpg *.jpeg *.webp *.mp4 *.webm",
]
  .join(" ")
  .split(" ")
  .map(attributeLine)
  .join("");

/** @param {string} pattern */
function attributeLine(pattern) {
  return `${pattern} filter=lfs diff=lfs merge=lfs -text\n`;
}

/**
 * @param {string} source content of `.gitattributes`
 * @returns {(path: string) => boolean} whether the file is kept in LFS
 */
export function lfsRule(source) {
  const literal = new Map();
  const patterns = [];
  source.split(/\r?\n/).forEach((line, index) => {
    const [pattern, ...attributes] = line.trim().split(/\s+/);
    if (!pattern || pattern.startsWith("#") || pattern.startsWith("!")) return;
    const filter = attributes.findLast((one) => /^[-!]?filter(=|$)/.test(one));
    if (filter === undefined) return;
    const lfs = filter === "filter=lfs";
    // Thousands of lines name one file each (the Hub adds them itself); those are looked up, not tried one by one.
    const plain = pattern.replace(/\[\[:space:\]\]/g, " ").replace(/^\//, "");
    if (pattern.includes("/") && !/[*?[\]\\]/.test(plain)) literal.set(plain, { index, lfs });
    else patterns.push({ index, lfs, matches: matcher(pattern) });
  });
  patterns.reverse();
  return (path) => {
    const exact = literal.get(path);
    const glob = patterns.find((one) => one.matches(path));
    if (exact && (!glob || exact.index > glob.index)) return exact.lfs;
    return glob?.lfs ?? false;
  };
}

/**
 * @param {string} source content of `.gitignore`
 * @returns {(path: string) => boolean}
 */
export function ignoreRule(source) {
  const rules = source
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => {
      const negated = line.startsWith("!");
      const pattern = negated ? line.slice(1) : line;
      return { negated, folder: pattern.endsWith("/"), matches: matcher(pattern.replace(/\/$/, "")) };
    });
  return (path) => {
    const segments = path.split("/");
    // A file is ignored when it, or any folder above it, is.
    return segments.some((_, index) => {
      const part = segments.slice(0, index + 1).join("/");
      const isFolder = index < segments.length - 1;
      return rules.findLast((rule) => (isFolder || !rule.folder) && rule.matches(part))?.negated === false;
    });
  };
}

/**
 * The line that makes git treat a path as LFS.
 * @param {string} path
 * @param {"path"|"extension"} style one line a file, as the Hub was seen to do, or one line an extension
 */
export function trackingLine(path, style) {
  const name = path.split("/").at(-1);
  const dot = name.lastIndexOf(".");
  const target = style === "extension" && dot > 0 ? `*${name.slice(dot)}` : path;
  const start = target === path ? 0 : 1;
  const escaped = target
    .slice(start)
    .replace(/[*?[\]]/g, (char) => (char === "]" ? "]" : `[${char}]`))
    .replace(/\s/g, "[[:space:]]")
    .replace(/^[#!"]/, "[$&]");
  return attributeLine(target.slice(0, start) + escaped);
}

/** A pattern without a slash names a file in any folder; with one, a path from the root. */
function matcher(pattern) {
  const anchored = pattern.includes("/");
  const regex = globRegex(pattern.replace(/^\//, ""));
  return (path) => regex.test(anchored ? path : path.slice(path.lastIndexOf("/") + 1));
}

function globRegex(glob) {
  const source = glob.replace(
    /\*\*\/|\/\*\*$|\*+|\?|\[\[:space:\]\]|\[[!^]?[^\]]+\]|\\(.)|[.+^${}()|\\[\]/]/g,
    (token, escaped) => {
      if (token === "**/") return "(?:.*/)?";
      if (token === "/**") return "/.*";
      if (token.startsWith("*")) return "[^/]*";
      if (token === "?") return "[^/]";
      if (token === "[[:space:]]") return "\\s";
      if (token.startsWith("[") && token.length > 1)
        return token
          .replace(/^\[!/, "[^")
          .replace(/\\/g, "\\\\")
          .replace(/^(\[\^?)\[/, "$1\\[");
      return escaped !== undefined ? `\\${escaped}`.replace(/^\\(\w)$/, "$1") : `\\${token}`;
    },
  );
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return /^$(?!)/; // A pattern that is not one matches nothing, as in git.
  }
}
