// The local store as a disk may give it back: each record of an image with some history is flipped, cut and removed,
// byte by byte, and a new engine opens on it, with the Hub in reach and without. What it says is exact, or an error
// with a name; what it writes destroys nothing else; and what the Hub has is whole again afterwards.
#include <algorithm>
#include <functional>
#include <set>

#include "base/sha256.h"
#include "catch.h"
#include "hub/layout.h"
#include "store/item.h"
#include "store/keys.h"
#include "support/golden.h"
#include "support/hub_text.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

std::string text_of(const char* version) { return std::string("{\"v\":\"") + version + "\"}"; }

std::string fields(int v, int w) { return "{\"v\":" + std::to_string(v) + ",\"w\":" + std::to_string(w) + "}"; }
const std::string kMerged = "{\n  \"v\": 2,\n  \"w\": 2\n}\n";

std::string copy_of(const char* id, Side side, const char* version) {
  return make_copy_id(id, side, sha256(text_of(version)));
}

/// What an item is, in the image and on the Hub before and after a sync.
struct Truth {
  std::string collection, id;
  std::string now;                ///< What a load yields; "(none)" for a deleted one.
  std::string older;              ///< What this device has, where the Hub has something newer.
  bool cached = true;             ///< The current version is on the device.
  bool pending = false;           ///< The Hub does not have it yet.
  std::string hub_before_sync{};  ///< Of a pending one; empty: nothing.
  std::string merged{};           ///< What it is after the sync, where somebody else's change is merged with it.

  bool is_copy() const { return parse_copy_id(id).has_value(); }
  /// Its own records. The body of a base is for the merge alone: damage to it must cost nothing.
  bool owns(const Bytes& key) const {
    const Bytes chunks = "body/" + collection + "/" + encode_id(id) + ".";
    const bool is_changed = pending && !hub_before_sync.empty() && now != "(none)" && !is_copy();
    if (is_changed && key == chunk_key(collection, id, kInPlace, 0)) return false;
    return key == item_key(collection, id) || key == outbox_key(collection, id) || key.starts_with(chunks);
  }
};

struct Image {
  ModelHub hub;
  TestStore store;
  std::vector<Truth> truths;

  Image() {
    TestHost host(hub, store);
    for (const char* id : {"synced", "behind", "edited", "deleted", "clash", "rival"}) {
      REQUIRE(host.save(id, text_of("1")).status.ok());
    }
    REQUIRE(host.save("merged", fields(1, 1)).status.ok());
    REQUIRE(host.put("paper", "%PDF paper").status.ok());
    REQUIRE(host.sync().status.ok());
    REQUIRE(host.save("synced", text_of("2")).status.ok());
    REQUIRE(host.sync().status.ok());
    hub.write(path_of("behind"), text_of("2"));
    hub.write(path_of("remote"), text_of("1"));
    REQUIRE(host.sync().status.ok());
    leave_conflicts(host);
    REQUIRE(host.save("edited", text_of("2")).status.ok());
    REQUIRE(host.save("pending", text_of("1")).status.ok());
    REQUIRE(host.put("draft", "%PDF draft").status.ok());
    REQUIRE(host.remove("deleted").status.ok());
    REQUIRE(host.save("merged", fields(1, 2)).status.ok());
    hub.write(path_of("merged"), fields(2, 1));
    REQUIRE(store.keys("body/projects/merged.").size() == 2);
    truths = {
        {"projects", "synced", text_of("2"), "", true, false, ""},
        {"projects", "behind", text_of("2"), text_of("1"), false, false, ""},
        {"projects", "remote", text_of("1"), "", false, false, ""},
        {"projects", "edited", text_of("2"), "", true, true, text_of("1")},
        {"projects", "pending", text_of("1"), "", true, true, ""},
        {"projects", "deleted", "(none)", "", true, true, text_of("1")},
        {"pdfs", "paper", "%PDF paper", "", true, false, ""},
        {"pdfs", "draft", "%PDF draft", "", true, true, ""},
        {"projects", "clash", text_of("2"), text_of("3"), false, false, ""},
        {"projects", copy_of("clash", Side::kLocal, "3"), text_of("3"), "", true, false, ""},
        {"projects", "rival", text_of("3"), "", true, true, text_of("2")},
        {"projects", copy_of("rival", Side::kRemote, "2"), text_of("2"), "", true, true, ""},
        {"projects", "merged", fields(1, 2), "", true, true, fields(2, 1), kMerged},
    };
  }

