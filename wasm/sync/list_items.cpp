#include "sync/list_items.h"

#include <map>
#include <set>

#include "base/ids.h"
#include "store/keys.h"
#include "store/remote.h"
#include "sync/item_names.h"
#include "sync/item_view.h"

namespace hubstash {
namespace {

struct Known {
  std::optional<Item> item;
  std::optional<ListedVersion> listed;
};

/// The folder's shard is the last part of its key.
std::string_view shard_of_key(std::string_view key) { return key.substr(key.rfind('/') + 1); }

Copies conflict_copies(const std::vector<ItemInfo>& items, const std::string& only_id) {
  Copies copies;
  for (const ItemInfo& item : items) {
    const CopyId copy = *parse_copy_id(item.id);
    if (!only_id.empty() && copy.original != only_id) continue;
    copies.items.push_back({item.id, std::string(copy.original), item.modified, item.size, copy.side});
  }
  return copies;
}

}  // namespace

ScanListing::Prefixes ListItems::prefixes() const {
  return {item_prefix(call_.collection), folder_prefix(call_.collection)};
}

void ListItems::scanned(const std::vector<Record>& item_records, const std::vector<Record>& folders,
                        bool listing_known) {
  std::map<std::string, Known> known;
  for (const Record& record : item_records) {
    Result<Item> item = open_item(record.value);
    if (item && item->kind == call_.kind) known[item->id].item = std::move(*item);
  }
  const auto add_folder = [&](const Bytes& key, const Folder& folder) {
    for (const auto& [name, file] : folder.files) {
      const std::string id = item_id(call_.collection, call_.kind, shard_of_key(key), name);
      if (id.empty()) continue;
      // The file's name may say that it is packed, which find_listed knows.
      known[id].listed = find_listed(folder, call_.collection, call_.kind, id);
    }
  };
  for (const Record& record : folders) {
    const Result<Folder> folder = open_folder(record.value);
    if (folder) add_folder(record.key, *folder);
  }
  const std::optional<UnkeptListing>& unkept = core_.state().unkept;
  if (!listing_known && unkept) {
    listing_known = true;
    for (const auto& [key, folder] : unkept->folders) {
      if (key.starts_with(folder_prefix(call_.collection))) add_folder(key, folder);
    }
  }
  std::vector<ItemInfo> items, copies;
  for (const auto& [id, entry] : known) {
    std::optional<ItemInfo> info = describe(entry.item, entry.listed, listing_known, id);
    if (info) (parse_copy_id(id) ? copies : items).push_back(std::move(*info));
  }
  if (wants_copies_) return succeed(conflict_copies(copies, only_id_));
  std::set<std::string_view> contested;
  for (const ItemInfo& copy : copies) contested.insert(parse_copy_id(copy.id)->original);
  for (ItemInfo& item : items) {
    if (contested.count(item.id) != 0) item.state = ItemState::kConflict;
  }
  succeed(Items{std::move(items)});
}

}  // namespace hubstash
