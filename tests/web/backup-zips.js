// Backups as others may have made or changed them.
import { createHash } from "node:crypto";
import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-custom.js";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** What a manifest says of a file with this content. */
export const itemOf = (path, collection, kind, id, text, more = {}) => ({
  path,
  collection,
  kind,
  id,
  type: kind === "json" ? "application/json" : "application/pdf",
  size: Buffer.byteLength(text),
  sha256: sha256(text),
  modified: 1,
  ...more,
});

/** A document as a backup has it. */
export const documentText = (id, more = {}) => `${JSON.stringify({ id, ...more })}\n`;
export const documentItem = (id, text = documentText(id), more = {}) =>
  itemOf(`projects/${id}.json`, "projects", "json", id, text, more);

export const manifest = (items, more = {}) =>
  JSON.stringify({ format: "hubstash-backup", version: 1, created: 1, reason: "exportBackup", items, ...more });

/**
 * A zip with these files, and without a manifest unless there is one among them.
 * @param {[string, string, object?][]} files path, text and options of zip.js
 */
export async function pack(files, options = {}) {
  const writer = new ZipWriter(new BlobWriter("application/zip"), { dataDescriptor: false, ...options });
  for (const [path, text, more] of files) await writer.add(path, new TextReader(text), more);
  return writer.close();
}

/** A good backup of one document, of which `change` may make another. */
export function backup({ items = [documentItem("a")], files = [["projects/a.json", documentText("a")]], more } = {}) {
  return pack([...files, ["hubstash.json", manifest(items, more)]]);
}
