#include "sync/list_collections.h"

#include <map>
#include <optional>

#include "base/ids.h"
#include "hub/layout.h"
#include "store/item.h"
#include "store/keys.h"
#include "store/remote.h"
#include "sync/item_names.h"

namespace hubstash {
namespace {

/// How many files of a collection's folders are documents, and how many are blobs, by their names. A name can be both
/// by chance only: "a.json" lies in the shard of the document "a" or in that of the blob "a.json".
struct Votes {
  uint64_t documents = 0, blobs = 0;
};

/// `key` is "remote/folder/<collection>/<shard>".
void count_votes(std::map<std::string, Votes>* votes, std::string_view key, const Folder& folder) {
  const std::string_view path = key.substr(kFolderPrefix.size());
  const size_t slash = path.find('/');
  if (slash == path.npos) return;
  const std::string collection(path.substr(0, slash));
  const std::string_view shard = path.substr(slash + 1);
  for (const auto& [name, file] : folder.files) {
    if (!item_id(collection, Kind::kJson, shard, name).empty()) ++(*votes)[collection].documents;
    if (!item_id(collection, Kind::kBlob, shard, name).empty()) ++(*votes)[collection].blobs;
  }
}

}  // namespace

ScanListing::Prefixes ListCollectionsCall::prefixes() const { return {Bytes(kItemPrefix), Bytes(kFolderPrefix)}; }

void ListCollectionsCall::scanned(const std::vector<Record>& items, const std::vector<Record>& folders,
                                  bool listing_known) {
  // What the app says decides, then what it has saved, then the names of the Hub's files.
  std::map<std::string, Kind> kinds = {{"pdfs", Kind::kBlob}, {"projects", Kind::kJson}};
  kinds.insert(core_.state().kinds.begin(), core_.state().kinds.end());
  for (const Record& record : items) {
    const Result<Item> item = open_item(record.value);
    if (item) kinds.emplace(item->collection, item->kind);
  }
  std::map<std::string, Votes> votes;
  for (const Record& record : folders) {
    const Result<Folder> folder = open_folder(record.value);
    if (folder) count_votes(&votes, record.key, *folder);
  }
  const std::optional<UnkeptListing>& unkept = core_.state().unkept;
  if (!listing_known && unkept) {
    for (const auto& [key, folder] : unkept->folders) count_votes(&votes, key, folder);
  }
  for (const auto& [collection, found] : votes) {
    kinds.emplace(collection, found.blobs > found.documents ? Kind::kBlob : Kind::kJson);
  }
  Collections collections;
  for (const auto& [collection, kind] : kinds) collections.items.push_back({collection, kind});
  succeed(std::move(collections));
}

}  // namespace hubstash
