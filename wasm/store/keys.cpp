#include "store/keys.h"

#include <initializer_list>
#include <string>

#include "base/ids.h"

namespace hubstash {
namespace {

Bytes join(std::initializer_list<std::string_view> parts) {
  Bytes out;
  for (const std::string_view part : parts) out.append(part);
  return out;
}

}  // namespace

Bytes item_key(std::string_view collection, std::string_view id) {
  return join({"meta/", collection, "/", encode_id(id)});
}

Bytes item_prefix(std::string_view collection) { return join({"meta/", collection, "/"}); }

Bytes outbox_key(std::string_view collection, std::string_view id) {
  return join({kOutboxPrefix, collection, "/", encode_id(id)});
}

Bytes chunk_key(std::string_view collection, std::string_view id, std::string_view revision, uint32_t number) {
  return join({"body/", collection, "/", encode_id(id), ".", revision, ".", std::to_string(number)});
}

Bytes folder_index_key(std::string_view collection) { return join({"remote/index/", collection}); }

Bytes folder_key(std::string_view collection, std::string_view shard) {
  return join({"remote/folder/", collection, "/", shard});
}

Bytes folder_prefix(std::string_view collection) { return join({kFolderPrefix, collection, "/"}); }

}  // namespace hubstash
