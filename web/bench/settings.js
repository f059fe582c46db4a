/** What the person entered, and what holds where they entered nothing. Pure. */

export const REAL_HUB = "https://huggingface.co";

/**
 * @typedef {object} Config of the page, written by whoever serves it; all of it optional
 * @property {string} [hubUrl] address of a local Hub
 * @property {string} [token] that the local Hub takes; never a real one
 * @property {string} [dataset] for the local Hub
 *
 * @typedef {object} Entered
 * @property {string} token
 * @property {string} dataset
 * @property {string} hubUrl
 * @property {boolean} createDataset
 * @property {string} rounds
 *
 * @typedef {object} Settings
 * @property {string} token
 * @property {string} dataset empty: derived from the token's account
 * @property {string} hubUrl
 * @property {boolean} createDataset
 * @property {number} rounds
 */

export const ROUNDS = { least: 1, most: 100, usual: 5 };
export const WARM_UPS = 1;

/**
 * Without a token only a local Hub can be meant.
 * @param {string} token
 * @param {Config} config
 * @returns {string}
 */
export function defaultHub(token, config) {
  return token.trim() === "" && config.hubUrl ? config.hubUrl : REAL_HUB;
}

/**
 * @param {string} token
 * @param {string} hubUrl
 * @param {Config} config
 * @returns {string} empty where it follows from whose token it is
 */
export function defaultDataset(token, hubUrl, config) {
  return token.trim() === "" && isLocal(hubUrl) ? (config.dataset ?? "user/hubstash-bench") : "";
}

/**
 * @param {string} hubUrl
 * @returns {boolean} whether it is on this machine
 */
export function isLocal(hubUrl) {
  if (!URL.canParse(hubUrl)) return false;
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(hubUrl).hostname);
}

/**
 * @param {Entered} entered
 * @param {Config} config
 * @param {boolean} needsHub whether the dataset takes part
 * @returns {{ settings: Settings } | { field: keyof Entered, problem: string }}
 */
export function settingsFrom(entered, config, needsHub) {
  const rounds = Number(entered.rounds);
  if (!Number.isInteger(rounds) || rounds < ROUNDS.least || rounds > ROUNDS.most) {
    return { field: "rounds", problem: `Enter a number of rounds from ${ROUNDS.least} to ${ROUNDS.most}.` };
  }
  const typedToken = entered.token.trim();
  const hubUrl = (entered.hubUrl.trim() || defaultHub(typedToken, config)).replace(/\/+$/, "");
  const dataset = entered.dataset.trim() || defaultDataset(typedToken, hubUrl, config);
  const token = typedToken || (hubUrl === config.hubUrl ? (config.token ?? "") : "");
  const settings = { token, dataset, hubUrl, createDataset: entered.createDataset, rounds };
  if (!needsHub) return { settings };

  const { protocol = "", origin = "" } = URL.canParse(hubUrl) ? new URL(hubUrl) : {};
  if (protocol !== "https:" && !(protocol === "http:" && isLocal(hubUrl))) {
    // The token travels in a header, so an unencrypted connection would show it to everybody on the way.
    return { field: "hubUrl", problem: "Enter the Hub's address with https:// (http:// only for this machine)." };
  }
  if (hubUrl !== origin) {
    return { field: "hubUrl", problem: `Enter the address of the Hub alone, without a path: ${origin}` };
  }
  if (token === "") {
    return { field: "token", problem: "Enter an access token with write permission (huggingface.co/settings/tokens)." };
  }
  if (/[^\x21-\x7e]/.test(token)) {
    return { field: "token", problem: "The token has characters that no token has, such as blanks. Copy it again." };
  }
  if (dataset !== "" && !/^[\w.-]+\/[\w.-]+$/.test(dataset)) {
    return { field: "dataset", problem: "Enter the dataset as owner/name, for example alice/hubstash-bench." };
  }
  return { settings };
}
