#pragma once
// Opens a blob for reading ranges of it. Nothing of its content is fetched, but where the Hub has a list of its chunks'
// hashes. Finishes with Opening. Begins with find_item.h's phases.
//
//   phase      waits for     then
//   kKnowing   StoreAnswer   ranges of the version were kept: open; else ask for the hashes       -> kAsking
//   kAsking    HubAnswer     a list, or none: open; the commit is gone: pull and find again; where the Hub is out of
//                            reach, an older version that is here: open                           -> find()
//   kFetching  ChildDone     a file that is not in LFS is fetched whole: open

#include "sync/find_item.h"
#include "sync/readers.h"

namespace hubstash {

class OpenBlobCall : public FindItem {
 public:
  OpenBlobCall(Core& core, OpenBlob call) : FindItem(core, {call.collection, Kind::kBlob, call.id}) {}

 private:
  enum class Phase : uint8_t { kKnowing, kAsking, kFetching };
  void nowhere() override { succeed(Opening{}); }
  void found_here() override;
  void found_on_hub() override;
  void resume_found(Input& input) override;
  void known(StoreAnswer& answer);
  void asked(HubAnswer& answer);
  void fetched(ChildDone& child);
  void failed(Status failure);
  void open();

  Phase phase_ = Phase::kKnowing;
  Reader reader_;
};

}  // namespace hubstash
