/** The recommendation, and the table by which it is made. */
import { byId, element } from "../common/dom.js";
import { formatSeconds } from "../common/format.js";
import { LIMITS } from "./recommend.js";
import { chipOf } from "./results-view.js";
import { ROW, tableCell, tableGroup, tableHead } from "./tables.js";

/**
 * The decision table; before a run it shows the limits only.
 * @param {import("./report.js").Report["decision"]} decision
 */
export function showDecision(decision) {
  const rows = /** @type {const} */ (["write", "read"]).map((kind) => {
    const { good, slow } = LIMITS[kind];
    const ms = decision?.[kind];
    const measured =
      ms === undefined ? "–" : element("span", {}, element("strong", {}, formatSeconds(ms)), " ", chipOf(kind, ms));
    return element(
      "tr",
      ROW,
      element("th", { role: "rowheader", scope: "row" }, kind === "write" ? "Write" : "Read"),
      tableCell("Good", `< ${good / 1000} s`, ""),
      tableCell("Borderline", `${good / 1000}–${slow / 1000} s`, ""),
      tableCell("Else", `> ${slow / 1000} s: ${kind === "write" ? "hybrid" : "cache"}`, ""),
      tableCell("Measured", measured, ""),
    );
  });
  const head = tableHead(["Dataset", "Good", "Borderline", "Else", "Measured"]);
  byId("decision", HTMLTableElement).replaceChildren(head, tableGroup(rows));
}

/** @param {import("./report.js").Report} report */
export function showRecommendation({ recommendation, caveat }) {
  const card = byId("recommendation-card", HTMLElement);
  card.dataset.kind = recommendation?.kind ?? "none";
  byId("recommendation-copy", HTMLDivElement).hidden = !recommendation;
  byId("recommendation-settings", HTMLPreElement).textContent = recommendation?.settings ?? "";
  byId("copied", HTMLSpanElement).textContent = "";
  const warning = byId("recommendation-caveat", HTMLParagraphElement);
  warning.hidden = caveat === null;
  warning.textContent = caveat ?? "";
  byId("recommendation-title", HTMLHeadingElement).textContent = recommendation?.title ?? "Measure the dataset too";
  const reasons = recommendation?.reasons ?? [
    "Stores in the browser alone say nothing about the Hub. Tick “HF dataset” for a recommendation.",
  ];
  byId("recommendation-reasons", HTMLDivElement).replaceChildren(...reasons.map((text) => element("p", {}, text)));
}

/** Copies the settings; where the browser refuses, they are selected instead. */
export async function copySettings() {
  const settings = byId("recommendation-settings", HTMLPreElement);
  const said = byId("copied", HTMLSpanElement);
  try {
    await navigator.clipboard.writeText(settings.textContent ?? "");
    said.textContent = "Copied.";
  } catch {
    getSelection()?.selectAllChildren(settings);
    said.textContent = "Selected: copy it with your keyboard.";
  }
}
