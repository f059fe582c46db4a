#include "store/owner.h"

#include "base/codec.h"
#include "base/text.h"
#include "store/record.h"

namespace hubstash {

bool is_same_account(const Account& a, const Account& b) {
  if (!a.id.empty() && !b.id.empty()) return a.id == b.id;
  return equals_ignoring_case(a.name, b.name);
}

Bytes seal_owner(const Account& owner, uint64_t stamp) {
  Encoder encoder;
  encoder.bytes(owner.name);
  encoder.bytes(owner.id);
  return seal_record(RecordKind::kOwner, stamp, encoder.take());
}

Result<Account> open_owner(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kOwner, record));
  Decoder decoder(payload);
  Account owner;
  owner.name = decoder.bytes();
  owner.id = decoder.bytes();
  if (!decoder.finished()) return Status(ErrorCode::STORAGE_CORRUPT, "The owner of the data here cannot be read.");
  return owner;
}

Result<ReadOwner> read_owner(const std::optional<Bytes>& record, const std::optional<Bytes>& copy) {
  ReadOwner read;
  Status trouble;
  for (const std::optional<Bytes>* one : {&record, &copy}) {
    Result<Account> owner = *one ? open_owner(**one) : Status(ErrorCode::STORAGE_CORRUPT, "It is gone.");
    if (owner) {
      if (!read.owner) read.owner = std::move(*owner);
      continue;
    }
    if (owner.error().code() == ErrorCode::NEWER_FORMAT) return owner.error();
    read.needs_repair = true;
    if (*one) trouble = owner.error();
  }
  if (!read.owner && !trouble.ok()) return trouble;
  return read;
}

}  // namespace hubstash
