/** The chart: how long each store took, for one setting at a time. The tables say the same in words. */
import { byId, element } from "../common/dom.js";
import { formatBytes, formatMs } from "../common/format.js";
import { loadLibrary } from "./libraries.js";
import { settingWords } from "./matrix.js";

/** @typedef {import("./report.js").Row} Row */

/** Colours of bench.css that can be told apart in both schemes, also by those who do not see red and green. */
const COLOURS = 6;

/** @type {any} */
let chart = null;
/** @type {Row[]} */
let shown = [];

/** Redrawn when the person's colours change. */
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => void draw());
byId("chart-setting", HTMLSelectElement).addEventListener("change", () => void draw());

/** @param {Row[]} rows @param {boolean} available whether the chart library is served with the page */
export async function showChart(rows, available) {
  const part = byId("chart-part", HTMLElement);
  part.hidden = !available;
  if (!available) return;
  shown = rows;
  const settings = [...new Set(rows.map(({ setting }) => settingWords(setting)))];
  const select = byId("chart-setting", HTMLSelectElement);
  select.replaceChildren(...settings.map((words) => element("option", { value: words }, words)));
  byId("chart-choice", HTMLParagraphElement).hidden = settings.length < 2;
  await draw();
}

/** One group of bars for each thing that was measured, one bar for each store. @param {Row[]} rows */
export function chartData(rows) {
  const labelOf = (/** @type {Row} */ row) => `${row.label}, ${formatBytes(row.bytes)}`;
  const labels = [...new Set(rows.map(labelOf))];
  const stores = [...new Set(rows.map(({ contenderLabel }) => contenderLabel))];
  const valueOf = (/** @type {string} */ store, /** @type {string} */ label) =>
    rows.find((row) => row.contenderLabel === store && labelOf(row) === label)?.median ?? null;
  return { labels, stores, values: stores.map((store) => labels.map((label) => valueOf(store, label))) };
}

async function draw() {
  if (shown.length === 0) return;
  const setting = byId("chart-setting", HTMLSelectElement).value;
  const { labels, stores, values } = chartData(shown.filter((row) => settingWords(row.setting) === setting));
  const { BarController, BarElement, CategoryScale, Chart, Legend, LogarithmicScale, Tooltip } =
    await loadLibrary("chart");
  Chart.register(BarController, BarElement, CategoryScale, Legend, LogarithmicScale, Tooltip);
  const style = getComputedStyle(document.documentElement);
  // A probe gives colours as they are in this scheme; the variables themselves hold both.
  const probe = element("span", { hidden: "" });
  document.body.append(probe);
  const colour = (/** @type {string} */ name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const [text, line] = [colour("--muted"), colour("--line")];
  const fills = stores.map((_, index) => colour(`--chart-${1 + (index % COLOURS)}`));
  probe.remove();

  const canvas = byId("chart", HTMLCanvasElement);
  const bars = labels.length * stores.length;
  byId("chart-box", HTMLDivElement).style.height = `${Math.max(180, 84 + bars * 18 + labels.length * 14)}px`;
  canvas.setAttribute("aria-label", `Bar chart of the medians, ${setting}: ${spoken(labels, stores, values)}`);
  chart?.destroy();
  chart = new Chart(canvas, {
    type: "bar",
    data: {
      labels: labels.map((label) => label.split(/, (?=[^,]*$)/)),
      datasets: stores.map((label, index) => ({
        label, data: values[index], backgroundColor: fills[index], borderRadius: 3, maxBarThickness: 16, skipNull: true,
      })),
    },
    options: {
      indexAxis: "y",
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      font: { family: style.fontFamily },
      plugins: {
        legend: { position: "bottom", labels: { color: text, boxWidth: 14, boxHeight: 14 } },
        tooltip: {
          callbacks: { label: (/** @type {any} */ at) => ` ${at.dataset.label}: ${formatMs(at.parsed.x)}` },
        },
      },
      scales: {
        x: {
          type: "logarithmic",
          grid: { color: line },
          ticks: { color: text, callback: plain },
          // Only powers of ten have a line and a number.
          afterBuildTicks: (/** @type {{ ticks: { value: number }[] }} */ axis) => {
            axis.ticks = axis.ticks.filter(({ value }) => isPower(value));
          },
        },
        y: { grid: { display: false }, ticks: { color: text } },
      },
    },
  });
}

/** @param {number} ms */
const isPower = (ms) => Math.abs(Math.log10(ms) - Math.round(Math.log10(ms))) < 1e-9;

/** @param {number} ms */
const plain = (ms) => (ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`);

/**
 * @param {string[]} labels
 * @param {string[]} stores
 * @param {(number | null)[][]} values
 */
function spoken(labels, stores, values) {
  const one = (/** @type {string} */ label, /** @type {number} */ at) => {
    const parts = stores.flatMap((store, index) => {
      const ms = values[index]?.[at];
      return ms == null ? [] : [`${store} ${formatMs(ms)}`];
    });
    return `${label}: ${parts.join(", ")}`;
  };
  return labels.map(one).join("; ");
}
