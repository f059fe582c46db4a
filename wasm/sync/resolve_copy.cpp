#include "sync/resolve_copy.h"

#include "base/ids.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "sync/load_item.h"
#include "sync/look_up.h"
#include "sync/write_blob.h"
#include "sync/write_documents.h"

namespace hubstash {

void ResolveCopyCall::start() {
  const std::string& copy = call_.copy_id;
  if (!parse_copy_id(copy)) {
    return finish(Status(ErrorCode::NOT_FOUND, "\"" + copy + "\" is not the id of a conflict copy. See conflicts()."));
  }
  call_.use ? look() : load();
}

std::string ResolveCopyCall::original() const { return std::string(parse_copy_id(call_.copy_id)->original); }

Delete ResolveCopyCall::copy() const { return {call_.collection, call_.kind, call_.copy_id}; }

/// Now: while the copy is fetched a pull may list another version, which the app did not choose to replace.
void ResolveCopyCall::look() {
  phase_ = Phase::kLooking;
  listed_.at = core_.now();
  StoreTx tx;
  tx.gets = {folder_key(call_.collection, shard_of(original()))};
  core_.store(id(), std::move(tx));
}

void ResolveCopyCall::load() {
  phase_ = Phase::kLoading;
  const std::string& copy = call_.copy_id;
  if (call_.use) {
    core_.spawn(std::make_unique<LoadItem>(core_, Load{call_.collection, call_.kind, copy}), id());
  } else {
    core_.spawn(std::make_unique<LookUp>(core_, LookUp::Question::kExists, call_.collection, call_.kind, copy), id());
  }
}

void ResolveCopyCall::resume(Input input) {
  if (phase_ == Phase::kLooking) {
    StoreAnswer& answer = input.store();
    if (!answer.status.ok()) return finish(std::move(answer.status));
    listed_.folder = std::move(answer.values[0]);
    return load();
  }
  ChildDone& child = input.child();
  if (phase_ == Phase::kLoading) return loaded(child);
  if (!child.status.ok() || phase_ == Phase::kDeleting) return finish(std::move(child.status));
  const Sha256 saved = std::get<Receipts>(child.value).items.front().checksum;
  remove(DeleteItem::of_used_copy(core_, copy(), saved));
}

void ResolveCopyCall::loaded(ChildDone& child) {
  if (!child.status.ok()) return finish(std::move(child.status));
  const bool found = call_.use ? std::get<Loaded>(child.value).found : std::get<Flag>(child.value).value;
  if (!found) {
    return finish(Status(ErrorCode::NOT_FOUND, "There is no conflict copy \"" + call_.copy_id +
                                                   "\" any more; it may have been resolved on another device."));
  }
  if (call_.use) return save(std::move(std::get<Loaded>(child.value)));
  remove(std::make_unique<DeleteItem>(core_, copy()));
}

void ResolveCopyCall::save(Loaded loaded) {
  phase_ = Phase::kSaving;
  if (call_.kind == Kind::kJson) {
    SaveDocuments call{
        call_.collection, {{original(), static_cast<uint32_t>(loaded.body.size())}}, std::move(loaded.body)};
    core_.spawn(std::make_unique<WriteDocuments>(core_, std::move(call), std::move(listed_)), id());
  } else {
    SaveBlob call{call_.collection, original(), loaded.blob, loaded.type};
    core_.spawn(std::make_unique<WriteBlob>(core_, std::move(call), std::move(listed_)), id());
  }
}

void ResolveCopyCall::remove(std::unique_ptr<DeleteItem> deletion) {
  phase_ = Phase::kDeleting;
  core_.spawn(std::move(deletion), id());
}

}  // namespace hubstash
