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

struct SortedClaims {
  std::vector<Claim> open;       ///< On the very head, oldest first: they may still land.
  std::vector<Claim> decidable;  ///< On an older commit: they have landed by now, or never will.
};
SortedClaims sort_claims(const std::vector<Record>& records, const std::string& head);

class SettleClaims : public Operation {
 public:
  /// `head` is the commit that the listing describes, `claims` are decidable. One without a parent was damaged, and is
  /// only forgotten.
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
  size_t commits_ = 0;  ///< Looked through.
  uint32_t races_lost_ = 0;
  std::vector<Settled> landed_;
  std::vector<std::pair<std::string, std::string>> replaced_;  ///< Collection and id, where the app now sees another.
};

}  // namespace hubstash
