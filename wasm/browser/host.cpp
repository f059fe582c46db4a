#include "host.h"

#include <emscripten/html5.h>

#include <algorithm>
#include <utility>

#include "effects.h"
#include "js.h"

namespace hubstash {
namespace {

/// The longest sleep: timers stop while a laptop sleeps and overflow at 2^31 ms, so the wall clock is looked at again.
constexpr TimeMs kLongestSleepMs = 60'000;
/// The shortest, so that a deadline that stays in the past cannot keep the worker from everything else.
constexpr TimeMs kShortestSleepMs = 4;

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

TimeMs wall_clock() { return static_cast<TimeMs>(emscripten_date_now()); }
TimeMs steady_clock() { return static_cast<TimeMs>(emscripten_get_now()); }

Host::Host(uint32_t id) : id_(id), fetches_(id) {}

Host::~Host() { shut_down(); }

void Host::open(RequestId request, Options options) {
  open_request_ = request;
  options_ = std::move(options);
  const std::string mount_point = options_.mount_point();
  const bool in_memory = options_.mode == Mode::kRemote;
  hs_js_store_open(id_, mount_point.data(), static_cast<uint32_t>(mount_point.size()), in_memory ? 1 : 0);
}

void Host::refuse(RequestId request, Status status) {
  state_ = State::kClosed;
  notify(Reply{request, std::move(status), {}});
}

void Host::opened(Status status) {
  if (state_ != State::kOpening) return;
  pumping_ = true;  // The app may free the store from within a notice.
  if (status.ok()) {
    state_ = State::kOpen;
    engine_ = std::make_unique<Engine>(options_);
    events_.push_front(Opened{});  // Before the calls that came while the database was being opened.
    notify(Reply{open_request_, {}, {}});
  } else {
    refuse(open_request_, status);
    for (const RequestId request : std::exchange(waiting_, {})) reject(request, status);
    shut_down();
  }
  pumping_ = false;
  if (state_ == State::kOpen) return pump();
  forget_host(id_);
}

void Host::call(RequestId request, AppCall call, BlobRef blob) {
  if (state_ == State::kClosed) {
    if (blob != 0) hs_js_blob_release(blob);
    return reject(request, Status(ErrorCode::CLOSED, "The store has been closed."));
  }
  if (blob != 0) engine_owns(blob);
  waiting_.insert(request);
  feed(AppRequest{request, std::move(call)});
}

void Host::cancel(RequestId request) {
  if (waiting_.count(request) != 0) feed(CancelRequest{request});
}

bool Host::answer_token(EffectId effect, TokenAnswer answer) {
  if (token_requests_.erase(effect) == 0) return false;
  feed(Answer{effect, std::move(answer)});
  return true;
}

bool Host::answer_lock(EffectId effect, bool held) {
  if (lock_requests_.erase(effect) == 0) return false;
  feed(Answer{effect, LockAnswer{held}});
  return true;
}

void Host::feed(Event event) {
  if (state_ == State::kClosed) return;
  events_.push_back(std::move(event));
  pump();
}

void Host::wake() {
  if (state_ != State::kOpen) return;
  // Also before the deadline: after a clock that was set back, the engine has to look at it again.
  if (engine_->next_deadline() != 0) events_.push_back(Tick{});
  pumping_ = true;  // The answers wait until the transport's list is left alone.
  fetches_.expire(steady_clock());
  pumping_ = false;
  pump();
}

void Host::reject(RequestId request, Status status) { notify(Reply{request, std::move(status), {}}); }

void Host::shut_down() {
  if (state_ == State::kOpening) refuse(open_request_, Status(ErrorCode::CLOSED, "The store has been closed."));
  state_ = State::kClosed;
  hs_js_timer(id_, -1);
  fetches_.abort_all();
  hs_js_store_close(id_);  // Also ends the exchanges that JavaScript carries for this store.
  events_.clear();
  for (const RequestId request : std::exchange(waiting_, {})) {
    reject(request, Status(ErrorCode::CLOSED, "The store has been closed."));
  }
  for (const BlobRef blob : std::exchange(blobs_, {})) hs_js_blob_release(blob);
}

void Host::pump() {
  if (pumping_ || state_ != State::kOpen) return;
  pumping_ = true;
  Effect effect;
  while (!events_.empty() && state_ == State::kOpen) {
    Event event = std::move(events_.front());
    events_.pop_front();
    engine_->handle(std::move(event), wall_clock());
    while (state_ == State::kOpen && engine_->poll(&effect)) carry_out(std::move(effect));
  }
  pumping_ = false;
  if (state_ == State::kOpen) return arm_timer();
  forget_host(id_);  // Closed meanwhile: this was waiting for the engine to come to rest. Deletes the host.
}

void Host::arm_timer() {
  const TimeMs engine_deadline = engine_->next_deadline();
  const TimeMs fetch_deadline = fetches_.next_deadline();
  if (engine_deadline == 0 && fetch_deadline == 0) return hs_js_timer(id_, -1);
  TimeMs delay = kLongestSleepMs;
  if (engine_deadline != 0) delay = std::min(delay, engine_deadline - wall_clock());
  if (fetch_deadline != 0) delay = std::min(delay, fetch_deadline - steady_clock());
  hs_js_timer(id_, static_cast<double>(std::max(delay, kShortestSleepMs)));
}

void Host::carry_out(Effect effect) {
  const EffectId id = effect.id;
  std::visit(Overloaded{
                 [&](const StoreTx& tx) { run_store_tx(id_, id, tx); },
                 [&](const OpenBody& body) { open_body(id_, id, body); },
                 [&](const ReadRange& range) { read_range(id_, id, range); },
                 [&](const HashBlob& hash) { hs_js_blob_hash(id_, static_cast<double>(id), hash.blob); },
                 [&](const ReleaseBlob& release) {
                   blobs_.erase(release.blob);
                   hs_js_blob_release(release.blob);
                 },
                 [&](HttpRequest& request) {
                   if (FetchTransport::takes(request)) return fetches_.send(id, std::move(request), options_.hub_url);
                   send_by_javascript(id_, id, request, options_.hub_url);
                 },
                 [&](const HttpAbort& abort) {
                   if (!fetches_.abort(abort.target)) hs_js_http_abort(id_, static_cast<double>(abort.target));
                 },
                 [&](const AskToken& ask) {
                   token_requests_.insert(id);
                   notify_token(id, ask.refused);
                 },
                 [&](const AskResolver& question) { notify_question(id, question); },
                 [&](const TryLock&) {
                   lock_requests_.insert(id);
                   notify_lock(id, options_.mount_point());
                 },
                 [&](const DropLock& drop) { notify_unlock(drop.target); },
                 [&](Reply& reply) { settle(std::move(reply)); },
                 [&](const auto& notice) { notify(notice); },
             },
             effect.body);
}

void Host::settle(Reply reply) {
  // The caller's promise is settled once, whatever happens: a second answer would settle somebody else's.
  if (waiting_.erase(reply.request) == 0) return;
  if (const auto* loaded = std::get_if<Loaded>(&reply.value)) blobs_.erase(loaded->blob);
  notify(std::move(reply));
}

}  // namespace hubstash

extern "C" {

void hs_timer(uint32_t store) {
  if (hubstash::Host* host = hubstash::find_host(store)) host->wake();
}

void hs_http_progress(uint32_t store, double effect, double sent, double received, double total) {
  hubstash::Host* host = hubstash::find_host(store);
  if (host == nullptr) return;
  hubstash::HttpProgress progress;
  progress.effect = static_cast<hubstash::EffectId>(effect);
  progress.sent = static_cast<uint64_t>(sent);
  progress.received = static_cast<uint64_t>(received);
  if (total >= 0) progress.total = static_cast<uint64_t>(total);
  host->feed(progress);
}
}
