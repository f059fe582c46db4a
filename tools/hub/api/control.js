/**
 * Endpoints that only the local Hub has: faults at run time, and the log of requests. They are neither faulted nor
 * logged.
 */
import { readJson } from "../http/body.js";
import { HubError, json } from "../http/replies.js";

/** `GET /__hub/faults` */
export const listFaults = (ctx) => json({ rules: ctx.hub.faults.list() });

/** `POST /__hub/faults` adds rules; `PUT` puts them in the place of all that were set at run time. */
export async function addFaults(ctx) {
  const value = await readJson(ctx.req);
  try {
    return json({ ids: ctx.method === "PUT" ? ctx.hub.faults.replace(value) : ctx.hub.faults.add(value) });
  } catch (error) {
    throw new HubError(400, error.message);
  }
}

/** `DELETE /__hub/faults` or `DELETE /__hub/faults/{id}` */
export function removeFaults(ctx) {
  ctx.hub.faults.remove(ctx.params.id);
  return json({});
}

/** `GET /__hub/log?since=ID&path=part&origin=hub|cdn` */
export function readLog(ctx) {
  const { query } = ctx;
  const since = Number(query.get("since")) || 0;
  const path = query.get("path") ?? undefined;
  return json({ entries: ctx.hub.log.list({ since, path, origin: query.get("origin") ?? undefined }) });
}

/** `DELETE /__hub/log` */
export function clearLog(ctx) {
  ctx.hub.log.clear();
  return json({});
}
