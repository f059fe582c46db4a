#include "sync/hub_calls.h"

#include <algorithm>

#include "sync/core.h"

namespace hubstash {
namespace {

constexpr int64_t kFirstRetryMs = 500;
constexpr int64_t kLongestRetryMs = 8'000;

uint64_t body_size(const HttpRequest& request) {
  const Bytes* bytes = std::get_if<Bytes>(&request.body);
  return bytes ? bytes->size() : 0;
}

}  // namespace

void HubCalls::begin(OperationId operation, HttpRequest request, std::string what, HubPolicy policy, uint32_t tag) {
  Call call;
  call.operation = operation;
  call.tag = tag;
  call.request = std::move(request);
  call.what = std::move(what);
  call.policy = policy;
  const auto [entry, inserted] = calls_.emplace(next_key_++, std::move(call));
  HS_CHECK(inserted);
  advance(&entry->second);
}

/// Sends a call, or lines it up for the token.
void HubCalls::advance(Call* call) {
  if (call->request.authorize && token_ == Token::kUnknown) {
    call->phase = CallPhase::kNeedsToken;
    ask_token(false);
    return;
  }
  send(call);
}

void HubCalls::send(Call* call) {
  ++call->tries;
  core_.network().requests += 1;
  if (call->tries > 1) core_.network().retries += 1;
  core_.network().bytes_sent += body_size(call->request);
  call->phase = CallPhase::kSent;
  call->effect = core_.ask(0, 0, call->request);
}

void HubCalls::ask_token(bool refused) {
  if (asking_token_ != 0) return;
  asking_token_ = core_.ask(0, 0, AskToken{refused});
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
  const bool had_token = call->request.authorize && token_ == Token::kPresent;
  Failure failure = classify_failure(answer, call->what, had_token);
  if (retry(call, failure)) {
    core_.release(answer.blob);
    return true;
  }
  end(key, std::move(answer), std::move(failure));
  return true;
}

bool HubCalls::retry(Call* call, const Failure& failure) {
  if (failure.outcome == Outcome::kBadToken && call->request.authorize && !call->token_refreshed) {
    call->token_refreshed = true;
    call->phase = CallPhase::kNeedsToken;
    ask_token(token_ == Token::kPresent);
    return true;
  }
  // A rate limit is obeyed by whoever plans the work, not by trying again at once.
  const bool worthwhile = is_transient(failure.outcome) && failure.outcome != Outcome::kRateLimited;
  if (!worthwhile || call->tries >= call->policy.attempts) return false;
  const int64_t ceiling = std::min(kLongestRetryMs, kFirstRetryMs << std::min<uint32_t>(call->tries, 5));
  const int64_t wait = 1 + static_cast<int64_t>(core_.random().below(static_cast<uint64_t>(ceiling)));
  call->phase = CallPhase::kBackingOff;
  call->retry_at = core_.now() + wait;
  return true;
}

void HubCalls::end(uint64_t key, HttpAnswer answer, Failure failure) {
  const auto entry = calls_.find(key);
  const OperationId operation = entry->second.operation;
  const uint32_t tag = entry->second.tag;
  calls_.erase(entry);
  core_.deliver(operation, Input{tag, HubAnswer{std::move(answer), std::move(failure)}});
}

bool HubCalls::take_token(EffectId effect, const TokenAnswer& answer) {
  if (effect != asking_token_ || effect == 0) return false;
  asking_token_ = 0;
  token_changed(answer.available);
  return true;
}

void HubCalls::token_changed(bool available) {
  token_ = available ? Token::kPresent : Token::kAbsent;
  // Ending a call may begin another, so the keys are gathered before the walk.
  std::vector<uint64_t> keys;
  for (const auto& [key, call] : calls_) {
    if (call.phase == CallPhase::kNeedsToken) keys.push_back(key);
  }
  for (const uint64_t key : keys) {
    const auto entry = calls_.find(key);
    if (entry == calls_.end()) continue;
    Call& call = entry->second;
    const bool pointless = !available && (call.token_refreshed || call.policy.needs_token);
    if (!pointless) {
      send(&call);
      continue;
    }
    Failure failure;
    failure.outcome = Outcome::kBadToken;
    failure.status = Status(ErrorCode::UNAUTHORIZED,
                            call.token_refreshed ? "The Hub refused the token, and the app has no other. Sign in again."
                                                 : "There is no token. Sign in first.");
    failure.status.http_status = call.token_refreshed ? 401 : 0;
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
  for (auto& [key, call] : calls_) {
    if (call.phase == CallPhase::kBackingOff && call.retry_at <= core_.now()) send(&call);
  }
}

TimeMs HubCalls::next_deadline() const {
  TimeMs next = 0;
  for (const auto& [key, call] : calls_) {
    if (call.phase == CallPhase::kBackingOff && (next == 0 || call.retry_at < next)) next = call.retry_at;
  }
  return next;
}

void HubCalls::clock_set_back(int64_t by_ms) {
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
