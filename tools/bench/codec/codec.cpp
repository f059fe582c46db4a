// gzip as the module has it, by itself, for `npm run bench -- --only gzip`: not shipped. The module has no call for it,
// since it packs what a sync sends and nothing else.
#include "base/gzip.h"

#include <cstdlib>

using namespace hubstash;

namespace {

Bytes* kept(Bytes bytes) { return new Bytes(std::move(bytes)); }

}  // namespace

extern "C" {

void* codec_alloc(size_t size) { return std::malloc(size); }
void codec_free(void* memory) { std::free(memory); }

/// As a document of this content would be packed.
Bytes* codec_gzip(const char* data, size_t size) { return kept(gzip({data, size}, effort_for({data, size}))); }

/// Null when it is not gzip.
Bytes* codec_gunzip(const char* data, size_t size) {
  Result<Bytes> content = gunzip({data, size}, 64u << 20);
  return content ? kept(std::move(*content)) : nullptr;
}

const char* codec_data(const Bytes* bytes) { return bytes->data(); }
size_t codec_size(const Bytes* bytes) { return bytes->size(); }
void codec_release(Bytes* bytes) { delete bytes; }
}
