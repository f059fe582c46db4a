#include "sync/delete_item.h"

#include "base/ids.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "store/record.h"
#include "sync/forget_listing.h"
#include "sync/item_view.h"
#include "sync/plan_save.h"
#include "sync/pull.h"
#include "sync/receipts.h"

namespace hubstash {

void DeleteItem::start() {
  if (core_.enter_line(id(), {item_key(call_.collection, call_.id)})) read();
}

void DeleteItem::resume(Input input) {
  switch (phase_) {
    case Phase::kWaiting:
      return read();
    case Phase::kReading:
      return plan(input.store());
    case Phase::kMending:
      if (!input.child().status.ok()) return finish(std::move(input.child().status));
      return read();
    case Phase::kPulling: {
      ChildDone& pull = input.child();
      asked_in_vain_ = !pull.status.ok();
      // Whoever has a token that the Hub refuses is told so; without a token there is nobody to ask.
      const bool is_refused = pull.status.http_status == 401;
      if (asked_in_vain_ && (!core_.signed_out() || is_refused)) return finish(std::move(pull.status));
      if (++pulls_ > kMaxRaces) return finish(lost_every_race());
      return read();
    }
    case Phase::kCommitting:
      return finish_commit(input.store());
  }
}

std::unique_ptr<DeleteItem> DeleteItem::of_used_copy(Core& core, Delete call, const Sha256& content) {
  auto deletion = std::make_unique<DeleteItem>(core, std::move(call));
  deletion->used_content_ = content;
  return deletion;
}

Bytes DeleteItem::original_key() const { return item_key(call_.collection, parse_copy_id(call_.id)->original); }

/// Whether the item holds what the copy does, waiting for the Hub or there. Where it does not, somebody may have saved
/// over it in between; a copy too many is the lesser harm.
bool DeleteItem::has_become_copy(const std::optional<Bytes>& original) const {
  const Result<std::optional<Item>> item = item_to_replace(original);
  return item && *item && (*item)->lost_to.empty() && (*item)->sha256 == used_content_;
}

void DeleteItem::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = {item_key(call_.collection, call_.id), folder_key(call_.collection, shard_of(call_.id)), Bytes(kHeadKey)};
  if (is_used_copy()) tx.gets.push_back(original_key());
  core_.store(id(), std::move(tx));
}

void DeleteItem::plan(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  if (is_used_copy() && !has_become_copy(answer.values[3])) return succeed();
  if (answer.values[2] && is_damaged_folder(answer.values[1])) {
    phase_ = Phase::kMending;
    core_.spawn(std::make_unique<ForgetListing>(core_), id());
    return;
  }
  const std::optional<Bytes>& record = answer.values[0];
  Result<std::optional<Item>> read = item_to_replace(record);
  if (!read) return finish(read.error());
  const std::optional<Item>& before = *read;
  const std::optional<Folder> folder = open_or_forget(open_folder, answer.values[1]);
  const auto listed = find_listed(folder, call_.collection, call_.kind, call_.id);
  const bool listing_known = answer.values[2].has_value() || core_.options().mode == Mode::kLocal;
  // After a pull that succeeded there is a listing, unless the device was cleared meanwhile: then it says nothing.
  if (!before && !listed && !listing_known && !asked_in_vain_) {
    phase_ = Phase::kPulling;
    start_pull(core_, id());
    return;
  }
  if (!record && !listed) return succeed();
  phase_ = Phase::kCommitting;
  StoreTx tx;
  tx.durability = core_.options().durability;
  if (is_used_copy()) tx.expects.push_back({original_key(), head_of(answer.values[3])});
  if (!before && !listed) {
    // A damaged record of an item that nobody knows: deleting it is what is left to do.
    tx.deletes = {item_key(call_.collection, call_.id), outbox_key(call_.collection, call_.id)};
    return core_.store(id(), std::move(tx));
  }
  const bool maybe_on_hub = listed || (before && (before->base || !before->attempts.empty()));
  if (!maybe_on_hub) {
    add_removal(&tx, record, *before);
  } else {
    Item tombstone;
    if (before) tombstone = *before;
    tombstone.collection = call_.collection;
    tombstone.id = call_.id;
    tombstone.kind = call_.kind;
    if (tombstone.state == ChangeState::kSynced) tombstone.queued_at = core_.now();
    tombstone.state = ChangeState::kDeleted;
    tombstone.sequence += 1;
    tombstone.modified = core_.now();
    tombstone.size = 0;
    tombstone.body.reset();
    tombstone.base_body.reset();
    // What the user deletes is what the list shows, whether or not this device has ever loaded it.
    if (listed && (!tombstone.base || tombstone.base->oid != listed->version.oid)) {
      tombstone.base = listed->version;
      tombstone.base_commit.clear();
    }
    add_item(&tx, record, before, tombstone, &core_.random());
  }
  cached_bytes_before_ = cached_bytes(before);
  core_.store_making_room(id(), WritePurpose::kBookkeeping, std::move(tx));
}

void DeleteItem::finish_commit(const StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(answer.status);
  if (answer.stale) {
    if (++races_lost_ > kMaxRaces) return finish(lost_every_race());
    return read();
  }
  core_.cache().replaced(cached_bytes_before_, 0, core_.now());
  core_.saved(call_.collection, {call_.id});
  succeed();
}

void DeleteItem::cancel() {
  if (phase_ != Phase::kCommitting) Operation::cancel();
}

}  // namespace hubstash
