#pragma once
// Finds out whose the token is, and whether the data here is theirs. HubCalls holds every request that carries a token
// until then: once for each token, and again in each life of the engine.
//
//   phase      waits for     then
//   kAsking    HubAnswer     no answer: what waits ends with the same failure; else read     -> kReading
//   kReading   StoreAnswer   another's data: what waits is refused, and the app is told;
//                            theirs: go on; nobody's yet, or a copy of the record is
//                            damaged: it is written                                          -> kWriting
//   kWriting   StoreAnswer   stale: another tab was faster -> kReading; else go on
//
// The host may know the token and say whose it is; then it begins with kReading.

#include "sync/core.h"

namespace hubstash {

/// Joins the check that is under way, or starts one for the present token.
void check_account(Core& core);

class CheckAccount : public Operation {
 public:
  CheckAccount(Core& core, Account known, uint32_t token)
      : Operation(core), account_(std::move(known)), token_(token) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kAsking, kReading, kWriting };
  void told(HubAnswer& answer);
  void read();
  void compare(StoreAnswer& answer);
  void write(const Account& owner, const StoreAnswer& read);
  void written(const StoreAnswer& answer);
  void go_on();
  void refuse(const Account& owner);
  void end(Failure failure);

  Phase phase_ = Phase::kAsking;
  Account account_;
  uint32_t token_;
  bool tells_ = false;  ///< The host learns something new.
  uint32_t races_lost_ = 0;
};

}  // namespace hubstash
