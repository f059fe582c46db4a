#include "sync/hub_calls.h"

#include <algorithm>

#include "sync/check_account.h"
#include "sync/core.h"
#include "sync/share_budget.h"

namespace hubstash {
namespace {

constexpr int64_t kFirstRetryMs = 500;
constexpr int64_t kLongestRetryMs = 8'000;
/// How long the app's last word on the token counts.
constexpr int64_t kTokenTrustMs = 10'000;
/// How often the app is asked for a token while it has none.
constexpr int64_t kAskAgainMs = 30'000;
/// The Hub allows five times as many downloads as requests to its API, and half of either without a token.
constexpr uint32_t kFilesPerApiRequest = 5;

/// From what the host says, "<name>\n<id>".
Account account_of(const std::string& said) {
  const size_t end = said.find('\n');
  return {said.substr(0, end), end == said.npos ? "" : said.substr(end + 1)};
}

uint64_t body_size(const HttpRequest& request) {
  const Bytes* bytes = std::get_if<Bytes>(&request.body);
  return bytes ? bytes->size() : 0;
}

}  // namespace

void HubCalls::begin(OperationId operation, HttpRequest request, std::string what, HubPolicy policy, uint32_t tag) {
  Call call;
  call.operation = operation;
  call.tag = tag;
  call.bucket = bucket_of(request);
  call.request = std::move(request);
  call.what = std::move(what);
  call.policy = policy;
  const auto [entry, inserted] = calls_.emplace(next_key_++, std::move(call));
  HS_CHECK(inserted);
  advance(&entry->second);
}

/// Storage servers at signed addresses have no limit that we know of.
RequestBucket HubCalls::bucket_of(const HttpRequest& request) const {
  const std::string& hub = core_.options().hub_url;
  if (!request.url.starts_with(hub + "/")) return RequestBucket::kNone;
  const std::string_view path = std::string_view(request.url).substr(hub.size());
  const bool is_file = !path.starts_with("/api/") && path.find("/resolve/") != path.npos;
  return is_file ? RequestBucket::kFiles : RequestBucket::kApi;
}

TimeMs HubCalls::next_request_at(const Call& call) const {
  uint32_t limit = core_.options().requests_per_window;
  if (call.bucket == RequestBucket::kFiles) limit *= kFilesPerApiRequest;
  if (token_ == Token::kAbsent) limit /= 2;
  return core_.budget().next_request_at(call.bucket, limit, core_.now());
}

/// Takes a call as far as it gets at once. It never ends here, where its operation may be in the midst of something.
void HubCalls::advance(Call* call) {
  const bool counted = call->bucket != RequestBucket::kNone;
  if (counted && (!core_.budget().is_fresh(core_.now()) || next_request_at(*call) > core_.now())) {
    call->phase = CallPhase::kNeedsBudget;
    return share_budget(core_);
  }
  authorize(call);
}

void HubCalls::budget_shared() {
  for (const uint64_t key : keys_in(CallPhase::kNeedsBudget)) {
    const auto entry = calls_.find(key);
    if (entry == calls_.end()) continue;
    const TimeMs at = next_request_at(entry->second);
    if (at <= core_.now()) {
      authorize(&entry->second);
      continue;
    }
    Failure failure{Outcome::kRateLimited,
                    Status(ErrorCode::RATE_LIMITED, "Could not " + entry->second.what +
                                                        ": the Hub's requests of these minutes are used up. It is "
                                                        "tried again later.")};
    failure.status.retry_after_ms = at - core_.now();
    end(key, HttpAnswer{}, std::move(failure));
  }
}

/// The app may have signed out or in since it was asked last, so it is asked again now and then.
void HubCalls::authorize(Call* call) {
  const int64_t age = core_.now() - token_asked_at_;
  if (!call->request.authorize || (token_ == Token::kPresent && age >= 0 && age < kTokenTrustMs)) {
    return identify(call);
  }
  call->phase = CallPhase::kNeedsToken;
  ask_token(false);
}

/// A token that was not here before says nothing of whose data it may see.
void HubCalls::identify(Call* call) {
  const bool tells_account = call->request.authorize && token_ == Token::kPresent && !call->policy.asks_account;
  if (!tells_account || token_number_ == checked_token_ || core_.options().mode != Mode::kHybrid) return send(call);
  call->phase = CallPhase::kNeedsAccount;
  check_account(core_);
}

void HubCalls::account_checked(uint32_t token, Failure failure) {
  const bool good = failure.outcome == Outcome::kOk;
  if (good) checked_token_ = token;
  for (const uint64_t key : keys_in(CallPhase::kNeedsAccount)) {
    const auto entry = calls_.find(key);
    if (entry == calls_.end()) continue;
    // The token may have been exchanged in the meantime; then it begins anew.
    good ? advance(&entry->second) : end(key, HttpAnswer{}, failure);
  }
}

void HubCalls::refuse_account(Status why) {
  foreign_why_ = std::move(why);
  token_ = Token::kAbsent;
  token_asked_at_ = core_.now();
}

void HubCalls::send(Call* call) {
  ++call->tries;
  core_.network().requests += 1;
  if (call->tries > 1) core_.network().retries += 1;
  core_.network().bytes_sent += body_size(call->request);
  call->phase = CallPhase::kSent;
  call->token = call->request.authorize && token_ == Token::kPresent ? token_number_ : 0;
  HttpRequest request = call->request;
  request.authorize = call->token != 0;
  call->effect = core_.ask(0, 0, std::move(request));
  core_.budget().count(call->bucket, core_.now());
  if (core_.budget().has_news()) share_budget(core_);
}

void HubCalls::ask_token(bool refused) {
  // A question that is under way does not say that the token was refused.
  if (asking_token_ != 0) {
    ask_refused_next_ = ask_refused_next_ || (refused && !asking_refused_);
    return;
  }
  asking_refused_ = refused;
  asking_token_ = core_.ask(0, 0, AskToken{refused});
}

std::vector<uint64_t> HubCalls::keys_in(CallPhase phase) const {
  std::vector<uint64_t> keys;
  for (const auto& [key, call] : calls_) {
    if (call.phase == phase) keys.push_back(key);
  }
  return keys;
}

HubCalls::Call* HubCalls::find(EffectId effect, uint64_t* key) {
  for (auto& [candidate, call] : calls_) {
    if (call.phase == CallPhase::kSent && call.effect == effect) {
      *key = candidate;
      return &call;
    }
  }
  return nullptr;
}

bool HubCalls::take_http(EffectId effect, HttpAnswer& answer) {
  uint64_t key = 0;
  Call* call = find(effect, &key);
  if (call == nullptr) return false;
  core_.network().bytes_received += answer.body.size();
  SharedState& state = core_.state();
  if (answer.status.ok()) {
    state.unreachable_at = 0;
  } else {
    state.unreachable_at = core_.now();
  }
  Failure failure = classify_failure(answer, call->what, call->token != 0);
  note_rate_limit(*call, failure);
  if (retry(call, failure)) {
    core_.release(answer.blob);
    return true;
  }
  end(key, std::move(answer), std::move(failure));
  return true;
}

/// All tabs keep to what one of them was told.
void HubCalls::note_rate_limit(const Call& call, const Failure& failure) {
  if (failure.outcome != Outcome::kRateLimited || call.bucket == RequestBucket::kNone) return;
  core_.budget().pause(failure.commit_quota, core_.now(), core_.now() + failure.status.retry_after_ms);
  share_budget(core_);
}

bool HubCalls::retry(Call* call, const Failure& failure) {
  if (failure.outcome == Outcome::kBadToken && call->request.authorize) {
    // Another call has got a new token in the meantime.
    if (token_ == Token::kPresent && call->token != token_number_) {
      advance(call);
      return true;
    }
    if (call->token == 0) anonymous_refused_ = true;
    if (call->token == 0 || call->token_refreshed) {
      use_token(TokenAnswer{});
      return false;
    }
    call->token_refreshed = true;
    call->refusal_id = failure.status.request_id;
    call->phase = CallPhase::kNeedsToken;
    ask_token(true);
    return true;
  }
  // A rate limit is obeyed by whoever plans the work, not by trying again at once.
  const bool worthwhile = is_transient(failure.outcome) && failure.outcome != Outcome::kRateLimited &&
                          failure.status.retry_after_ms <= kLongestRetryMs;
  if (!worthwhile || call->tries >= call->policy.attempts) return false;
  const int64_t ceiling = std::min(kLongestRetryMs, kFirstRetryMs << std::min<uint32_t>(call->tries, 5));
  const int64_t wait = 1 + static_cast<int64_t>(core_.random().below(static_cast<uint64_t>(ceiling)));
  call->phase = CallPhase::kBackingOff;
  call->retry_at = core_.now() + std::max(wait, failure.status.retry_after_ms);
  return true;
}

void HubCalls::end(uint64_t key, HttpAnswer answer, Failure failure) {
  const auto entry = calls_.find(key);
  // Its operation may just have ended, of another call that needed the same token.
  if (entry == calls_.end()) return core_.release(answer.blob);
  const OperationId operation = entry->second.operation;
  const uint32_t tag = entry->second.tag, token = entry->second.token;
  calls_.erase(entry);
  core_.deliver(operation, Input{tag, HubAnswer{std::move(answer), std::move(failure), token}});
}

bool HubCalls::take_token(EffectId effect, const TokenAnswer& answer) {
  if (effect != asking_token_ || effect == 0) return false;
  asking_token_ = 0;
  const bool ask_again = std::exchange(ask_refused_next_, false);
  if (ask_again && answer.available && !answer.is_new) {
    ask_token(true);
    return true;
  }
  use_token(answer);
  return true;
}

void HubCalls::token_changed(bool available) { use_token(TokenAnswer{available, true, ""}); }

void HubCalls::use_token(const TokenAnswer& answer) {
  if (answer.is_new) foreign_why_ = Status();
  const bool available = answer.available && foreign_why_.ok();
  const bool signed_in = available && token_ == Token::kAbsent;
  token_asked_at_ = core_.now();
  token_ = available ? Token::kPresent : Token::kAbsent;
  if (available) anonymous_refused_ = false;
  if (available && answer.is_new) ++token_number_;
  if (available && (answer.is_new || !answer.account.empty())) known_account_ = account_of(answer.account);
  if (signed_in) core_.scheduler().token(true, core_.now());
  core_.status_changed();
  for (const uint64_t key : keys_in(CallPhase::kNeedsToken)) {
    const auto entry = calls_.find(key);
    if (entry == calls_.end()) continue;
    Call& call = entry->second;
    const bool pointless = call.token_refreshed || call.policy.needs_token || anonymous_refused_ || !foreign_why_.ok();
    if (available || !pointless) {
      identify(&call);
      continue;
    }
    Failure failure;
    failure.outcome = Outcome::kBadToken;
    failure.status = Status(ErrorCode::UNAUTHORIZED,
                            call.token != 0 ? "The Hub refused the token, and the app has no other. Sign in again."
                                            : "There is no token. Sign in first.");
    failure.status.http_status = call.token_refreshed ? 401 : 0;
    failure.status.request_id = call.refusal_id;
    if (!foreign_why_.ok()) failure.status = foreign_why_;
    end(key, HttpAnswer{}, std::move(failure));
  }
}

bool HubCalls::progress(const HttpProgress& event) {
  uint64_t key = 0;
  const Call* call = find(event.effect, &key);
  if (call == nullptr) return false;
  const bool uploads = call->request.method != "GET";
  // Of an upload the reply says nothing, of a download the request; `total` belongs to whichever is moving.
  if (uploads == (event.received > 0)) return true;
  core_.progress(call->operation, uploads ? "upload" : "download", uploads ? event.sent : event.received, event.total,
                 call->policy.item);
  return true;
}

void HubCalls::tick() {
  for (const uint64_t key : keys_in(CallPhase::kBackingOff)) {
    Call& call = calls_.at(key);
    if (call.retry_at <= core_.now()) advance(&call);
  }
  const TimeMs ask_at = next_question_at();
  if (ask_at != 0 && ask_at <= core_.now()) ask_token(false);
}

/// The app cannot tell that somebody has signed in but by having a token when it is asked. Asking costs no request.
TimeMs HubCalls::next_question_at() const {
  const bool by_itself = core_.options().mode == Mode::kHybrid && core_.options().auto_sync;
  return by_itself && token_ == Token::kAbsent && asking_token_ == 0 ? token_asked_at_ + kAskAgainMs : 0;
}

TimeMs HubCalls::next_deadline() const {
  TimeMs next = next_question_at();
  for (const auto& [key, call] : calls_) {
    if (call.phase == CallPhase::kBackingOff && (next == 0 || call.retry_at < next)) next = call.retry_at;
  }
  return next;
}

void HubCalls::clock_set_back(int64_t by_ms) {
  token_asked_at_ -= by_ms;
  for (auto& [key, call] : calls_) call.retry_at -= by_ms;
}

void HubCalls::abort(OperationId operation) {
  std::vector<uint64_t> mine;
  for (const auto& [key, call] : calls_) {
    if (call.operation == operation) mine.push_back(key);
  }
  for (const uint64_t key : mine) {
    const Call& call = calls_.at(key);
    if (call.phase == CallPhase::kSent) core_.emit(HttpAbort{call.effect});
    calls_.erase(key);
  }
}

}  // namespace hubstash
