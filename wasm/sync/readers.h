#pragma once
// What reads of ranges share: the open readers, the downloads under way, and what these brought and the device could
// not keep. Nothing here is needed after a crash.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/item.h"
#include "sync/operation.h"

namespace hubstash {

/// A version of a blob that somebody has open.
struct Reader {
  std::string collection, id;
  uint64_t size = 0;
  Sha256 sha256;         ///< Of the whole; empty for a file that the Hub does not keep in LFS.
  std::string revision;  ///< Where its chunks lie on this device, as far as they do.
  /// What each chunk must be; empty where that is not known.
  std::vector<Sha256> chunk_sha256;
  std::optional<RemoteVersion> remote;  ///< Where the Hub has it.
  std::string commit;                   ///< One that has it; empty where none is known.
  Bytes bytes;                          ///< All of a file that is not in LFS.
};

/// The same for all that this version of an item has to do with.
std::string version_name(std::string_view collection, std::string_view id, std::string_view oid);

/// Chunks that were downloaded together, in a blob that begins with the first of them.
struct FetchedRun {
  std::string version;
  uint32_t first = 0, end = 0;
  std::shared_ptr<HeldBlob> blob;
  bool has(const std::string& of, uint32_t chunk) const { return version == of && chunk >= first && chunk < end; }
};

class Readers {
 public:
  explicit Readers(Core& core) : core_(core) {}

  /// Names the reader, at random: a name of another engine, which has ended, must mean nothing here.
  std::string open(Reader reader);
  Reader* find(const std::string& name);
  void close(const std::string& name);

  /// The download of that chunk, if one is under way; 0 = none.
  OperationId fetching(const std::string& version, uint32_t chunk) const;
  void begin_fetch(const std::string& version, uint32_t first, uint32_t end, OperationId operation);
  /// Tells the readers of the version what its chunks are, where they did not know.
  void learn(const std::string& version, uint32_t first, const std::vector<Sha256>& chunk_sha256);
  /// Has it at hand for those that waited; `forget` ends that where the device has it now. Others stay until nobody
  /// has the version open, or until there are too many.
  void hand_over(FetchedRun run);
  void forget(const std::shared_ptr<HeldBlob>& blob);
  const FetchedRun* at_hand(const std::string& version, uint32_t chunk) const;

  /// The item whose ranges are all here is being made of them; 0 = none is.
  OperationId adopting(std::string_view collection, std::string_view id) const;
  void begin_adoption(std::string_view collection, std::string_view id, OperationId operation);

  /// This engine knows of kept ranges of the item.
  void note_ranges(const Bytes& ranges_key) { with_ranges_.insert(ranges_key); }
  bool has_ranges(const Bytes& ranges_key) const { return with_ranges_.count(ranges_key) != 0; }
  void no_ranges(const Bytes& ranges_key) { with_ranges_.erase(ranges_key); }

 private:
  bool is_open(const std::string& version) const;

  Core& core_;
  std::map<std::string, Reader> open_;
  std::map<std::pair<std::string, uint32_t>, OperationId> fetching_;
  std::map<Bytes, OperationId> adopting_;
  std::deque<FetchedRun> at_hand_;  ///< The latest is at the end.
  std::set<Bytes> with_ranges_;
};

}  // namespace hubstash
