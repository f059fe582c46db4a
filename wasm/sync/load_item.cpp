#include "sync/load_item.h"

#include "base/sha256.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "sync/fetch_body.h"
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
constexpr uint32_t kMostRereads = 3;

}  // namespace

void LoadItem::start() {
  if (core_.enter_line(id(), {item_key(call_.collection, call_.id)})) read();
}

void LoadItem::resume(Input input) {
  switch (phase_) {
    case Phase::kWaiting:
      return read();
    case Phase::kReading:
      return choose(input.store());
    case Phase::kMending:
      if (!input.child().status.ok()) return finish(std::move(input.child().status));
      return read();
    case Phase::kPulling:
      return pulled(input.child());
    case Phase::kOpening:
      return opened(input);
    case Phase::kFetching:
      return fetched(input.child());
  }
}

void LoadItem::read() {
  core_.leave_line(id());
  if (core_.options().mode == Mode::kRemote && !pulled_) {
    phase_ = Phase::kPulling;
    return start_pull(core_, id());
  }
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

void LoadItem::choose(StoreAnswer& answer) {
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

  switch (choose_source(item_, listed_, listing_known)) {
    case Source::kDevice:
      return open_body();
    case Source::kHub:
      return fetch();
    case Source::kNowhere:
      if (!should_ask_hub()) return succeed(Loaded{});
      break;
    case Source::kUnknown:
      if (core_.signed_out() || core_.options().mode == Mode::kLocal) return succeed(Loaded{});
      // The device may have been cleared since the pull, which then says nothing any more.
      if (pulled_ && !pull_failure_.ok()) return finish(std::move(pull_failure_));
      if (++unknown_ > kMostRereads) return finish(lost_every_race());
      break;
  }
  phase_ = Phase::kPulling;
  start_pull(core_, id());
}

bool LoadItem::should_ask_hub() const {
  if (core_.options().mode != Mode::kHybrid || pulled_ || core_.signed_out()) return false;
  if (item_ && item_->state == ChangeState::kDeleted) return false;
  const SharedState& state = core_.state();
  const bool out_of_reach = state.unreachable_at != 0 && core_.now() - state.unreachable_at < kUnreachableMs;
  return state.online && !out_of_reach && core_.now() - state.last_probe_at > kProbeAgeMs;
}

void LoadItem::pulled(ChildDone& pull) {
  pulled_ = true;
  pull_failure_ = pull.status;
  // Without any listing nobody knows whether the item exists; with one, it is the best answer there is.
  const bool listing_known = !commit_.empty() || core_.state().unkept;
  if (!pull.status.ok() && !listing_known && !core_.signed_out()) return finish(std::move(pull.status));
  read();
}

void LoadItem::open_body() {
  phase_ = Phase::kOpening;
  if (call_.kind == Kind::kBlob) {
    return core_.open_body(id(), {chunk_refs(*item_), body_type(call_.collection, call_.kind, item_->type)});
  }
  const std::vector<Bytes> keys = chunk_keys(*item_);
  if (keys.size() == 1 && (item_->body->revision == kInPlace || item_->body->revision == kBeside)) {
    StoreAnswer answer;
    answer.values = {std::move(first_chunk_)};
    Input input{0, std::move(answer)};
    return opened(input);
  }
  StoreTx tx;
  tx.gets = keys;
  core_.store(id(), std::move(tx));
}

void LoadItem::opened(Input& input) {
  if (call_.kind == Kind::kBlob) {
    BlobAnswer& answer = input.blob();
    if (answer.status.ok()) return deliver({}, answer.blob);
    if (answer.status.code() == ErrorCode::STORAGE_CORRUPT) return damaged();
    return finish(std::move(answer.status));
  }
  StoreAnswer& answer = input.store();
  if (!answer.status.ok()) return finish(std::move(answer.status));
  Bytes body;
  for (size_t i = 0; i < answer.values.size(); ++i) {
    const std::optional<Bytes>& chunk = answer.values[i];
    if (!chunk || sha256(*chunk) != item_->body->chunk_sha256[i]) return damaged();
    body += *chunk;
  }
  deliver(std::move(body), 0);
}

/// A chunk is missing or is not what the record says: another tab may have saved in between, or the disk lost it.
void LoadItem::damaged() {
  // The Hub has it, but is out of reach: that may pass, the damage would not.
  if (older_will_do_) return finish(std::move(out_of_reach_));
  if (++rereads_ < kMostRereads) return read();
  const bool hub_has_it = item_->state == ChangeState::kSynced && listed_;
  if (hub_has_it) return fetch();
  finish(Status(ErrorCode::STORAGE_CORRUPT,
                "The body of \"" + call_.id +
                    "\" on this device is damaged, and the Hub does not have this version. Save it again."));
}

void LoadItem::fetch() {
  phase_ = Phase::kFetching;
  core_.cache().miss();
  FetchOrder order{call_.collection, call_.id, call_.kind, listed_->version, commit_, record_, item_};
  core_.spawn(std::make_unique<FetchBody>(core_, std::move(order)), id());
}

void LoadItem::fetched(ChildDone& child) {
  if (child.status.ok()) return finish(Status(), std::move(child.value));
  const ErrorCode code = child.status.code();
  if ((code == ErrorCode::DATASET_NOT_FOUND || code == ErrorCode::NOT_FOUND) && !pulled_) {
    // The commit is gone: somebody rewrote the history. A fresh listing names another one.
    phase_ = Phase::kPulling;
    return start_pull(core_, id());
  }
  const bool out_of_reach = code == ErrorCode::OFFLINE || code == ErrorCode::TIMEOUT || code == ErrorCode::RATE_LIMITED;
  if (out_of_reach && item_ && item_->cached() && !older_will_do_) {
    older_will_do_ = true;
    out_of_reach_ = std::move(child.status);
    return read_older();
  }
  finish(std::move(child.status));
}

/// Opens the version that this device has although the Hub lists a newer one.
void LoadItem::read_older() {
  phase_ = Phase::kOpening;
  if (call_.kind == Kind::kBlob) return open_body();
  StoreTx tx;
  tx.gets = chunk_keys(*item_);
  core_.store(id(), std::move(tx));
}

void LoadItem::deliver(Bytes body, BlobRef blob) {
  core_.cache().hit(call_.collection, call_.id, core_.now());
  Loaded loaded;
  loaded.found = true;
  loaded.body = std::move(body);
  loaded.blob = blob;
  loaded.type = body_type(call_.collection, call_.kind, item_->type);
  loaded.size = item_->size;
  succeed(std::move(loaded));
}

}  // namespace hubstash
