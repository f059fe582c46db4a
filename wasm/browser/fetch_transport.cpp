#include "fetch_transport.h"

#include <emscripten/fetch.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host.h"
#include "js.h"

namespace hubstash {
namespace {

/// emscripten_fetch cannot see bytes leave, so a body is given the time that it takes at this rate before silence
/// counts; bodies for which that time would be long go by XMLHttpRequest, which reports them.
constexpr int64_t kSlowBytesPerMs = 32;
constexpr size_t kMaxBodyBytes = 1 << 20;

void lower_case(std::string* text) {
  for (char& c : *text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::vector<Header> read_headers(emscripten_fetch_t* fetch) {
  std::vector<Header> headers;
  const size_t size = emscripten_fetch_get_response_headers_length(fetch);
  if (size == 0) return headers;
  std::string text(size + 1, '\0');
  emscripten_fetch_get_response_headers(fetch, text.data(), text.size());
  text.resize(std::strlen(text.c_str()));
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line(text.data() + at, end - at);
    at = end + 1;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    Header header{std::string(line.substr(0, colon)), ""};
    lower_case(&header.name);
    const size_t value = line.find_first_not_of(' ', colon + 1);
    if (value != std::string_view::npos) header.value = std::string(line.substr(value));
    headers.push_back(std::move(header));
  }
  return headers;
}

void wipe(const char* text) {
  if (text != nullptr) std::memset(const_cast<char*>(text), 0, std::strlen(text));
}

HttpAnswer failed(ErrorCode code, std::string message) {
  HttpAnswer answer;
  answer.status = Status(code, std::move(message));
  return answer;
}

}  // namespace

struct FetchTransport::Transfer {
  FetchTransport* owner = nullptr;
  EffectId effect = 0;
  HttpRequest request;  // Its body stays where it is until the exchange is over.
  emscripten_fetch_t* fetch = nullptr;
  TimeMs deadline = 0;
  bool starting = true;  // emscripten_fetch has not returned: it still uses its structure.
  bool failed_at_start = false;
  bool finished = false;  // Callbacks that come now are of no interest.
};

/// emscripten_fetch's callbacks; each may come after `finished`, because closing a fetch calls back as well.
struct FetchTransport::Callbacks {
  static Transfer* of(emscripten_fetch_t* fetch) { return static_cast<Transfer*>(fetch->userData); }

  static void done(emscripten_fetch_t* fetch) {
    Transfer* transfer = of(fetch);
    if (transfer->finished) return;
    if (transfer->starting) {
      transfer->failed_at_start = true;
      return;
    }
    if (fetch->status == 0) {
      return transfer->owner->finish(
          transfer, failed(ErrorCode::OFFLINE, transfer->request.method +
                                                   " failed: no network, or the server or an extension of the browser "
                                                   "refused the request."));
    }
    if (fetch->numBytes > transfer->request.max_body_bytes) return too_long(transfer);
    HttpAnswer answer;
    answer.http_status = fetch->status;
    answer.headers = read_headers(fetch);
    if (fetch->data != nullptr) answer.body.assign(fetch->data, static_cast<size_t>(fetch->numBytes));
    transfer->owner->finish(transfer, std::move(answer));
  }

  static void progress(emscripten_fetch_t* fetch) {
    Transfer* transfer = of(fetch);
    if (transfer->finished || transfer->starting) return;
    transfer->deadline = steady_clock() + transfer->request.timeout_ms;
    if (fetch->dataOffset > transfer->request.max_body_bytes) too_long(transfer);
  }

