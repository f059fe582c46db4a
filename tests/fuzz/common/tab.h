#pragma once
// A tab whose engine is driven by choices: which of the waiting effects is answered next, and how. Whatever the answers
// are, it checks what a host relies on: a call is settled once, a blob released once, the token sent to the Hub only.

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "hubstash/engine.h"
#include "common/disk.h"
#include "common/fuzz.h"
#include "support/model_hub.h"

namespace hubstash::fuzz {

class Tab {
 public:
  Tab(Disk& disk, test::ModelHub& hub, const Options& options, TimeMs now);
  /// The worker dies, and with it all that was on its way.
  ~Tab() = default;
  Tab(const Tab&) = delete;
  Tab& operator=(const Tab&) = delete;

  void send(AppCall call, TimeMs now);
  BlobRef add_blob(Bytes content);
  void handle(Event event, TimeMs now);
  /// Ends one of the calls that wait.
  void cancel(Choices& choices, TimeMs now);
  /// Answers one of the effects that wait, well or badly.
  void answer(Choices& choices, TimeMs now);
  /// Answers so many of them well, the oldest first, and what they lead to.
  void answer_some(int count, TimeMs now);
  /// Answers all of them well, and lets time pass, until every call is settled.
  void come_to_rest(TimeMs* now);
  TimeMs next_deadline() const { return engine_.next_deadline(); }
  /// A conflict copy that the engine has told of, or an id that reads like one's.
  std::string copy_id(Choices& choices) const;
  const std::string& reader() const { return reader_; }

 private:
  void take_effects();
  void take(Effect effect);
  void settle(const Reply& reply);
  void check_request(const HttpRequest& request) const;
  void answer_well(Effect effect, TimeMs now);
  bool answer_badly(const Effect& effect, Choices& choices, TimeMs now);
  bool fail(const HttpRequest& request, EffectId id, Choices& choices, TimeMs now);
  void decide_well(EffectId id, const AskResolver& question, TimeMs now);
  void decide(EffectId id, Choices& choices, TimeMs now);
  HttpAnswer ask_hub(const HttpRequest& request);
  void deliver(HttpAnswer answer, const HttpRequest& request, EffectId id, TimeMs now);
  const Bytes* read_blob(BlobRef blob) const;

  Disk& disk_;
  test::ModelHub& hub_;
  std::string hub_origin_;
  Engine engine_;
  std::deque<Effect> waiting_;
  std::set<EffectId> aborted_;
  std::set<EffectId> locks_;  ///< Held.
  std::set<RequestId> calls_;
  std::map<BlobRef, Bytes> blobs_;
  std::string reader_;               ///< Of the blob that was opened last.
  std::vector<std::string> copies_;  ///< Ids of conflict copies, as told by the engine.
  EffectId last_effect_ = 0;
  RequestId next_request_ = 1;
  BlobRef next_blob_ = 1;
};

}  // namespace hubstash::fuzz
