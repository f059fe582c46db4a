#pragma once
// Loads an item: from this device where its current version is here, else from the Hub.
//
//   phase     waits for                     then
//   kWaiting  earlier writes of this id     read what is known of it                              -> kReading
//   kReading  StoreAnswer                   nowhere: reply; here: read the body                   -> kOpening
//                                           on the Hub: fetch it -> kFetching; unknown: pull      -> kPulling
//                                           a damaged listing: forget it                          -> kMending
//   kMending  ChildDone                     read again                                            -> kReading
//   kPulling  ChildDone                     read again                                            -> kReading
//   kOpening  StoreAnswer or BlobAnswer     whole: reply; damaged: read again, then fetch     -> kReading, kFetching
//   kFetching ChildDone                     reply; where the Hub is out of reach, an older version that is here
//                                                                                                 -> kOpening

#include <optional>
#include <string>

#include "sync/core.h"
#include "sync/item_view.h"

namespace hubstash {

class LoadItem : public Operation {
 public:
  LoadItem(Core& core, Load call) : Operation(core), call_(std::move(call)) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kWaiting, kReading, kMending, kPulling, kOpening, kFetching };
  void read();
  void choose(StoreAnswer& answer);
  bool should_ask_hub() const;
  void pulled(ChildDone& pull);
  void open_body();
  void opened(Input& input);
  void damaged();
  void fetch();
  void fetched(ChildDone& child);
  void read_older();
  void deliver(Bytes body, BlobRef blob);

  Load call_;
  Phase phase_ = Phase::kWaiting;
  std::optional<Bytes> record_;
  std::optional<Item> item_;
  std::optional<ListedVersion> listed_;
  std::optional<Bytes> first_chunk_;  ///< Read along with the record: most documents are no longer.
  std::string commit_;
  bool pulled_ = false;
  Status pull_failure_;
  uint32_t unknown_ = 0;  ///< How often there was no listing.
  uint32_t rereads_ = 0;
  bool older_will_do_ = false;
  Status out_of_reach_;  ///< Why it has to.
};

}  // namespace hubstash
