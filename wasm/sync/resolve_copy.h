#pragma once
// The app's resolve(): a conflict copy becomes the item's new version, or goes. The copy goes last, so that nothing is
// lost where it is cut off.
//
//   phase       waits for    then
//   kLoading    ChildDone    the copy's body: not found: NOT_FOUND; use: save it over what is listed   -> kSaving
//                            discard                                                                   -> kDeleting
//   kSaving     ChildDone    delete the copy                                                           -> kDeleting
//   kDeleting   ChildDone    reply

#include "sync/core.h"

namespace hubstash {

class ResolveCopyCall : public Operation {
 public:
  ResolveCopyCall(Core& core, ResolveCopy call) : Operation(core), call_(std::move(call)) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kLoading, kSaving, kDeleting };
  void loaded(ChildDone& child);
  void save(Loaded loaded);
  void remove();

  ResolveCopy call_;
  Phase phase_ = Phase::kLoading;
};

}  // namespace hubstash
