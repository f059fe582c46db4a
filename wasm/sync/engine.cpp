#include "hubstash/engine.h"

#include <type_traits>

#include "base/ids.h"
#include "sync/core.h"
#include "sync/delete_item.h"
#include "sync/evict_lru.h"
#include "sync/flush_use.h"
#include "sync/housekeeping.h"
#include "sync/list_collections.h"
#include "sync/list_items.h"
#include "sync/load_item.h"
#include "sync/look_up.h"
#include "sync/open_blob.h"
#include "sync/read_open_blob.h"
#include "sync/remote_write.h"
#include "sync/resolve_copy.h"
#include "sync/sync_run.h"
#include "sync/write_blob.h"
#include "sync/write_documents.h"

namespace hubstash {
namespace {

/// The status is told at most this often; it takes a look at the whole outbox.
constexpr int64_t kStatusIntervalMs = 200;
/// The first one waits, for what the app wants of a store that has just opened.
constexpr int64_t kFirstStatusMs = 50;
/// More calls than this at once are answered with BUSY.
constexpr size_t kMostCalls = 4'096;

/// What an app call names, as far as it names anything.
struct Named {
  std::string collection;
  std::optional<Kind> kind;
  std::vector<std::string> ids;
};

Named named_by(const AppCall& call) {
  return std::visit(
      [](const auto& c) -> Named {
        using C = std::decay_t<decltype(c)>;
        if constexpr (std::is_same_v<C, SaveDocuments>) {
          Named named{c.collection, Kind::kJson, {}};
          for (const DocumentPart& part : c.parts) named.ids.push_back(part.id);
          return named;
        } else if constexpr (std::is_same_v<C, SaveBlob> || std::is_same_v<C, Evict> || std::is_same_v<C, OpenBlob>) {
          return {c.collection, Kind::kBlob, {c.id}};
        } else if constexpr (std::is_same_v<C, ResolveCopy>) {
          return {c.collection, c.kind, {c.copy_id}};
        } else if constexpr (std::is_same_v<C, ListConflicts>) {
          return {c.collection, c.kind, c.id.empty() ? std::vector<std::string>() : std::vector<std::string>{c.id}};
        } else if constexpr (std::is_same_v<C, List>) {
          return {c.collection, c.kind, {}};
        } else if constexpr (std::is_same_v<C, CheckIds>) {
          return {"", std::nullopt, c.ids};
        } else if constexpr (std::is_same_v<C, Load> || std::is_same_v<C, Delete> || std::is_same_v<C, Exists> ||
                             std::is_same_v<C, Url>) {
          return {c.collection, c.kind, {c.id}};
        } else {
          return {};
        }
      },
      call);
}

BlobRef blob_of(const AppCall& call) {
  if (const SaveBlob* save = std::get_if<SaveBlob>(&call)) return save->blob;
  const Decide* decide = std::get_if<Decide>(&call);
  return decide ? decide->blob : 0;
}

/// A call that writes items, or asks whether it could. Conflict copies are read by their ids, but written and deleted
/// by hubstash alone.
bool writes_item(const AppCall& call) {
  return std::holds_alternative<SaveDocuments>(call) || std::holds_alternative<SaveBlob>(call) ||
         std::holds_alternative<Delete>(call) || std::holds_alternative<CheckIds>(call);
}

/// Whether closing the page during the call may lose what it was to write.
bool is_write(const AppCall& call) {
  return std::holds_alternative<SaveDocuments>(call) || std::holds_alternative<SaveBlob>(call) ||
         std::holds_alternative<Delete>(call) || std::holds_alternative<ResolveCopy>(call) ||
         std::holds_alternative<ClearLocal>(call);
}

}  // namespace

class Engine::Impl {
 public:
  explicit Impl(Options options) : core_(std::move(options)) {}

  void handle(Event event, TimeMs now) {
    core_.set_now(now);
    std::visit([this](auto& e) { on(e); }, event);
    run_if_due();
    tend_cache();
    tell_status();
  }

  bool poll(Effect* effect) { return core_.poll(effect); }

  TimeMs next_deadline() const {
    TimeMs next = core_.next_deadline();
    const auto sooner = [&next](TimeMs at) {
      if (at != 0 && (next == 0 || at < next)) next = at;
    };
    if (!sync_running() && !is_closed()) sooner(core_.scheduler().due_at());
    if (core_.state().status_is_stale && !is_closed()) sooner(core_.state().status_told_at + kStatusIntervalMs);
    if (!is_closed() && !core_.running(core_.state().flush)) sooner(core_.cache().flush_at());
    if (!is_closed() && !core_.running(core_.state().eviction)) sooner(core_.cache().count_at());
    return next;
  }

