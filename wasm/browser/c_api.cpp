#include "hubstash/c_api.h"

#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "answers.h"
#include "host.h"
#include "hubstash/engine.h"
#include "js.h"

/// What the ABI hands out; `hosts()` owns them.
struct hs_store {
  explicit hs_store(uint32_t store_id) : id(store_id), host(store_id) {}
  const uint32_t id;
  bool freed = false;
  hubstash::Host host;
};

namespace hubstash {
namespace {

constexpr uint32_t kAbiVersion = 1;
constexpr int32_t kBadHandle = -1;
constexpr int32_t kBadArgument = -2;

std::map<uint32_t, std::unique_ptr<hs_store>>& hosts() {
  static std::map<uint32_t, std::unique_ptr<hs_store>> table;
  return table;
}

/// The store behind a handle, or null for one that is not open; never looks at memory that may have been freed.
hs_store* find_store(const hs_store* handle) {
  for (auto& [id, store] : hosts()) {
    if (store.get() == handle && !store->freed) return store.get();
  }
  return nullptr;
}

Bytes copy(const uint8_t* data, uint32_t size) { return Bytes(reinterpret_cast<const char*>(data), size); }

}  // namespace

Host* find_host(uint32_t id) {
  const auto found = hosts().find(id);
  return found == hosts().end() ? nullptr : &found->second->host;
}

void forget_host(uint32_t id) {
  const auto found = hosts().find(id);
  if (found == hosts().end() || !found->second->freed || found->second->host.busy()) return;
  // Out of the table before it dies, so that nothing finds a host that is half gone.
  const std::unique_ptr<hs_store> dying = std::move(found->second);
  hosts().erase(found);
}

}  // namespace hubstash

using hubstash::Bytes;
using hubstash::hosts;
using hubstash::kBadArgument;
using hubstash::kBadHandle;

uint32_t hs_abi_version(void) { return hubstash::kAbiVersion; }

uint8_t* hs_alloc(uint32_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);
  HS_CHECK(memory != nullptr);
  return static_cast<uint8_t*>(memory);
}

void hs_free(uint8_t* memory) { std::free(memory); }

hs_store* hs_open(uint32_t request, const uint8_t* options_json, uint32_t options_size) {
  const Bytes json = hubstash::copy(options_json, options_size);
  if (hs_js_is_json(json.data(), options_size) == 0) return nullptr;

  static uint32_t last_id = 0;
  const uint32_t id = ++last_id;
  hs_store* store = (hosts()[id] = std::make_unique<hs_store>(id)).get();
  hubstash::Result<hubstash::Options> options = hubstash::options_from_json(json);
  hubstash::Status status = options.has_value() ? options->validate() : options.error();
  if (status.ok()) {
    store->host.open(request, std::move(*options));
  } else {
    store->host.refuse(request, std::move(status));
  }
  return store;
}

int32_t hs_request(hs_store* handle, uint32_t request, const uint8_t* header, uint32_t header_size, uint8_t* body,
                   uint32_t body_size, uint32_t blob) {
  // The body and the blob are taken over whatever happens, so that the caller never wonders.
  Bytes content = body == nullptr ? Bytes() : hubstash::copy(body, body_size);
  std::free(body);
  hs_store* store = hubstash::find_store(handle);
  if (store == nullptr || request == 0) {
    if (blob != 0) hs_js_blob_release(blob);
    return store == nullptr ? kBadHandle : kBadArgument;
  }
  hubstash::Result<hubstash::AppCall> call =
      hubstash::call_from_json(hubstash::copy(header, header_size), std::move(content), blob);
  if (!call.has_value()) {
    if (blob != 0) hs_js_blob_release(blob);
    store->host.reject(request, call.error());
    return 0;
  }
  store->host.call(request, std::move(*call), blob);
  return 0;
}

int32_t hs_cancel(hs_store* handle, uint32_t request) {
  hs_store* store = hubstash::find_store(handle);
  if (store == nullptr) return kBadHandle;
  store->host.cancel(request);
  return 0;
}

int32_t hs_signal(hs_store* handle, uint32_t signal, uint32_t value) {
  hs_store* store = hubstash::find_store(handle);
  if (store == nullptr) return kBadHandle;
  const bool flag = value != 0;
  switch (signal) {
    case HS_ONLINE:
      store->host.feed(hubstash::NetworkChanged{flag});
      return 0;
    case HS_VISIBLE:
      store->host.feed(hubstash::VisibilityChanged{flag});
      return 0;
    case HS_TOKEN:
      store->host.feed(hubstash::TokenChanged{flag});
      return 0;
    default:
      return kBadArgument;
  }
}

int32_t hs_token(hs_store* handle, uint32_t effect, uint32_t token, const uint8_t* account, uint32_t account_size) {
  hs_store* store = hubstash::find_store(handle);
  if (store == nullptr) return kBadHandle;
  hubstash::TokenAnswer answer{token != HS_NO_TOKEN, token == HS_NEW_TOKEN, hubstash::copy(account, account_size)};
  return store->host.answer_token(effect, std::move(answer)) ? 0 : kBadArgument;
}

int32_t hs_lock(hs_store* handle, uint32_t effect, uint32_t held) {
  hs_store* store = hubstash::find_store(handle);
  if (store == nullptr) return kBadHandle;
  return store->host.answer_lock(effect, held != 0) ? 0 : kBadArgument;
}

void hs_free_store(hs_store* handle) {
  hs_store* store = hubstash::find_store(handle);
  if (store == nullptr) return;
  store->freed = true;
  store->host.shut_down();
  hubstash::forget_host(store->id);
}

extern "C" void hs_store_opened(uint32_t store, const char* code, uint32_t code_size, const char* message,
                                uint32_t message_size) {
  hubstash::Host* host = hubstash::find_host(store);
  if (host == nullptr) return;
  if (code_size == 0) return host->opened({});
  host->opened(hubstash::Status(hubstash::code_from_name({code, code_size}), std::string(message, message_size)));
}

extern "C" void hs_store_quota(uint32_t store, double bytes) {
  hubstash::Host* host = hubstash::find_host(store);
  if (host != nullptr && bytes >= 1) host->feed(hubstash::QuotaKnown{static_cast<uint64_t>(bytes)});
}

extern "C" void hs_store_lost(uint32_t store) {
  if (hubstash::Host* host = hubstash::find_host(store)) host->feed(hubstash::StoreLost{});
}
