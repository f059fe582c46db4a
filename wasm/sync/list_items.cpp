#include "sync/list_items.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/ids.h"
#include "store/keys.h"
#include "store/remote.h"
#include "sync/forget_listing.h"
#include "sync/item_names.h"
#include "sync/item_view.h"
#include "sync/pull.h"
#include "sync/receipts.h"

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

void ListItems::start() {
  if (core_.options().mode == Mode::kRemote) return pull();
  scan();
}

void ListItems::resume(Input input) {
  switch (phase_) {
    case Phase::kPulling: {
      ChildDone& child = input.child();
      asked_in_vain_ = !child.status.ok();
      if (asked_in_vain_ && core_.options().mode == Mode::kRemote) return finish(std::move(child.status));
      if (++pulls_ > kMaxRaces) return finish(lost_every_race());
      return scan();
    }
    case Phase::kMending:
      if (!input.child().status.ok()) return finish(std::move(input.child().status));
      return scan();
    case Phase::kScanning:
      return list(input.store());
  }
}

void ListItems::pull() {
  phase_ = Phase::kPulling;
  start_pull(core_, id());
}

void ListItems::scan() {
  phase_ = Phase::kScanning;
  StoreTx tx;
  tx.gets = {Bytes(kHeadKey)};
  tx.scans = {item_prefix(call_.collection), folder_prefix(call_.collection)};
  core_.store(id(), std::move(tx));
}

void ListItems::list(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  bool listing_known = answer.values[0].has_value();
  // What is here is shown at once where the Hub cannot be asked; a device that has never seen the listing asks first.
  const bool may_ask = core_.options().mode != Mode::kLocal && core_.state().online && !core_.signed_out();
  // After a pull that succeeded there is a listing, unless the device was cleared meanwhile: then it says nothing.
  if (!listing_known && !asked_in_vain_ && may_ask) return pull();

  const bool damaged = std::any_of(answer.scanned[1].begin(), answer.scanned[1].end(),
                                   [](const Record& record) { return is_damaged_folder(record.value); });
  if (listing_known && damaged) {
    phase_ = Phase::kMending;
    core_.spawn(std::make_unique<ForgetListing>(core_), id());
    return;
  }

  std::map<std::string, Known> known;
  for (const Record& record : answer.scanned[0]) {
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
  for (const Record& record : answer.scanned[1]) {
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
