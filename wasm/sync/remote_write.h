#pragma once
// A save or a deletion in remote mode: the write goes to a store in memory, is pushed at once, and is forgotten there
// whether or not the Hub took it. The app hears of it only when the Hub has it.
//
//   phase        waits for     then
//   kWaiting     YourTurn      write: earlier ones of the same items are on the Hub    -> kWriting
//   kWriting     ChildDone     push                                                    -> kPushing
//                              it failed: read the items' records                      -> kReading
//   kPushing     ChildDone     read the items' records                                 -> kReading
//   kReading     StoreAnswer   forget them                                             -> kForgetting
//   kForgetting  StoreAnswer   stale: read again; else reply                           -> kReading

#include <memory>
#include <string>
#include <vector>

#include "sync/core.h"

namespace hubstash {

/// What the names of its lines begin with.
inline constexpr std::string_view kRemoteWriteLine = "remote-write/";

class RemoteWrite : public Operation {
 public:
  RemoteWrite(Core& core, std::string collection, std::vector<std::string> ids, std::unique_ptr<Operation> write)
      : Operation(core), collection_(std::move(collection)), ids_(std::move(ids)), write_(std::move(write)) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kWaiting, kWriting, kPushing, kReading, kForgetting };
  void write();
  void read();
  void forget(StoreAnswer& answer);

  std::string collection_;
  std::vector<std::string> ids_;
  std::unique_ptr<Operation> write_;
  Status status_;
  ReplyValue value_;
  Phase phase_ = Phase::kWaiting;
};

}  // namespace hubstash
