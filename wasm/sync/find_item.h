#pragma once
// Finds the version of an item that a read is to use: the first half of the operations that derive from it. Those say
// what comes next, and may come back to find() when what was found has gone in the meantime.
//
//   phase     waits for                     then
//   kWaiting  earlier writes of this id     read what is known of it                              -> kReading
//   kReading  StoreAnswer                   nowhere(), found_here() or found_on_hub(): theirs     -> kFound
//                                           unknown: pull -> kPulling; a damaged listing: forget it -> kMending
//   kMending  ChildDone                     read again                                            -> kReading
//   kPulling  ChildDone                     read again                                            -> kReading

#include <optional>
#include <string>

#include "sync/core.h"
#include "sync/item_view.h"

namespace hubstash {

class FindItem : public Operation {
 public:
  FindItem(Core& core, Load call) : Operation(core), call_(std::move(call)) {}
  void start() override;
  void resume(Input input) final;

 protected:
  virtual void nowhere() = 0;
  virtual void found_here() = 0;    ///< The body of `item_` is on this device.
  virtual void found_on_hub() = 0;  ///< `listed_` is to be fetched, at `commit_`.
  virtual void resume_found(Input& input) = 0;

  void find();
  /// The Hub did not give what was found: asks it once more for its listing where that may help. False: it does not.
  bool find_anew(const Status& failure);
  /// Whether an older version that is on this device has to do.
  bool older_will_do(const Status& failure) const;

  const Load call_;
  std::optional<Bytes> record_;
  std::optional<Item> item_;
  std::optional<ListedVersion> listed_;
  std::optional<Bytes> first_chunk_;  ///< Read along with a document's record: most are no longer.
  std::string commit_;

 private:
  enum class Phase : uint8_t { kWaiting, kReading, kMending, kPulling, kFound };
  void choose(StoreAnswer& answer);
  bool should_ask_hub() const;
  void pull();
  void pulled(ChildDone& pull);

  Phase phase_ = Phase::kWaiting;
  bool pulled_ = false;
  Status pull_failure_;
  uint32_t unknown_ = 0;  ///< How often there was no listing.
};

}  // namespace hubstash
