#pragma once
// The shape of every operation: a small state machine that is started once, resumed with each answer it asked for,
// and finishes once. Its header comment holds the table of its phases; its phase says which answer comes next.

#include <cstdint>
#include <utility>
#include <variant>

#include "hub/failure.h"
#include "hubstash/messages.h"

namespace hubstash {

class Core;
using OperationId = uint64_t;

/// An exchange with the Hub, after token refresh and retries, classified.
struct HubAnswer {
  HttpAnswer http;
  Failure failure;
  uint32_t token = 0;  ///< Number of the token that it was sent with, see HubCalls; 0 = none.
  bool ok() const { return failure.outcome == Outcome::kOk; }
};
struct TimerFired {};
/// The writes before this one on the same items have finished.
struct YourTurn {};
/// An operation that this one waited for has finished.
struct ChildDone {
  Status status;
  ReplyValue value;
};

/// What an operation is resumed with. `tag` is what it gave when it asked.
struct Input {
  uint32_t tag = 0;
  std::variant<StoreAnswer, BlobAnswer, HubAnswer, LockAnswer, TimerFired, YourTurn, ChildDone, Decide> body;

  StoreAnswer& store() { return expect<StoreAnswer>(); }
  BlobAnswer& blob() { return expect<BlobAnswer>(); }
  HubAnswer& hub() { return expect<HubAnswer>(); }
  LockAnswer& lock() { return expect<LockAnswer>(); }
  ChildDone& child() { return expect<ChildDone>(); }
  Decide& decision() { return expect<Decide>(); }

 private:
  /// Another answer than the phase expects is a defect of ours, never the Hub's doing.
  template <typename T>
  T& expect() {
    T* found = std::get_if<T>(&body);
    HS_CHECK(found != nullptr);
    return *found;
  }
};

class Operation {
 public:
  explicit Operation(Core& core) : core_(core) {}
  virtual ~Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  virtual void start() = 0;
  virtual void resume(Input input) = 0;
  /// The app does not want it any more. Operations that are past the point of no return override this and go on.
  virtual void cancel();

  OperationId id() const { return id_; }

 protected:
  void finish(Status status, ReplyValue value = {});
  void succeed(ReplyValue value = {}) { finish(Status(), std::move(value)); }

  Core& core_;

 private:
  friend class Core;
  OperationId id_ = 0;
};

/// Holds a blob of the host and releases it unless it is taken.
class HeldBlob {
 public:
  HeldBlob(Core& core, BlobRef blob) : core_(core), blob_(blob) {}
  ~HeldBlob() { reset(0); }
  HeldBlob(const HeldBlob&) = delete;
  HeldBlob& operator=(const HeldBlob&) = delete;
  BlobRef get() const { return blob_; }
  BlobRef take() { return std::exchange(blob_, 0); }
  void reset(BlobRef blob);

 private:
  Core& core_;
  BlobRef blob_;
};

/// Of a call that the app has cancelled.
Status ended_by_signal();

}  // namespace hubstash
