#include "sync/item_view.h"

#include <algorithm>

#include "hub/layout.h"

namespace hubstash {
bool is_own_attempt(const Item& item, const std::string& oid) {
  return std::find(item.attempts.begin(), item.attempts.end(), oid) != item.attempts.end();
}

bool is_base(const Item& item, const ListedVersion& listed) {
  return item.base && item.base->oid == listed.version.oid;
}

std::optional<ListedVersion> find_listed(const std::optional<Folder>& folder, std::string_view collection, Kind kind,
                                         std::string_view id) {
  if (!folder) return std::nullopt;
  for (const Encoding encoding : {Encoding::kPlain, Encoding::kGzip}) {
    if (encoding == Encoding::kGzip && kind == Kind::kBlob) continue;
    const std::string name = encode_id(id) + std::string(extension(collection, kind, encoding));
    const auto found = folder->files.find(name);
    if (found == folder->files.end()) continue;
    const ListedFile& file = found->second;
    return ListedVersion{{file.oid, file.lfs_sha256, file.size, encoding == Encoding::kGzip}, file.seen_at};
  }
  return std::nullopt;
}

bool in_conflict(const Item& item, const std::optional<ListedVersion>& listed) {
  if (item.state == ChangeState::kSynced || !listed) return false;
  return !is_base(item, *listed) && !is_own_attempt(item, listed->version.oid);
}

std::optional<ItemInfo> describe(const std::optional<Item>& item, const std::optional<ListedVersion>& listed,
                                 bool listing_known, std::string_view id) {
  ItemInfo info;
  info.id = std::string(id);
  if (item && item->state == ChangeState::kDeleted) return std::nullopt;
  if (item && item->state == ChangeState::kPending) {
    info.size = item->size;
    info.modified = item->modified;
    info.state = in_conflict(*item, listed) ? ItemState::kConflict : ItemState::kPending;
    info.cached = item->cached();
    return info;
  }
  if (item && (!listing_known || (listed && is_base(*item, *listed)))) {
    info.size = item->size;
    info.modified = item->modified;
    info.state = item->cached() ? ItemState::kSynced : ItemState::kRemoteOnly;
    info.cached = item->cached();
    return info;
  }
  if (!listed) return std::nullopt;
  info.size = listed->version.size;
  info.modified = listed->seen_at;
  info.state = ItemState::kRemoteOnly;
  return info;
}

Source choose_source(const std::optional<Item>& item, const std::optional<ListedVersion>& listed, bool listing_known) {
  if (item && item->state == ChangeState::kDeleted) return Source::kNowhere;
  if (item && item->state == ChangeState::kPending) return Source::kDevice;
  if (item && item->cached() && (!listing_known || (listed && is_base(*item, *listed)))) return Source::kDevice;
  if (listed) return Source::kHub;
  return listing_known ? Source::kNowhere : Source::kUnknown;
}

}  // namespace hubstash
