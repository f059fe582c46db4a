#include "hubstash/hash.h"

#include "base/sha256.h"

namespace hubstash {

struct BodyHasher::State {
  Sha256Hasher hasher;
};

BodyHasher::BodyHasher() : state_(std::make_unique<State>()) {}
BodyHasher::~BodyHasher() = default;

void BodyHasher::update(std::string_view bytes) { state_->hasher.update(bytes); }
Sha256 BodyHasher::finish() { return state_->hasher.finish(); }

}  // namespace hubstash
