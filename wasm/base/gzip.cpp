#include "base/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace hubstash {
namespace {

constexpr int kWindowBits = 15;
constexpr int kGzipWrapper = 16;  // Added to the window bits, it asks zlib for gzip instead of zlib's own format.
constexpr int kMemoryLevel = 8;   // zlib's default.
constexpr int kUnknownSystem = 255;
constexpr size_t kGrowthBytes = 64 << 10;

Status not_gzip(const char* reason) { return Status(ErrorCode::BAD_RESPONSE, reason); }

/// zlib's interface predates const: it never writes through next_in.
Bytef* input(std::string_view bytes) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));  // NOLINT: see above.
}

uInt piece(uint64_t size) { return static_cast<uInt>(std::min<uint64_t>(size, std::numeric_limits<uInt>::max())); }

/// Inflates `stream` to its end into `out`. The stream is begun and ended by the caller.
Status inflate_all(z_stream& stream, uint64_t max_bytes, Bytes* out) {
  size_t filled = 0;
  for (;;) {
    // One byte beyond the limit is asked for, to tell "just fits" from "too large".
    const uint64_t room = std::min<uint64_t>(std::max(filled, kGrowthBytes), max_bytes + 1 - filled);
    out->resize(filled + static_cast<size_t>(room));
    stream.next_out = reinterpret_cast<Bytef*>(out->data() + filled);
    stream.avail_out = piece(room);
    const int result = inflate(&stream, Z_NO_FLUSH);
    filled = out->size() - stream.avail_out;
    if (filled > max_bytes) return Status(ErrorCode::TOO_LARGE, "The compressed content is longer than expected.");
    if (result == Z_STREAM_END) break;
    HS_CHECK(result != Z_MEM_ERROR && result != Z_STREAM_ERROR);
    if (result != Z_OK && result != Z_BUF_ERROR) return not_gzip("The content is not gzip, or is damaged.");
    if (stream.avail_in == 0 && stream.avail_out > 0) return not_gzip("The compressed content is cut short.");
  }
  out->resize(filled);
  if (stream.avail_in > 0) return not_gzip("The compressed content is followed by other bytes.");
  return {};
}

}  // namespace

Bytes gzip(std::string_view bytes, int level) {
  HS_CHECK(level >= Z_BEST_SPEED && level <= Z_BEST_COMPRESSION);
  z_stream stream{};
  const int begun =
      deflateInit2(&stream, level, Z_DEFLATED, kWindowBits + kGzipWrapper, kMemoryLevel, Z_DEFAULT_STRATEGY);
  HS_CHECK(begun == Z_OK);
  // Without this zlib names the operating system it was built for, and two hosts would disagree on the bytes.
  gz_header header{};
  header.os = kUnknownSystem;
  HS_CHECK(deflateSetHeader(&stream, &header) == Z_OK);

  Bytes out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  HS_CHECK(piece(bytes.size()) == bytes.size() && piece(out.size()) == out.size());
  stream.next_in = input(bytes);
  stream.avail_in = piece(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = piece(out.size());
  HS_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  HS_CHECK(deflateEnd(&stream) == Z_OK);
  return out;
}

Result<Bytes> gunzip(std::string_view compressed, uint64_t max_bytes) {
  HS_CHECK(max_bytes < std::numeric_limits<uint32_t>::max());
  if (piece(compressed.size()) != compressed.size()) {
    return Status(ErrorCode::TOO_LARGE, "The compressed content is longer than expected.");
  }
  z_stream stream{};
  HS_CHECK(inflateInit2(&stream, kWindowBits + kGzipWrapper) == Z_OK);
  stream.next_in = input(compressed);
  stream.avail_in = piece(compressed.size());
  Bytes out;
  Status status = inflate_all(stream, max_bytes, &out);
  HS_CHECK(inflateEnd(&stream) == Z_OK);
  if (!status.ok()) return status;
  return out;
}

}  // namespace hubstash
