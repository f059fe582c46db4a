// A whole device and a whole dataset as every released version has left them (tests/golden): this version opens them,
// shows what was in them, syncs from where the other one stopped, and lays its own things out in the same places.
#include <sstream>

#include "base/gzip.h"
#include "base/sha256.h"
#include "base/text.h"
#include "catch.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "support/golden.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

/// As web/src/json.js writes a document.
std::string document(const std::string& id, int n) {
  return "{\n  \"id\": \"" + id + "\",\n  \"n\": " + std::to_string(n) + "\n}\n";
}

/// More than 1 MiB of text, so the dataset has it as gzip.
std::string large_document() {
  std::string text = "{\n  \"id\": \"book\",\n  \"pages\": [\n";
  while (text.size() <= kChunkBytes) text += "    \"The quick brown fox jumps over the lazy dog.\",\n";
  return text + "    \"The end.\"\n  ]\n}\n";
}

Bytes pdf_of_two_chunks() { return "%PDF-1.7\n" + Bytes(kChunkBytes, 'x'); }

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

/// What one device did: it leaves all that a record can say, but the note of a save that is cut off.
struct Story {
  ModelHub hub;
  TestStore store;

  Story() {
    TestHost host(hub, store);
    for (const char* id : {"thesis", "clash", "old", "behind"}) REQUIRE(host.save(id, document(id, 1)).status.ok());
    REQUIRE(host.save("book", large_document()).status.ok());
    REQUIRE(host.save("todo \xC3\xA9", document("todo \xC3\xA9", 1), "notes").status.ok());
    REQUIRE(host.put("paper", pdf_of_two_chunks()).status.ok());
    REQUIRE(host.sync().status.ok());
    hub.write(path_of("clash"), document("clash", 2));
    hub.write(path_of("behind"), document("behind", 2));
    hub.write(path_of("remote"), document("remote", 1));
    REQUIRE(host.save("clash", document("clash", 3)).status.ok());
    REQUIRE(host.sync().status.ok());
    REQUIRE(host.load("clash") == document("clash", 2));
    REQUIRE(host.save("thesis", document("thesis", 2)).status.ok());
    REQUIRE(host.save("new", document("new", 1)).status.ok());
    REQUIRE(host.put("draft", "%PDF draft").status.ok());
    REQUIRE(host.remove("old").status.ok());
    // The times of use and the size of the cache are written now and then.
    host.now += 600'000;
    REQUIRE(host.load("book") == large_document());
    REQUIRE(host.load_pdf("paper") == pdf_of_two_chunks());
    host.handle(VisibilityChanged{false});
    host.advance(600'000);
    // Noise without a format: 2 MiB of it, which no repository needs.
    for (const Bytes& key : store.keys("cache/reserve/")) store.records.erase(key);
    // The image is older than this record, which has a sample of its own.
    store.records.erase(Bytes(kDatasetKey));
  }
};

/// Every record but its stamp, and every chunk by its hash.
std::string tell_image(const std::map<Bytes, Bytes>& records) {
  std::string text;
  for (const auto& [key, value] : records) {
    text += "# " + key + "\n";
    const std::optional<RecordKind> kind = kind_of_key(key);
    if (kind) {
      text += tell_record(*kind, value);
    } else {
      text += "bytes: " + std::to_string(value.size()) + "\nsha256: " + to_hex(sha256(value)) + "\n";
    }
  }
  return text;
}

std::string short_of(const std::string& content) {
  if (content.size() < 100) return content + (content.ends_with('\n') ? "" : "\n");
  return std::to_string(content.size()) + " bytes, sha256 " + to_hex(sha256(content)) + "\n";
}

/// What an app is shown of it, without a network.
std::string tell_app(std::map<Bytes, Bytes> records) {
  ModelHub hub;
  hub.offline = true;
  TestStore store;
  store.records = std::move(records);
  TestHost host(hub, store);
  std::string text = "projects: " + host.list() + "\nnotes: " + host.list("notes") +
                     "\npdfs: " + host.list("pdfs", Kind::kBlob) + "\ncopies: " + host.copies() + "\n";
  std::vector<std::string> ids = {"thesis", "clash", "old", "behind", "book", "remote", "new"};
  for (const std::string& copy : host.copy_ids()) ids.push_back(copy);
  for (const std::string& id : ids) text += id + ": " + short_of(host.load(id));
  for (const char* id : {"paper", "draft"}) text += std::string(id) + ": " + short_of(host.load_pdf(id));
  const StoreStatus status = std::get<StoreStatus>(host.call(GetStatus{}).value);
  return text + "pending: " + std::to_string(status.pending) + "\n";
}

/// What the story's first sync leaves in the dataset, without the PDF of 1 MiB and without others' README.md.
std::map<std::string, Bytes> dataset_files() {
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  REQUIRE(host.save("Th\xC3\xA8se 1", document("Th\xC3\xA8se 1", 1)).status.ok());
  REQUIRE(host.save("book", large_document()).status.ok());
  REQUIRE(host.save("todo", document("todo", 1), "notes").status.ok());
  REQUIRE(host.put("paper", pdf_of_two_chunks()).status.ok());
  REQUIRE(host.put("draft", "%PDF draft").status.ok());
  REQUIRE(host.call(SaveBlob{"files", "raw", host.add_blob("raw bytes"), "image/png"}).status.ok());
  REQUIRE(host.sync().status.ok());
  std::map<std::string, Bytes> files;
  for (const auto& [path, file] : hub.files()) {
    if (path != "README.md" && file.size <= kChunkBytes) files[path] = hub.content(path);
  }
  return files;
}

TEST_CASE("golden image and dataset: the files of this version are there") {
  // The generator too: it writes those of a new version when it is asked to.
  const Story story;
  const std::string folder = device_folder(kRecordVersion);
  want_golden(folder + "/image.gz", pack_image(story.store.records));
  want_golden(folder + "/image.txt", tell_image(story.store.records));
  want_golden(folder + "/app.txt", tell_app(story.store.records));
  for (const auto& [path, content] : dataset_files()) {
    want_golden(dataset_folder(kLayoutVersion) + "/" + path, content);
  }
}

TEST_CASE("golden image: every record of a device of any version opens as what it was") {
  // Each by itself, so that a difference names its record.
  for (int version = 1; version <= kRecordVersion; ++version) {
    const std::string folder = device_folder(version);
    CAPTURE(folder);
    CHECK(tell_image(unpack_image(read_golden(folder + "/image.gz"))) == read_golden(folder + "/image.txt"));
  }
}

TEST_CASE("golden image: an app is shown what was there") {
  // Lists, documents, a PDF of two chunks, what waits, a conflict copy: all of it without a network.
  for (int version = 1; version <= kRecordVersion; ++version) {
    const std::string folder = device_folder(version);
    CAPTURE(folder);
    CHECK(tell_app(unpack_image(read_golden(folder + "/image.gz"))) == read_golden(folder + "/app.txt"));
  }
}

TEST_CASE("golden image: what waited is sent, and nothing else happens") {
  // The Hub is as the device had left it: nothing is in conflict, and nothing that it has is fetched or sent again.
  for (int version = 1; version <= kRecordVersion; ++version) {
    const std::string folder = device_folder(version);
    CAPTURE(folder);
    Story story;
    story.store.records = unpack_image(read_golden(folder + "/image.gz"));
    TestHost host(story.hub, story.store, test_options(2));
    host.now += 86'400'000;
    const Reply reply = host.sync();
    INFO(reply.status.message());
    REQUIRE(reply.status.ok());
    const SyncReport report = std::get<SyncReport>(reply.value);
    CHECK(report.pushed == 3);
    CHECK(report.deleted == 1);
    CHECK(report.conflicts == 0);
    CHECK(story.hub.content(path_of("thesis")) == document("thesis", 2));
    CHECK(story.hub.content(path_of("new")) == document("new", 1));
    CHECK(story.hub.files().count(path_of("old")) == 0);
    CHECK(host.load("behind") == document("behind", 2));
    CHECK(host.load_pdf("paper") == pdf_of_two_chunks());
  }
}

TEST_CASE("golden image: this version writes the same records, sealed as they were") {
  // Other keys, or other bytes for the same content, are another format: a new record version (docs/FORMATS.md).
  const std::map<Bytes, Bytes> golden = unpack_image(read_golden(device_folder(kRecordVersion) + "/image.gz"));
  const Story now;
  std::string keys, golden_keys;
  for (const auto& [key, value] : now.store.records) keys += key + "\n";
  for (const auto& [key, value] : golden) {
    golden_keys += key + "\n";
    CAPTURE(key);
    const std::optional<RecordKind> kind = kind_of_key(key);
    if (kind) CHECK(hex_lines(reseal(*kind, value)) == hex_lines(value));
  }
  CHECK(keys == golden_keys);
}

Bytes content_of(const std::string& path, const Bytes& file) {
  if (!path.ends_with(".gz")) return file;
  const Result<Bytes> plain = gunzip(file, 64u << 20);
  REQUIRE(plain.has_value());
  return *plain;
}

TEST_CASE("golden dataset: this version writes the same files") {
  // Paths and contents; of a gzip its content only, since another zlib may pack it otherwise.
  const std::string folder = dataset_folder(kLayoutVersion);
  const std::map<std::string, Bytes> files = dataset_files();
  std::string paths, golden_paths;
  for (const auto& [path, content] : files) paths += path + "\n";
  for (const std::string& path : golden_files(folder)) {
    golden_paths += path + "\n";
    if (files.count(path) == 0) continue;
    INFO(path);
    CHECK(content_of(path, files.at(path)) == content_of(path, read_golden(folder + "/" + path)));
  }
  CHECK(paths == golden_paths);
}

TEST_CASE("golden dataset: a new device reads what any version has pushed") {
  // Documents, gzip, PDFs and other blobs; and it goes on to write beside them.
  for (int version = 1; version <= kLayoutVersion; ++version) {
    const std::string folder = dataset_folder(version);
    CAPTURE(folder);
    ModelHub hub;
    for (const std::string& path : golden_files(folder)) hub.write(path, read_golden(folder + "/" + path));
    TestStore store;
    TestHost host(hub, store);
    CHECK(host.list() == "Th\xC3\xA8se 1:remote-only book:remote-only");
    CHECK(host.load("Th\xC3\xA8se 1") == document("Th\xC3\xA8se 1", 1));
    CHECK(short_of(host.load("book")) == short_of(large_document()));
    CHECK(host.list("notes") == "todo:remote-only");
    CHECK(host.load_pdf("draft") == "%PDF draft");
    CHECK(host.list("files", Kind::kBlob) == "raw:remote-only");
    REQUIRE(host.save("Th\xC3\xA8se 1", document("Th\xC3\xA8se 1", 2)).status.ok());
    CHECK(std::get<SyncReport>(host.sync().value).pushed == 1);
    CHECK(hub.content(path_of("Th\xC3\xA8se 1")) == document("Th\xC3\xA8se 1", 2));
  }
}

}  // namespace
}  // namespace hubstash::test
