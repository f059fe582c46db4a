#pragma once
// Exchanges with the Hub on behalf of operations: keeps within the budget of requests, gets a token before the first,
// asks for a new one after a 401, repeats what may be repeated after a transient failure, and classifies what came out.
//
//   phase         waits for                         then
//   kNeedsBudget  the shared record (ShareBudget)   no room: end with RATE_LIMITED; else the token, or send
//   kNeedsToken   TokenAnswer                       none: end, or send without; else send  -> kSent
//   kNeedsAccount CheckAccount                      another's token: end with UNAUTHORIZED; else send        -> kSent
//   kSent         HttpAnswer                        end; refused: again with a new token   -> kNeedsToken
//                                                   failed: again after a pause            -> kBackingOff
//   kBackingOff   its time                          begin anew

#include <map>
#include <string>
#include <vector>

#include "store/budget.h"
#include "sync/operation.h"

namespace hubstash {

/// How often an exchange may be tried in all. Only requests that change nothing, or the same thing twice, may have more
/// than one: the caller of a commit looks first whether it has landed.
struct HubPolicy {
  uint32_t attempts = 3;
  bool needs_token = false;   ///< Do not even try without a token.
  bool asks_account = false;  ///< It is the question whose the token is.
  std::string item;           ///< What is moved, for progress events.
};

class HubCalls {
 public:
  explicit HubCalls(Core& core) : core_(core) {}

  void begin(OperationId operation, HttpRequest request, std::string what, HubPolicy policy, uint32_t tag);
  /// Takes an answer if it is one of ours.
  bool take_http(EffectId effect, HttpAnswer& answer);
  bool take_token(EffectId effect, const TokenAnswer& answer);
  bool progress(const HttpProgress& event);
  /// The app has another token, or none any more. What is on its way ends by itself; nothing new carries the old one.
  void token_changed(bool available);
  /// The host says of whom the present token is; no name: it does not know.
  const Account& known_account() const { return known_account_; }
  uint32_t token_number() const { return token_number_; }
  /// CheckAccount has ended: the token of that number may be used here, or what waits for it ends with the failure.
  void account_checked(uint32_t token, Failure failure);
  /// The present token is of another account than the data here: as good as none.
  void refuse_account(Status why);
  /// The shared budget has been read.
  void budget_shared();
  /// Sends again what waited for its time, and asks now and then for a token where there is none.
  void tick();
  /// The clock was set back by so much: what waits goes on waiting as long as it would have.
  void clock_set_back(int64_t by_ms);
  TimeMs next_deadline() const;
  void abort(OperationId operation);
  /// The app has said that there is no token.
  bool signed_out() const { return token_ == Token::kAbsent; }

 private:
  enum class Token : uint8_t { kUnknown, kPresent, kAbsent };
  enum class CallPhase : uint8_t { kNeedsBudget, kNeedsToken, kNeedsAccount, kSent, kBackingOff };
  struct Call {
    OperationId operation = 0;
    uint32_t tag = 0;
    HttpRequest request;
    std::string what;
    HubPolicy policy;
    CallPhase phase = CallPhase::kSent;
    uint32_t tries = 0;
    RequestBucket bucket = RequestBucket::kNone;
    uint32_t token = 0;  ///< Number of the token that it was sent with; 0 = none.
    bool token_refreshed = false;
    std::string refusal_id;  ///< The Hub's name for the request whose token it refused.
    EffectId effect = 0;
    TimeMs retry_at = 0;
  };
  void advance(Call* call);
  void authorize(Call* call);
  void identify(Call* call);
  void send(Call* call);
  void ask_token(bool refused);
  void use_token(const TokenAnswer& answer);
  TimeMs next_request_at(const Call& call) const;
  TimeMs next_question_at() const;
  RequestBucket bucket_of(const HttpRequest& request) const;
  /// The keys of the calls in that phase: ending one may begin or end others.
  std::vector<uint64_t> keys_in(CallPhase phase) const;
  void note_rate_limit(const Call& call, const Failure& failure);
  /// True when the call goes on by itself.
  bool retry(Call* call, const Failure& failure);
  void end(uint64_t key, HttpAnswer answer, Failure failure);
  Call* find(EffectId effect, uint64_t* key);

  Core& core_;
  std::map<uint64_t, Call> calls_;
  uint64_t next_key_ = 1;
  Token token_ = Token::kUnknown;
  uint32_t token_number_ = 1;  ///< Of the present one; another token has another number.
  TimeMs token_asked_at_ = 0;
  EffectId asking_token_ = 0;
  bool asking_refused_ = false;    ///< What the question under way says of the present token;
  bool ask_refused_next_ = false;  ///< and what the next one has to say.
  Account known_account_;
  uint32_t checked_token_ = 0;      ///< Number of the token whose account may use the data here.
  Status foreign_why_;              ///< Not OK: the present token is of another account.
  bool anonymous_refused_ = false;  ///< The Hub shows nothing without a token.
};

}  // namespace hubstash
