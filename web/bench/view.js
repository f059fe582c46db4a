/** The page around the figures: the form, progress and errors. It knows the DOM and nothing of stores. */
import { byId } from "../common/dom.js";
import { showChart } from "./chart-view.js";
import { showDecision, showRecommendation } from "./decision-view.js";
import { reportCsv, reportJson } from "./export.js";
import { showResults } from "./results-view.js";

const FIELDS = { token: "token", dataset: "dataset", hubUrl: "hub", rounds: "rounds", createDataset: "create" };

export class View {
  form = byId("form", HTMLFormElement);
  token = byId("token", HTMLInputElement);
  dataset = byId("dataset", HTMLInputElement);
  hub = byId("hub", HTMLInputElement);
  create = byId("create", HTMLInputElement);
  pdf = byId("pdf", HTMLInputElement);
  rounds = byId("rounds", HTMLInputElement);
  runIndexedDb = byId("run-indexeddb", HTMLButtonElement);
  runDataset = byId("run-dataset", HTMLButtonElement);
  runBoth = byId("run-both", HTMLButtonElement);
  stop = byId("stop", HTMLButtonElement);
  copy = byId("copy", HTMLButtonElement);
  useSample = byId("use-sample", HTMLButtonElement);
  saveSample = byId("save-sample", HTMLAnchorElement);
  #announced = "";
  /** @type {string[]} */
  #downloads = [];

  /** @returns {import("./settings.js").Entered} */
  get entered() {
    return {
      token: this.token.value,
      dataset: this.dataset.value,
      hubUrl: this.hub.value,
      createDataset: this.create.checked,
      rounds: this.rounds.value,
    };
  }

  /** @param {string} text @param {boolean} tooMuch */
  estimate(text, tooMuch) {
    const line = byId("estimate", HTMLParagraphElement);
    line.textContent = text;
    line.className = tooMuch ? "caveat" : "hint";
  }

  /** @param {number} stores that are ticked */
  compareWords(stores) {
    this.runBoth.textContent = stores === 2 ? "Compare both" : stores < 2 ? "Measure" : `Compare all ${stores}`;
  }

  /** @param {string} text */
  pdfHint(text) {
    byId("pdf-hint", HTMLSpanElement).textContent = text;
  }

  /** @param {string} text */
  clock(text) {
    byId("clock", HTMLSpanElement).textContent = text;
  }

  /** Clears what an earlier run showed, and locks the form. */
  begin() {
    for (const id of ["error-card", "recommendation-card", "results-card"]) byId(id, HTMLElement).hidden = true;
    for (const input of this.form.querySelectorAll("input")) {
      input.removeAttribute("aria-invalid");
      input.disabled = true;
    }
    this.useSample.disabled = true;
    for (const button of [this.runIndexedDb, this.runDataset, this.runBoth]) button.disabled = true;
    this.stop.hidden = false;
    this.stop.focus();
    byId("progress-card", HTMLElement).hidden = false;
    byId("progress-note", HTMLParagraphElement).hidden = true;
  }

  /** The tab was hidden while it measured; said at once, so that the person can come back. */
  hiddenTab() {
    byId("progress-note", HTMLParagraphElement).hidden = false;
  }

  end() {
    for (const input of this.form.querySelectorAll("input")) input.disabled = false;
    for (const button of [this.runIndexedDb, this.runDataset, this.runBoth, this.useSample]) button.disabled = false;
    this.stop.hidden = true;
    byId("progress-card", HTMLElement).hidden = true;
  }

  /**
   * @param {number} done
   * @param {number} total
   * @param {string} text of this step
   * @param {string} announcement what a screen reader says; the same as before is not said again
   */
  progress(done, total, text, announcement) {
    const bar = byId("progress", HTMLProgressElement);
    bar.max = Math.max(1, total);
    bar.value = done;
    byId("progress-step", HTMLParagraphElement).textContent = text;
    this.#announce(announcement);
  }

  /** @param {import("./advice.js").Advice} advice */
  error({ title, advice, detail }) {
    byId("error-title", HTMLHeadingElement).textContent = title;
    byId("error-advice", HTMLParagraphElement).textContent = advice;
    byId("error-detail", HTMLParagraphElement).textContent = detail;
    this.#reveal("error-card");
  }

  /**
   * @param {keyof typeof FIELDS} field
   * @param {string} problem
   */
  fieldProblem(field, problem) {
    const input = byId(FIELDS[field], HTMLInputElement);
    this.error({ title: "One more thing", advice: problem, detail: "" });
    input.setAttribute("aria-invalid", "true");
    input.focus();
  }

  /** @param {string} problem */
  choiceProblem(problem) {
    this.error({ title: "One more thing", advice: problem, detail: "" });
    const matrix = byId("matrix", HTMLDetailsElement);
    matrix.open = true;
    matrix.querySelector("input")?.focus();
  }

  /** @param {import("./report.js").Report} report @param {boolean} withChart */
  async report(report, withChart) {
    showResults(report);
    showDecision(report.decision);
    showRecommendation(report);
    for (const url of this.#downloads) URL.revokeObjectURL(url);
    this.#downloads = [];
    this.#offer("download", reportJson(report), "application/json");
    this.#offer("download-csv", reportCsv(report), "text/csv;charset=utf-8");
    byId("results-card", HTMLElement).hidden = false;
    this.#reveal("recommendation-card");
    this.#announce("Done. The recommendation and the results are below.");
    await showChart(report.rows, withChart);
  }

  /** @param {string} id of a link @param {string} text @param {string} type */
  #offer(id, text, type) {
    const url = URL.createObjectURL(new Blob([text], { type }));
    this.#downloads.push(url);
    byId(id, HTMLAnchorElement).href = url;
  }

  /** @param {string} id */
  #reveal(id) {
    const card = byId(id, HTMLElement);
    card.hidden = false;
    // Keyboards and screen readers continue here, since the button that was pressed may be gone.
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} text */
  #announce(text) {
    if (text === this.#announced) return;
    this.#announced = text;
    byId("announce", HTMLParagraphElement).textContent = text;
  }
}
