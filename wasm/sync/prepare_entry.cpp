#include "sync/prepare_entry.h"

#include "base/sha256.h"
#include "sync/resolve_conflict.h"

namespace hubstash {

RemoteFile encode_counted(Core& core, Bytes document) {
  const uint64_t size = document.size();
  RemoteFile file = encode_document(std::move(document));
  if (file.version.gzipped) {
    core.compression().raw_bytes += size;
    core.compression().stored_bytes += file.version.size;
  }
  return file;
}

Status prepare_entry(Core& core, const StoreAnswer& chunks, size_t* next_chunk, BatchEntry* entry) {
  const Item& item = entry->item;
  Bytes body;
  if (item.kind == Kind::kJson && item.body) {
    for (const Sha256& digest : item.body->chunk_sha256) {
      const std::optional<Bytes>& chunk = chunks.values[(*next_chunk)++];
      // The rest of this item's chunks must still be passed over, so the body is only marked here.
      if (!chunk || sha256(*chunk) != digest) entry->path = "damaged";
      if (chunk) body += *chunk;
    }
    if (!entry->path.empty()) {
      return Status(ErrorCode::STORAGE_CORRUPT, "The body of \"" + item.id + "\" on this device is damaged.");
    }
  }
  if (item.state == ChangeState::kPending) {
    entry->file = item.kind == Kind::kJson ? encode_counted(core, std::move(body)) : encode_blob(item);
  }
  entry->action = plan_item(item, entry->listed, entry->file.version.oid);
  // A resolver has a say in what is settled otherwise: that an edit beats a deletion.
  const bool may_object = core.options().conflict == ConflictPolicy::kResolver;
  if (may_object && is_edit_against_deletion(item, entry->listed)) entry->action = PushAction::kConflict;
  entry->path = entry_path(*entry, core.options().prefix, entry->file.version.gzipped);
  return Status();
}

}  // namespace hubstash
