#include "sync/settle.h"

#include <algorithm>
#include <set>

#include "hub/layout.h"
#include "store/keys.h"
#include "sync/plan_save.h"

namespace hubstash {
namespace {

bool is_deletion(PushAction action) { return action == PushAction::kDelete || action == PushAction::kForget; }

std::string file_name(const Settled& change, bool gzipped) {
  const Encoding encoding = gzipped ? Encoding::kGzip : Encoding::kPlain;
  return encode_id(change.id) + std::string(extension(change.collection, change.kind, encoding));
}

/// A change that came after the pushed one stays pending, on top of what the Hub has now.
Item rebased(Item item, const Settled& settled) {
  if (!is_deletion(settled.action)) {
    item.base = settled.version;
    item.base_commit = settled.commit;
    item.base_body.reset();  // It is of the version before; the pushed one's body has been saved over.
    item.attempts.erase(std::remove(item.attempts.begin(), item.attempts.end(), settled.version.oid),
                        item.attempts.end());
  } else if (!settled.on_hub) {
    // There is nothing that it would replace, and its own deletion is nothing to be in conflict with.
    item.base.reset();
    item.base_commit.clear();
    item.base_body.reset();
  }
  return item;
}

void settle_file(Folder* folder, const Settled& change, TimeMs now) {
  if (change.action != PushAction::kUpload && change.action != PushAction::kDelete) return;
  folder->files.erase(file_name(change, false));
  if (change.kind == Kind::kJson) folder->files.erase(file_name(change, true));
  if (change.action == PushAction::kDelete) return;
  folder->files[file_name(change, change.version.gzipped)] = {change.version.oid, change.version.lfs_sha256,
                                                              change.version.size, now};
}

}  // namespace

void settle_item(StoreTx* tx, Mode mode, const Settled& settled, const std::optional<Bytes>& record, Random* random) {
  const Result<std::optional<Item>> read = item_to_replace(record);
  if (!read || !*read) return;
  const Item& item = **read;
  if (item.state == ChangeState::kSynced) return;
  if (item.sequence != settled.sequence) {
    // Of a merge the app has seen nothing yet: its next change is to be merged against what it did see.
    if (settled.seen) return;
    return add_item(tx, record, item, rebased(item, settled), random);
  }
  if (is_deletion(settled.action)) return add_removal(tx, record, item);
  Item synced = item;
  synced.state = ChangeState::kSynced;
  synced.base = settled.seen ? *settled.seen : settled.version;
  synced.base_commit = settled.seen ? "" : settled.commit;
  synced.base_body.reset();
  synced.attempts.clear();
  if (mode == Mode::kRemote && !settled.seen) synced.body.reset();
  add_item(tx, record, item, synced, random);
}

void settle_landed(StoreTx* tx, Mode mode, const Settled& settled, const std::optional<ListedVersion>& listed,
                   const std::optional<Bytes>& record, Random* random) {
  const Result<std::optional<Item>> read = item_to_replace(record);
  if (!read || !*read || (*read)->state == ChangeState::kSynced) return;
  const Item& item = **read;
  const bool is_same_change = item.sequence == settled.sequence;
  // It has been there, and somebody who had seen it there has deleted it.
  if (is_same_change && !listed) return add_removal(tx, record, item);
  // The app has seen what the Hub has, and replaced it; but where the landed version is still among the attempts, which
  // are of changes since the base, it has not: the base is the version before, which somebody has brought back.
  const bool has_old_base = is_own_attempt(item, settled.version.oid);
  if (!is_same_change && listed && is_base(item, *listed) && !has_old_base) return;
  settle_item(tx, mode, settled, record, random);
}

std::vector<Bytes> touched_listings(const std::vector<Settled>& changes) {
  std::set<Bytes> keys;
  for (const Settled& change : changes) {
    keys.insert(folder_index_key(change.collection));
    keys.insert(folder_key(change.collection, shard_of(change.id)));
  }
  return {keys.begin(), keys.end()};
}

void settle_listing(StoreTx* tx, const std::vector<Settled>& changes,
                    const std::map<Bytes, std::optional<Bytes>>& records, TimeMs now, Random* random) {
  std::map<std::string, FolderIndex> indexes;
  std::map<Bytes, std::vector<const Settled*>> folders;
  for (const Settled& change : changes) {
    const Bytes index_key = folder_index_key(change.collection);
    if (indexes.count(change.collection) == 0) {
      indexes[change.collection] = open_or_forget(open_folder_index, records.at(index_key)).value_or(FolderIndex());
    }
    const std::string shard = shard_of(change.id);
    indexes[change.collection].shards[shard].clear();
    folders[folder_key(change.collection, shard)].push_back(&change);
  }
  for (const auto& [collection, index] : indexes) {
    tx->puts.push_back({folder_index_key(collection), seal_folder_index(index, random->next())});
  }
  for (const auto& [key, changed] : folders) {
    Folder folder = open_or_forget(open_folder, records.at(key)).value_or(Folder());
    for (const Settled* change : changed) settle_file(&folder, *change, now);
    tx->puts.push_back({key, seal_folder(folder, random->next())});
  }
}

}  // namespace hubstash
