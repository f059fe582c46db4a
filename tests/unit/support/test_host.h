#pragma once
// Runs an engine: carries out its effects on a TestStore, a table of blobs and a ModelHub, with a clock that moves only
// when told. One host is one device (or one tab of it).

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "hubstash/engine.h"
#include "support/model_hub.h"
#include "support/test_store.h"

namespace hubstash::test {

/// Options for the model's dataset, which sync only when asked.
Options test_options(uint64_t seed = 1);

/// What becomes of an effect.
enum class Fate : uint8_t {
  kRun,
  kHold,         ///< Later, by release_held().
  kHoldAnswer,   ///< It is carried out, and its answer comes later: the page is frozen, the network is not.
  kCrashBefore,  ///< The worker dies before it is carried out;
  kCrashAfter,   ///< or before anyone hears that it was.
};

class TestHost;

/// The browser's lock on a store: what the tabs of one device share, when they have locks at all.
struct LockTable {
  const TestHost* holder = nullptr;
  EffectId effect = 0;
};

class TestHost {
 public:
  TestHost(ModelHub& hub, TestStore& store, Options options = test_options());
  /// Checks that every blob was released once, or delivered.
  ~TestHost();
  TestHost(const TestHost&) = delete;
  TestHost& operator=(const TestHost&) = delete;

  // The app.
  RequestId send(AppCall call);
  /// Sends and waits, letting the clock run from deadline to deadline where the engine waits for time.
  Reply call(AppCall call) { return wait(send(std::move(call))); }
  Reply wait(RequestId request);
  bool answered(RequestId request) const { return replies_.count(request) != 0; }
  void cancel(RequestId request) { handle(CancelRequest{request}); }
  /// Runs until nothing is left to do without time passing.
  void settle();
  void advance(TimeMs ms);
  void handle(Event event);
  void release_held();

  // Shorthands.
  Reply save(const std::string& id, const std::string& text, const std::string& collection = "projects");
  RequestId send_blob(const std::string& id, const Bytes& content);
  Reply put(const std::string& id, const Bytes& content) { return wait(send_blob(id, content)); }
  Reply sync() { return call(Sync{}); }
  /// The document, or "(none)", or the error's name.
  std::string load(const std::string& id);
  std::string load_pdf(const std::string& id);
  /// Opens a PDF and gives the reader's name, or "(none)", or the error's name.
  std::string open_pdf(const std::string& id);
  /// The bytes of a reply to ReadBlob, or the error's name.
  Bytes range_of(const Reply& reply) const;
  Bytes read(const std::string& reader, uint64_t offset, uint64_t length) {
    return range_of(call(ReadBlob{reader, offset, length}));
  }
  Reply remove(const std::string& id) { return call(Delete{"projects", Kind::kJson, id}); }
  /// "id:side" of each conflict copy, joined by blanks.
  std::string copies(const std::string& collection = "projects", Kind kind = Kind::kJson);
  /// Ids of the conflict copies of the collection.
  std::vector<std::string> copy_ids(const std::string& collection = "projects", Kind kind = Kind::kJson);
  Reply resolve(const std::string& copy_id, bool use, const std::string& collection = "projects",
                Kind kind = Kind::kJson) {
    return call(ResolveCopy{collection, kind, copy_id, use});
  }
  /// "id:state" of each, joined by blanks.
  std::string list(const std::string& collection = "projects", Kind kind = Kind::kJson);

  // What the device is like.
  TimeMs now = 1'700'000'000'000;
  std::function<Fate(const Effect&)> fate;  ///< Nothing: all run.
  bool has_token = true;
  bool token_can_be_renewed = true;
  /// Whose the token is, as far as the host knows it without asking.
  std::string known_account = "ann";
  bool holds_token = false;    ///< Given by the app and not taken back: requests to the Hub carry it.
  LockTable* locks = nullptr;  ///< Nothing: this browser has no locks.
  uint32_t tokens_asked = 0, tokens_refused = 0;
  bool crashed() const { return engine_ == nullptr; }
  /// The worker dies. What was on its way is lost.
  void crash();
  std::vector<Changed> changes;
  std::vector<StoreStatus> statuses;
  std::vector<Status> errors;
  std::vector<AccountFound> accounts;
  std::vector<ConflictDecided> conflicts;
  /// The app's resolver; without one a question stays unanswered.
  std::function<Decide(const AskResolver&)> resolver;
  /// Bytes that stay with the host until the engine releases them.
  BlobRef add_blob(Bytes content);
  const Bytes& blob(BlobRef blob) const { return blobs_.at(blob); }
  size_t blobs_alive() const { return blobs_.size(); }
  Engine& engine() { return *engine_; }

 private:
  void run(Effect effect);
  void carry_out(const Effect& effect);
  void answer(EffectId effect, Answer answer);
  void http(EffectId id, const HttpRequest& request);
  void abort(EffectId target);
  void try_lock(EffectId effect);
  void drop_lock(EffectId effect);

  ModelHub& hub_;
  TestStore& store_;
  std::unique_ptr<Engine> engine_;
  std::deque<Effect> queue_;
  std::vector<Effect> held_;
  std::vector<Answer> held_answers_;
  bool holding_answers_ = false;
  std::map<RequestId, Reply> replies_;
  std::map<BlobRef, Bytes> blobs_;
  std::map<BlobRef, Bytes> delivered_;
  BlobRef next_blob_ = 1;
  RequestId next_request_ = 1;
};

}  // namespace hubstash::test
