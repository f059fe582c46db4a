/** Shows the activity log, while it is open. */
import { element } from "../common/dom.js";
import { formatMs } from "../common/format.js";

/** @param {HTMLDetailsElement} panel @param {HTMLElement} list @param {import("./activity.js").ActivityLog} log */
export function showActivity(panel, list, log) {
  if (!panel.open) return;
  list.replaceChildren(
    ...log.entries.map(({ at, text, ms, ok }) =>
      element(
        "li",
        ok ? {} : { class: "failed" },
        element("time", { datetime: new Date(at).toISOString() }, new Date(at).toLocaleTimeString()),
        element("span", {}, ok ? text : `${text} (failed)`),
        element("span", { class: "duration" }, ms === null ? "" : formatMs(ms)),
      ),
    ),
  );
}
