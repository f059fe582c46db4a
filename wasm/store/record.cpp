#include "store/record.h"

#include "base/codec.h"
#include "base/crc32.h"

namespace hubstash {
namespace {

constexpr std::string_view kMagic = "HSR";
constexpr size_t kChecksumOffset = 20;

/// The checksum covers the head before it and the payload behind it.
uint32_t checksum(std::string_view head, std::string_view payload) {
  Bytes covered(head);
  covered.append(payload);
  return crc32(covered);
}

}  // namespace

Bytes seal_record(RecordKind kind, uint64_t stamp, std::string_view payload) {
  HS_CHECK(payload.size() <= UINT32_MAX);
  Encoder encoder;
  encoder.raw(kMagic);
  encoder.u8(kRecordVersion);
  encoder.u32(static_cast<uint32_t>(kind));
  encoder.u64(stamp);
  encoder.u32(static_cast<uint32_t>(payload.size()));
  Bytes record = encoder.take();
  HS_CHECK(record.size() == kChecksumOffset);
  const uint32_t sum = checksum(record, payload);
  Encoder tail;
  tail.u32(sum);
  tail.raw(payload);
  record += tail.take();
  return record;
}

Result<Bytes> open_record(RecordKind kind, std::string_view record) {
  const auto corrupt = [](const char* why) {
    return Status(ErrorCode::STORAGE_CORRUPT, std::string("A record of the local store is damaged: ") + why + ".");
  };
  Decoder decoder(record);
  const Bytes magic = decoder.raw(kMagic.size());
  const uint8_t version = decoder.u8();
  const uint32_t stored_kind = decoder.u32();
  decoder.u64();  // The stamp only serves comparisons of heads.
  const uint32_t size = decoder.u32();
  const uint32_t sum = decoder.u32();
  if (!decoder.ok() || magic != kMagic) return corrupt("its head is not one of hubstash");
  if (decoder.remaining() != size) return corrupt("it has another length than it states");
  const std::string_view payload = record.substr(kRecordHeadBytes);
  if (checksum(record.substr(0, kChecksumOffset), payload) != sum) return corrupt("its checksum does not match");
  // Only now: a damaged version byte must not pass for a newer format, which nobody would ever replace.
  if (version > kRecordVersion) {
    return Status(ErrorCode::NEWER_FORMAT, "The data on this device was written by a newer hubstash. Update the app.");
  }
  if (stored_kind != static_cast<uint32_t>(kind)) return corrupt("it is of another kind than its key says");
  return Bytes(payload);
}

Bytes head_of(const std::optional<Bytes>& record) { return record ? record->substr(0, kRecordHeadBytes) : Bytes(); }

}  // namespace hubstash
