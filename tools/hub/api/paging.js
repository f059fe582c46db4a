/** The `Link` header by which every long list goes on. */

/**
 * @param {import("../http/listener.js").Context} ctx
 * @param {Record<string, string|number>} changes query parameters of the next page; the others are repeated
 * @returns {Record<string, string>}
 */
export function pageLink(ctx, changes) {
  const next = new URL(ctx.url.pathname + ctx.url.search, ctx.base);
  for (const [key, value] of Object.entries(changes)) next.searchParams.set(key, String(value));
  return { Link: `<${next}>; rel="next"` };
}