  /// A copy of this device's version that is on the Hub; and one of somebody else's that waits, since the commit failed
  /// after the conflict had been decided.
  void leave_conflicts(TestHost& host) {
    hub.write(path_of("clash"), text_of("2"));
    REQUIRE(host.save("clash", text_of("3")).status.ok());
    REQUIRE(host.sync().status.ok());
    Options options = test_options(2);
    options.conflict = ConflictPolicy::kLocal;
    TestHost other(hub, store, options);
    hub.write(path_of("rival"), text_of("2"));
    REQUIRE(other.save("rival", text_of("3")).status.ok());
    hub.answer_first = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
      if (!request.url.ends_with("/commit/main")) return std::nullopt;
      return failure(403, "", "Not now");
    };
    CHECK(other.sync().status.code() == ErrorCode::FORBIDDEN);
    hub.answer_first = nullptr;
    REQUIRE(other.copies() == "clash:local rival:remote");
  }
};

std::string load(TestHost& host, const Truth& item) {
  return item.collection == "pdfs" ? host.load_pdf(item.id) : host.load(item.id);
}

std::string on_hub(const ModelHub& hub, const Truth& item) {
  const bool blob = item.collection == "pdfs";
  const std::string path = item_path("", item.collection, blob ? Kind::kBlob : Kind::kJson, item.id, Encoding::kPlain);
  return hub.files().count(path) == 0 ? "" : hub.content(path);
}

/// One damage and what it led to. `complaint` is empty where all is well.
class Case {
 public:
  Case(const Image& image, const Bytes& key, const std::optional<Bytes>& value)
      : image_(image), key_(key), removed_(!value), hub_(image.hub), store_(image.store) {
    if (value) {
      store_.records[key] = *value;
    } else {
      store_.records.erase(key);
    }
  }

  void run_online() {
    {
      TestHost host(hub_, store_);
      std::vector<std::string> loaded;
      for (const Truth& item : image_.truths) check_load_online(item, load(host, item));
      check_list(host);
      check_sync(host.sync().status);
      for (const Truth& item : image_.truths) check_hub(item);
      synced_ = true;
      for (const Truth& item : image_.truths) check_load_online(item, load(host, item));
      if (!hub_.complaints.empty()) complain("the Hub: " + hub_.complaints[0]);
    }
    // What was delivered has been kept whole: it is there without the Hub.
    hub_.offline = true;
    TestHost again(hub_, store_);
    for (const Truth& item : image_.truths) {
      if ((hurts(item) && (item.pending || removed_)) || is_unlisted(item)) continue;
      const std::string found = load(again, item);
      if (found != after_sync(item)) complain(item.id + " is not whole again: " + found);
    }
  }

  void run_offline() {
    hub_.offline = true;
    {
      TestHost host(hub_, store_);
      for (const Truth& item : image_.truths) check_load_offline(item, load(host, item));
      host.list();
      host.list("pdfs", Kind::kBlob);
      if (host.sync().status.ok()) complain("a sync without a network succeeds");
    }
    // Nothing was destroyed meanwhile: with the Hub, all is as if it had been there from the beginning.
    hub_.offline = false;
    run_online();
  }

  std::string complaint;

