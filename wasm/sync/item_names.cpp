#include "sync/item_names.h"

#include "hub/layout.h"

namespace hubstash {

std::optional<Kind> kind_of_collection(const std::map<std::string, Kind>& named, std::string_view collection) {
  if (collection == "projects") return Kind::kJson;
  if (collection == "pdfs") return Kind::kBlob;
  const auto found = named.find(std::string(collection));
  return found == named.end() ? std::nullopt : std::optional<Kind>(found->second);
}

std::string item_id(std::string_view collection, std::optional<Kind> kind, std::string_view shard,
                    std::string_view file_name) {
  if (!kind) {
    // Documents always end in ".json" or ".json.gz"; whatever else is there must be blobs.
    const std::string as_document = item_id(collection, Kind::kJson, shard, file_name);
    return as_document.empty() ? item_id(collection, Kind::kBlob, shard, file_name) : as_document;
  }
  const std::optional<ItemName> name = parse_item_name(collection, *kind, shard, file_name);
  return name ? name->id : std::string();
}

}  // namespace hubstash
