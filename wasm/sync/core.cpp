#include "sync/core.h"

#include <algorithm>

#include "sync/make_room.h"
#include "sync/sweep_ranges.h"

namespace hubstash {

void Operation::cancel() {
  core_.abort_exchanges(id_);
  core_.abandon_children(id_);
  finish(ended_by_signal());
}

Status ended_by_signal() { return Status(ErrorCode::ABORTED, "The call was ended by its AbortSignal."); }

void Operation::finish(Status status, ReplyValue value) { core_.finish(id_, std::move(status), std::move(value)); }

void HeldBlob::reset(BlobRef blob) {
  if (blob_ != 0) core_.release(blob_);
  blob_ = blob;
}

Core::Core(Options options)
    : options_(std::move(options)),
      repo_{options_.hub_url, options_.dataset, options_.branch},
      random_(options_.seed_low, options_.seed_high),
      owner_(random_.hex(16)),
      cache_(options_),
      scheduler_(options_),
      readers_(*this),
      hub_calls_(*this) {}

Core::~Core() = default;

void Core::set_now(TimeMs now) {
  const int64_t set_back_by = now_ - now;
  now_ = now;
  if (set_back_by <= 0) return;
  for (Timer& timer : timers_) timer.at -= set_back_by;
  scheduler_.clock_set_back(set_back_by);
  hub_calls_.clock_set_back(set_back_by);
  for (TimeMs* time : {&state_.last_sync_at, &state_.last_probe_at, &state_.unreachable_at, &state_.status_told_at}) {
    if (*time != 0) *time -= set_back_by;
  }
}

EffectId Core::ask(OperationId operation, uint32_t tag, EffectBody body) {
  const EffectId effect = next_effect_++;
  if (operation != 0) waiting_[effect] = {operation, tag};
  effects_.push_back({effect, std::move(body)});
  return effect;
}

void Core::emit(EffectBody body) { effects_.push_back({0, std::move(body)}); }

void Core::store(OperationId operation, StoreTx tx, uint32_t tag) {
  known_records_.expect(tx);
  ask(operation, tag, std::move(tx));
}

void Core::store_making_room(OperationId operation, WritePurpose purpose, StoreTx tx, uint32_t tag) {
  uint64_t bytes = 0;
  for (const Put& put : tx.puts) {
    const BlobSlice* slice = std::get_if<BlobSlice>(&put.value);
    bytes += slice != nullptr ? slice->size : std::get<Bytes>(put.value).size();
  }
  known_records_.expect(tx);
  Waiting& waiting = waiting_[ask(operation, tag, std::move(tx))];
  waiting.purpose = purpose;
  waiting.bytes = bytes;
}

/// Whether room is being made for the write that failed so; its operation is then told by MakeRoom.
bool Core::make_room(const Waiting& waiting, const StoreAnswer& answer) {
  if (waiting.purpose == WritePurpose::kOther || answer.status.code() != ErrorCode::QUOTA_EXCEEDED) return false;
  Running& running = operations_.at(waiting.operation);
  if (!cache_.enabled() || std::exchange(running.room_made, true)) return false;
  spawn(std::make_unique<MakeRoom>(
            *this, RoomOrder{waiting.operation, waiting.tag, waiting.purpose, waiting.bytes, answer.status}),
        0);
  return true;
}

void Core::hash_blob(OperationId operation, BlobRef blob, uint32_t tag) { ask(operation, tag, HashBlob{blob}); }

void Core::open_body(OperationId operation, OpenBody body, uint32_t tag) { ask(operation, tag, std::move(body)); }

void Core::read_range(OperationId operation, ReadRange range, uint32_t tag) { ask(operation, tag, std::move(range)); }

void Core::release(BlobRef blob) {
  if (blob != 0) emit(ReleaseBlob{blob});
}

void Core::hub(OperationId operation, HttpRequest request, std::string what, HubPolicy policy, uint32_t tag) {
  hub_calls_.begin(operation, std::move(request), std::move(what), policy, tag);
}

void Core::timer(OperationId operation, TimeMs at, uint32_t tag) { timers_.push_back({operation, tag, at}); }

bool Core::enter_line(OperationId operation, const std::vector<std::string>& keys) {
  return write_queue_.enter(operation, keys);
}

void Core::leave_line(OperationId operation) {
  for (const OperationId freed : write_queue_.leave(operation)) deliver(freed, Input{0, YourTurn{}});
}

OperationId Core::adopt(std::unique_ptr<Operation> operation) {
  const OperationId id = next_operation_++;
  operation->id_ = id;
  operations_[id].operation = std::move(operation);
  return id;
}

OperationId Core::spawn(std::unique_ptr<Operation> child, OperationId parent, uint32_t tag) {
  Operation* started = child.get();
  const OperationId id = adopt(std::move(child));
  operations_[id].background = parent == 0;
  if (parent != 0) join(id, parent, tag);
  started->start();
  return id;
}

void Core::join(OperationId child, OperationId waiter, uint32_t tag) {
  operations_.at(child).waiters.push_back({waiter, tag});
}

void Core::finish(OperationId operation, Status status, ReplyValue value) {
  const auto entry = operations_.find(operation);
  HS_CHECK(entry != operations_.end());
  Running done = std::move(entry->second);
  operations_.erase(entry);
  timers_.erase(
      std::remove_if(timers_.begin(), timers_.end(), [&](const Timer& timer) { return timer.operation == operation; }),
      timers_.end());
  std::erase_if(questions_, [&](const auto& question) { return question.second == operation; });
  finished_.push_back(std::move(done.operation));
  if (done.is_write) {
    --writing_;
    state_.writes_ended += 1;
    status_changed();
  }
  if (done.request != 0) {
    calls_.erase(done.request);
    reply(done.request, status, value);
  }
  leave_line(operation);
  for (const Waiting& waiter : done.waiters) {
    deliver(waiter.operation, Input{waiter.tag, ChildDone{status, value}});
  }
}

void Core::abort_exchanges(OperationId operation) { hub_calls_.abort(operation); }

void Core::cancel(OperationId operation) {
  const auto entry = operations_.find(operation);
  if (entry != operations_.end()) entry->second.operation->cancel();
}

void Core::start_call(RequestId request, std::unique_ptr<Operation> operation, bool is_write) {
  Operation* started = operation.get();
  const OperationId id = adopt(std::move(operation));
  operations_[id].request = request;
  operations_[id].is_write = is_write;
  if (is_write) {
    ++writing_;
    status_changed();
  }
  calls_[request] = id;
  started->start();
}

void Core::cancel_call(RequestId request) {
  const auto entry = calls_.find(request);
  if (entry != calls_.end()) cancel(entry->second);
}

void Core::reply(RequestId request, Status status, ReplyValue value) {
  emit(Reply{request, std::move(status), std::move(value)});
}

void Core::add_requests(OperationId operation, std::set<RequestId>* requests) const {
  const auto entry = operations_.find(operation);
  if (entry == operations_.end()) return;
  if (entry->second.request != 0) requests->insert(entry->second.request);
  for (const Waiting& waiter : entry->second.waiters) add_requests(waiter.operation, requests);
}

void Core::progress(OperationId operation, const std::string& phase, uint64_t loaded, std::optional<uint64_t> total,
                    const std::string& item) {
  std::set<RequestId> requests;
  add_requests(operation, &requests);
  for (const RequestId request : requests) emit(Progress{request, phase, loaded, total, item});
}

void Core::abandon_children(OperationId waiter) {
  std::vector<OperationId> unwanted;
  for (auto& [id, running] : operations_) {
    std::vector<Waiting>& waiters = running.waiters;
    const auto gone = std::remove_if(waiters.begin(), waiters.end(),
                                     [&](const Waiting& waiting) { return waiting.operation == waiter; });
    if (gone == waiters.end()) continue;
    waiters.erase(gone, waiters.end());
    if (waiters.empty() && !running.background) unwanted.push_back(id);
  }
  for (const OperationId id : unwanted) cancel(id);
}

void Core::changed(std::string collection, std::vector<std::string> ids, ChangeSource source) {
  if (ids.empty()) return;
  sweep_ranges_of(*this, collection, ids);
  emit(Changed{std::move(collection), std::move(ids), source});
}

void Core::saved(const std::string& collection, std::vector<std::string> ids) {
  changed(collection, std::move(ids), ChangeSource::kLocal);
  scheduler_.saved(now_);
  status_changed();
}

void Core::run_ended(const Status& status) {
  scheduler_.ended(status, now_, &random_);
  if (status.ok()) state_.last_sync_at = now_;
  // A store without a token says so in its status; that is no news each time it is tried. Nor is the same failure
  // again.
  const bool news = !status.ok() && status.code() != state_.last_run.code() && !hub_calls_.signed_out();
  if (news && status.code() != ErrorCode::ABORTED && options_.auto_sync) emit(BackgroundError{status});
  state_.last_run = status.code() == ErrorCode::ABORTED ? Status() : status;
  status_changed();
}

SyncPhase Core::current_phase() const {
  if (options_.mode == Mode::kLocal) return SyncPhase::kIdle;
  if (state_.sync != 0 && running(state_.sync)) return state_.phase;
  if (hub_calls_.signed_out() || state_.last_run.code() == ErrorCode::UNAUTHORIZED) return SyncPhase::kSignedOut;
  const Retry retry = error_retry(state_.last_run.code());
  if (!state_.online || state_.last_run.code() == ErrorCode::OFFLINE) return SyncPhase::kOffline;
  if (!state_.last_run.ok() && retry != Retry::kLater) return SyncPhase::kError;
  return scheduler_.waiting_for() == WaitingFor::kNothing ? SyncPhase::kIdle : SyncPhase::kWaiting;
}

StoreStatus Core::current_status() const {
  StoreStatus status;
  status.phase = current_phase();
  status.last_commit = state_.last_commit;
  status.last_sync_at = state_.last_sync_at;
  if (options_.mode == Mode::kHybrid) {
    status.next_sync_at = scheduler_.due_at();
    status.waiting_for = scheduler_.waiting_for();
  }
  status.requests = network_.requests;
  status.retries = network_.retries;
  status.bytes_sent = network_.bytes_sent;
  status.bytes_received = network_.bytes_received;
  status.compression_raw_bytes = compression_.raw_bytes;
  status.compression_stored_bytes = compression_.stored_bytes;
  status.cache_hits = cache_.counters().hits;
  status.cache_misses = cache_.counters().misses;
  status.cache_evictions = cache_.counters().evictions;
  return status;
}

void Core::deliver(OperationId operation, Input input) {
  const auto entry = operations_.find(operation);
  if (entry == operations_.end()) {
    if (const HubAnswer* late = std::get_if<HubAnswer>(&input.body)) release(late->http.blob);
    return;
  }
  entry->second.operation->resume(std::move(input));
}

void Core::drop_late(Answer* answer) {
  if (const HttpAnswer* http = std::get_if<HttpAnswer>(&answer->body)) release(http->blob);
  if (const BlobAnswer* blob = std::get_if<BlobAnswer>(&answer->body)) release(blob->blob);
  const LockAnswer* lock = std::get_if<LockAnswer>(&answer->body);
  if (lock != nullptr && lock->held) emit(DropLock{answer->effect});
}

void Core::answer(Answer answer) {
  if (HttpAnswer* http = std::get_if<HttpAnswer>(&answer.body)) {
    if (!hub_calls_.take_http(answer.effect, *http)) drop_late(&answer);
    return;
  }
  if (const TokenAnswer* token = std::get_if<TokenAnswer>(&answer.body)) {
    hub_calls_.take_token(answer.effect, *token);
    return;
  }
  const auto entry = waiting_.find(answer.effect);
  HS_CHECK(entry != waiting_.end());
  const Waiting waiting = entry->second;
  waiting_.erase(entry);
  if (!running(waiting.operation)) return drop_late(&answer);
  if (StoreAnswer* store = std::get_if<StoreAnswer>(&answer.body)) {
    if (make_room(waiting, *store)) return;
    deliver(waiting.operation, Input{waiting.tag, std::move(*store)});
  } else if (const LockAnswer* lock = std::get_if<LockAnswer>(&answer.body)) {
    deliver(waiting.operation, Input{waiting.tag, *lock});
  } else {
    deliver(waiting.operation, Input{waiting.tag, std::move(std::get<BlobAnswer>(answer.body))});
  }
}

void Core::ask_app(OperationId operation, AskResolver question) {
  questions_[ask(0, 0, std::move(question))] = operation;
}

void Core::decide(Decide decision) {
  const auto question = questions_.find(decision.effect);
  if (question == questions_.end() || !running(question->second)) return release(decision.blob);
  const OperationId asking = question->second;
  questions_.erase(question);
  deliver(asking, Input{0, std::move(decision)});
}

void Core::http_progress(const HttpProgress& event) { hub_calls_.progress(event); }

void Core::tick() {
  hub_calls_.tick();
  std::vector<Timer> due;
  const auto is_due = [&](const Timer& timer) { return timer.at <= now_; };
  std::copy_if(timers_.begin(), timers_.end(), std::back_inserter(due), is_due);
  timers_.erase(std::remove_if(timers_.begin(), timers_.end(), is_due), timers_.end());
  for (const Timer& timer : due) deliver(timer.operation, Input{timer.tag, TimerFired{}});
}

TimeMs Core::next_deadline() const {
  TimeMs next = hub_calls_.next_deadline();
  for (const Timer& timer : timers_) {
    if (next == 0 || timer.at < next) next = timer.at;
  }
  return next;
}

bool Core::poll(Effect* effect) {
  // Outside of handle() nobody is inside a finished operation any more. Destroying it may release its blobs.
  while (!finished_.empty()) {
    const std::unique_ptr<Operation> last = std::move(finished_.back());
    finished_.pop_back();
  }
  if (effects_.empty()) return false;
  *effect = std::move(effects_.front());
  effects_.pop_front();
  return true;
}

}  // namespace hubstash
