/**
 * Tables whose rows become cards on narrow screens (tables.css). A table that is none to the style sheet loses its
 * meaning for screen readers unless the roles are spelled out.
 */
import { element } from "../common/dom.js";

export const ROW = { role: "row" };

/** @param {string[]} titles */
export function tableHead(titles) {
  const cells = titles.map((title) => element("th", { role: "columnheader", scope: "col" }, title));
  return element("thead", { role: "rowgroup" }, element("tr", ROW, ...cells));
}

/** @param {HTMLTableRowElement[]} rows */
export const tableGroup = (rows) => element("tbody", { role: "rowgroup" }, ...rows);

/**
 * @param {string} label what a narrow screen puts beside it
 * @param {Node | string} content
 * @param {string} [type] class
 */
export const tableCell = (label, content, type = "number") =>
  element("td", { "role": "cell", "data-label": label, "class": type }, content);

/**
 * The name of a group of rows.
 * @param {string} text
 * @param {string} small
 * @param {number} span rows that it covers
 */
export function groupName(text, small, span) {
  const name = element("th", { role: "rowheader", scope: "rowgroup", rowspan: String(span) }, text);
  name.append(element("span", { class: "size" }, small));
  return name;
}
