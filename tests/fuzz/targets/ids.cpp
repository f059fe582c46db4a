// Ids and the names that they become. An id that is accepted has one name, comes back from it, and stays within its
// folder, however often a careless server decodes it; no other name is read as an item.
#include "base/ids.h"

#include "base/text.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "common/fuzz.h"

namespace {

using namespace hubstash;

void check_segment(std::string_view segment) {
  HS_CHECK(!segment.empty() && segment != "." && segment != "..");
  HS_CHECK(segment.find_first_of("/\\") == segment.npos);
  HS_CHECK(!equals_ignoring_case(segment.substr(0, 4), ".git"));
}

void check_decoded(std::string name) {
  for (int times = 0; times < 4; ++times) {
    check_segment(name);
    const Result<Bytes> decoded = percent_decode(name);
    if (!decoded) return;
    name = *decoded;
  }
}

void check_accepted(const std::string& id) {
  // The id of a conflict copy is as much longer as its ending.
  const std::optional<CopyId> copy = parse_copy_id(id);
  HS_CHECK((copy ? copy->original.size() : id.size()) <= kMaxIdBytes && is_utf8(id));
  const std::string name = encode_id(id);
  HS_CHECK(name.size() <= 3 * id.size() && !fuzz::has_control(name));
  check_decoded(name);
  const Result<std::string> back = decode_id(name);
  HS_CHECK(back && *back == id);
  for (const Kind kind : {Kind::kJson, Kind::kBlob}) {
    for (const char* collection : {"projects", "pdfs", "notes"}) {
      const std::string folder = std::string(collection) + "/" + shard_of(id) + "/";
      const std::string path = item_path("data/app", collection, kind, id, Encoding::kPlain);
      HS_CHECK(path.starts_with("data/app/" + folder));
      const std::string file = path.substr(9 + folder.size());
      check_decoded(file);
      const auto parsed = parse_item_name(collection, kind, shard_of(id), file);
      HS_CHECK(parsed && parsed->id == id && parsed->encoding == Encoding::kPlain);
    }
  }
  HS_CHECK(item_key("notes", id).starts_with("meta/notes/"));
}

void check_name(const std::string& name) {
  const Result<std::string> id = decode_id(name);
  if (id) HS_CHECK(check_id(*id).ok() && encode_id(*id) == name);
  for (const Kind kind : {Kind::kJson, Kind::kBlob}) {
    for (const char* collection : {"pdfs", "notes"}) {
      const std::string shard = id ? shard_of(*id) : "3f";
      const auto parsed = parse_item_name(collection, kind, shard, name);
      if (parsed) HS_CHECK(check_id(parsed->id).ok() && shard_of(parsed->id) == shard);
    }
  }
}

}  // namespace

void fuzz_one(std::string_view input) {
  const std::string text(input);
  const Status status = check_id(text);
  HS_CHECK(status.ok() || status.code() == ErrorCode::INVALID_ID);
  if (status.ok()) check_accepted(text);
  check_name(text);
  if (check_collection(text).ok()) check_segment(text);

  HS_CHECK(*percent_decode(percent_encode(text)) == text && *from_hex(to_hex(text)) == text);
  const Result<Bytes> decoded = percent_decode(text);
  if (decoded) HS_CHECK(decoded->size() <= text.size());
}
