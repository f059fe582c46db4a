#include "base/gzip.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/crc32.h"

namespace hubstash {
namespace {

// No time, no name, no flags; 255 says that the operating system is unknown.
constexpr std::array<uint8_t, 10> kHeader = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
constexpr size_t kTrailerBytes = 8;  // CRC-32 and size of the content.
/// Above this size the time matters more: the worker answers nothing else meanwhile.
constexpr size_t kFastAboveBytes = 4u << 20;
constexpr size_t kSamples = 4;
constexpr size_t kSampleBytes = 16 << 10;
/// The share of the fast result that more effort must take off.
constexpr double kWorthwhileShare = 0.02;

constexpr int kWindowBits = 15;
constexpr int kGzipWrapper = 16;  // Added to the window bits, it asks zlib for gzip instead of zlib's own format.
/// What deflate can make of one byte at most.
constexpr uint64_t kMostBytesFromOne = 1032;
constexpr size_t kGrowthBytes = 64 << 10;

// The two levels of libdeflate that are used. Each call has its level written out and is kept apart from the other, so
// that the optimiser sees which of libdeflate's algorithms cannot be reached, and leaves them out of the module.
[[gnu::noinline, gnu::flatten]] libdeflate_compressor* fast_compressor() { return libdeflate_alloc_compressor(1); }
[[gnu::noinline, gnu::flatten]] libdeflate_compressor* small_compressor() { return libdeflate_alloc_compressor(3); }

Status not_gzip(const char* reason) { return Status(ErrorCode::BAD_RESPONSE, reason); }

/// zlib's interface predates const: it never writes through next_in.
Bytef* input(std::string_view bytes) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));  // NOLINT: see above.
}

uInt piece(uint64_t size) { return static_cast<uInt>(std::min<uint64_t>(size, std::numeric_limits<uInt>::max())); }

uint32_t read_u32(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
  return value;
}

void put_u32(uint32_t value, char* out) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<char>(static_cast<uint8_t>(value >> (8 * i)));
}

/// How much content the file says it has, where that can be: room for it is made at once.
uint64_t likely_size(std::string_view compressed, uint64_t max_bytes) {
  if (compressed.size() < kHeader.size() + kTrailerBytes) return 0;
  const uint64_t told = read_u32(compressed.substr(compressed.size() - 4));
  return std::min({told, max_bytes, compressed.size() * kMostBytesFromOne});
}

/// Inflates `stream` to its end into `out`, which may have a size already. The stream is begun and ended by the caller.
Status inflate_all(z_stream& stream, uint64_t max_bytes, Bytes* out) {
  size_t filled = 0;
  for (;;) {
    // One byte beyond the limit is asked for, to tell "just fits" from "too large".
    if (out->size() == filled) {
      out->resize(filled +
                  static_cast<size_t>(std::min<uint64_t>(std::max(filled, kGrowthBytes), max_bytes + 1 - filled)));
    }
    stream.next_out = reinterpret_cast<Bytef*>(out->data() + filled);
    stream.avail_out = piece(out->size() - filled);
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

Bytes gzip(std::string_view bytes, GzipEffort effort) {
  libdeflate_compressor* compressor = effort == GzipEffort::kFast ? fast_compressor() : small_compressor();
  HS_CHECK(compressor);
  Bytes out(kHeader.size() + libdeflate_deflate_compress_bound(compressor, bytes.size()) + kTrailerBytes, '\0');
  std::copy(kHeader.begin(), kHeader.end(), out.begin());
  char* packed = out.data() + kHeader.size();
  const size_t room = out.size() - kHeader.size() - kTrailerBytes;
  const size_t size = libdeflate_deflate_compress(compressor, bytes.data(), bytes.size(), packed, room);
  libdeflate_free_compressor(compressor);
  HS_CHECK(size > 0);
  put_u32(crc32(bytes), packed + size);
  put_u32(static_cast<uint32_t>(bytes.size()), packed + size + 4);
  out.resize(kHeader.size() + size + kTrailerBytes);
  return out;
}

GzipEffort effort_for(std::string_view bytes) {
  if (bytes.size() > kFastAboveBytes) return GzipEffort::kFast;
  size_t fast = 0, small = 0;
  for (size_t i = 0; i < kSamples; ++i) {
    const std::string_view sample = bytes.substr(bytes.size() / kSamples * i, kSampleBytes);
    fast += gzip(sample, GzipEffort::kFast).size();
    small += gzip(sample, GzipEffort::kSmall).size();
  }
  const auto most = static_cast<double>(fast) * (1 - kWorthwhileShare);
  return static_cast<double>(small) <= most ? GzipEffort::kSmall : GzipEffort::kFast;
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
  Bytes out(static_cast<size_t>(likely_size(compressed, max_bytes)), '\0');
  Status status = inflate_all(stream, max_bytes, &out);
  HS_CHECK(inflateEnd(&stream) == Z_OK);
  if (!status.ok()) return status;
  return out;
}

}  // namespace hubstash