 private:
  bool hurts(const Truth& item) const { return item.owns(key_); }
  /// The listing of its folder is not there at all. The engine cannot tell that from an empty folder, until the folder
  /// changes on the Hub.
  bool is_unlisted(const Truth& item) const {
    return removed_ && key_ == folder_key(item.collection, shard_of(item.id));
  }
  static const std::string& after_sync(const Truth& item) { return item.merged.empty() ? item.now : item.merged; }
  void complain(const std::string& what) {
    if (complaint.empty()) complaint = what;
  }

  void check_load_online(const Truth& item, const std::string& found) {
    if (found == (synced_ ? after_sync(item) : item.now)) return;
    // A record that is not there at all says nothing about what it was. Damage has to be noticed.
    if (hurts(item) && item.pending && (removed_ || found == "STORAGE_CORRUPT")) return;
    // Without a listing, what is here is delivered before the Hub is asked what is new.
    if (key_.starts_with("remote/") && !synced_ && !item.older.empty() && found == item.older) return;
    if (is_unlisted(item) && found == "(none)") return;
    complain("online, " + item.id + " loads as " + found);
  }

  void check_load_offline(const Truth& item, const std::string& found) {
    if (item.cached ? found == item.now : found == "OFFLINE" || (!item.older.empty() && found == item.older)) return;
    if (hurts(item) && (removed_ || found == (item.pending ? "STORAGE_CORRUPT" : "OFFLINE"))) return;
    if (hurts(item) && !item.older.empty() && found == "STORAGE_CORRUPT") return;
    if (is_unlisted(item) && found == "(none)") return;
    complain("offline, " + item.id + " loads as " + found);
  }

  void check_list(TestHost& host) {
    const std::string list = " " + host.list() + " " + host.list("pdfs", Kind::kBlob) + " ";
    for (const Truth& item : image_.truths) {
      if (hurts(item) || is_unlisted(item)) continue;
      if (item.is_copy()) {
        const std::vector<std::string> copies = host.copy_ids();
        if (std::count(copies.begin(), copies.end(), item.id) != 1) complain("the copy " + item.id + " is not listed");
        continue;
      }
      const bool listed = list.find(" " + item.id + ":") != list.npos;
      if (listed != (item.now != "(none)")) complain("the list has not " + item.id + " right: " + list);
    }
  }

  void check_sync(const Status& status) {
    if (status.ok()) return;
    const bool pending = std::any_of(image_.truths.begin(), image_.truths.end(),
                                     [this](const Truth& item) { return hurts(item) && item.pending; });
    if (pending && status.code() == ErrorCode::STORAGE_CORRUPT) return;
    complain("the sync ends with " + std::string(error_name(status.code())) + ": " + status.message());
  }

  void check_hub(const Truth& item) {
    const std::string found = on_hub(hub_, item);
    if (found == (item.now == "(none)" ? "" : after_sync(item))) return;
    if (hurts(item) && item.pending && found == item.hub_before_sync) return;
    if (is_unlisted(item) && found == item.hub_before_sync) return;
    complain("on the Hub, " + item.id + " is \"" + found + "\"");
  }

  const Image& image_;
  Bytes key_;
  bool removed_;
  bool synced_ = false;
  ModelHub hub_;
  TestStore store_;
};

/// AddressSanitizer makes a case some fifteen times slower, and looks for errors that neighbouring bytes share: there
/// each seventh is enough. It is odd, so that both turns of take_turns() are met.
#ifdef __SANITIZE_ADDRESS__
constexpr size_t kStep = 7;
#else
constexpr size_t kStep = 1;
#endif

enum class Reach : uint8_t { kOnline, kOffline, kBoth };
/// Neighbouring bytes belong to the same field mostly, so they take turns: one is met with the Hub in reach, the next
/// one without.
Reach take_turns(size_t at) { return at % 2 == 0 ? Reach::kOnline : Reach::kOffline; }

