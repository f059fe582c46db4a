/** Wires the page: fields and buttons to runs, runs to the view. */
import { formatBytes } from "../common/format.js";
import { adviceFor, clockNote, leftoversOf } from "./advice.js";
import { CapError } from "./budget.js";
import { entryOf } from "./contenders/index.js";
import { copySettings, showDecision } from "./decision-view.js";
import { clockStep, oneAtATime } from "./environment.js";
import { estimateFor, estimateWords, overCapWords } from "./estimate.js";
import { findLibraries } from "./libraries.js";
import { selectionProblem, selectionWords } from "./matrix.js";
import { run } from "./run.js";
import { SAMPLE_NAME, samplePdf } from "./sample-pdf.js";
import { SelectionView } from "./selection-view.js";
import { defaultDataset, defaultHub, isLocal, settingsFrom } from "./settings.js";
import { View } from "./view.js";

const view = new View();
const sample = samplePdf();
/** @type {AbortController | null} */
let running = null;

/**
 * For programs that drive the page (`tools/start.js`, the tests): where the run stands, and its report.
 * @typedef {"loading" | "ready" | "running" | "done" | "failed"} State
 * @type {{ state: State, progress: string, report: unknown, error: unknown }}
 */
const hook = { state: "loading", progress: "", report: null, error: null };
Object.assign(globalThis, { hubstashBench: hook });

const [config, libraries] = await Promise.all([loadConfig(), findLibraries()]);
const choices = new SelectionView(libraries);

/**
 * Whoever serves the page may name a local Hub in `config.json`. A static Space has no such file, and then the real Hub
 * is meant.
 * @returns {Promise<import("./settings.js").Config>}
 */
