/** Puts the meter around the worker's requests before hubstash's code runs. */
import { askThePage } from "./meter-channel.js";
import { meteredFetch, meteredXhr } from "./meter.js";

const run = new URL(location.href).searchParams.get("run") ?? "";
const gate = { ...askThePage(run), ownOrigin: location.origin, now: () => performance.now() };

globalThis.fetch = meteredFetch(globalThis.fetch.bind(globalThis), gate);
globalThis.XMLHttpRequest = meteredXhr(globalThis.XMLHttpRequest, gate);
