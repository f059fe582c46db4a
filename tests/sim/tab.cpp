#include "sim/tab.h"

#include <algorithm>

#include "sim/describe.h"

namespace hubstash::sim {
namespace {

// Generous bounds, which a leak passes nevertheless: each call may have a handful of effects and blobs of its own.
constexpr size_t kMostUnanswered = 40;
constexpr size_t kMostBlobs = 20;
constexpr size_t kPerCall = 8;
constexpr uint32_t kMostIdleTicks = 200;

}  // namespace

Tab::Tab(Context& context, Network& network, Device& device, std::string name)
    : context_(context), network_(network), device_(device), name_(std::move(name)) {}

void Tab::open() {
  ++incarnation_;
  Options options = context_.plan.options;
  options.seed_low = context_.random.next();
  options.seed_high = context_.random.next();
  engine_ = std::make_unique<Engine>(std::move(options));
  frozen_ = false;
  opened_ = false;
  log("opens");
  later(context_.random.between(1, 50), [this] {
    opened_ = true;
    handle(Opened{});
  });
}

void Tab::later(int64_t ms, std::function<void()> what) {
  context_.schedule.in(ms, [this, what = std::move(what), incarnation = incarnation_] {
    if (incarnation == incarnation_ && engine_) what();
  });
}

void Tab::crash() {
  if (!engine_) return;
  log("dies");
  context_.checker.may_have_met_conflicts(device_.index);
  std::vector<EffectId> order;
  for (const auto& [id, pending] : pending_) order.push_back(id);
  while (!order.empty()) {
    const size_t at = context_.random.index(order.size());
    PendingTx& pending = pending_.at(order[at]);
    order.erase(order.begin() + static_cast<ptrdiff_t>(at));
    if (!writes(pending.tx)) continue;
    if (pending.carried_out || context_.random.chance(500)) {
      context_.faults.add(Fault::kTxUnacknowledged);
      if (!pending.carried_out) run_tx(pending.tx);
    } else {
      context_.faults.add(Fault::kTxLost);
    }
  }
  engine_.reset();
  drop_lock();
  ++incarnation_;
  inbox_.clear();
  pending_.clear();
  exchanges_.clear();
  blobs_.clear();
  calls_.clear();
  loading.clear();
  unanswered_ = 0;
  idle_ticks_ = 0;
  steps_to_doom_ = 0;
  tick_at_ = -1;
  frozen_ = false;
}

void Tab::doom(uint64_t steps, std::function<void()> what) {
  steps_to_doom_ = steps;
  doom_ = std::move(what);
}

bool Tab::survives_step() {
  if (steps_to_doom_ == 0 || --steps_to_doom_ > 0) return true;
  doom_();
  return false;
}

void Tab::freeze() {
  frozen_ = true;
  context_.checker.may_have_met_conflicts(device_.index);
}

void Tab::thaw() {
  if (!engine_ || !frozen_) return;
  log("thaws");
  frozen_ = false;
  for (Event& event : std::exchange(inbox_, {})) {
    if (engine_) handle(std::move(event));
  }
  plan_tick();
}

void Tab::handle(Event event) {
  if (!engine_) return;
  if (frozen_) return inbox_.push_back(std::move(event));
  if (!survives_step()) return;
  engine_->handle(std::move(event), device_now());
  run_effects();
  plan_tick();
}

void Tab::run_effects() {
  Effect effect;
  while (engine_ && engine_->poll(&effect)) {
    if (effect.id != 0) {
      ++unanswered_;
      idle_ticks_ = 0;
    }
    carry_out(std::move(effect));
  }
  check_bounds();
}

void Tab::carry_out(Effect effect) {
  const EffectId id = effect.id;
  if (auto* tx = std::get_if<StoreTx>(&effect.body)) {
    run_store(id, std::move(*tx));
  } else if (auto* open = std::get_if<OpenBody>(&effect.body)) {
    later(context_.random.between(0, 5), [this, id, order = std::move(*open)] {
      Bytes content;
      BlobAnswer opened = device_.store.open_body(order, &content);
      if (opened.status.ok()) opened.blob = add_blob(std::move(content));
      answer_in(context_.random.between(0, 5), id, {0, std::move(opened)});
    });
  } else if (auto* range = std::get_if<ReadRange>(&effect.body)) {
    read_range(id, std::move(*range));
  } else if (const auto* hash = std::get_if<HashBlob>(&effect.body)) {
    answer_in(context_.random.between(0, 20), id, {0, hash_content(*blob(hash->blob))});
  } else if (const auto* gone = std::get_if<ReleaseBlob>(&effect.body)) {
    release(gone->blob);
  } else if (auto* request = std::get_if<HttpRequest>(&effect.body)) {
    run_http(id, std::move(*request));
  } else if (const auto* target = std::get_if<HttpAbort>(&effect.body)) {
    abort_http(target->target);
  } else if (const auto* ask = std::get_if<AskToken>(&effect.body)) {
    ask_token(id, ask->refused);
  } else if (std::holds_alternative<TryLock>(effect.body)) {
    try_lock(id);
  } else if (std::holds_alternative<DropLock>(effect.body)) {
    drop_lock();
  } else if (std::holds_alternative<AskResolver>(effect.body)) {
    decide(id);
  } else if (const auto* decided = std::get_if<ConflictDecided>(&effect.body)) {
    const std::optional<size_t> item = context_.plan.find(decided->collection, decided->id);
    if (item) context_.checker.met_conflict(device_.index, *item);
  } else if (auto* answer = std::get_if<Reply>(&effect.body)) {
    reply(std::move(*answer));
  }
}

SharedBytes Tab::blob(BlobRef ref) const {
  const auto found = blobs_.find(ref);
  if (found == blobs_.end()) throw Violation{6, "the engine uses a blob that is gone"};
  return found->second;
}

BlobRef Tab::add_blob(Bytes content) {
  const BlobRef ref = next_blob_++;
  blobs_[ref] = std::make_shared<Bytes>(std::move(content));
  return ref;
}

void Tab::release(BlobRef ref) {
  blob(ref);
  if (context_.canary != Canary::kLeaksBlobs) blobs_.erase(ref);
}

void Tab::answer_in(int64_t ms, EffectId id, Answer answer) {
  answer.effect = id;
  later(ms, [this, answer = std::move(answer)]() mutable {
    --unanswered_;
    pending_.erase(answer.effect);
    handle(std::move(answer));
  });
}

// ------------------------------------------------------------------------------------------------ the network

void Tab::run_http(EffectId id, HttpRequest request) {
  exchanges_[id] = request.body_as_blob;
  if (!device_.online) {
    context_.faults.add(Fault::kOffline);
    HttpAnswer offline;
    offline.status = Status(ErrorCode::OFFLINE, "The network is down.");
    return later(context_.random.between(1, 100), [this, id, offline] { finish_http(id, offline, false); });
  }
  Bytes body;
  if (Bytes* bytes = std::get_if<Bytes>(&request.body)) body = std::move(*bytes);
  if (const BlobRef* ref = std::get_if<BlobRef>(&request.body)) body = *blob(*ref);
  request.body = std::monostate();
  const int64_t way = context_.random.between(0, context_.plan.latency_ms);
  const bool authorized = device_.signed_in && device_.token_is_good;
  // A request that has left arrives, whatever becomes of the tab.
  context_.schedule.in(way, [this, id, request, body, authorized, incarnation = incarnation_] {
    const bool aborted = incarnation != incarnation_ || exchanges_.count(id) == 0;
    if (aborted && context_.random.chance(500)) return;
    Exchange exchange = network_.exchange(device_.index, request, body, authorized);
    if (context_.trace.enabled()) log(describe(request) + " -> " + describe(exchange.answer));
    if (aborted) return;
    if (exchange.downloaded && loading.count(exchange.downloaded->first) != 0) {
      context_.checker.may_have_seen(device_.index, exchange.downloaded->first, exchange.downloaded->second);
    }
    const int64_t ms = exchange.ms;
    later(ms, [this, id, exchange = std::move(exchange), as_blob = request.body_as_blob] {
      if (!exchange.tells.empty()) context_.checker.told(device_.index, exchange.told_at, exchange.tells);
      finish_http(id, exchange.answer, as_blob);
    });
  });
}

void Tab::finish_http(EffectId id, HttpAnswer answer, bool as_blob) {
  if (exchanges_.erase(id) == 0) return;  // It was aborted.
  if (as_blob && (answer.http_status == 200 || answer.http_status == 206))
    answer.blob = add_blob(std::exchange(answer.body, {}));
  answer_in(0, id, {0, std::move(answer)});
}

void Tab::abort_http(EffectId target) {
  if (exchanges_.erase(target) == 0) return;  // It has been answered already.
  HttpAnswer aborted;
  aborted.status = Status(ErrorCode::ABORTED, "The exchange was ended.");
  answer_in(1, target, {0, std::move(aborted)});
}

void Tab::ask_token(EffectId id, bool refused) {
  if (refused && device_.signed_in && (!context_.faults_on || context_.random.chance(700))) {
    device_.token_is_good = true;
  }
  const bool available = device_.signed_in && !(refused && !device_.token_is_good);
  log(std::string("asks for a token: ") + (available ? "there is one" : "none"));
  // A page may have seen the token before, and then says whose it is.
  const bool known = context_.random.chance(500);
  answer_in(context_.random.between(0, 500), id, {0, TokenAnswer{available, refused && available, known ? "ann" : ""}});
}

void Tab::try_lock(EffectId id) {
  const bool held = device_.has_locks() && device_.lock_holder == nullptr;
  if (held) device_.lock_holder = this;
  answer_in(context_.random.between(0, 5), id, {0, LockAnswer{held}});
}

void Tab::drop_lock() {
  if (device_.lock_holder == this) device_.lock_holder = nullptr;
}

/// The app's resolver thinks for a while. Its answer is a call of its own.
void Tab::decide(EffectId id) {
  --unanswered_;
  const Choice choice = context_.random.pick<Choice>({Choice::kLocal, Choice::kRemote, Choice::kKeepBoth});
  later(context_.random.between(1, 5'000), [this, id, choice] {
    Decide decision;
    decision.effect = id;
    decision.choice = choice;
    call(std::move(decision), [](const Reply&, const SharedBytes&) {});
  });
}

// ------------------------------------------------------------------------------------------------ calls and timers

RequestId Tab::call(AppCall call, OnReply on_reply) {
  const RequestId request = next_request_++;
  calls_[request] = std::move(on_reply);
  handle(AppRequest{request, std::move(call)});
  return request;
}

void Tab::reply(Reply reply) {
  const auto call = calls_.find(reply.request);
  if (call == calls_.end()) throw Violation{9, name_ + " answers a call twice, or one that nobody made"};
  SharedBytes content;
  if (auto* loaded = std::get_if<Loaded>(&reply.value)) {
    if (loaded->blob != 0) {
      content = blob(loaded->blob);
      blobs_.erase(loaded->blob);
    }
    if (context_.canary == Canary::kDamagesLoads && loaded->body.size() > 20 && context_.random.chance(100)) {
      loaded->body[context_.random.index(20)] ^= 1;
    }
  }
  const OnReply on_reply = std::move(call->second);
  calls_.erase(call);
  // The app goes on in its own task, not inside the engine's.
  later(0, [on_reply, reply, content] { on_reply(reply, content); });
  if (context_.canary == Canary::kAnswersTwice && context_.random.chance(20)) this->reply(reply);
}

void Tab::plan_tick() {
  if (!engine_ || !opened_) return;
  const int64_t deadline = engine_->next_deadline();
  if (deadline == tick_at_ && tick_plan_ != 0) return;
  tick_at_ = deadline;
  const uint64_t plan = ++tick_plan_;
  if (deadline == 0) return;
  int64_t ms = std::max<int64_t>(1, deadline - device_now());
  if (context_.strikes(Fault::kTimerLate)) ms += context_.random.between(1, 60'000);
  later(ms, [this, plan] { tick(plan); });
}

void Tab::tick(uint64_t plan) {
  if (plan != tick_plan_) return;
  tick_at_ = -1;
  if (frozen_) return;
  if (++idle_ticks_ > kMostIdleTicks) throw Violation{6, name_ + " wants one tick after the other, for nothing"};
  handle(Tick{});
  plan_tick();
}

void Tab::check_bounds() const {
  const size_t calls = calls_.size() * kPerCall;
  if (unanswered_ > kMostUnanswered + calls) {
    throw Violation{6, name_ + " has " + std::to_string(unanswered_) + " effects under way"};
  }
  if (blobs_.size() > kMostBlobs + calls) {
    throw Violation{6, name_ + " holds " + std::to_string(blobs_.size()) + " blobs"};
  }
}

void Tab::check_at_rest() const {
  if (!calls_.empty()) throw Violation{9, name_ + " leaves " + std::to_string(calls_.size()) + " calls unanswered"};
  if (!blobs_.empty()) throw Violation{6, name_ + " still holds " + std::to_string(blobs_.size()) + " blobs at rest"};
}

}  // namespace hubstash::sim
