#include "store/remote.h"

#include "base/codec.h"
#include "store/record.h"

namespace hubstash {
namespace {

Status damaged() { return Status(ErrorCode::STORAGE_CORRUPT, "A listing on this device is damaged."); }

void encode_oids(Encoder* encoder, const std::map<std::string, std::string>& oids) {
  encoder->varint(oids.size());
  for (const auto& [name, oid] : oids) {
    encoder->bytes(name);
    encoder->bytes(oid);
  }
}

std::map<std::string, std::string> decode_oids(Decoder* decoder) {
  std::map<std::string, std::string> oids;
  const uint64_t count = decoder->varint();
  for (uint64_t i = 0; i < count && decoder->ok(); ++i) {
    std::string name = decoder->bytes();
    oids[std::move(name)] = decoder->bytes();
  }
  return oids;
}

}  // namespace

Bytes seal_head(const RemoteHead& head, uint64_t stamp) {
  Encoder encoder;
  encoder.bytes(head.commit);
  encoder.u8(head.is_private ? 1 : 0);
  encoder.bytes(head.hubstash_oid);
  encoder.u8(head.has_format ? 1 : 0);
  encode_oids(&encoder, head.collections);
  return seal_record(RecordKind::kHead, stamp, encoder.take());
}

Result<RemoteHead> open_head(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kHead, record));
  Decoder decoder(payload);
  RemoteHead head;
  head.commit = decoder.bytes();
  head.is_private = decoder.u8() == 1;
  head.hubstash_oid = decoder.bytes();
  head.has_format = decoder.u8() == 1;
  head.collections = decode_oids(&decoder);
  if (!decoder.finished()) return damaged();
  return head;
}

Bytes seal_dataset(const RemoteDataset& dataset, uint64_t stamp) {
  Encoder encoder;
  encoder.bytes(dataset.id);
  return seal_record(RecordKind::kDataset, stamp, encoder.take());
}

Result<RemoteDataset> open_dataset(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kDataset, record));
  Decoder decoder(payload);
  RemoteDataset dataset{decoder.bytes()};
  if (!decoder.finished()) return damaged();
  return dataset;
}

Bytes seal_folder_index(const FolderIndex& index, uint64_t stamp) {
  Encoder encoder;
  encode_oids(&encoder, index.shards);
  return seal_record(RecordKind::kFolderIndex, stamp, encoder.take());
}

Result<FolderIndex> open_folder_index(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kFolderIndex, record));
  Decoder decoder(payload);
  FolderIndex index;
  index.shards = decode_oids(&decoder);
  if (!decoder.finished()) return damaged();
  return index;
}

Bytes seal_folder(const Folder& folder, uint64_t stamp) {
  Encoder encoder;
  encoder.varint(folder.files.size());
  for (const auto& [name, file] : folder.files) {
    encoder.bytes(name);
    encoder.bytes(file.oid);
    encoder.bytes(file.lfs_sha256);
    encoder.varint(file.size);
    encoder.u64(static_cast<uint64_t>(file.seen_at));
  }
  return seal_record(RecordKind::kFolder, stamp, encoder.take());
}

Result<Folder> open_folder(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kFolder, record));
  Decoder decoder(payload);
  Folder folder;
  const uint64_t count = decoder.varint();
  for (uint64_t i = 0; i < count && decoder.ok(); ++i) {
    std::string name = decoder.bytes();
    ListedFile file;
    file.oid = decoder.bytes();
    file.lfs_sha256 = decoder.bytes();
    file.size = decoder.varint();
    file.seen_at = static_cast<TimeMs>(decoder.u64());
    folder.files.emplace(std::move(name), std::move(file));
  }
  if (!decoder.finished()) return damaged();
  return folder;
}

bool is_listing_whole(const RemoteHead& head, const std::string& collection, const std::string& shard,
                      const std::optional<Bytes>& folder, const std::optional<Bytes>& index) {
  if (folder && !open_folder(*folder)) return false;
  if (head.collections.count(collection) == 0) return true;
  const std::optional<FolderIndex> known = open_or_forget(open_folder_index, index);
  return known && (folder || known->shards.count(shard) == 0);
}

}  // namespace hubstash
