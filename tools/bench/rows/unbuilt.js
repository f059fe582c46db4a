// What the library does not have yet.
import { notBuilt } from "../row.js";

export const UNBUILT_ROWS = ["range"];

export async function unbuiltRows() {
  return [
    notBuilt({
      key: "range",
      title: "First page of a 40 MB PDF that is not on the device",
      target: "<= 10 % of its bytes fetched, each range kept",
      notes: ["hubstash has no open() that reads ranges yet."],
    }),
  ];
}
