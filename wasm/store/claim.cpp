#include "store/claim.h"

#include "store/record.h"
#include "store/version_codec.h"

namespace hubstash {
namespace {

enum ChangeFlag : uint8_t { kDeletes = 1, kGzipped = 2, kHasSeen = 4, kSeenGzipped = 8 };

void encode_change(Encoder* encoder, const ClaimedChange& change) {
  int flags = 0;
  if (change.deletes) flags |= kDeletes;
  if (change.version.gzipped) flags |= kGzipped;
  if (change.seen) flags |= kHasSeen;
  if (change.seen && change.seen->gzipped) flags |= kSeenGzipped;
  encoder->bytes(change.collection);
  encoder->bytes(change.id);
  encoder->u8(static_cast<uint8_t>(change.kind));
  encoder->u8(static_cast<uint8_t>(flags));
  encoder->varint(change.sequence);
  encode_version(encoder, change.version);
  if (change.seen) encode_version(encoder, *change.seen);
}

/// False where the kind of item is none.
bool decode_change(Decoder* decoder, ClaimedChange* change) {
  change->collection = decoder->bytes();
  change->id = decoder->bytes();
  const uint8_t kind = decoder->u8();
  const uint8_t flags = decoder->u8();
  change->kind = static_cast<Kind>(kind);
  change->deletes = (flags & kDeletes) != 0;
  change->sequence = decoder->varint();
  change->version = decode_version(decoder, (flags & kGzipped) != 0);
  if ((flags & kHasSeen) != 0) change->seen = decode_version(decoder, (flags & kSeenGzipped) != 0);
  return kind == 1 || kind == 2;
}

}  // namespace

Bytes claim_key(std::string_view id) { return Bytes(kClaimPrefix) + Bytes(id); }

Bytes seal_claim(const Claim& claim, uint64_t stamp) {
  Encoder encoder;
  encoder.bytes(claim.id);
  encoder.bytes(claim.parent);
  encoder.u64(static_cast<uint64_t>(claim.claimed_at));
  encoder.varint(claim.changes.size());
  for (const ClaimedChange& change : claim.changes) encode_change(&encoder, change);
  return seal_record(RecordKind::kClaim, stamp, encoder.take());
}

Result<Claim> open_claim(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kClaim, record));
  Decoder decoder(payload);
  Claim claim;
  claim.id = decoder.bytes();
  claim.parent = decoder.bytes();
  claim.claimed_at = static_cast<TimeMs>(decoder.u64());
  const uint64_t changes = decoder.varint();
  bool known = true;
  for (uint64_t i = 0; i < changes && decoder.ok() && known; ++i) {
    known = decode_change(&decoder, &claim.changes.emplace_back());
  }
  if (!known || !decoder.finished()) return Status(ErrorCode::STORAGE_CORRUPT, "A note of a commit is damaged.");
  return claim;
}

Result<Claim> open_claim_or_name(const Record& record) {
  Result<Claim> claim = open_claim(record.value);
  if (claim || claim.error().code() == ErrorCode::NEWER_FORMAT) return claim;
  Claim named;
  named.id = record.key.substr(kClaimPrefix.size());
  return named;
}

}  // namespace hubstash
