// SHA-256 for blobs.library.js: whole files in pieces, and everything where the page has no crypto.subtle.

#include <cstdint>
#include <cstring>

#include "hubstash/hash.h"

extern "C" {

hubstash::BodyHasher* hs_hash_begin() { return new hubstash::BodyHasher(); }

void hs_hash_update(hubstash::BodyHasher* hasher, const char* bytes, uint32_t size) { hasher->update({bytes, size}); }

/// Writes 32 bytes to `digest` and frees the hasher.
void hs_hash_end(hubstash::BodyHasher* hasher, char* digest) {
  const hubstash::Sha256 sha256 = hasher->finish();
  std::memcpy(digest, sha256.data(), sha256.size());
  delete hasher;
}
}
