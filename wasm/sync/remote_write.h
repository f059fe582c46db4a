#pragma once
// A save or a deletion in remote mode: the write goes to a store in memory and is pushed at once. The app hears of it
// only when the Hub has it; what the Hub does not take, or the app ends before, is undone. Of each item there stays the
// note which version the app has seen, so that it does not replace another one.
//
//   phase         waits for     then
//   kWaiting      YourTurn      earlier ones of the same items are on the Hub: read what was seen  -> kRemembering
//   kRemembering  StoreAnswer   write                                                              -> kWriting
//   kWriting      ChildDone     push                                                               -> kPushing
//                               it failed: see what waits                                          -> kLooking
//   kPushing      ChildDone     the Hub has it: reply
//                               it failed: see what waits                                          -> kLooking
//   kLooking      StoreAnswer   nothing of this one: reply; else read it                           -> kReading
//   kReading      StoreAnswer   undo it                                                            -> kUndoing
//   kUndoing      StoreAnswer   stale: look again; else reply                                      -> kLooking

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/item.h"
#include "sync/core.h"

namespace hubstash {

/// What the names of its lines begin with.
inline constexpr std::string_view kRemoteWriteLine = "remote-write/";

class RemoteWrite : public Operation {
 public:
  RemoteWrite(Core& core, std::string_view collection, const std::vector<std::string>& ids,
              std::unique_ptr<Operation> write);
  void start() override;
  void resume(Input input) override;
  void cancel() override;

 private:
  enum class Phase : uint8_t { kWaiting, kRemembering, kWriting, kPushing, kLooking, kReading, kUndoing };
  void remember();
  void write(StoreAnswer& answer);
  void look();
  void read(StoreAnswer& answer);
  void undo(StoreAnswer& answer);
  bool is_ours(std::string_view collection, std::string_view id) const;

  std::unique_ptr<Operation> write_;
  /// By the keys of the items' records: what the app had seen before, without the body.
  std::map<Bytes, std::optional<Item>> seen_;
  std::vector<Bytes> undone_;  ///< Keys of the records that are undone.
  Status status_;
  bool is_written_ = false;
  bool is_cancelled_ = false;
  ReplyValue value_;
  Phase phase_ = Phase::kWaiting;
};

}  // namespace hubstash
