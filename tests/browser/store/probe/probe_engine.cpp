// An engine for tests of the browser's host: each call of the app becomes the one effect that its header spells, and
// the effect's answer becomes the reply. It decides nothing, so that what is seen is the host's doing.
//
// Headers hold texts without escapes, numbers and booleans; `call` is one of those in Impl::begin.

#include <cstdlib>
#include <map>
#include <string>

#include "hubstash/engine.h"

namespace hubstash {
namespace {

std::string member(const std::string& json, const std::string& name) {
  const std::string label = "\"" + name + "\":";
  size_t at = json.find(label);
  if (at == std::string::npos) return "";
  at += label.size();
  if (json[at] != '"') return json.substr(at, json.find_first_of(",}", at) - at);
  return json.substr(at + 1, json.find('"', at + 1) - at - 1);
}

uint64_t number(const std::string& json, const std::string& name, uint64_t fallback) {
  const std::string text = member(json, name);
  return text.empty() ? fallback : std::strtoull(text.c_str(), nullptr, 10);
}

bool flag(const std::string& json, const std::string& name) { return member(json, name) == "true"; }

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    for (const int shift : {4, 0}) out += "0123456789abcdef"[(static_cast<unsigned char>(c) >> shift) & 15];
  }
  return out;
}

std::string unhex(const std::string& text) {
  std::string out;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    out += static_cast<char>(std::strtoul(text.substr(i, 2).c_str(), nullptr, 16));
  }
  return out;
}

}  // namespace

Status Options::validate() const {
  return dataset.empty() ? Status(ErrorCode::INVALID_ARGUMENT, "dataset is missing") : Status();
}
std::string Options::mount_point() const { return "/probe/" + dataset; }

Result<Options> options_from_json(const Bytes& json) {
  Options options;
  options.dataset = member(json, "dataset");
  options.hub_url = member(json, "hubUrl");
  if (member(json, "mode") == "remote") options.mode = Mode::kRemote;
  return options;
}

// A SaveBlob carries all that a call can have: its header as the collection, its body as the type.
Result<AppCall> call_from_json(const Bytes& header, Bytes body, BlobRef blob) {
  if (member(header, "call").empty()) return Status(ErrorCode::INVALID_ARGUMENT, "call is missing");
  return AppCall(SaveBlob{header, "", blob, std::move(body)});
}

Bytes notice_to_json(const EffectBody& notice) {
  const auto* reply = std::get_if<Reply>(&notice);
  if (reply == nullptr) {
    const auto& progress = std::get<Progress>(notice);
    return "{\"type\":\"progress\",\"request\":" + std::to_string(progress.request) +
           ",\"loaded\":" + std::to_string(progress.loaded) + "}";
  }
  const std::string start = "{\"type\":\"reply\",\"request\":" + std::to_string(reply->request);
  if (!reply->status.ok()) {
    return start + ",\"ok\":false,\"error\":{\"code\":" + quoted(std::string(error_name(reply->status.code()))) +
           ",\"message\":" + quoted(reply->status.message()) + "}}";
  }
  const auto* loaded = std::get_if<Loaded>(&reply->value);
  return start + ",\"ok\":true,\"value\":" + (loaded == nullptr ? "null" : loaded->type) + "}";
}

/// The host asks for it by name; no call of these tests has two versions of anything.
Bytes question_to_json(EffectId effect, const AskResolver&) {
  return "{\"type\":\"resolve\",\"effect\":" + std::to_string(effect) + "}";
}

class Engine::Impl {
 public:
  void begin(RequestId request, const SaveBlob& call, TimeMs now) {
    const std::string& header = call.collection;
    const std::string name = member(header, "call");
    if (name == "tx") return emit(request, store_tx(header, call));
    if (name == "hash") return emit(request, HashBlob{call.blob});
    if (name == "http") return emit(request, http(header, call));
    if (name == "token") return emit(request, AskToken{flag(header, "refused")});
    if (name == "open") {
      OpenBody open;
      open.type = member(header, "type");
      open.chunks.push_back(
          {member(header, "key"), static_cast<uint32_t>(number(header, "size", 0)), unhex(member(header, "sha256"))});
      return emit(request, open);
    }
    if (name == "wait") {
      deadline = now + static_cast<TimeMs>(number(header, "ms", 0));
      sleeper = request;
      return;
    }
    if (name == "signals") return reply(request, {}, quoted(signals), {});
    if (name == "twice") reply(request, {}, "1", {});
    if (name == "twice") reply(request, {}, "2", {});  // And a call of another name stays unanswered.
  }

