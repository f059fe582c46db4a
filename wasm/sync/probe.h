#pragma once
// Asks the Hub for the head of the branch, and creates the dataset or the branch when they are missing and may be.
//
//   phase      waits for    then
//   kProbing   HubAnswer    found: finish; missing: create                 -> kCreating
//   kCreating  HubAnswer    created: probe again; somebody else is faster  -> kProbing, kWaiting
//   kWaiting   its time     probe again                                    -> kProbing

#include "hub/replies.h"
#include "sync/core.h"

namespace hubstash {

class Probe : public Operation {
 public:
  /// Puts the head into `*found`, which outlives the operation.
  Probe(Core& core, HeadReply* found) : Operation(core), found_(found) {}
  void start() override { probe(); }
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kProbing, kCreating, kWaiting };
  void probe();
  void create(HttpRequest request, std::string what);
  void finish_probe(HubAnswer& answer);
  void finish_create(HubAnswer& answer);
  void wait();

  HeadReply* found_;
  Phase phase_ = Phase::kProbing;
  int creations_ = 0;
  int contests_ = 0;  ///< Creations that somebody else was in the way of.
};

}  // namespace hubstash
