#pragma once
// The browser's host of one engine: it feeds the engine events, carries out its effects and settles each call of the
// app exactly once. One host for each open store, in the worker's one thread.

#include <cstdint>
#include <deque>
#include <memory>
#include <set>

#include "fetch_transport.h"
#include "hubstash/engine.h"

namespace hubstash {

class Host {
 public:
  explicit Host(uint32_t id);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Begins to open the database; `request` is answered when that is done.
  void open(RequestId request, Options options);
  /// Answers `request` with why the store cannot be opened; every later call is answered with CLOSED.
  void refuse(RequestId request, Status status);
  void opened(Status status);

  /// Takes over `blob`, which belongs to the call.
  void call(RequestId request, AppCall call, BlobRef blob);
  void cancel(RequestId request);
  /// False when no token was asked for by that effect.
  bool answer_token(EffectId effect, TokenAnswer answer);
  /// False when no lock was asked for by that effect.
  bool answer_lock(EffectId effect, bool held);
  /// Events may come at any time, also while an effect is carried out; the engine takes them one after the other.
  void feed(Event event);
  /// The timer has fired, rightly or not.
  void wake();

  /// Settles a call with an error, without the engine.
  void reject(RequestId request, Status status);
  /// Answers what still waits with CLOSED and lets go of everything. The host does nothing from then on.
  void shut_down();
  bool busy() const { return pumping_; }

  /// Blobs that the engine was given and must release; the rest is released when the store closes.
  void engine_owns(BlobRef blob) { blobs_.insert(blob); }

 private:
  enum class State : uint8_t { kOpening, kOpen, kClosed };

  void pump();
  void arm_timer();
  void carry_out(Effect effect);
  void settle(Reply reply);

  const uint32_t id_;
  State state_ = State::kOpening;
  bool pumping_ = false;
  RequestId open_request_ = 0;
  Options options_;
  std::unique_ptr<Engine> engine_;
  FetchTransport fetches_;
  std::deque<Event> events_;
  std::set<RequestId> waiting_;
  std::set<EffectId> token_requests_;
  std::set<EffectId> lock_requests_;
  std::set<BlobRef> blobs_;
};

/// The host of that id, or null when it is gone. Ids are never reused.
Host* find_host(uint32_t id);
/// Takes the host out of the table as soon as it is not busy.
void forget_host(uint32_t id);

/// The host's wall clock.
TimeMs wall_clock();
/// Milliseconds since the worker began, which nobody can set back: how long an exchange has been silent.
TimeMs steady_clock();

}  // namespace hubstash
