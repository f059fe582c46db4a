#include "sync/look_up.h"

#include "hub/layout.h"
#include "store/keys.h"
#include "sync/forget_listing.h"
#include "sync/item_view.h"
#include "sync/plan_save.h"
#include "sync/pull.h"
#include "sync/receipts.h"

namespace hubstash {

void LookUp::start() {
  if (core_.options().mode == Mode::kRemote) return pull();
  read();
}

void LookUp::pull() {
  phase_ = Phase::kPulling;
  start_pull(core_, id());
}

void LookUp::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = {item_key(collection_, item_), folder_key(collection_, shard_of(item_)), Bytes(kHeadKey)};
  core_.store(id(), std::move(tx));
}

void LookUp::resume(Input input) {
  if (phase_ == Phase::kReading) return answer(input.store());
  if (phase_ == Phase::kMending) {
    if (!input.child().status.ok()) return finish(std::move(input.child().status));
    return pull();
  }
  ChildDone& pull = input.child();
  asked_in_vain_ = !pull.status.ok();
  if (asked_in_vain_ && !core_.signed_out()) return finish(std::move(pull.status));
  if (++pulls_ > kMaxRaces) return finish(lost_every_race());
  read();
}

void LookUp::answer(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  const bool listing_known = answer.values[2].has_value();
  if (listing_known && is_damaged_folder(answer.values[1])) {
    phase_ = Phase::kMending;
    core_.spawn(std::make_unique<ForgetListing>(core_), id());
    return;
  }
  const Result<std::optional<Item>> item = item_to_read(answer.values[0]);
  if (!item) return finish(item.error());
  const auto listed = find_listed(open_or_forget(open_folder, answer.values[1]), collection_, kind_, item_);
  const bool may_ask = core_.options().mode != Mode::kLocal && !core_.signed_out();
  // After a pull that succeeded there is a listing, unless the device was cleared meanwhile: then it says nothing.
  if (!*item && !listed && !listing_known && !asked_in_vain_ && may_ask) return pull();
  if (question_ == Question::kExists) {
    return succeed(Flag{describe(*item, listed, listing_known, item_).has_value()});
  }
  if (!listed) return succeed(Text{});
  const Encoding encoding = listed->version.gzipped ? Encoding::kGzip : Encoding::kPlain;
  const std::string path = item_path(core_.options().prefix, collection_, kind_, item_, encoding);
  succeed(Text{resolve_url(core_.repo(), core_.options().branch, path)});
}

}  // namespace hubstash
