// Tasks on blobs: hashing them, and assembling stored chunks.
import { core, freshMount, hex, noise, tx } from "./module.js";

const { hubstashBodies, hubstashHash, hubstashStore } = core;

const digest = async (bytes) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

/** Hashes a blob of `size` bytes; `without` = as on an insecure origin. Gives what is wrong, or null. */
export async function hashBlob(size, without) {
  const bytes = noise(size, size);
  const subtle = hubstashHash.subtle;
  if (without) hubstashHash.subtle = () => null;
  try {
    const { sha256, chunks } = await hubstashHash.blob(new Blob([bytes]));
    if (hex(sha256) !== (await digest(bytes))) return "the whole's hash is wrong";
    if (chunks.length !== Math.ceil(size / 1048576)) return `${chunks.length} chunks`;
    for (let i = 0; i < chunks.length; i++) {
      const part = bytes.subarray(i * 1048576, (i + 1) * 1048576);
      if (hex(chunks[i]) !== (await digest(part))) return `the hash of chunk ${i} is wrong`;
    }
    return null;
  } finally {
    hubstashHash.subtle = subtle;
  }
}

/** Stores a body in chunks, damages it by `damage` and assembles it. Gives {code} or {type, size, same}. */
export async function openBody(size, damage) {
  const store = await hubstashStore.open(freshMount(), false);
  const bytes = noise(size, 7);
  const chunks = [];
  for (let at = 0; at < size; at += 1048576) {
    const part = bytes.slice(at, at + 1048576);
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", part));
    chunks.push({ key: `body/x/${chunks.length}`, size: part.length, sha256, part });
  }
  await hubstashStore.run(store, tx({ puts: chunks.map(({ key, part }) => [key, part]) }));
  const last = chunks[chunks.length - 1];
  if (damage === "flip") {
    last.part[last.part.length >> 1] ^= 1;
    await hubstashStore.run(store, tx({ puts: [[last.key, last.part]] }));
  }
  if (damage === "cut") await hubstashStore.run(store, tx({ puts: [[last.key, last.part.slice(1)]] }));
  if (damage === "remove") await hubstashStore.run(store, tx({ deletes: [last.key] }));
  try {
    const blob = await hubstashBodies.assemble(store, chunks, "application/pdf");
    const back = new Uint8Array(await blob.arrayBuffer());
    return { type: blob.type, size: blob.size, same: back.length === size && bytes.every((b, i) => b === back[i]) };
  } catch (error) {
    return { code: error.code, message: error.message };
  } finally {
    hubstashStore.close(store);
  }
}
