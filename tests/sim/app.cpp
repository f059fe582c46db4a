#include "sim/app.h"

#include <algorithm>
#include <array>
#include <memory>

#include "sim/describe.h"

namespace hubstash::sim {
namespace {

/// What a call may be refused with because of the device, or because the app ended it.
bool is_local_trouble(ErrorCode code) {
  switch (code) {
    case ErrorCode::QUOTA_EXCEEDED:
    case ErrorCode::STORAGE_UNAVAILABLE:
    case ErrorCode::STORAGE_BLOCKED:
    case ErrorCode::INTERNAL:
    case ErrorCode::ABORTED:
    case ErrorCode::CLOSED:
    case ErrorCode::BUSY:
      return true;
    default:
      return false;
  }
}

}  // namespace

void App::send(AppCall call, Handler handler) {
  ++calls_;
  context_.log(tab_.name(), describe(call));
  // Only for the trace.
  const std::string what = context_.trace.enabled() ? describe(call).substr(0, 40) : "";
  const auto on_reply = [this, handler, what](const Reply& reply, const SharedBytes& blob) {
    context_.log(tab_.name(), what + " => " + describe(reply));
    handler(reply, blob);
  };
  const RequestId request = tab_.call(std::move(call), on_reply);
  if (!context_.strikes(Fault::kCallCancelled)) return;
  context_.schedule.in(context_.random.between(0, 50), [this, request] { tab_.cancel(request); });
}

size_t App::any_of(Kind kind) {
  std::vector<size_t> found;
  for (size_t i = 0; i < context_.plan.items.size(); ++i) {
    if (context_.plan.items[i].kind == kind) found.push_back(i);
  }
  return found.empty() ? kNobody : context_.random.pick(found);
}

void App::act() {
  if (!tab_.can_call()) return;
  Random& random = context_.random;
  const size_t item = random.index(context_.plan.items.size());
  const ItemName& name = context_.plan.items[item];
  switch (random.index(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return save_one();
    case 5:
      return save_many();
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
      return load(item);
    case 11:
    case 12:
      return remove(item);
    case 13:
      return list(name.collection, name.kind);
    case 14:
      return name.kind == Kind::kBlob && random.chance(700) ? read_ranges(item) : look_up(item);
    case 15:
      return evict(item);
    case 16:
      return random.chance(150) ? clear() : settle_conflict(item);
    case 17:
      return send(Sync{}, [](const Reply&, const SharedBytes&) {});
    case 18:
      return ask_status();
    default: {
      const size_t blob = any_of(Kind::kBlob);
      return blob == kNobody ? save_one() : save_blob(blob);
    }
  }
}

/// The next version of a document: a field or all of what the tab shows, with values of its own.
Fields App::edit(size_t item) {
  const auto shown = shown_.find(item);
  const bool known = shown != shown_.end() && shown->second.has_value();
  Fields fields = known ? *shown->second : Fields{};
  if (!known || context_.random.chance(300)) {
    for (Value& value : fields) value = context_.checker.new_value();
  } else {
    fields[context_.random.index(kFields)] = context_.checker.new_value();
  }
  return fields;
}

void App::end_writes(const std::vector<WriteId>& writes, const Reply& reply, Failed failed) {
  using End = Checker::End;
  // The copy goes last: where its deletion fails the item has become what the copy was.
  const End refused = failed == Failed::kHalfway ? End::kUnknown : End::kRefused;
  const bool trouble = failed != Failed::kHere || is_local_trouble(reply.status.code());
  if (!reply.status.ok() && !trouble) {
    throw Violation{9, tab_.name() + " refuses a write with " + std::string(error_name(reply.status.code())) + ": " +
                           reply.status.message()};
  }
  for (const WriteId write : writes) {
    if (open_writes_.erase(write) == 0) continue;
    context_.checker.write_ends(write, reply.status.ok() ? End::kDone : refused, tab_.device().store.applied());
    if (reply.status.ok()) shown_[context_.checker.item_of(write)] = context_.checker.fields_of(write);
  }
}

void App::save_one() {
  const size_t item = any_of(Kind::kJson);
  const ItemName& name = context_.plan.items[item];
  const Fields fields = edit(item);
  const uint32_t size = context_.plan.large_documents && context_.random.chance(100) ? 1'200'000 : 0;
  Bytes text = make_document(name, fields, size);
  const WriteId write = context_.checker.write_begins(device(), item, fields);
  open_writes_.insert(write);
  const DocumentPart part{name.id, static_cast<uint32_t>(text.size())};
  send(SaveDocuments{name.collection, {part}, std::move(text)},
       [this, write](const Reply& reply, const SharedBytes&) { end_writes({write}, reply); });
}

void App::save_many() {
  SaveDocuments call{"projects", {}, {}};
  std::vector<WriteId> writes;
  for (size_t item = 0; item < context_.plan.items.size(); ++item) {
    const ItemName& name = context_.plan.items[item];
    if (name.collection != call.collection || context_.random.chance(300)) continue;
    const Fields fields = edit(item);
    const Bytes text = make_document(name, fields, 0);
    call.parts.push_back({name.id, static_cast<uint32_t>(text.size())});
    call.body += text;
    writes.push_back(context_.checker.write_begins(device(), item, fields));
  }
  if (writes.empty()) return;
  open_writes_.insert(writes.begin(), writes.end());
  send(std::move(call), [this, writes](const Reply& reply, const SharedBytes&) { end_writes(writes, reply); });
}

void App::save_blob(size_t item) {
  Random& random = context_.random;
  const ItemName& name = context_.plan.items[item];
  const Fields fields = {context_.checker.new_value(), 0, 0};
  // Above 16 chunks a blob is staged.
  const uint32_t size = context_.plan.large_blobs && random.chance(300)
                            ? static_cast<uint32_t>(random.between(16, 17) * (1 << 20) + random.between(0, 2'000))
                            : static_cast<uint32_t>(random.between(20, 3'000));
  const WriteId write = context_.checker.write_begins(device(), item, fields);
  open_writes_.insert(write);
  const BlobRef blob = tab_.add_blob(make_blob(name, fields[0], size));
  send(SaveBlob{name.collection, name.id, blob, "application/pdf"},
       [this, write](const Reply& reply, const SharedBytes&) { end_writes({write}, reply); });
}

void App::remove(size_t item) {
  const ItemName& name = context_.plan.items[item];
  const WriteId write = context_.checker.write_begins(device(), item, std::nullopt);
  const Device& device = tab_.device();
  const auto has_listing = [&device] { return device.store.find("remote/head") != nullptr; };
  const bool is_here = device.store.find("meta/" + name.collection + "/" + name.id) != nullptr;
  if (is_here && !has_listing()) context_.checker.takes_back(write);
  open_writes_.insert(write);
  // A device that has never seen a listing asks the Hub first whether there is anything to delete.
  send(Delete{name.collection, name.kind, name.id},
       [this, write, has_listing, &device](const Reply& reply, const SharedBytes&) {
         const bool has_token = device.signed_in && device.token_is_good;
         if (!has_token && !has_listing()) context_.checker.takes_back(write);
         end_writes({write}, reply, Failed::kAtHub);
       });
}

void App::load(size_t item) {
  const ItemName& name = context_.plan.items[item];
  const uint64_t begun = context_.checker.moment();
  tab_.loading[item] += 1;
  send(Load{name.collection, name.kind, name.id}, [this, item, begun](const Reply& reply, const SharedBytes& content) {
    if (tab_.loading[item] > 0 && --tab_.loading[item] == 0) tab_.loading.erase(item);
    loaded(item, begun, reply, content);
  });
}

void App::loaded(size_t item, uint64_t begun, const Reply& reply, const SharedBytes& content) {
  if (!reply.status.ok()) {
    const bool excused = is_local_trouble(reply.status.code());
    if (!excused) context_.checker.read_failed(device(), item, reply.status, begun);
    return;
  }
  const Loaded& loaded = std::get<Loaded>(reply.value);
  const ItemName& name = context_.plan.items[item];
  std::optional<Fields> fields;
  if (loaded.found) {
    fields = parse_content(name, content ? *content : loaded.body);
    if (!fields) throw Violation{10, tab_.name() + " loads bytes of " + name.id + " that nobody wrote"};
  }
  context_.checker.read(device(), item, fields, begun);
  shown_[item] = fields;
}

/// Reads a blob in three ranges at once. Whatever happens to the item meanwhile, they are of one version.
void App::read_ranges(size_t item) {
  const ItemName& name = context_.plan.items[item];
  const auto done_reading = [this, item] {
    if (tab_.loading[item] > 0 && --tab_.loading[item] == 0) tab_.loading.erase(item);
  };
  tab_.loading[item] += 1;
  send(OpenBlob{name.collection, name.id}, [this, item, done_reading](const Reply& reply, const SharedBytes&) {
    if (!reply.status.ok() || !std::get<Opening>(reply.value).found) return done_reading();
    const Opening opening = std::get<Opening>(reply.value);
    struct Parts {
      std::array<std::optional<Bytes>, 3> bytes;
      size_t open = 3;
    };
    const auto parts = std::make_shared<Parts>();
    uint64_t at = 0;
    for (size_t i = 0; i < parts->bytes.size(); ++i) {
      if (!tab_.can_call()) return;  // It may die in any call.
      const bool is_last = i + 1 == parts->bytes.size();
      const uint64_t length = is_last ? opening.size : context_.random.below(opening.size - at + 1);
      const auto done = [this, item, parts, i, opening, done_reading](const Reply& read, const SharedBytes& content) {
        if (read.status.ok()) parts->bytes[i] = content ? *content : std::get<Loaded>(read.value).body;
        if (--parts->open > 0) return;
        done_reading();
        send(CloseBlob{opening.reader}, [](auto&&...) {});
        Bytes whole;
        for (const std::optional<Bytes>& part : parts->bytes) {
          if (!part) return;
          whole += *part;
        }
        if (whole.size() == opening.size && parse_content(context_.plan.items[item], whole)) return;
        throw Violation{10, tab_.name() + " reads ranges of " + context_.plan.items[item].id + " that nobody wrote"};
      };
      send(hubstash::ReadBlob{opening.reader, at, length}, done);
      at += is_last ? 0 : length;
    }
  });
}

void App::list(const std::string& collection, Kind kind) {
  send(List{collection, kind}, [](const Reply&, const SharedBytes&) {});
}

/// Looks for conflict copies of the item; loads one, and decides about it.
void App::settle_conflict(size_t item) {
  const ItemName& name = context_.plan.items[item];
  send(ListConflicts{name.collection, name.kind, name.id}, [this, item](const Reply& reply, const SharedBytes&) {
    if (!reply.status.ok() || std::get<Copies>(reply.value).items.empty()) return;
    look_at_copy(item, context_.random.pick(std::get<Copies>(reply.value).items).copy_id);
  });
}

void App::look_at_copy(size_t item, const std::string& copy) {
  const ItemName& name = context_.plan.items[item];
  send(Load{name.collection, name.kind, copy}, [this, item, copy](const Reply& reply, const SharedBytes& blob) {
    if (!reply.status.ok() || !std::get<Loaded>(reply.value).found) return;
    const auto fields = parse_content(context_.plan.items[item], blob ? *blob : std::get<Loaded>(reply.value).body);
    if (!fields) throw Violation{10, tab_.name() + " loads bytes of " + copy + " that nobody wrote"};
    resolve(item, copy, *fields);
  });
}

void App::resolve(size_t item, const std::string& copy, const Fields& fields) {
  const ItemName& name = context_.plan.items[item];
  const bool use = context_.random.chance(500);
  context_.checker.decided(device(), item, fields, use);
  std::vector<WriteId> writes;
  if (use) writes.push_back(context_.checker.write_begins(device(), item, fields));
  open_writes_.insert(writes.begin(), writes.end());
  send(ResolveCopy{name.collection, name.kind, copy, use},
       [this, writes](const Reply& reply, const SharedBytes&) { end_writes(writes, reply, Failed::kHalfway); });
}

std::optional<Fields> App::shown(size_t item) const {
  const auto found = shown_.find(item);
  return found == shown_.end() ? std::nullopt : found->second;
}

void App::look_up(size_t item) {
  const ItemName& name = context_.plan.items[item];
  if (context_.random.chance(500)) return send(Url{name.collection, name.kind, name.id}, [](auto&&...) {});
  send(Exists{name.collection, name.kind, name.id}, [](auto&&...) {});
}

void App::evict(size_t item) {
  const ItemName& name = context_.plan.items[item];
  if (name.kind != Kind::kBlob) return load(item);
  const uint64_t begun = context_.checker.moment();
  send(Evict{name.collection, name.id}, [this, item, begun](const Reply& reply, const SharedBytes&) {
    if (reply.status.ok()) context_.checker.evicted(device(), item, begun);
  });
}

void App::clear() {
  const bool force = context_.random.chance(200);
  const uint64_t begun = context_.checker.moment();
  AppCall call = ClearLocal{force || (context_.canary == Canary::kEvictsPending)};
  forcing_ = forcing_ || force;
  ++clears_;
  context_.checker.clear_begins(device());
  if (force) context_.checker.forced_clear(device());
  send(std::move(call), [this, force, begun](const Reply& reply, const SharedBytes&) {
    if (force) forcing_ = false;
    --clears_;
    context_.checker.clear_ends(device());
    if (!reply.status.ok()) return;
    force ? context_.checker.forced_clear(device()) : context_.checker.cleared(device(), begun);
    context_.checker.device_forgets(device(), begun);
  });
}

void App::ask_status() {
  const uint64_t begun = context_.checker.moment();
  send(GetStatus{}, [this, begun](const Reply& reply, const SharedBytes&) {
    if (!reply.status.ok()) return;
    last_status_ = std::get<StoreStatus>(reply.value);
    context_.checker.status(device(), last_status_->pending, last_status_->synced, begun);
  });
}

void App::tab_died() {
  for (const WriteId write : open_writes_) context_.checker.write_ends(write, Checker::End::kUnknown, 0);
  open_writes_.clear();
  const uint64_t now = context_.checker.moment();
  if (forcing_) context_.checker.forced_clear(device());
  if (clears_ > 0) context_.checker.device_forgets(device(), now);
  forcing_ = false;
  for (; clears_ > 0; --clears_) context_.checker.clear_ends(device());
  shown_.clear();
}

}  // namespace hubstash::sim