  void answer(const Answer& answer) {
    const RequestId request = requests[answer.effect];
    if (const auto* store = std::get_if<StoreAnswer>(&answer.body)) {
      std::string json = "{\"stale\":" + std::string(store->stale ? "true" : "false") + ",\"values\":[";
      for (const auto& value : store->values) json += (value ? quoted(hex(*value)) : "null") + ",";
      json += "0],\"scanned\":[";
      for (const auto& records : store->scanned) {
        for (const Record& record : records) json += quoted(record.key) + "," + quoted(hex(record.value)) + ",";
      }
      return reply(request, store->status, json + "0]}", {});
    }
    if (const auto* blob = std::get_if<BlobAnswer>(&answer.body)) {
      std::string json = "{\"size\":" + std::to_string(blob->size) + ",\"sha256\":" + quoted(hex(blob->sha256));
      for (const Sha256& chunk : blob->chunk_sha256) json += ",\"last\":" + quoted(hex(chunk));
      return reply(request, blob->status, json + "}", Loaded{true, "", blob->blob, "", 0});
    }
    if (const auto* http = std::get_if<HttpAnswer>(&answer.body)) {
      std::string json = "{\"status\":" + std::to_string(http->http_status) + ",\"headers\":{";
      for (const Header& header : http->headers) json += quoted(header.name) + ":" + quoted(header.value) + ",";
      return reply(request, http->status, json + "\"\":0}}", Loaded{true, http->body, http->blob, "", 0});
    }
    const bool available = std::get<TokenAnswer>(answer.body).available;
    reply(request, {}, available ? "true" : "false", {});
  }

  void cancel(RequestId request) {
    for (const auto& [effect, owner] : requests) {
      if (owner == request) effects.push_back({0, HttpAbort{effect}});
    }
  }

  void reply(RequestId request, Status status, const std::string& json, Loaded loaded) {
    loaded.found = true;
    loaded.type = json;
    effects.push_back({0, Reply{request, std::move(status), loaded}});
  }

  std::string signals;
  TimeMs deadline = 0;
  RequestId sleeper = 0;
  std::map<EffectId, RequestId> requests;
  std::vector<Effect> effects;

 private:
  template <typename Body>
  void emit(RequestId request, Body body) {
    requests[++last_effect_] = request;
    effects.push_back({last_effect_, std::move(body)});
  }

  static StoreTx store_tx(const std::string& header, const SaveBlob& call) {
    StoreTx tx;
    if (const std::string key = member(header, "get"); !key.empty()) tx.gets.push_back(key);
    if (const std::string prefix = member(header, "scan"); !prefix.empty()) tx.scans.push_back(prefix);
    if (const std::string key = member(header, "absent"); !key.empty()) tx.expects.push_back({key, ""});
    if (const std::string key = member(header, "put"); !key.empty()) tx.puts.push_back({key, call.type});
    if (const std::string key = member(header, "putBlob"); !key.empty()) {
      const auto offset = number(header, "offset", 0);
      tx.puts.push_back({key, BlobSlice{call.blob, offset, static_cast<uint32_t>(number(header, "size", 0))}});
    }
    return tx;
  }

  static HttpRequest http(const std::string& header, const SaveBlob& call) {
    HttpRequest request;
    request.method = member(header, "method");
    request.url = member(header, "url");
    request.authorize = flag(header, "authorize");
    request.body_as_blob = flag(header, "asBlob");
    request.progress = flag(header, "progress");
    request.timeout_ms = static_cast<uint32_t>(number(header, "timeoutMs", 5000));
    request.max_body_bytes = number(header, "maxBytes", 1 << 20);
    if (!call.type.empty()) request.body = call.type;
    if (call.blob != 0) request.body = call.blob;
    if (const std::string type = member(header, "contentType"); !type.empty()) {
      request.headers.push_back({"Content-Type", type});
    }
    return request;
  }

  EffectId last_effect_ = 0;
};

Engine::Engine(Options) : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

void Engine::handle(Event event, TimeMs now) {
  if (const auto* request = std::get_if<AppRequest>(&event)) {
    impl_->begin(request->request, std::get<SaveBlob>(request->call), now);
  } else if (const auto* answer = std::get_if<Answer>(&event)) {
    impl_->answer(*answer);
  } else if (const auto* cancel = std::get_if<CancelRequest>(&event)) {
    impl_->cancel(cancel->request);
  } else if (const auto* progress = std::get_if<HttpProgress>(&event)) {
    const uint64_t moved = progress->sent + progress->received;
    impl_->effects.push_back({0, Progress{impl_->requests[progress->effect], "", moved, progress->total, ""}});
  } else if (std::get_if<Tick>(&event) != nullptr && impl_->deadline != 0 && now >= impl_->deadline) {
    impl_->deadline = 0;
    impl_->reply(impl_->sleeper, {}, "\"awake\"", {});
  } else if (const auto* network = std::get_if<NetworkChanged>(&event)) {
    impl_->signals += network->online ? "online " : "offline ";
  } else if (const auto* visibility = std::get_if<VisibilityChanged>(&event)) {
    impl_->signals += visibility->visible ? "visible " : "hidden ";
  } else if (const auto* token = std::get_if<TokenChanged>(&event)) {
    impl_->signals += token->available ? "token " : "no-token ";
  } else if (std::get_if<Opened>(&event) != nullptr) {
    impl_->signals += "opened ";
  }
}

bool Engine::poll(Effect* effect) {
  if (impl_->effects.empty()) return false;
  *effect = std::move(impl_->effects.front());
  impl_->effects.erase(impl_->effects.begin());
  return true;
}

TimeMs Engine::next_deadline() const { return impl_->deadline; }

}  // namespace hubstash
