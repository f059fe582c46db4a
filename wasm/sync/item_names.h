#pragma once
// What file names in the dataset mean when the app may not have said yet of which kind a collection is. Pure.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

/// The kind that the app has given the collection; else that of the two built-in ones; else nothing.
std::optional<Kind> kind_of_collection(const std::map<std::string, Kind>& named, std::string_view collection);

/// The id of the item in this file; empty for files that are not items.
std::string item_id(std::string_view collection, std::optional<Kind> kind, std::string_view shard,
                    std::string_view file_name);

}  // namespace hubstash
