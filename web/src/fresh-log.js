// Has Chromium begin a new log for this origin's databases, so that a crash before this visit does not cost them all.
//
// Chromium keeps an origin's databases in one LevelDB. Where it died in the middle of a write, the log ends in half a
// record. The next start overlooks that and appends to the same log; at the start after it, the half record stands in
// the middle, which counts as damage, and Chromium removes every database of the origin. LevelDB puts what a log held
// into a table, and begins a new one, when a database is deleted: an empty one will do (docs/decisions/torn-log.md).
import { done, openDatabase } from "./idb.js";

const DATABASE = "hubstash-fresh-log";

/** To be called before anything is written. It need not be waited for, and never rejects. */
export async function startFreshLog() {
  if (!("userAgentData" in navigator)) return; // Others keep IndexedDB in SQLite, which repairs its log.
  try {
    (await openDatabase(DATABASE, [])).close();
    await done(indexedDB.deleteDatabase(DATABASE));
  } catch {
    // Where databases are refused, or there is no room for an empty one, it stays the browser's log.
  }
}
