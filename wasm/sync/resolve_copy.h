#pragma once
// The app's resolve(): a conflict copy becomes the item's new version, or goes. The copy goes last, so that nothing is
// lost where it is cut off.
//
//   phase       waits for    then
//   kLooking    StoreAnswer  what is listed of the item, which is what the app has seen          -> kLoading
//   kLoading    ChildDone    the copy's body: not found: NOT_FOUND; use: save it over that       -> kSaving
//                            discard                                                             -> kDeleting
//   kSaving     ChildDone    delete the copy, unless the item has lost a conflict since          -> kDeleting
//   kDeleting   ChildDone    reply

#include <memory>
#include <string>

#include "sync/core.h"
#include "sync/delete_item.h"
#include "sync/plan_save.h"

namespace hubstash {

class ResolveCopyCall : public Operation {
 public:
  ResolveCopyCall(Core& core, ResolveCopy call) : Operation(core), call_(std::move(call)) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kLooking, kLoading, kSaving, kDeleting };
  std::string original() const;
  Delete copy() const;
  void look();
  void load();
  void loaded(ChildDone& child);
  void save(Loaded loaded);
  void remove(std::unique_ptr<DeleteItem> deletion);

  ResolveCopy call_;
  ListedThen listed_;
  Phase phase_ = Phase::kLooking;
};

}  // namespace hubstash
