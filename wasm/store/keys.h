#pragma once
// The keys of the local store: where each record lies below the mount point (docs/FORMATS.md).

#include <cstdint>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

/// "meta/<collection>/<encoded id>": one small record for each item that this device knows more of than the listing.
Bytes item_key(std::string_view collection, std::string_view id);
Bytes item_prefix(std::string_view collection);
/// All of them, of every collection.
inline constexpr std::string_view kItemPrefix = "meta/";

/// "outbox/<collection>/<encoded id>": one for each item with a change that is not on the Hub.
Bytes outbox_key(std::string_view collection, std::string_view id);
inline constexpr std::string_view kOutboxPrefix = "outbox/";

/// "body/<collection>/<encoded id>.<revision>.<number>": a chunk of a body, raw.
Bytes chunk_key(std::string_view collection, std::string_view id, std::string_view revision, uint32_t number);

/// "remote/head": the commit that the listings describe.
inline constexpr std::string_view kHeadKey = "remote/head";
/// "sync/dataset": which dataset that is of.
inline constexpr std::string_view kDatasetKey = "sync/dataset";
/// "remote/index/<collection>": the tree ids of a collection's folders.
Bytes folder_index_key(std::string_view collection);
/// "remote/folder/<collection>/<shard>": the files of one remote folder.
Bytes folder_key(std::string_view collection, std::string_view shard);
Bytes folder_prefix(std::string_view collection);
/// All of them, of every collection.
inline constexpr std::string_view kFolderPrefix = "remote/folder/";

}  // namespace hubstash
