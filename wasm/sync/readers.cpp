#include "sync/readers.h"

#include <algorithm>

#include "store/ranges.h"
#include "sync/core.h"

namespace hubstash {
namespace {

/// Most chunks that stay at hand because they could not be kept.
constexpr uint32_t kMostAtHand = 16;

}  // namespace

std::string version_name(std::string_view collection, std::string_view id, std::string_view oid) {
  return ranges_key(collection, id).append("\n").append(oid);
}

std::string Readers::open(Reader reader) {
  const std::string name = core_.random().hex(16);
  open_[name] = std::move(reader);
  return name;
}

Reader* Readers::find(const std::string& name) {
  const auto found = open_.find(name);
  return found == open_.end() ? nullptr : &found->second;
}

void Readers::close(const std::string& name) {
  open_.erase(name);
  std::erase_if(at_hand_, [this](const FetchedRun& run) { return !is_open(run.version); });
}

bool Readers::is_open(const std::string& version) const {
  return std::any_of(open_.begin(), open_.end(), [&](const auto& entry) {
    const Reader& reader = entry.second;
    return reader.remote && version_name(reader.collection, reader.id, reader.remote->oid) == version;
  });
}

OperationId Readers::fetching(const std::string& version, uint32_t chunk) const {
  const auto found = fetching_.find({version, chunk});
  return found != fetching_.end() && core_.running(found->second) ? found->second : 0;
}

void Readers::begin_fetch(const std::string& version, uint32_t first, uint32_t end, OperationId operation) {
  std::erase_if(fetching_, [this](const auto& entry) { return !core_.running(entry.second); });
  for (uint32_t chunk = first; chunk < end; ++chunk) fetching_[{version, chunk}] = operation;
}

void Readers::learn(const std::string& version, uint32_t first, const std::vector<Sha256>& chunk_sha256) {
  for (auto& [name, reader] : open_) {
    if (!reader.remote || version_name(reader.collection, reader.id, reader.remote->oid) != version) continue;
    for (size_t i = 0; i < chunk_sha256.size() && first + i < reader.chunk_sha256.size(); ++i) {
      Sha256& known = reader.chunk_sha256[first + i];
      if (known.empty()) known = chunk_sha256[i];
    }
  }
}

void Readers::hand_over(FetchedRun run) {
  at_hand_.push_back(std::move(run));
  uint32_t chunks = 0;
  for (const FetchedRun& one : at_hand_) chunks += one.end - one.first;
  while (at_hand_.size() > 1 && chunks > kMostAtHand) {
    chunks -= at_hand_.front().end - at_hand_.front().first;
    at_hand_.pop_front();
  }
}

void Readers::forget(const std::shared_ptr<HeldBlob>& blob) {
  std::erase_if(at_hand_, [&](const FetchedRun& run) { return run.blob == blob || !is_open(run.version); });
}

const FetchedRun* Readers::at_hand(const std::string& version, uint32_t chunk) const {
  const auto found =
      std::find_if(at_hand_.begin(), at_hand_.end(), [&](const FetchedRun& run) { return run.has(version, chunk); });
  return found == at_hand_.end() ? nullptr : &*found;
}

OperationId Readers::adopting(std::string_view collection, std::string_view id) const {
  const auto found = adopting_.find(ranges_key(collection, id));
  return found != adopting_.end() && core_.running(found->second) ? found->second : 0;
}

void Readers::begin_adoption(std::string_view collection, std::string_view id, OperationId operation) {
  std::erase_if(adopting_, [this](const auto& entry) { return !core_.running(entry.second); });
  adopting_[ranges_key(collection, id)] = operation;
}

}  // namespace hubstash
