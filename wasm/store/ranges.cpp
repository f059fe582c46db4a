#include "store/ranges.h"

#include <algorithm>

#include "base/codec.h"
#include "base/ids.h"
#include "store/keys.h"
#include "store/record.h"

namespace hubstash {
namespace {

constexpr size_t kHashBytes = 32;
/// No file is larger; a damaged size must not count as that of a small one.
constexpr uint64_t kLargestBytes = uint64_t{1} << 53;

Status damaged() { return Status(ErrorCode::STORAGE_CORRUPT, "A record of kept ranges on this device is damaged."); }

}  // namespace

Bytes ranges_key(std::string_view collection, std::string_view id) {
  Bytes key(kRangesPrefix);
  return key.append(collection).append("/").append(encode_id(id));
}

uint64_t Ranges::kept_bytes() const {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < chunks.size(); ++i) bytes += chunks[i].kept ? chunk_size(version.size, i) : 0;
  return bytes;
}

bool Ranges::whole() const {
  return std::all_of(chunks.begin(), chunks.end(), [](const RangeChunk& chunk) { return chunk.kept; });
}

std::vector<ChunkRef> Ranges::kept_chunks() const {
  std::vector<ChunkRef> kept;
  for (uint32_t i = 0; i < chunks.size(); ++i) {
    if (!chunks[i].kept) continue;
    kept.push_back({chunk_key(collection, id, version.oid, i), chunk_size(version.size, i), chunks[i].sha256});
  }
  return kept;
}

Bytes seal_ranges(const Ranges& ranges, uint64_t stamp) {
  HS_CHECK(ranges.chunks.size() == chunk_count(ranges.version.size));
  Encoder encoder;
  encoder.bytes(ranges.collection);
  encoder.bytes(ranges.id);
  encoder.bytes(ranges.version.oid);
  encoder.bytes(ranges.version.lfs_sha256);
  encoder.varint(ranges.version.size);
  encoder.u64(static_cast<uint64_t>(ranges.kept_at));
  for (const RangeChunk& chunk : ranges.chunks) {
    HS_CHECK(chunk.sha256.size() == kHashBytes || (chunk.sha256.empty() && !chunk.kept));
    encoder.u8(chunk.kept ? 1 : 0);
    encoder.bytes(chunk.sha256);
  }
  return seal_record(RecordKind::kRanges, stamp, encoder.take());
}

Result<Ranges> open_ranges(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kRanges, record));
  Decoder decoder(payload);
  Ranges ranges;
  ranges.collection = decoder.bytes();
  ranges.id = decoder.bytes();
  ranges.version.oid = decoder.bytes();
  ranges.version.lfs_sha256 = decoder.bytes();
  ranges.version.size = decoder.varint();
  ranges.kept_at = static_cast<TimeMs>(decoder.u64());
  // Each chunk takes two bytes at least, which bounds the loop by what is there.
  while (decoder.ok() && decoder.remaining() > 0) {
    RangeChunk chunk;
    chunk.kept = decoder.u8() == 1;
    chunk.sha256 = decoder.bytes();
    if (chunk.sha256.size() != kHashBytes && (chunk.kept || !chunk.sha256.empty())) return damaged();
    ranges.chunks.push_back(std::move(chunk));
  }
  const uint64_t count = (ranges.version.size + kChunkBytes - 1) / kChunkBytes;
  if (!decoder.finished() || ranges.version.size > kLargestBytes || ranges.chunks.size() != count) return damaged();
  return ranges;
}

}  // namespace hubstash
