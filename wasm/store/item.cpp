#include "store/item.h"

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "store/keys.h"
#include "store/record.h"
#include "store/version_codec.h"

namespace hubstash {
namespace {

enum ItemFlag : uint8_t { kHasBody = 1, kHasBase = 2, kBaseGzipped = 4, kHasBaseBody = 8 };

Status damaged(const char* what) {
  return Status(ErrorCode::STORAGE_CORRUPT, std::string("The record of ") + what + " on this device is damaged.");
}

LocalBody decode_body(Decoder* decoder, uint64_t chunks) {
  LocalBody body;
  body.revision = decoder->bytes();
  for (uint64_t i = 0; i < chunks && decoder->ok(); ++i) body.chunk_sha256.push_back(decoder->raw(32));
  return body;
}

std::vector<Bytes> keys_of(const Item& item, const std::optional<LocalBody>& body) {
  std::vector<Bytes> keys;
  if (!body) return keys;
  for (uint32_t i = 0; i < body->chunk_sha256.size(); ++i) {
    keys.push_back(chunk_key(item.collection, item.id, body->revision, i));
  }
  return keys;
}

}  // namespace

void remember_attempt(Item* item, const std::string& oid) {
  if (std::find(item->attempts.begin(), item->attempts.end(), oid) != item->attempts.end()) return;
  if (item->attempts.size() == kMaxAttempts) item->attempts.erase(item->attempts.begin());
  item->attempts.push_back(oid);
}

Bytes seal_item(const Item& item, uint64_t stamp) {
  HS_CHECK(!item.body || item.body->chunk_sha256.size() == chunk_count(item.size));
  HS_CHECK(item.attempts.size() <= kMaxAttempts);
  Encoder encoder;
  encoder.bytes(item.collection);
  encoder.bytes(item.id);
  encoder.u8(static_cast<uint8_t>(item.kind));
  encoder.u8(static_cast<uint8_t>(item.state));
  int flags = 0;
  if (item.body) flags |= kHasBody;
  if (item.base) flags |= kHasBase;
  if (item.base && item.base->gzipped) flags |= kBaseGzipped;
  if (item.base_body) flags |= kHasBaseBody;
  encoder.u8(static_cast<uint8_t>(flags));
  encoder.varint(item.sequence);
  encoder.u64(static_cast<uint64_t>(item.modified));
  encoder.u64(static_cast<uint64_t>(item.queued_at));
  encoder.bytes(item.type);
  encoder.varint(item.size);
  encoder.bytes(item.sha256);
  if (item.body) {
    encoder.bytes(item.body->revision);
    for (const Sha256& digest : item.body->chunk_sha256) encoder.raw(digest);
  }
  if (item.base) encode_version(&encoder, *item.base);
  encoder.bytes(item.base_commit);
  if (item.base_body) {
    encoder.varint(item.base_body->chunk_sha256.size());
    encoder.bytes(item.base_body->revision);
    for (const Sha256& digest : item.base_body->chunk_sha256) encoder.raw(digest);
  }
  const bool has_lost = item.state == ChangeState::kSynced && !item.lost_to.empty();
  const std::vector<std::string>& oids = has_lost ? std::vector{item.lost_to} : item.attempts;
  encoder.u8(static_cast<uint8_t>(oids.size()));
  for (const std::string& oid : oids) encoder.bytes(oid);
  return seal_record(RecordKind::kItem, stamp, encoder.take());
}

Result<Item> open_item(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kItem, record));
  Decoder decoder(payload);
  Item item;
  item.collection = decoder.bytes();
  item.id = decoder.bytes();
  const uint8_t kind = decoder.u8();
  const uint8_t state = decoder.u8();
  const uint8_t flags = decoder.u8();
  item.sequence = decoder.varint();
  item.modified = static_cast<TimeMs>(decoder.u64());
  item.queued_at = static_cast<TimeMs>(decoder.u64());
  item.type = decoder.bytes();
  item.size = decoder.varint();
  item.sha256 = decoder.bytes();
  // A chunk's digest takes 32 bytes, so a size that the rest cannot describe is damage, not a huge body.
  const uint32_t chunks = chunk_count(item.size);
  if ((flags & kHasBody) != 0 && decoder.remaining() / 32 < chunks) return damaged("an item");
  if ((flags & kHasBody) != 0) item.body = decode_body(&decoder, chunks);
  if ((flags & kHasBase) != 0) item.base = decode_version(&decoder, (flags & kBaseGzipped) != 0);
  item.base_commit = decoder.bytes();
  if ((flags & kHasBaseBody) != 0) item.base_body = decode_body(&decoder, decoder.varint());
  const uint8_t attempts = decoder.u8();
  for (uint8_t i = 0; i < attempts && decoder.ok(); ++i) item.attempts.push_back(decoder.bytes());
  const bool known = (kind == 1 || kind == 2) && state <= 2 && attempts <= kMaxAttempts;
  if (!decoder.finished() || !known) return damaged("an item");
  item.kind = static_cast<Kind>(kind);
  item.state = static_cast<ChangeState>(state);
  // A synced item has no attempts, so their place says what it lost to.
  if (item.state == ChangeState::kSynced && attempts == 1) item.lost_to = std::exchange(item.attempts, {}).front();
  return item;
}

