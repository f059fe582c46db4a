#include "sync/find_item.h"

#include "hub/layout.h"
#include "store/keys.h"
#include "sync/forget_listing.h"
#include "sync/plan_save.h"
#include "sync/pull.h"
#include "sync/receipts.h"

namespace hubstash {
namespace {

/// An item that is not listed may have been added since the head was last looked up, but that is not asked each time.
constexpr int64_t kProbeAgeMs = 5'000;
/// After the Hub was out of reach, loads of unknown items answer from what is known for this long.
constexpr int64_t kUnreachableMs = 10'000;
/// How often a device is found without a listing that a pull has just written.
constexpr uint32_t kMostUnknown = 3;

}  // namespace

void FindItem::start() {
  if (core_.enter_line(id(), {item_key(call_.collection, call_.id)})) find();
}

void FindItem::resume(Input input) {
  switch (phase_) {
    case Phase::kWaiting:
      return find();
    case Phase::kReading:
      return choose(input.store());
    case Phase::kMending:
      if (!input.child().status.ok()) return finish(std::move(input.child().status));
      return find();
    case Phase::kPulling:
      return pulled(input.child());
    case Phase::kFound:
      return resume_found(input);
  }
}

void FindItem::find() {
  core_.leave_line(id());
  if (core_.options().mode == Mode::kRemote && !pulled_) return pull();
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = {item_key(call_.collection, call_.id), folder_key(call_.collection, shard_of(call_.id)), Bytes(kHeadKey),
             outbox_key(call_.collection, call_.id)};
  if (call_.kind == Kind::kJson) {
    tx.gets.push_back(chunk_key(call_.collection, call_.id, kInPlace, 0));
    tx.gets.push_back(chunk_key(call_.collection, call_.id, kBeside, 0));
  }
  core_.store(id(), std::move(tx));
}

void FindItem::choose(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  record_ = std::move(answer.values[0]);
  core_.known_records().learn(item_key(call_.collection, call_.id), record_);
  // Without a head, the listing counts as unknown already.
  if (answer.values[2] && is_damaged_folder(answer.values[1])) {
    phase_ = Phase::kMending;
    core_.spawn(std::make_unique<ForgetListing>(core_), id());
    return;
  }
  std::optional<RemoteHead> head = open_or_forget(open_head, answer.values[2]);
  std::optional<Folder> folder = open_or_forget(open_folder, answer.values[1]);
  const std::optional<UnkeptListing>& unkept = core_.state().unkept;
  if (!head && pulled_ && unkept) {
    head = unkept->head;
    const auto found = unkept->folders.find(folder_key(call_.collection, shard_of(call_.id)));
    if (found != unkept->folders.end()) folder = found->second;
  }
  commit_ = head ? head->commit : "";
  const bool listing_known = head.has_value();
  listed_ = find_listed(folder, call_.collection, call_.kind, call_.id);
  Result<std::optional<Item>> item = item_to_read(record_);
  // What the Hub lists stands in for a damaged record, unless that one was of a change that the Hub does not have: the
  // older version would hide the loss, and keeping it would make it final.
  const bool replaceable = listed_ && !answer.values[3];
  if (!item && (item.error().code() != ErrorCode::STORAGE_CORRUPT || !replaceable)) return finish(item.error());
  item_ = item ? std::move(*item) : std::nullopt;
  first_chunk_.reset();
  if (call_.kind == Kind::kJson) {
    const bool beside = item_ && item_->body && item_->body->revision == kBeside;
    first_chunk_ = std::move(answer.values[beside ? 5 : 4]);
  }

  phase_ = Phase::kFound;
  switch (choose_source(item_, listed_, listing_known)) {
    case Source::kDevice:
      return found_here();
    case Source::kHub:
      return found_on_hub();
    case Source::kNowhere:
      if (!should_ask_hub()) return nowhere();
      break;
    case Source::kUnknown:
      if (core_.signed_out() || core_.options().mode == Mode::kLocal) return nowhere();
      // The device may have been cleared since the pull, which then says nothing any more.
      if (pulled_ && !pull_failure_.ok()) return finish(std::move(pull_failure_));
      if (++unknown_ > kMostUnknown) return finish(lost_every_race());
      break;
  }
  pull();
}

bool FindItem::should_ask_hub() const {
  if (core_.options().mode != Mode::kHybrid || pulled_ || core_.signed_out()) return false;
  if (item_ && item_->state == ChangeState::kDeleted) return false;
  const SharedState& state = core_.state();
  const bool out_of_reach = state.unreachable_at != 0 && core_.now() - state.unreachable_at < kUnreachableMs;
  return state.online && !out_of_reach && core_.now() - state.last_probe_at > kProbeAgeMs;
}

void FindItem::pull() {
  phase_ = Phase::kPulling;
  start_pull(core_, id());
}

void FindItem::pulled(ChildDone& pull) {
  pulled_ = true;
  pull_failure_ = pull.status;
  // Without any listing nobody knows whether the item exists; with one, it is the best answer there is.
  const bool listing_known = !commit_.empty() || core_.state().unkept;
  if (!pull.status.ok() && !listing_known && !core_.signed_out()) return finish(std::move(pull.status));
  find();
}

bool FindItem::find_anew(const Status& failure) {
  const bool gone = failure.code() == ErrorCode::DATASET_NOT_FOUND || failure.code() == ErrorCode::NOT_FOUND;
  if (!gone || pulled_) return false;
  // The commit is gone: somebody rewrote the history. A fresh listing names another one.
  pull();
  return true;
}

bool FindItem::older_will_do(const Status& failure) const {
  const ErrorCode code = failure.code();
  const bool out_of_reach = code == ErrorCode::OFFLINE || code == ErrorCode::TIMEOUT || code == ErrorCode::RATE_LIMITED;
  return out_of_reach && item_ && item_->cached() && core_.options().mode != Mode::kRemote;
}

}  // namespace hubstash
