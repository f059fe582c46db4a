// Pages of a listing, as text with headers. No entry leads out of the repository, no next page out of the Hub's origin,
// and a file that counts as an item is the one file that this item has.
#include "base/text.h"
#include "hub/layout.h"
#include "hub/replies.h"
#include "hub/requests.h"
#include "common/fuzz.h"
#include "sync/diff_tree.h"
#include "sync/item_names.h"

namespace {

using namespace hubstash;

const char* const kHub = "https://hub.example";

void check_path(std::string_view path) {
  HS_CHECK(!path.empty() && !fuzz::has_control(path) && path.find('\\') == path.npos);
  std::string bounded("/");
  bounded.append(path).append("/");
  for (const char* bad : {"//", "/./", "/../"}) HS_CHECK(bounded.find(bad) == bounded.npos);
}

void check_next(const std::string& url) {
  const Repo repo{kHub, "ann/data", "main"};
  const Result<HttpRequest> next = next_page_request(repo, url);
  if (!next) {
    HS_CHECK(next.error().code() == ErrorCode::BAD_RESPONSE);
    return;
  }
  // Read as a browser reads it: the authority ends at the first '/', '?', '#' or '\'.
  const std::string_view address = next->url;
  HS_CHECK(address == url && address.starts_with("https://") && next->authorize && next->method == "GET");
  const std::string_view rest = address.substr(8);
  HS_CHECK(rest.substr(0, rest.find_first_of("/?#\\")) == "hub.example");
  HS_CHECK(!fuzz::has_control(address) && address.find(' ') == address.npos);
}

void check_item(std::string_view collection, Kind kind, const ShardPath& path) {
  const std::string id = item_id(collection, kind, path.shard, path.file);
  if (id.empty()) return;
  HS_CHECK(check_id(id).ok() && shard_of(id) == path.shard);
  bool found = false;
  for (const Encoding encoding : {Encoding::kPlain, Encoding::kGzip}) {
    if (kind == Kind::kBlob && encoding == Encoding::kGzip) continue;
    std::string expected(collection);
    expected.append("/").append(path.shard).append("/").append(path.file);
    found = found || item_path("", collection, kind, id, encoding) == expected;
  }
  HS_CHECK(found);
}

}  // namespace

void fuzz_one(std::string_view input) {
  const HttpAnswer answer = fuzz::answer_from_text(input);
  const Result<TreePage> page = parse_tree(answer);
  if (!page) {
    HS_CHECK(page.error().code() == ErrorCode::BAD_RESPONSE);
    return;
  }
  if (!page->next_url.empty()) check_next(page->next_url);
  for (const TreeEntry& entry : page->entries) {
    check_path(entry.path);
    HS_CHECK(is_lower_hex(entry.oid, 40));
    HS_CHECK(entry.lfs_sha256.empty() || is_lower_hex(entry.lfs_sha256, 64));
    for (const char* collection : {"projects", "pdfs", "notes"}) {
      const auto path = parse_shard_path(collection, entry.path);
      if (!path || path->file.empty()) continue;
      if (std::string_view(collection) != "pdfs") check_item(collection, Kind::kJson, *path);
      if (std::string_view(collection) != "projects") check_item(collection, Kind::kBlob, *path);
    }
  }
  const Folder folder = make_folder(page->entries, Folder(), 1);
  const FolderDiff diff = diff_folder(Folder(), folder);
  HS_CHECK(diff.added.size() == folder.files.size() && diff_folder(folder, folder).changed.empty());
}
