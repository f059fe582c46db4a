#pragma once
// The Hub's API by emscripten_fetch: requests whose body is bytes and whose answer is wanted as bytes. Which requests
// come here is decided by `takes`; the others go through net.library.js.

#include <cstdint>
#include <map>
#include <memory>

#include "hubstash/messages.h"

namespace hubstash {

class FetchTransport {
 public:
  /// `store` is the host that is fed the answers.
  explicit FetchTransport(uint32_t store);
  ~FetchTransport();
  FetchTransport(const FetchTransport&) = delete;
  FetchTransport& operator=(const FetchTransport&) = delete;

  static bool takes(const HttpRequest& request);
  /// The answer is fed later, or at once where the request cannot be sent.
  void send(EffectId effect, HttpRequest request, const std::string& hub_url);
  /// False when that exchange is not here.
  bool abort(EffectId effect);
  void abort_all();
  /// When `expire` has something to do, by steady_clock(); 0 = never.
  TimeMs next_deadline() const;
  void expire(TimeMs now);

 private:
  struct Transfer;
  struct Callbacks;
  void finish(Transfer* transfer, HttpAnswer answer);

  const uint32_t store_;
  std::map<EffectId, std::unique_ptr<Transfer>> transfers_;
};

}  // namespace hubstash