  static void too_long(Transfer* transfer) {
    transfer->owner->finish(
        transfer, failed(ErrorCode::BAD_RESPONSE,
                         "The answer is longer than " + std::to_string(transfer->request.max_body_bytes) + " bytes."));
  }
};

FetchTransport::FetchTransport(uint32_t store) : store_(store) {}

FetchTransport::~FetchTransport() { abort_all(); }

bool FetchTransport::takes(const HttpRequest& request) {
  const auto* body = std::get_if<Bytes>(&request.body);
  const bool small = body == nullptr ? request.body.index() == 0 : body->size() <= kMaxBodyBytes;
  // emscripten_fetch cannot ask for `cache: "no-store"`, and a Cache-Control header would need the Hub's permission.
  return request.method != "GET" && small && !request.body_as_blob && !request.progress;
}

void FetchTransport::send(EffectId effect, HttpRequest request, const std::string& hub_url) {
  auto owned = std::make_unique<Transfer>();
  Transfer* transfer = owned.get();
  transfers_[effect] = std::move(owned);
  transfer->owner = this;
  transfer->effect = effect;
  transfer->request = std::move(request);
  const HttpRequest& sent = transfer->request;
  const auto url_size = static_cast<uint32_t>(sent.url.size());
  if (hs_js_is_url(sent.url.data(), url_size) == 0) {
    return finish(transfer, failed(ErrorCode::INTERNAL, "The request's address is not a URL."));
  }

  char* authorization = nullptr;
  if (sent.authorize) {
    authorization =
        hs_js_authorization(sent.url.data(), url_size, hub_url.data(), static_cast<uint32_t>(hub_url.size()));
  }
  std::vector<const char*> headers;
  for (const Header& header : sent.headers) {
    headers.push_back(header.name.c_str());
    headers.push_back(header.value.c_str());
  }
  if (authorization != nullptr) {
    headers.push_back("Authorization");
    headers.push_back(authorization);
  }
  headers.push_back(nullptr);

  emscripten_fetch_attr_t attributes;
  emscripten_fetch_attr_init(&attributes);
  std::strncpy(attributes.requestMethod, sent.method.c_str(), sizeof(attributes.requestMethod) - 1);
  attributes.userData = transfer;
  attributes.onsuccess = &Callbacks::done;
  attributes.onerror = &Callbacks::done;
  attributes.onprogress = &Callbacks::progress;
  attributes.attributes = EMSCRIPTEN_FETCH_LOAD_TO_MEMORY | EMSCRIPTEN_FETCH_REPLACE;
  attributes.requestHeaders = headers.data();
  size_t body_bytes = 0;
  if (const auto* body = std::get_if<Bytes>(&sent.body)) {
    attributes.requestData = body->data();
    attributes.requestDataSize = body_bytes = body->size();
  }
  transfer->deadline = steady_clock() + sent.timeout_ms + static_cast<int64_t>(body_bytes) / kSlowBytesPerMs;
  transfer->fetch = emscripten_fetch(&attributes, sent.url.c_str());
  transfer->starting = false;

  if (authorization != nullptr) {
    // The browser has its own copy by now; the ones in the heap, ours and emscripten_fetch's, are wiped.
    wipe(authorization);
    std::free(authorization);
    if (transfer->fetch != nullptr) wipe(transfer->fetch->__attributes.requestHeaders[headers.size() - 2]);
  }
  if (transfer->fetch == nullptr || transfer->failed_at_start) {
    finish(transfer, failed(ErrorCode::OFFLINE, sent.method + " could not be sent by the browser."));
  }
}

bool FetchTransport::abort(EffectId effect) {
  const auto found = transfers_.find(effect);
  if (found == transfers_.end()) return false;
  finish(found->second.get(), failed(ErrorCode::ABORTED, "The request was ended."));
  return true;
}

void FetchTransport::abort_all() {
  while (!transfers_.empty()) abort(transfers_.begin()->first);
}

TimeMs FetchTransport::next_deadline() const {
  TimeMs next = 0;
  for (const auto& [effect, transfer] : transfers_) {
    if (next == 0 || transfer->deadline < next) next = transfer->deadline;
  }
  return next;
}

void FetchTransport::expire(TimeMs now) {
  std::vector<EffectId> due;  // Not pointers: an answer may make the engine end another exchange of this list.
  for (const auto& [effect, transfer] : transfers_) {
    if (transfer->deadline <= now) due.push_back(effect);
  }
  for (const EffectId effect : due) {
    const auto found = transfers_.find(effect);
    if (found == transfers_.end()) continue;
    Transfer* transfer = found->second.get();
    finish(transfer, failed(ErrorCode::TIMEOUT, transfer->request.method + " got no answer in time."));
  }
}

void FetchTransport::finish(Transfer* transfer, HttpAnswer answer) {
  transfer->finished = true;
  if (transfer->fetch != nullptr) {
    // 3.1.6 frees the structure of a running fetch without ending its XMLHttpRequest, which would write there later.
    if (transfer->fetch->readyState != 4) hs_js_fetch_abort(transfer->fetch->id);
    emscripten_fetch_close(transfer->fetch);
  }
  const EffectId effect = transfer->effect;
  transfers_.erase(effect);
  if (Host* host = find_host(store_)) host->feed(Answer{effect, std::move(answer)});
}

}  // namespace hubstash
