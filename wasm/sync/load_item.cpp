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

constexpr uint32_t kMostRereads = 3;

}  // namespace

void LoadItem::resume_found(Input& input) {
  switch (phase_) {
    case Phase::kOpening:
      return opened(input);
    case Phase::kAdopting:
      return find();  // Of the ranges that were kept a body has become, or they were no good.
    case Phase::kFetching:
      return fetched(input.child());
  }
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
  if (reads_older_) return finish(std::move(out_of_reach_));
  if (++rereads_ < kMostRereads) return find();
  const bool hub_has_it = item_->state == ChangeState::kSynced && listed_;
  if (hub_has_it) return fetch();
  finish(Status(ErrorCode::STORAGE_CORRUPT,
                "The body of \"" + call_.id +
                    "\" on this device is damaged, and the Hub does not have this version. Save it again."));
}

/// All of it may be here without being an item's body yet.
void LoadItem::found_on_hub() {
  const OperationId adopting = core_.readers().adopting(call_.collection, call_.id);
  if (adopting == 0) return fetch();
  phase_ = Phase::kAdopting;
  core_.join(adopting, id());
}

void LoadItem::fetch() {
  phase_ = Phase::kFetching;
  core_.cache().miss();
  FetchOrder order{call_.collection, call_.id, call_.kind, listed_->version, commit_, record_, item_};
  core_.spawn(std::make_unique<FetchBody>(core_, std::move(order)), id());
}

void LoadItem::fetched(ChildDone& child) {
  if (child.status.ok()) return finish(Status(), std::move(child.value));
  if (find_anew(child.status)) return;
  if (older_will_do(child.status) && !reads_older_) {
    reads_older_ = true;
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
