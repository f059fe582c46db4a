/** The signed addresses on the second origin: one shape for reading, one for uploading, one for a part of an upload. */

/**
 * @param {object} hub
 * @param {import("../store/repos.js").Repo} repo
 * @param {string} oid
 * @param {{disposition?: string, range?: string}} [options] with `range`, only that range can be read
 */
export function downloadUrl(hub, repo, oid, { disposition, range } = {}) {
  const query = {
    ...(disposition ? { "response-content-disposition": disposition } : {}),
    ...(range ? { "X-Range": range } : {}),
  };
  return hub.signer.sign(hub.cdnUrl, `/objects/${repo.id}/${oid}`, hub.options.downloadSeconds, query);
}

/** @param {number} size of the object, signed so that the store knows what to expect */
export function uploadUrl(hub, repo, oid, size) {
  return hub.signer.sign(hub.cdnUrl, `/uploads/${repo.id}/${oid}`, hub.options.uploadSeconds, {
    "X-Size": String(size),
  });
}

/**
 * @param {string} uploadId
 * @param {number} part from 1
 */
export function partUrl(hub, repo, oid, uploadId, part) {
  const query = { uploadId, partNumber: String(part) };
  return hub.signer.sign(hub.cdnUrl, `/parts/${repo.id}/${oid}`, hub.options.uploadSeconds, query);
}

/** The end of a multipart upload is a request to the Hub itself, whose signature replaces the token. */
export function completeUrl(hub, base, repo, oid, uploadId, size) {
  const query = { uploadId, oid, size: String(size), repo: repo.id };
  return hub.signer.sign(base, "/api/complete_multipart", hub.options.uploadSeconds, query);
}
