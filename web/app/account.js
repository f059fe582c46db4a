/**
 * Who is signed in, and where their data is. The token stays in this page's memory; what is remembered on the device is
 * the name of the dataset and the Hub's address, so that the PDFs are there again without a network.
 */
import { accountName } from "../common/account.js";

/**
 * @typedef {{ mode: "hybrid" | "local", hubUrl: string, dataset: string, account: string }} Place
 * @typedef {{ hubUrl?: string, token?: string, dataset?: string }} Config of whoever serves the page, for a local Hub
 */

export const REAL_HUB = "https://huggingface.co";
const DATASET_NAME = "pdf-notes";
const REMEMBERED = "hubstash-app:place";

/** @returns {Promise<Config>} empty on a static Space, which has no such file, and offline */
export async function loadConfig() {
  try {
    const response = await fetch("config.json", { cache: "no-store" });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

/** @returns {Place | null} */
export function rememberedPlace() {
  try {
    const { mode, hubUrl, dataset, account } = JSON.parse(localStorage.getItem(REMEMBERED) ?? "null") ?? {};
    const isWhole = [hubUrl, dataset, account].every((part) => typeof part === "string");
    return isWhole && (mode === "local" || mode === "hybrid") ? { mode, hubUrl, dataset, account } : null;
  } catch {
    return null;
  }
}

/** @param {Place | null} place null forgets it */
export function rememberPlace(place) {
  try {
    if (place) localStorage.setItem(REMEMBERED, JSON.stringify(place));
    else localStorage.removeItem(REMEMBERED);
  } catch {
    // Without lasting storage the store cannot keep anything either, and says so.
  }
}

/** What a static Space with `hf_oauth: true` tells its page. */
export const spaceVariables = () => /** @type {any} */ (globalThis).huggingface?.variables ?? null;

export class Account {
  /** @type {string | null} */
  #token = null;
  /** @type {Place | null} */
  place = null;

  /** For openStore: asked for each request, so that a sign-out holds at once. */
  token = () => this.#token;

  get isSignedIn() {
    return this.#token !== null;
  }

  /**
   * @param {{ token: string, dataset?: string, hubUrl?: string, known?: Place | null }} entered `known`: where the data
   *   was last time. When it is there again nobody needs to be asked whose it is; the store refuses another account.
   * @returns {Promise<Place>}
   */
  async signIn({ token, dataset = "", hubUrl = REAL_HUB, known = null }) {
    const isKnown = known?.hubUrl === hubUrl && known.dataset === dataset && known.account !== "";
    const account = isKnown ? known.account : await accountName(hubUrl, token);
    this.#token = token;
    return this.#use({ mode: "hybrid", hubUrl, dataset: dataset || `${account}/${DATASET_NAME}`, account });
  }

  useThisDeviceOnly() {
    this.#token = null;
    return this.#use({ mode: "local", hubUrl: REAL_HUB, dataset: "", account: "" });
  }

  /** Nobody has signed in yet on this page, but the device has data. @param {Place} place */
  resume(place) {
    this.place = place;
    return place;
  }

  signOut() {
    this.#token = null;
    this.place = null;
    rememberPlace(null);
  }

  /** @param {Place} place */
  #use(place) {
    this.place = place;
    rememberPlace(place);
    return place;
  }
}

/** @param {Account} account @returns {import("hubstash").StoreOptions} */
export function storeOptions({ place, token }) {
  if (!place || place.mode === "local") return { mode: "local" };
  return { dataset: place.dataset, hubUrl: place.hubUrl, token, account: place.account };
}