async function loadConfig() {
  try {
    const response = await fetch("config.json", { cache: "no-store" });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

/** Fields that the person has not touched follow from the token. */
const touched = { hub: false, dataset: false };
function showDefaults() {
  if (!touched.hub) view.hub.value = defaultHub(view.token.value, config);
  if (!touched.dataset) view.dataset.value = defaultDataset(view.token.value, view.hub.value, config);
  const { selection } = choices;
  const rounds = Number(view.rounds.value) || 0;
  const estimate = estimateFor(selection, rounds, pdfSize());
  const words = estimate.overCap ? overCapWords(estimate) : estimateWords(estimate, rounds, isLocal(view.hub.value));
  view.estimate(words, estimate.overCap);
  view.compareWords(selection.contenders.length);
  choices.summary(selectionWords(selection, (name) => entryOf(name).label));
}

const pdfSize = () => view.pdf.files?.[0]?.size ?? sample.length;

function showPdf() {
  const file = view.pdf.files?.[0];
  view.useSample.hidden = !file;
  view.saveSample.hidden = Boolean(file);
  const noChoice = `Without a choice: the built-in sample, ${formatBytes(sample.length)}.`;
  view.pdfHint(file ? `${formatBytes(file.size)}.` : noChoice);
  showDefaults();
}

/** @returns {Promise<{ name: string, bytes: Uint8Array<ArrayBuffer> }>} */
async function chosenPdf() {
  const file = view.pdf.files?.[0];
  if (!file) return { name: SAMPLE_NAME, bytes: sample };
  const bytes = new Uint8Array(await file.arrayBuffer());
  // Viewers accept some bytes before the mark, so this looks a little further than the start.
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  if (!start.includes("%PDF-")) throw new Error(`“${file.name}” is not a PDF. Pick another file.`);
  return { name: file.name, bytes };
}

/**
 * The engine is loaded at the first run only, so that a missing build shows as a message and not as a dead page.
 * @returns {Promise<import("./contenders/hubstash.js").OpenStore>}
 */
async function loadOpenStore() {
  const address = new URL("dist/index.js", document.baseURI).href;
  try {
    return (await import(address)).openStore;
  } catch (cause) {
    throw new Error("The engine could not be loaded. Build it with “npm run build”, then reload this page.", { cause });
  }
}

/**
 * @param {import("./matrix.js").Selection} selection
 * @returns {import("./settings.js").Settings | null} null: the person has been told why not
 */
function checkedSettings(selection) {
  /** @param {keyof import("./settings.js").Entered | "matrix"} field @param {string} problem */
  const refuse = (field, problem) => {
    Object.assign(hook, { state: "failed", error: { title: problem } });
    if (field === "matrix") view.choiceProblem(problem);
    else view.fieldProblem(field, problem);
    return null;
  };
  const nothing = selectionProblem(selection);
  if (nothing) return refuse("matrix", nothing);
  const checked = settingsFrom(view.entered, config, selection.contenders.some((name) => entryOf(name).hub));
  if ("problem" in checked) return refuse(checked.field, checked.problem);
  const estimate = estimateFor(selection, checked.settings.rounds, pdfSize());
  return estimate.overCap ? refuse("rounds", overCapWords(estimate)) : checked.settings;
}

/** @param {string[]} [contenders] instead of those that are ticked */
async function start(contenders) {
  if (running) return;
  const selection = contenders ? { ...choices.selection, contenders } : choices.selection;
  const settings = checkedSettings(selection);
  if (!settings) return;
  const stop = new AbortController();
  running = stop;
  const { signal } = stop;
  Object.assign(hook, { state: "running", report: null, error: null });
  view.begin();
  choices.lock(true);
  const onHidden = () => {
    if (document.visibilityState === "hidden") view.hiddenTab();
  };
  document.addEventListener("visibilitychange", onHidden);
  const unlock = () => {
    document.removeEventListener("visibilitychange", onHidden);
    view.end();
    choices.lock(false);
  };
  try {
    const report = await oneAtATime(async () =>
      run({
        selection,
        settings,
        pdf: await chosenPdf(),
        openStore: await loadOpenStore(),
        versions: choices.versions,
        stop,
        onProgress: (done, total, text, announcement) => {
          hook.progress = text;
          view.progress(done, total, text, announcement);
        },
      }),
    );
    unlock();
    await view.report(report, libraries.bundles.has("chart"));
    Object.assign(hook, { state: "done", report });
  } catch (error) {
    unlock();
    const advice = signal.aborted
      ? stoppedAdvice(signal.reason, error)
      : adviceFor(error, { ...settings, online: navigator.onLine });
    view.error(advice);
    Object.assign(hook, { state: "failed", error: advice });
  } finally {
    running = null;
  }
}

/** @param {unknown} reason @param {unknown} error */
function stoppedAdvice(reason, error) {
  const detail = leftoversOf(error).join(" ");
  if (!(reason instanceof CapError)) return { title: "Stopped", advice: "No figures were kept.", detail };
  const advice = "Choose fewer rounds, stores or sizes. No figures were kept.";
  return { title: "Stopped at the cap on Hub calls", advice, detail: [reason.message, detail].join(" ").trim() };
}

view.form.addEventListener("submit", (event) => {
  event.preventDefault();
  void start();
});
choices.onChange = showDefaults;
view.copy.addEventListener("click", () => void copySettings());
view.runIndexedDb.addEventListener("click", () => void start(["indexeddb"]));
view.runDataset.addEventListener("click", () => void start(["dataset"]));
view.stop.addEventListener("click", () => running?.abort());
view.token.addEventListener("input", showDefaults);
view.rounds.addEventListener("input", showDefaults);
view.hub.addEventListener("input", () => {
  touched.hub = view.hub.value !== "";
  showDefaults();
});
view.dataset.addEventListener("input", () => (touched.dataset = view.dataset.value !== ""));
view.pdf.addEventListener("change", showPdf);
view.useSample.addEventListener("click", () => {
  view.pdf.value = "";
  showPdf();
  view.pdf.focus();
});

view.saveSample.href = URL.createObjectURL(new Blob([sample], { type: "application/pdf" }));
view.clock(clockNote(clockStep()));
showDecision(null);
showPdf();
hook.state = "ready";
