#include "hub/layout.h"

#include <string>

#include "base/json.h"
#include "base/random.h"
#include "base/sha256.h"
#include "base/text.h"
#include "catch.h"

namespace hubstash {
namespace {

TEST_CASE("shards are the first byte of sha256sum of the id") {
  // Part of the format: another shard is another file. Values by coreutils.
  CHECK(shard_of("proj_1") == "f8");
  CHECK(shard_of("a.b") == "2e");
  CHECK(shard_of("Thesis (v2).pdf") == "7d");
  CHECK(shard_of("é") == "4a");
}

TEST_CASE("paths of items, with and without a prefix") {
  // The layout as docs/FORMATS.md promises it to people who look at the dataset.
  CHECK(item_path("", "projects", Kind::kJson, "proj_1", Encoding::kPlain) == "projects/f8/proj_1.json");
  CHECK(item_path("", "projects", Kind::kJson, "proj_1", Encoding::kGzip) == "projects/f8/proj_1.json.gz");
  CHECK(item_path("my/app", "pdfs", Kind::kBlob, "Thesis (v2).pdf", Encoding::kPlain) ==
        "my/app/pdfs/7d/Thesis%20%28v2%29.pdf.pdf");
  CHECK(item_path("", "images", Kind::kBlob, "a.b", Encoding::kPlain) == "images/2e/a.b");
  CHECK(item_path("", "pdfs", Kind::kJson, "é", Encoding::kPlain) == "pdfs/4a/%C3%A9.json");
  CHECK(under_prefix("", "pdfs") == "pdfs");
  CHECK(under_prefix("my/app", "pdfs") == "my/app/pdfs");
}

TEST_CASE("every item's path is read back as its id and encoding") {
  // 2,000 random ids, of both kinds, among them ids that end like an extension.
  Random random(23, 24);
  const std::string endings[] = {"", ".json", ".json.gz", ".gz", ".pdf", "%", "é", "."};
  for (int round = 0; round < 2000; ++round) {
    // One draw a statement: the order of draws within one differs between compilers.
    std::string id = random.hex(1 + static_cast<int>(random.below(8)));
    id += endings[random.below(std::size(endings))];
    REQUIRE(check_id(id).ok());
    const bool is_json = random.below(2) == 0;
    const Kind kind = is_json ? Kind::kJson : Kind::kBlob;
    const Encoding encoding = is_json && random.below(2) == 0 ? Encoding::kGzip : Encoding::kPlain;
    const std::string collection = random.below(2) == 0 ? "pdfs" : "things";
    const std::string path = item_path("", collection, kind, id, encoding);
    const std::string name = path.substr(path.rfind('/') + 1);
    CAPTURE(path);
    const std::optional<ItemName> back = parse_item_name(collection, kind, shard_of(id), name);
    REQUIRE(back.has_value());
    CHECK(back->id == id);
    CHECK(back->encoding == encoding);
  }
}

TEST_CASE("files that are not items are left alone") {
  // People and other tools put files into datasets; none may turn up as an item, or as a second copy of one.
  const auto is_item = [](Kind kind, const char* shard, const char* name) {
    return parse_item_name("pdfs", kind, shard, name).has_value();
  };
  CHECK(is_item(Kind::kJson, "f8", "proj_1.json"));
  CHECK_FALSE(is_item(Kind::kJson, "f9", "proj_1.json"));
  CHECK_FALSE(is_item(Kind::kJson, "f8", "proj_1"));
  CHECK_FALSE(is_item(Kind::kJson, "f8", "proj_1.json.GZ"));
  CHECK_FALSE(is_item(Kind::kJson, "f8", "proj%5F1.json"));
  CHECK_FALSE(is_item(Kind::kJson, "f8", ".json"));
  CHECK_FALSE(is_item(Kind::kJson, "f8", "README.md"));
  CHECK(is_item(Kind::kBlob, "f8", "proj_1.pdf"));
  CHECK_FALSE(is_item(Kind::kBlob, "f8", "proj_1.json"));
  CHECK_FALSE(is_item(Kind::kBlob, "f8", "proj_1"));
  CHECK_FALSE(is_item(Kind::kBlob, "", ""));
}

TEST_CASE("the format file states the version that is read back") {
  // The guard against an older app writing into a newer layout.
  CHECK(format_path("") == ".hubstash/format.json");
  CHECK(format_path("my/app") == "my/app/.hubstash/format.json");
  CHECK(format_text() == "{\"format\":\"hubstash\",\"version\":1}\n");
  CHECK(*parse_format(format_text()) == kLayoutVersion);
  CHECK(*parse_format("{\"version\":2,\"more\":[]}") == 2);
  for (const char* bad : {"", "{}", "[]", "{\"version\":\"1\"}", "{\"version\":0}", "{\"version\":-1}",
                          "{\"version\":1.5}", "{\"version\":99999999999}", "<html>"}) {
    CAPTURE(bad);
    CHECK(parse_format(bad).error().code() == ErrorCode::BAD_RESPONSE);
  }
}

TEST_CASE("chunk lists are JSON that names every chunk") {
  // Other devices check ranges of a PDF against this file.
  const Sha256 first = sha256("first");
  const Sha256 second = sha256("second");
  const std::string hex = to_hex(first);
  CHECK(chunks_path("p", hex) == "p/.hubstash/chunks/" + hex + ".json");
  const Result<Json> json = Json::parse(chunks_text(kChunkBytes + 1, {first, second}));
  REQUIRE(json.has_value());
  CHECK((*json)["size"].integer() == kChunkBytes + 1);
  CHECK((*json)["chunkBytes"].integer() == kChunkBytes);
  CHECK((*json)["sha256"].size() == 2);
  CHECK((*json)["sha256"].at(1).text() == to_hex(second));
  CHECK((*Json::parse(chunks_text(0, {})))["sha256"].is_array());
}

TEST_CASE("a list of chunk hashes is read back for the file that it is of, and for no other") {
  const std::vector<Sha256> hashes = {sha256("first"), sha256("second")};
  const std::string text = chunks_text(kChunkBytes + 1, hashes);
  CHECK(*parse_chunks(text, kChunkBytes + 1) == hashes);
  CHECK_FALSE(parse_chunks(text, kChunkBytes + 2).has_value());
  CHECK(parse_chunks(chunks_text(0, {}), 0)->empty());
  for (const char* other : {"", "[]", "{}", R"({"size":5,"chunkBytes":1048576,"sha256":["ab"]})",
                            R"({"size":5,"chunkBytes":5,"sha256":[]})"}) {
    CHECK(parse_chunks(other, 5).error().code() == ErrorCode::BAD_RESPONSE);
  }
}

TEST_CASE("the README begins with front matter that the Hub accepts") {
  // A commit with a README whose front matter is no YAML is rejected as a whole.
  const std::string text = readme_text();
  CHECK(text.starts_with("---\nviewer: false\n"));
  const size_t end = text.find("\n---\n", 4);
  REQUIRE(end != std::string::npos);
  CHECK(text.substr(0, end).find('\t') == std::string::npos);
  CHECK(is_utf8(text));
  CHECK(text.ends_with(".\n"));
}

}  // namespace
}  // namespace hubstash
