// The JSON of the C ABI: calls in, notices out (include/hubstash/c_api.h lists the members of each).

#include <algorithm>
#include <array>
#include <type_traits>

#include "base/json.h"
#include "base/text.h"
#include "hubstash/engine.h"

namespace hubstash {
namespace {

Status malformed(const char* what) {
  return Status(ErrorCode::INVALID_ARGUMENT, std::string("The call is malformed: ") + what + ".");
}

Kind kind_of(const Json& header) { return header["kind"].text() == "blob" ? Kind::kBlob : Kind::kJson; }

Result<AppCall> save_from_json(const Json& header, Bytes body) {
  SaveDocuments save;
  save.collection = header["collection"].text();
  const Json items = header["items"];
  uint64_t total = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    const int64_t size = items.at(i)["size"].integer(-1);
    if (size < 0 || size > int64_t{UINT32_MAX}) return malformed("a document has no size");
    save.parts.push_back({items.at(i)["id"].text(), static_cast<uint32_t>(size)});
    total += static_cast<uint64_t>(size);
  }
  if (total != body.size()) return malformed("the documents' sizes do not add up");
  save.body = std::move(body);
  return AppCall(std::move(save));
}

AppCall check_ids_from_json(const Json& header) {
  CheckIds check;
  const Json ids = header["ids"];
  for (size_t i = 0; i < ids.size(); ++i) check.ids.push_back(ids.at(i).text());
  return check;
}

Result<AppCall> resolve_from_json(const Json& header, Kind kind) {
  const std::string resolution = header["resolution"].text();
  if (resolution != "use-copy" && resolution != "discard-copy") return malformed("it has no resolution");
  return AppCall(ResolveCopy{header["collection"].text(), kind, header["id"].text(), resolution == "use-copy"});
}

Result<AppCall> read_from_json(const Json& header) {
  const int64_t offset = header["offset"].integer(-1), length = header["length"].integer(-1);
  if (offset < 0 || length < 0) return malformed("a range has no offset or no length");
  return AppCall(ReadBlob{header["reader"].text(), static_cast<uint64_t>(offset), static_cast<uint64_t>(length)});
}

Result<AppCall> decide_from_json(const Json& header, Bytes body, BlobRef blob) {
  Decide decide;
  decide.effect = static_cast<EffectId>(header["effect"].integer());
  const std::string choice = header["choice"].text();
  const std::array<std::pair<std::string_view, Choice>, 5> choices = {{{"local", Choice::kLocal},
                                                                       {"remote", Choice::kRemote},
                                                                       {"keep-both", Choice::kKeepBoth},
                                                                       {"delete", Choice::kDelete},
                                                                       {"content", Choice::kContent}}};
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const auto& row) { return row.first == choice; });
  if (found == choices.end()) return malformed("it names no choice");
  decide.choice = found->second;
  decide.body = std::move(body);
  decide.blob = blob;
  decide.type = header["type"].text();
  return AppCall(std::move(decide));
}

std::string_view kind_name(Kind kind) { return kind == Kind::kBlob ? "blob" : "json"; }

std::string_view state_name(ItemState state) {
  switch (state) {
    case ItemState::kSynced:
      return "synced";
    case ItemState::kPending:
      return "pending";
    case ItemState::kRemoteOnly:
      return "remote-only";
    case ItemState::kConflict:
      return "conflict";
  }
  return "";
}

std::string_view phase_name(SyncPhase phase) {
  switch (phase) {
    case SyncPhase::kIdle:
      return "idle";
    case SyncPhase::kPulling:
      return "pulling";
    case SyncPhase::kUploading:
      return "uploading";
    case SyncPhase::kCommitting:
      return "committing";
    case SyncPhase::kWaiting:
      return "waiting";
    case SyncPhase::kOffline:
      return "offline";
    case SyncPhase::kSignedOut:
      return "signed-out";
    case SyncPhase::kError:
      return "error";
  }
  return "";
}

std::string_view waiting_name(WaitingFor waiting) {
  switch (waiting) {
    case WaitingFor::kNothing:
      return "";
    case WaitingFor::kIdle:
      return "idle";
    case WaitingFor::kBackoff:
      return "backoff";
    case WaitingFor::kRateLimit:
      return "rate-limit";
    case WaitingFor::kNetwork:
      return "network";
    case WaitingFor::kToken:
      return "token";
  }
  return "";
}

std::string_view source_name(ChangeSource source) {
  switch (source) {
    case ChangeSource::kLocal:
      return "local";
    case ChangeSource::kTab:
      return "tab";
    case ChangeSource::kRemote:
      return "remote";
  }
  return "";
}

