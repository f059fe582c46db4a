/** The welcome of a first visit, and the dialog about the account. */
import { byId } from "../common/dom.js";
import { REAL_HUB, spaceVariables } from "./account.js";
import { confirmed } from "./dialogs.js";

/**
 * @typedef {import("./account.js").Place} Place
 * @typedef {object} AccountHandlers
 * @property {(place: Place) => Promise<void>} onPlace
 * @property {() => Promise<void>} onForget takes the data off this device
 * @property {(error: unknown) => void} onProblem
 */

const isFramed = () => globalThis.top !== globalThis.window;

export class AccountView {
  #account;
  #config;
  #handlers;
  #dialog = byId("account-dialog", HTMLDialogElement);

  /**
   * @param {import("./account.js").Account} account
   * @param {import("./account.js").Config} config
   * @param {AccountHandlers} handlers
   */
  constructor(account, config, handlers) {
    this.#account = account;
    this.#config = config;
    this.#handlers = handlers;
    const on = (/** @type {string} */ id, /** @type {() => unknown} */ act) =>
      byId(id, HTMLButtonElement).addEventListener("click", () => void act());
    on("account", () => this.open());
    on("welcome-sign-in", () => this.open());
    on("welcome-local", () => this.#done(account.useThisDeviceOnly()));
    on("account-close", () => this.#dialog.close());
    on("sign-out", () => this.#signOut(false));
    on("sign-out-forget", () => this.#signOut(true));
    on("oauth", () => this.#oauth());
    byId("sign-in-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#signIn();
    });
    const hasOauth = Boolean(spaceVariables()?.OAUTH_CLIENT_ID);
    byId("oauth", HTMLElement).hidden = !hasOauth || isFramed();
    const ownTab = byId("own-tab", HTMLAnchorElement);
    ownTab.hidden = !hasOauth || !isFramed();
    ownTab.href = location.href;
  }

  open() {
    const { place, isSignedIn } = this.#account;
    byId("token", HTMLInputElement).value = "";
    byId("dataset", HTMLInputElement).value = place?.dataset || this.#config.dataset || "";
    byId("hub", HTMLInputElement).value = (place?.dataset && place.hubUrl) || this.#config.hubUrl || REAL_HUB;
    byId("sign-out-part", HTMLElement).hidden = !place;
    byId("account-now", HTMLElement).textContent = describePlace(place, isSignedIn);
    this.#say("");
    this.#dialog.showModal();
  }

  showPlace() {
    const { place, isSignedIn } = this.#account;
    byId("welcome", HTMLElement).hidden = place !== null;
    byId("workplace", HTMLElement).hidden = place === null;
    byId("sync-now", HTMLElement).hidden = place === null || place.mode === "local";
    byId("account", HTMLElement).textContent = isSignedIn ? "Account" : "Sign in";
  }

  async #signIn() {
    const field = (/** @type {string} */ id) => byId(id, HTMLInputElement).value.trim();
    if (!field("token")) {
      this.#say("Enter a token: on the Hub under Settings, Access Tokens.");
      return byId("token", HTMLInputElement).focus();
    }
    if (field("dataset") && !/^[\w.-]+\/[\w.-]+$/.test(field("dataset"))) {
      this.#say("A dataset is named like “your-name/pdf-notes”.");
      return byId("dataset", HTMLInputElement).focus();
    }
    this.#say("Signing in …");
    try {
      await this.#done(await this.#account.signIn({
        token: field("token"), dataset: field("dataset"), hubUrl: new URL(field("hub") || REAL_HUB).origin,
      }));
      byId("token", HTMLInputElement).value = "";
    } catch (error) {
      this.#dialog.close();
      this.#handlers.onProblem(error);
    }
  }

  async #oauth() {
    try {
      const { goToSignIn } = await import("./oauth.js");
      await goToSignIn();
    } catch (error) {
      this.#dialog.close();
      this.#handlers.onProblem(error);
    }
  }

  /** @param {Place} place */
  async #done(place) {
    if (this.#dialog.open) this.#dialog.close();
    await this.#handlers.onPlace(place);
  }

  /** @param {boolean} forget */
  async #signOut(forget) {
    this.#dialog.close();
    const question = {
      title: "Take the data off this device?",
      text: "What is on the Hub stays there. Changes that are only here must be synced first.",
      action: "Take it off",
    };
    try {
      if (forget) {
        if (!(await confirmed(question))) return;
        await this.#handlers.onForget();
      }
      this.#account.signOut();
      location.reload();
    } catch (error) {
      this.#handlers.onProblem(error);
    }
  }

  /** @param {string} text */
  #say(text) {
    byId("account-news", HTMLElement).textContent = text;
  }
}

/** @param {Place | null} place @param {boolean} isSignedIn */
function describePlace(place, isSignedIn) {
  if (!place) return "Sign in to keep your PDFs in a private dataset of yours on the Hugging Face Hub.";
  if (place.mode === "local") return "Your PDFs are on this device only.";
  const who = isSignedIn ? `Signed in as ${place.account}.` : `Not signed in; shown are the PDFs of ${place.account}.`;
  return `${who} The PDFs are kept here and in the dataset ${place.dataset}.`;
}
