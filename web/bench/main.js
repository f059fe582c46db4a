/** Wires the page: fields and buttons to runs, runs to the view. */
import { adviceFor, clockNote, leftoversOf } from "./advice.js";
import { clockStep, oneAtATime } from "./environment.js";
import { formatBytes } from "./format.js";
import { showDecision } from "./results-view.js";
import { run } from "./run.js";
import { SAMPLE_NAME, samplePdf } from "./sample-pdf.js";
import { COMMITS_PER_HOUR, commitsFor, defaultDataset, defaultHub, isLocal, settingsFrom } from "./settings.js";
import { View } from "./view.js";

/** @typedef {import("./contenders/index.js").ContenderName} ContenderName */

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

const config = await loadConfig();

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
  const rounds = Number(view.rounds.value) || 0;
  const size = view.pdf.files?.[0]?.size ?? sample.length;
  const where = isLocal(view.hub.value) ? "the local Hub" : "the Hub";
  view.estimate(
    `One warm-up and ${rounds} ${rounds === 1 ? "round" : "rounds"}: about ${formatBytes(size * (rounds + 1))} ` +
      `each way and ${commitsFor(rounds)} commits on ${where} (of ${COMMITS_PER_HOUR} an hour).`,
  );
}

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

/** @param {ContenderName[]} names */
async function start(names) {
  if (running) return;
  const checked = settingsFrom(view.entered, config, names.includes("dataset"));
  if ("problem" in checked) {
    Object.assign(hook, { state: "failed", error: { title: checked.problem } });
    view.fieldProblem(checked.field, checked.problem);
    return;
  }
  const { settings } = checked;
  running = new AbortController();
  const { signal } = running;
  Object.assign(hook, { state: "running", report: null, error: null });
  view.begin();
  try {
    const report = await oneAtATime(async () =>
      run({
        names,
        settings,
        pdf: await chosenPdf(),
        openStore: await loadOpenStore(),
        signal,
        onProgress: (done, total, text, announcement) => {
          hook.progress = text;
          view.progress(done, total, text, announcement);
        },
      }),
    );
    view.end();
    view.report(report);
    Object.assign(hook, { state: "done", report });
  } catch (error) {
    view.end();
    const advice = signal.aborted
      ? { title: "Stopped", advice: "No figures were kept.", detail: leftoversOf(error).join(" ") }
      : adviceFor(error, { ...settings, online: navigator.onLine });
    view.error(advice);
    Object.assign(hook, { state: "failed", error: advice });
  } finally {
    running = null;
  }
}

view.form.addEventListener("submit", (event) => {
  event.preventDefault();
  void start(["indexeddb", "dataset"]);
});
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