std::string_view outcome_name(ConflictOutcome outcome) {
  switch (outcome) {
    case ConflictOutcome::kMerged:
      return "merged";
    case ConflictOutcome::kKeptBoth:
      return "kept-both";
    case ConflictOutcome::kLocal:
      return "local";
    case ConflictOutcome::kRemote:
      return "remote";
    case ConflictOutcome::kResolver:
      return "resolver";
  }
  return "";
}

void text_or_null(JsonWriter* out, std::string_view name, std::string_view text) {
  out->key(name);
  text.empty() ? out->null() : out->value(text);
}

void time_or_null(JsonWriter* out, std::string_view name, TimeMs at) {
  out->key(name);
  at == 0 ? out->null() : out->value(at);
}

void write_error(JsonWriter* out, const Status& status) {
  out->begin_object();
  out->member("code", error_name(status.code())).member("message", status.message());
  out->member("retry", retry_name(error_retry(status.code())));
  out->key("status");
  status.http_status == 0 ? out->null() : out->value(status.http_status);
  text_or_null(out, "requestId", status.request_id);
  out->end_object();
}

void write_value(JsonWriter* out, const std::monostate&) { out->null(); }
void write_value(JsonWriter* out, const Flag& flag) { out->value(flag.value); }
void write_value(JsonWriter* out, const Text& text) { text.value ? out->value(*text.value) : out->null(); }

void write_value(JsonWriter* out, const Receipts& receipts) {
  out->begin_array();
  for (const SaveReceipt& receipt : receipts.items) {
    out->begin_object().member("id", receipt.id).member("ref", receipt.ref);
    out->member("checksum", to_hex(receipt.checksum)).member("size", receipt.size).end_object();
  }
  out->end_array();
}

void write_value(JsonWriter* out, const Loaded& loaded) {
  if (!loaded.found) {
    out->null();
    return;
  }
  out->begin_object().member("size", loaded.size).member("type", loaded.type).end_object();
}

void write_value(JsonWriter* out, const Opening& opening) {
  if (!opening.found) {
    out->null();
    return;
  }
  out->begin_object().member("reader", opening.reader).member("version", opening.version);
  out->member("size", opening.size).end_object();
}

void write_value(JsonWriter* out, const Items& items) {
  out->begin_array();
  for (const ItemInfo& item : items.items) {
    out->begin_object().member("id", item.id).member("size", item.size).member("modified", item.modified);
    out->member("state", state_name(item.state)).member("cached", item.cached).end_object();
  }
  out->end_array();
}

void write_value(JsonWriter* out, const Copies& copies) {
  out->begin_array();
  for (const ConflictCopy& copy : copies.items) {
    out->begin_object().member("copyId", copy.copy_id).member("id", copy.id).member("modified", copy.modified);
    out->member("size", copy.size).member("side", copy.side == Side::kLocal ? "local" : "remote").end_object();
  }
  out->end_array();
}

void write_value(JsonWriter* out, const Collections& collections) {
  out->begin_array();
  for (const CollectionInfo& info : collections.items) {
    out->begin_object().member("collection", info.collection).member("kind", kind_name(info.kind)).end_object();
  }
  out->end_array();
}

void write_value(JsonWriter* out, const SyncReport& report) {
  out->begin_object();
  text_or_null(out, "commit", report.commit);
  out->member("pushed", report.pushed).member("pulled", report.pulled).member("deleted", report.deleted);
  out->member("conflicts", report.conflicts).member("requests", report.requests);
  out->member("bytesSent", report.bytes_sent).member("bytesReceived", report.bytes_received);
  out->member("ms", report.ms).end_object();
}

void write_value(JsonWriter* out, const StoreStatus& status) {
  out->begin_object().member("phase", phase_name(status.phase));
  out->member("pending", status.pending).member("pendingBytes", status.pending_bytes);
  out->member("synced", status.synced);
  text_or_null(out, "lastCommit", status.last_commit);
  time_or_null(out, "lastSyncAt", status.last_sync_at);
  time_or_null(out, "nextSyncAt", status.next_sync_at);
  text_or_null(out, "waitingFor", waiting_name(status.waiting_for));
  out->key("network").begin_object();
  out->member("requests", status.requests).member("retries", status.retries);
  out->member("bytesSent", status.bytes_sent).member("bytesReceived", status.bytes_received);
  out->end_object().key("cache").begin_object();
  out->member("hits", status.cache_hits).member("misses", status.cache_misses);
  out->member("evictions", status.cache_evictions);
  out->end_object().key("compression").begin_object();
  out->member("rawBytes", status.compression_raw_bytes).member("storedBytes", status.compression_stored_bytes);
  out->end_object().end_object();
}

void write_notice(JsonWriter* out, const Reply& reply) {
  out->member("type", "reply").member("request", reply.request).member("ok", reply.status.ok());
  if (!reply.status.ok()) {
    out->key("error");
    return write_error(out, reply.status);
  }
  out->key("value");
  std::visit([out](const auto& value) { write_value(out, value); }, reply.value);
}

