#include "sync/check_account.h"

#include "hub/replies.h"
#include "store/owner.h"
#include "store/record.h"
#include "sync/receipts.h"

namespace hubstash {
namespace {

Failure broken(Status status) {
  Failure failure;
  failure.outcome = Outcome::kRejected;
  failure.status = std::move(status);
  return failure;
}

}  // namespace

void check_account(Core& core) {
  OperationId& checking = core.state().checking_account;
  if (checking != 0 && core.running(checking)) return;
  checking = core.spawn(std::make_unique<CheckAccount>(core), 0);
}

void CheckAccount::start() {
  account_ = core_.hub_calls().known_account();
  token_ = core_.hub_calls().token_number();
  is_from_host_ = !account_.name.empty();
  tells_ = !is_from_host_;
  if (is_from_host_) return read();
  phase_ = Phase::kAsking;
  HubPolicy policy;
  policy.needs_token = true;
  policy.asks_account = true;
  core_.hub(id(), whoami_request(core_.repo()), "ask whose token this is", std::move(policy));
}

void CheckAccount::resume(Input input) {
  switch (phase_) {
    case Phase::kAsking:
      return told(input.hub());
    case Phase::kReading:
      return compare(input.store());
    case Phase::kWriting:
      return written(input.store());
  }
}

void CheckAccount::told(HubAnswer& answer) {
  if (!answer.ok()) return end(std::move(answer.failure));
  Result<Account> account = parse_whoami(answer.http);
  if (!account) return end(broken(account.error()));
  account_ = std::move(*account);
  // A 401 may have brought another token than the one that this began with; it is the one that was asked about.
  token_ = answer.token;
  read();
}

void CheckAccount::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = {Bytes(kOwnerKey), Bytes(kOwnerCopyKey)};
  core_.store(id(), std::move(tx));
}

void CheckAccount::compare(StoreAnswer& answer) {
  if (!answer.status.ok()) return end(broken(std::move(answer.status)));
  if (is_outdated()) return start();
  const Account expected{core_.options().account, ""};
  if (!expected.name.empty() && !is_same_account(expected, account_)) return refuse(expected);
  const Result<ReadOwner> read = read_owner(answer.values[0], answer.values[1]);
  if (!read) return owner_is_damaged(read.error(), answer);
  if (read->owner && !is_same_account(*read->owner, account_)) return refuse(*read->owner);
  if (!read->owner) tells_ = true;
  if (read->needs_repair) return write(read->owner.value_or(account_), answer);
  go_on();
}

/// It may be somebody else's data: nothing is guessed.
void CheckAccount::owner_is_damaged(Status why, const StoreAnswer& answer) {
  if (why.code() != ErrorCode::STORAGE_CORRUPT) return end(broken(std::move(why)));
  if (is_from_host_ && core_.options().account.empty()) {
    tells_ = true;
    return write(account_, answer);
  }
  end(broken(Status(ErrorCode::STORAGE_CORRUPT,
                    "Both records of whose data this is are damaged on this device, so nothing is sent or fetched. "
                    "What is here can still be loaded; after clearLocal() the store begins anew from the Hub.")));
}

void CheckAccount::write(const Account& owner, const StoreAnswer& read) {
  phase_ = Phase::kWriting;
  StoreTx tx;
  tx.expects = {{Bytes(kOwnerKey), head_of(read.values[0])}, {Bytes(kOwnerCopyKey), head_of(read.values[1])}};
  tx.puts = {{Bytes(kOwnerKey), seal_owner(owner, core_.stamp())},
             {Bytes(kOwnerCopyKey), seal_owner(owner, core_.stamp())}};
  core_.store(id(), std::move(tx));
}

void CheckAccount::written(const StoreAnswer& answer) {
  // A full disk is emptied by syncing; the next engine claims the data then.
  if (answer.status.code() == ErrorCode::QUOTA_EXCEEDED) return go_on();
  if (!answer.status.ok()) return end(broken(answer.status));
  if (!answer.stale) return go_on();
  if (++races_lost_ > kMaxRaces) return end(broken(lost_every_race()));
  read();
}

/// Somebody else may have signed in meanwhile: what is known of the old token would be taken for the new one's.
bool CheckAccount::is_outdated() const { return token_ != core_.hub_calls().token_number(); }

void CheckAccount::go_on() {
  if (is_outdated()) return start();
  if (tells_) core_.emit(AccountFound{account_, account_, true});
  end({});
}

void CheckAccount::refuse(const Account& owner) {
  core_.emit(AccountFound{account_, owner, false});
  Failure failure;
  failure.outcome = Outcome::kBadToken;
  failure.status =
      Status(ErrorCode::UNAUTHORIZED, "The token is of the account \"" + account_.name + "\", and the data here of \"" +
                                          owner.name + "\". Nothing is sent; sign in as its owner.");
  core_.hub_calls().refuse_account(failure.status);
  end(std::move(failure));
}

void CheckAccount::end(Failure failure) {
  succeed();
  core_.hub_calls().account_checked(token_, std::move(failure));
}

}  // namespace hubstash