 private:
  void on(Opened&) {
    core_.scheduler().opened(core_.now());
    core_.status_changed();
    core_.state().status_told_at = core_.now() + kFirstStatusMs - kStatusIntervalMs;
    core_.cache().opened(core_.now());
    core_.spawn(std::make_unique<Sweep>(core_), 0);
  }
  void on(AppRequest& request) { call(request.request, std::move(request.call)); }
  void on(CancelRequest& cancel) { core_.cancel_call(cancel.request); }
  void on(Answer& answer) { core_.answer(std::move(answer)); }
  void on(HttpProgress& progress) { core_.http_progress(progress); }
  void on(NetworkChanged& network) {
    core_.state().online = network.online;
    core_.scheduler().network(network.online, core_.now());
    core_.status_changed();
  }
  void on(VisibilityChanged& visibility) {
    core_.scheduler().visibility(visibility.visible, core_.now());
    if (!visibility.visible) core_.cache().hidden(core_.now());
  }
  void on(StoreLost&) {
    core_.cache().lost(core_.now());
    core_.known_records().clear();
    core_.state().unkept.reset();
    core_.emit(
        BackgroundError{Status(ErrorCode::STORAGE_UNAVAILABLE,
                               "The local data was deleted while the store was open, by the browser or its user. "
                               "What was not on the Hub yet is gone; the rest is fetched again.")});
    core_.scheduler().opened(core_.now());
    core_.status_changed();
  }
  void on(QuotaKnown& quota) { core_.cache().quota(quota.bytes); }
  void on(TokenChanged& token) {
    core_.token_changed(token.available);
    core_.scheduler().token(token.available, core_.now());
    core_.status_changed();
  }
  void on(Tick&) { core_.tick(); }

  void call(RequestId request, AppCall call) {
    Status status = check(call);
    if (!status.ok()) {
      core_.release(blob_of(call));
      return core_.reply(request, std::move(status), {});
    }
    if (Decide* decision = std::get_if<Decide>(&call)) {
      core_.decide(std::move(*decision));
      return core_.reply(request, Status(), {});
    }
    if (std::holds_alternative<CheckIds>(call)) return core_.reply(request, Status(), {});
    if (const CloseBlob* closing = std::get_if<CloseBlob>(&call)) {
      core_.readers().close(closing->reader);
      return core_.reply(request, Status(), {});
    }
    if (std::holds_alternative<Close>(call)) close();
    const bool writes = is_write(call);
    core_.start_call(request, make(std::move(call)), writes);
  }

  Status check(const AppCall& call) {
    if (is_closed()) return Status(ErrorCode::CLOSED, "The store has been closed. Open it again.");
    // What ends waiting is never made to wait.
    const bool is_answer = std::holds_alternative<Decide>(call) || std::holds_alternative<Close>(call);
    if (core_.calls() >= kMostCalls && !is_answer) {
      return Status(ErrorCode::BUSY, "More than " + std::to_string(kMostCalls) + " calls wait. Await some of them.");
    }
    if (std::holds_alternative<Sync>(call) && core_.options().mode == Mode::kLocal) {
      return Status(ErrorCode::INVALID_ARGUMENT, "A store in local mode has no Hub to sync with.");
    }
    const Named named = named_by(call);
    for (const std::string& id : named.ids) {
      Status bad = writes_item(call) ? check_own_id(id) : check_id(id);
      if (!bad.ok()) return bad;
    }
    return named.kind ? check_kind(named.collection, *named.kind) : Status();
  }

  /// A collection has one kind: read as the other one, its files would mean something else.
  Status check_kind(const std::string& collection, Kind kind) {
    Status bad = check_collection(collection);
    if (!bad.ok()) return bad;
    const bool wrong_built_in =
        (collection == "projects" && kind != Kind::kJson) || (collection == "pdfs" && kind != Kind::kBlob);
    const auto [entry, inserted] = core_.state().kinds.emplace(collection, kind);
    if (wrong_built_in || entry->second != kind) {
      return Status(ErrorCode::INVALID_ARGUMENT, "The collection \"" + collection + "\" is of the other kind.");
    }
    return Status();
  }

