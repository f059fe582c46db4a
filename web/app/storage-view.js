/** How full this device is, and whether the browser keeps it. */
import { byId } from "../common/dom.js";
import { shareText, sizeText } from "./format.js";

/** @param {import("hubstash").StoreStatus} status */
export function showStorage({ usage: { usedBytes, quotaBytes }, persisted, partitioned }) {
  const meter = byId("quota", HTMLMeterElement);
  meter.hidden = quotaBytes === 0;
  meter.max = Math.max(1, quotaBytes);
  meter.low = quotaBytes * 0.7;
  meter.high = quotaBytes * 0.9;
  meter.value = usedBytes;
  byId("quota-text", HTMLParagraphElement).textContent =
    quotaBytes > 0
      ? `${sizeText(usedBytes)} of ${sizeText(quotaBytes)} that this browser allows` +
        ` (${shareText(usedBytes, quotaBytes)})`
      : "This browser does not say how much space there is.";
  byId("persist", HTMLButtonElement).hidden = persisted;
  byId("persist-text", HTMLParagraphElement).textContent = persisted
    ? "The browser has promised to keep your data, also when the disk gets full."
    : "The browser may delete your data on this device when the disk gets full. What is on the Hub stays there.";
  byId("partitioned", HTMLElement).hidden = !partitioned;
}
