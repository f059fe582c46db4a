#pragma once
// Finds out whether commits have landed of which this device does not know it: the reply was lost, or the tab was
// closed. The messages of the commits since their parents say it, whatever others have done to the items meanwhile.
// What a commit brought is settled as if its reply had come, and the claims are forgotten.
//
//   phase     waits for     then
//   kLooking  HubAnswer     next page; all parents passed: read what the landed one has changed  -> kReading
//   kReading  StoreAnswer   settle it, forget the claims                                         -> kStoring
//   kStoring  StoreAnswer   stale: read again -> kReading; else tell the app, finish

#include <set>
#include <string>
#include <vector>

#include "hub/replies.h"
#include "store/claim.h"
#include "sync/core.h"
#include "sync/settle.h"

namespace hubstash {

class SettleClaims : public Operation {
 public:
  /// `claims` can land no more: `head`, which the listing describes, is not their parent. One without a parent was
  /// damaged, and is only forgotten.
  SettleClaims(Core& core, std::string head, std::vector<Claim> claims);
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kLooking, kReading, kStoring };
  void look(HttpRequest request);
  void take_page(HubAnswer& answer);
  void note_landed(const Claim& claim, const std::string& commit);
  void read();
  void store(StoreAnswer& answer);
  void stored(const StoreAnswer& answer);

  const std::string head_;
  const std::vector<Claim> claims_;
  std::set<std::string> parents_;  ///< Not met yet.
  Phase phase_ = Phase::kLooking;
  uint32_t pages_ = 0;
  uint32_t races_lost_ = 0;
  std::vector<Settled> landed_;
  std::vector<std::pair<std::string, std::string>> replaced_;  ///< Collection and id, where the app now sees another.
};

}  // namespace hubstash
