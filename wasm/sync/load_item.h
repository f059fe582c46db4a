#pragma once
// Loads an item: from this device where its current version is here, else from the Hub. Begins with the phases of
// find_item.h.
//
//   phase      waits for                     then
//   kOpening   StoreAnswer or BlobAnswer     whole: reply; damaged: find again, then fetch     -> find(), kFetching
//   kAdopting  ChildDone                     all ranges were here: find again                  -> find()
//   kFetching  ChildDone                     reply; the commit is gone: pull and find again; where the Hub is out of
//                                            reach, an older version that is here              -> find(), kOpening

#include "sync/find_item.h"

namespace hubstash {

class LoadItem : public FindItem {
 public:
  using FindItem::FindItem;

 private:
  enum class Phase : uint8_t { kOpening, kAdopting, kFetching };
  void nowhere() override { succeed(Loaded{}); }
  void found_here() override { open_body(); }
  void found_on_hub() override;
  void resume_found(Input& input) override;
  void open_body();
  void opened(Input& input);
  void damaged();
  void fetch();
  void fetched(ChildDone& child);
  void read_older();
  void deliver(Bytes body, BlobRef blob);

  Phase phase_ = Phase::kOpening;
  uint32_t rereads_ = 0;
  bool reads_older_ = false;
  Status out_of_reach_;  ///< Why it has to.
};

}  // namespace hubstash