Bytes seal_outbox_row(const OutboxRow& row, uint64_t stamp) {
  Encoder encoder;
  encoder.bytes(row.collection);
  encoder.bytes(row.id);
  encoder.varint(row.sequence);
  encoder.varint(row.size);
  encoder.u64(static_cast<uint64_t>(row.queued_at));
  encoder.u8(static_cast<uint8_t>(row.kind));
  return seal_record(RecordKind::kOutbox, stamp, encoder.take());
}

Result<OutboxRow> open_outbox_row(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kOutbox, record));
  Decoder decoder(payload);
  OutboxRow row;
  row.collection = decoder.bytes();
  row.id = decoder.bytes();
  row.sequence = decoder.varint();
  row.size = decoder.varint();
  row.queued_at = static_cast<TimeMs>(decoder.u64());
  const uint8_t kind = decoder.u8();
  if (!decoder.finished() || (kind != 1 && kind != 2)) return damaged("the outbox");
  row.kind = static_cast<Kind>(kind);
  return row;
}

Result<OutboxRow> outbox_row_of(const Record& record) {
  Result<OutboxRow> row = open_outbox_row(record.value);
  if (row || row.error().code() != ErrorCode::STORAGE_CORRUPT) return row;
  const std::string_view path = std::string_view(record.key).substr(kOutboxPrefix.size());
  const size_t slash = path.find('/');
  if (slash == path.npos) return row;
  Result<std::string> id = decode_id(path.substr(slash + 1));
  if (!id) return row;
  OutboxRow rescued;
  rescued.collection = std::string(path.substr(0, slash));
  rescued.id = std::move(*id);
  return rescued;
}

uint32_t chunk_count(uint64_t size) {
  const uint64_t count = (size + kChunkBytes - 1) / kChunkBytes;
  return count > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(count);
}

uint32_t chunk_size(uint64_t size, uint32_t number) {
  const uint64_t offset = static_cast<uint64_t>(number) * kChunkBytes;
  HS_CHECK(offset < size);
  return static_cast<uint32_t>(std::min<uint64_t>(kChunkBytes, size - offset));
}

std::vector<Bytes> chunk_keys(const Item& item) { return keys_of(item, item.body); }

std::vector<Bytes> base_chunk_keys(const Item& item) { return keys_of(item, item.base_body); }

std::vector<Bytes> stored_chunk_keys(const Item& item) {
  std::vector<Bytes> keys = chunk_keys(item);
  for (Bytes& key : base_chunk_keys(item)) keys.push_back(std::move(key));
  return keys;
}

std::vector<ChunkRef> chunk_refs(const Item& item) {
  std::vector<ChunkRef> refs;
  const std::vector<Bytes> keys = chunk_keys(item);
  for (uint32_t i = 0; i < keys.size(); ++i) {
    refs.push_back({keys[i], chunk_size(item.size, i), item.body->chunk_sha256[i]});
  }
  return refs;
}

}  // namespace hubstash
