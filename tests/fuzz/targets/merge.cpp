// The three-way merge of documents, given three texts divided by lines of "---". Whatever they are, a clean merge is a
// JSON object, does not depend on which side is called local, and finds nothing to do when it is merged again.
#include "base/json.h"
#include "common/fuzz.h"
#include "sync/merge3.h"

namespace {

using namespace hubstash;

constexpr std::string_view kDivider = "\n---\n";

std::string_view take_part(std::string_view* text) {
  const size_t end = std::min(text->find(kDivider), text->size());
  const std::string_view part = text->substr(0, end);
  text->remove_prefix(std::min(end + kDivider.size(), text->size()));
  return part;
}

/// The document's own id is the local one; all else must be the same both ways.
bool has_same_id(std::string_view local, std::string_view remote) {
  const Result<Json> a = Json::parse(local), b = Json::parse(remote);
  return a && b && !(*a)["id"].exists() && !(*b)["id"].exists();
}

}  // namespace

void fuzz_one(std::string_view input) {
  const std::string_view base = take_part(&input);
  const std::string_view local = take_part(&input);
  const std::string_view remote = take_part(&input);
  const Merge merge = merge_documents(base, local, remote);
  const Merge other = merge_documents(base, remote, local);
  HS_CHECK(merge.clean == other.clean && merge.conflicts.size() <= 20);
  HS_CHECK(!merge.clean || merge.conflicts.empty());
  if (!merge.clean) return;
  HS_CHECK(Json::is_object_text(merge.text));
  if (has_same_id(local, remote)) HS_CHECK(merge.text == other.text);
  // What was merged is the newer version of either side.
  const Merge again = merge_documents(local, merge.text, local);
  HS_CHECK(again.clean && merge_documents(again.text, again.text, again.text).text == again.text);
}
