#pragma once
// Exchanges with the Hub on behalf of operations: gets a token before the first, asks for a new one after a 401,
// repeats what may be repeated after a transient failure, and classifies what came out.

#include <map>
#include <string>
#include <vector>

#include "sync/operation.h"

namespace hubstash {

/// How often an exchange may be tried in all. Only requests that change nothing, or the same thing twice, may have more
/// than one: the caller of a commit looks first whether it has landed.
struct HubPolicy {
  uint32_t attempts = 3;
  bool needs_token = false;  ///< Do not even try without a token.
  std::string item;          ///< What is moved, for progress events.
};

class HubCalls {
 public:
  explicit HubCalls(Core& core) : core_(core) {}

  void begin(OperationId operation, HttpRequest request, std::string what, HubPolicy policy, uint32_t tag);
  /// Takes an answer if it is one of ours.
  bool take_http(EffectId effect, HttpAnswer& answer);
  bool take_token(EffectId effect, const TokenAnswer& answer);
  bool progress(const HttpProgress& event);
  void token_changed(bool available);
  /// Sends again what waited for its time.
  void tick();
  TimeMs next_deadline() const;
  void clock_set_back(int64_t by_ms);
  void abort(OperationId operation);
  /// The app has said that there is no token.
  bool signed_out() const { return token_ == Token::kAbsent; }

 private:
  enum class Token : uint8_t { kUnknown, kPresent, kAbsent };
  enum class CallPhase : uint8_t { kNeedsToken, kSent, kBackingOff };
  struct Call {
    OperationId operation = 0;
    uint32_t tag = 0;
    HttpRequest request;
    std::string what;
    HubPolicy policy;
    CallPhase phase = CallPhase::kSent;
    uint32_t tries = 0;
    bool token_refreshed = false;
    EffectId effect = 0;
    TimeMs retry_at = 0;
  };
  void advance(Call* call);
  void send(Call* call);
  void ask_token(bool refused);
  /// True when the call goes on by itself.
  bool retry(Call* call, const Failure& failure);
  void end(uint64_t key, HttpAnswer answer, Failure failure);
  Call* find(EffectId effect, uint64_t* key);

  Core& core_;
  std::map<uint64_t, Call> calls_;
  uint64_t next_key_ = 1;
  Token token_ = Token::kUnknown;
  EffectId asking_token_ = 0;
};

}  // namespace hubstash
