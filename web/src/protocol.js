// What rpc.js and worker.js must agree on; include/hubstash/c_api.h has the rest.

/** Both sides speak this version, or a stale copy of one of them is still in a cache. */
export const PROTOCOL = 2;

/** The values of hs_signal_kind. */
export const SIGNALS = { online: 1, visible: 2, token: 3 };
