/** Asks the Hub whose token it is, to name a dataset of their own when none was entered. */

/**
 * @param {string} hubUrl
 * @param {string} token
 * @param {AbortSignal} [signal]
 * @param {typeof fetch} [send]
 * @returns {Promise<string>} the account's name
 */
export async function accountName(hubUrl, token, signal, send = fetch) {
  let response;
  try {
    response = await send(`${hubUrl}/api/whoami-v2`, {
      headers: { authorization: `Bearer ${token}` },
      cache: "no-store",
      credentials: "omit",
      signal: signal ?? null,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw failure("OFFLINE", `asking ${hubUrl} whose token it is failed`, null, error);
  }
  if (response.status === 401) throw failure("UNAUTHORIZED", "the Hub does not know this token", 401);
  if (response.status === 429) throw failure("RATE_LIMITED", "the Hub counts too many requests", 429);
  if (!response.ok) throw failure("HUB_ERROR", "the Hub could not say whose token it is", response.status);
  const answer = await response.json().catch(() => null);
  if (typeof answer?.name !== "string") throw failure("BAD_RESPONSE", "the answer names no account", response.status);
  return answer.name;
}

/**
 * With the code that a StoreError has for the same trouble, so that the person reads the same advice.
 * @param {string} code
 * @param {string} message
 * @param {number | null} status
 * @param {unknown} [cause]
 */
function failure(code, message, status, cause) {
  return Object.assign(new Error(message, { cause }), { code, status });
}
