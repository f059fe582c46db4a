#pragma once
// How an item looks to the app, from what this device stores of it and what the Hub's listing shows. Pure.

#include <optional>
#include <string>

#include "store/item.h"
#include "store/remote.h"

namespace hubstash {

/// A version of an item in a listing.
struct ListedVersion {
  RemoteVersion version;
  TimeMs seen_at = 0;
};

/// The item's file in its folder, if it is there.
std::optional<ListedVersion> find_listed(const std::optional<Folder>& folder, std::string_view collection, Kind kind,
                                         std::string_view id);

/// Whether a push of a change since the item's base tried to commit this version.
bool is_own_attempt(const Item& item, const std::string& oid);

/// Whether the Hub has the version that the item's change is on top of.
bool is_base(const Item& item, const ListedVersion& listed);

/// Whether `item` has been changed here while the Hub got a version that its writer has not seen. A version that one of
/// our own pushes put there has been seen.
bool in_conflict(const Item& item, const std::optional<ListedVersion>& listed);

/// The row for `list()`; nothing where the app sees no item. `listing_known` tells an empty listing from none at all.
std::optional<ItemInfo> describe(const std::optional<Item>& item, const std::optional<ListedVersion>& listed,
                                 bool listing_known, std::string_view id);

/// Where `load()` finds the body.
enum class Source : uint8_t {
  kNowhere,  ///< There is no such item.
  kDevice,   ///< The body on this device is the current one.
  kHub,      ///< The listed version is to be fetched.
  kUnknown,  ///< Nothing here, and the listing is not known yet.
};
Source choose_source(const std::optional<Item>& item, const std::optional<ListedVersion>& listed, bool listing_known);

}  // namespace hubstash