  std::unique_ptr<Operation> make(AppCall call) {
    return std::visit([this](auto& c) { return operation(c); }, call);
  }
  std::unique_ptr<Operation> operation(SaveDocuments& c) {
    const std::string collection = c.collection;
    std::vector<std::string> ids;
    for (const DocumentPart& part : c.parts) ids.push_back(part.id);
    return write(collection, ids, std::make_unique<WriteDocuments>(core_, std::move(c)));
  }
  std::unique_ptr<Operation> operation(SaveBlob& c) {
    const std::string collection = c.collection, id = c.id;  // Read before the call is moved from.
    return write(collection, {id}, std::make_unique<WriteBlob>(core_, std::move(c)));
  }
  std::unique_ptr<Operation> operation(Delete& c) {
    const std::string collection = c.collection, id = c.id;
    return write(collection, {id}, std::make_unique<DeleteItem>(core_, std::move(c)));
  }
  std::unique_ptr<Operation> operation(Load& c) { return std::make_unique<LoadItem>(core_, std::move(c)); }
  std::unique_ptr<Operation> operation(List& c) { return std::make_unique<ListItems>(core_, std::move(c)); }
  std::unique_ptr<Operation> operation(Exists& c) {
    return std::make_unique<LookUp>(core_, LookUp::Question::kExists, c.collection, c.kind, c.id);
  }
  std::unique_ptr<Operation> operation(Url& c) {
    return std::make_unique<LookUp>(core_, LookUp::Question::kUrl, c.collection, c.kind, c.id);
  }
  std::unique_ptr<Operation> operation(Evict& c) { return std::make_unique<EvictBody>(core_, std::move(c)); }
  std::unique_ptr<Operation> operation(ListConflicts& c) { return std::make_unique<ListItems>(core_, std::move(c)); }
  std::unique_ptr<Operation> operation(ListCollections&) { return std::make_unique<ListCollectionsCall>(core_); }
  std::unique_ptr<Operation> operation(CheckIds&) { return nullptr; }  // Answered where it arrives.
  std::unique_ptr<Operation> operation(ResolveCopy& c) {
    const std::string collection = c.collection;
    std::vector<std::string> ids = {c.copy_id};
    // A copy that is used is written over its item.
    if (const auto copy = parse_copy_id(ids[0]); copy && c.use) ids.emplace_back(copy->original);
    return write(collection, ids, std::make_unique<ResolveCopyCall>(core_, std::move(c)));
  }
  std::unique_ptr<Operation> operation(OpenBlob& c) { return std::make_unique<OpenBlobCall>(core_, std::move(c)); }
  std::unique_ptr<Operation> operation(ReadBlob& c) { return std::make_unique<ReadOpenBlob>(core_, std::move(c)); }
  std::unique_ptr<Operation> operation(CloseBlob&) { return nullptr; }  // These are answered where they arrive.
  std::unique_ptr<Operation> operation(Decide&) { return nullptr; }
  std::unique_ptr<Operation> operation(Sync&) { return std::make_unique<SyncCall>(core_); }
  std::unique_ptr<Operation> operation(GetStatus&) { return std::make_unique<GetStoreStatus>(core_, false); }
  std::unique_ptr<Operation> operation(ClearLocal& c) { return std::make_unique<ClearDevice>(core_, c.force); }
  std::unique_ptr<Operation> operation(Close&) { return std::make_unique<CloseStore>(core_); }

  std::unique_ptr<Operation> write(const std::string& collection, const std::vector<std::string>& ids,
                                   std::unique_ptr<Operation> write) {
    if (core_.options().mode != Mode::kRemote) return write;
    return std::make_unique<RemoteWrite>(core_, collection, ids, std::move(write));
  }

  /// Nothing new begins; what waits for the network ends, and what is being written is finished.
  void close() {
    core_.state().closed = true;
    core_.cancel(core_.state().sync);
    core_.cancel(core_.state().pull);
  }

  bool is_closed() const { return core_.state().closed; }
  bool sync_running() const { return core_.running(core_.state().sync); }

  void run_if_due() {
    if (is_closed() || sync_running() || !core_.scheduler().is_due(core_.now())) return;
    start_sync_run(core_, 0);
    core_.status_changed();
  }

  void tend_cache() {
    if (is_closed()) return;
    const TimeMs flush_at = core_.cache().flush_at();
    if (flush_at != 0 && flush_at <= core_.now()) start_flush(core_, 0);
    if (core_.cache().wants_eviction(core_.now())) start_eviction(core_, 0);
  }

  void tell_status() {
    if (!core_.state().status_is_stale || is_closed() || core_.now() < core_.state().status_told_at + kStatusIntervalMs)
      return;
    core_.state().status_is_stale = false;
    core_.state().status_told_at = core_.now();
    core_.spawn(std::make_unique<GetStoreStatus>(core_, true), 0);
  }

  Core core_;
};

Engine::Engine(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Engine::~Engine() = default;
void Engine::handle(Event event, TimeMs now) { impl_->handle(std::move(event), now); }
bool Engine::poll(Effect* effect) { return impl_->poll(effect); }
TimeMs Engine::next_deadline() const { return impl_->next_deadline(); }

}  // namespace hubstash
