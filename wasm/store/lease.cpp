#include "store/lease.h"

#include "base/codec.h"
#include "store/record.h"

namespace hubstash {
namespace {

constexpr uint8_t kHasLock = 1;

}  // namespace

bool lease_in_force(const Lease& lease, TimeMs now) {
  return now < lease.until && lease.until <= now + kLeaseMs + kClockSkewMs;
}

bool may_take_lease(const std::optional<Lease>& lease, std::string_view owner, bool has_lock, TimeMs now) {
  if (!lease || lease->owner == owner || !lease_in_force(*lease, now)) return true;
  return has_lock && lease->has_lock;
}

Bytes seal_lease(const Lease& lease, uint64_t stamp) {
  Encoder encoder;
  encoder.bytes(lease.owner);
  encoder.varint(lease.fence);
  encoder.u64(static_cast<uint64_t>(lease.until));
  encoder.u8(lease.has_lock ? kHasLock : 0);
  return seal_record(RecordKind::kLease, stamp, encoder.take());
}

Result<Lease> open_lease(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kLease, record));
  Decoder decoder(payload);
  Lease lease;
  lease.owner = decoder.bytes();
  lease.fence = decoder.varint();
  lease.until = static_cast<TimeMs>(decoder.u64());
  lease.has_lock = (decoder.u8() & kHasLock) != 0;
  if (!decoder.finished()) return Status(ErrorCode::STORAGE_CORRUPT, "The lease on this device is damaged.");
  return lease;
}

}  // namespace hubstash
