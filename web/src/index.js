// hubstash: cache-first storage for static Hugging Face Spaces. types.d.ts has the whole API.
export { openStore } from "./open-store.js";
export { StoreError } from "./errors.js";