void try_case(const Image& image, const Bytes& key, const std::optional<Bytes>& value, const std::string& damage,
              Reach reach) {
  for (const bool online : {true, false}) {
    if (reach == (online ? Reach::kOffline : Reach::kOnline)) continue;
    Case one(image, key, value);
    online ? one.run_online() : one.run_offline();
    if (one.complaint.empty()) continue;
    FAIL_CHECK(key << " " << damage << (online ? "" : ", opened without the Hub") << ": " << one.complaint);
  }
}

TEST_CASE("a damaged record: each byte of all of them, each bit of one head of each kind") {
  // A flipped bit is noticed, whatever it belongs to, and costs at most the change that it is in.
  const Image image;
  std::set<RecordKind> kinds;
  for (const auto& [key, record] : image.store.records) {
    const std::optional<RecordKind> kind = kind_of_key(key);
    const bool is_first = kind && kinds.insert(*kind).second;
    for (size_t at = 0; at < record.size(); at += kStep) {
      const bool head = is_first && at < kRecordHeadBytes;
      for (int bit = head ? 0 : static_cast<int>(at % 8); bit < (head ? 8 : static_cast<int>(at % 8) + 1); ++bit) {
        Bytes damaged = record;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
        try_case(image, key, damaged, "with bit " + std::to_string(bit) + " of byte " + std::to_string(at) + " flipped",
                 take_turns(at + static_cast<size_t>(bit)));
      }
    }
  }
}

TEST_CASE("a damaged record: cut at each length, or gone") {
  // A write that was torn, and a record that the browser lost.
  const Image image;
  for (const auto& [key, record] : image.store.records) {
    for (size_t size = 0; size < record.size(); size += kStep) {
      try_case(image, key, record.substr(0, size), "cut to " + std::to_string(size) + " bytes", take_turns(size));
    }
    try_case(image, key, std::nullopt, "removed", Reach::kBoth);
    try_case(image, key, Bytes(), "emptied", Reach::kBoth);
  }
}

TEST_CASE("a save of the same content mends what was damaged") {
  // The app saves again what it still has; the engine must not believe its record that all is there.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  const Bytes large(17 * size_t{kChunkBytes} + 5, 'x');
  REQUIRE(host.save("p1", text_of("1")).status.ok());
  REQUIRE(host.put("paper", "%PDF").status.ok());
  REQUIRE(host.put("large", large).status.ok());
  for (const Bytes& key : store.keys("body/")) store.records[key][0] ^= 1;
  CHECK(host.load("p1") == "STORAGE_CORRUPT");
  CHECK(host.load_pdf("large") == "STORAGE_CORRUPT");
  REQUIRE(host.save("p1", text_of("1")).status.ok());
  REQUIRE(host.put("paper", "%PDF").status.ok());
  REQUIRE(host.put("large", large).status.ok());
  CHECK(host.load("p1") == text_of("1"));
  CHECK(host.load_pdf("paper") == "%PDF");
  CHECK(host.load_pdf("large") == large);
  CHECK(store.keys("stage/").empty());
}

TEST_CASE("a damaged chunk of a large blob is fetched again") {
  // Of a body of several chunks, each by itself: first, middle and last.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store);
  Bytes large(17 * size_t{kChunkBytes} + 5, 'x');
  large.back() = 'y';
  REQUIRE(host.put("large", large).status.ok());
  REQUIRE(host.sync().status.ok());
  const std::vector<Bytes> keys = store.keys("body/");
  REQUIRE(keys.size() == 18);
  for (const Bytes& key : {keys[0], keys[9], keys[17]}) {
    CAPTURE(key);
    store.records[key].pop_back();
    hub.offline = true;
    CHECK(host.load_pdf("large") == "OFFLINE");
    hub.offline = false;
    CHECK(host.load_pdf("large") == large);
    hub.offline = true;
    CHECK(host.load_pdf("large") == large);
    hub.offline = false;
    // It has new chunks now, under another revision.
    if (store.records.count(keys[0]) == 0) break;
  }
}

}  // namespace
}  // namespace hubstash::test
