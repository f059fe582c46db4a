#pragma once
// SHA-256 in pieces, for hosts: a blob is hashed while it is read, because it may be larger than memory. The engine's
// own hasher (wasm/base) does the work; hosts include only this header.

#include <memory>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

class BodyHasher {
 public:
  BodyHasher();
  ~BodyHasher();
  BodyHasher(const BodyHasher&) = delete;
  BodyHasher& operator=(const BodyHasher&) = delete;

  void update(std::string_view bytes);
  /// The digest of everything so far. Call it once, last.
  Sha256 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hubstash
