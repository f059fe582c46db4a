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
// The host may know the token and say whose it is; then it begins with kReading. When the app has got another token
// in the meantime, all of it begins anew with that one.
//
// With both copies of the record damaged, only the host can say whose the data is: it opens for a token that it knows
// the place of that token's account (web/src/accounts.js). Where the app names the account it does not look so closely,
// and a token that it does not know says nothing of the place.

#include "sync/core.h"

namespace hubstash {

/// Joins the check that is under way, or starts one for the present token.
void check_account(Core& core);

class CheckAccount : public Operation {
 public:
  explicit CheckAccount(Core& core) : Operation(core) {}
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kAsking, kReading, kWriting };
  void told(HubAnswer& answer);
  void read();
  void compare(StoreAnswer& answer);
  void owner_is_damaged(Status why, const StoreAnswer& answer);
  void write(const Account& owner, const StoreAnswer& read);
  void written(const StoreAnswer& answer);
  bool is_outdated() const;
  void go_on();
  void refuse(const Account& owner);
  void end(Failure failure);

  Phase phase_ = Phase::kAsking;
  Account account_;
  bool is_from_host_ = false;  ///< The host has said whose the token is.
  uint32_t token_ = 0;         ///< Its number.
  bool tells_ = false;         ///< The host learns something new.
  uint32_t races_lost_ = 0;
};

}  // namespace hubstash