void write_notice(JsonWriter* out, const Progress& progress) {
  out->member("type", "progress").member("request", progress.request).member("phase", progress.phase);
  out->member("loaded", progress.loaded).key("total");
  progress.total ? out->value(*progress.total) : out->null();
  if (!progress.item.empty()) out->member("item", progress.item);
}

void write_notice(JsonWriter* out, const Changed& changed) {
  out->member("type", "change").member("collection", changed.collection).key("ids").begin_array();
  for (const std::string& id : changed.ids) out->value(id);
  out->end_array().member("source", source_name(changed.source));
}

void write_notice(JsonWriter* out, const ConflictDecided& decided) {
  out->member("type", "conflict").member("collection", decided.collection).member("id", decided.id);
  out->member("outcome", outcome_name(decided.outcome));
  text_or_null(out, "copyId", decided.copy_id);
}

void write_notice(JsonWriter* out, const StatusChanged& changed) {
  out->member("type", "status").key("status");
  write_value(out, changed.status);
}

void write_notice(JsonWriter* out, const BackgroundError& error) {
  out->member("type", "error").key("error");
  write_error(out, error.status);
}

void write_notice(JsonWriter* out, const AccountFound& found) {
  out->member("type", "account").member("owns", found.owns);
  out->key("account").begin_object().member("name", found.account.name).member("id", found.account.id).end_object();
  out->key("owner").begin_object().member("name", found.owner.name).member("id", found.owner.id).end_object();
}

/// The other effects are not for the app.
template <typename T>
void write_notice(JsonWriter*, const T&) {
  HS_CHECK(!"an effect that is not a notice");
}

}  // namespace

Result<AppCall> call_from_json(const Bytes& text, Bytes body, BlobRef blob) {
  Result<Json> parsed = Json::parse(text);
  if (!parsed || !parsed->is_object()) return malformed("its header is not a JSON object");
  const Json& header = *parsed;
  const std::string call = header["call"].text();
  const std::string collection = header["collection"].text();
  const std::string id = header["id"].text();
  const Kind kind = kind_of(header);
  if (call == "save") return save_from_json(header, std::move(body));
  if (call == "put") {
    if (blob == 0) return malformed("there is no blob");
    return AppCall(SaveBlob{collection, id, blob, header["type"].text()});
  }
  if (call == "load") return AppCall(Load{collection, kind, id});
  if (call == "open") return AppCall(OpenBlob{collection, id});
  if (call == "read") return read_from_json(header);
  if (call == "shut") return AppCall(CloseBlob{header["reader"].text()});
  if (call == "list") return AppCall(List{collection, kind});
  if (call == "delete") return AppCall(Delete{collection, kind, id});
  if (call == "exists") return AppCall(Exists{collection, kind, id});
  if (call == "url") return AppCall(Url{collection, kind, id});
  if (call == "evict") return AppCall(Evict{collection, id});
  if (call == "conflicts") return AppCall(ListConflicts{collection, kind, id});
  if (call == "collections") return AppCall(ListCollections{});
  if (call == "check-ids") return check_ids_from_json(header);
  if (call == "resolve") return resolve_from_json(header, kind);
  if (call == "decide") return decide_from_json(header, std::move(body), blob);
  if (call == "sync") return AppCall(Sync{});
  if (call == "status") return AppCall(GetStatus{});
  if (call == "clear") return AppCall(ClearLocal{header["force"].boolean()});
  if (call == "close") return AppCall(Close{});
  return malformed("it names no call");
}

Bytes notice_to_json(const EffectBody& notice) {
  JsonWriter out;
  out.begin_object();
  std::visit([&out](const auto& body) { write_notice(&out, body); }, notice);
  out.end_object();
  return out.take();
}

Bytes question_to_json(EffectId effect, const AskResolver& question) {
  JsonWriter out;
  out.begin_object().member("type", "resolve").member("effect", effect);
  out.member("collection", question.collection).member("id", question.id);
  out.member("kind", kind_name(question.kind));
  const std::array<std::pair<std::string_view, const std::optional<VersionBody>*>, 3> sides = {
      {{"base", &question.base}, {"local", &question.local}, {"remote", &question.remote}}};
  out.key("sides").begin_object();
  for (const auto& [name, side] : sides) {
    out.key(name);
    *side ? out.value((*side)->size) : out.null();
  }
  out.end_object().key("blobs").begin_object();
  for (const auto& [name, side] : sides) {
    if (*side && (*side)->blob != 0) out.member(name, (*side)->blob);
  }
  out.end_object().end_object();
  return out.take();
}

}  // namespace hubstash
