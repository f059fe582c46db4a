#include "sync/read_open_blob.h"

#include <algorithm>

#include "base/text.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "sync/fetch_range.h"
#include "sync/plan_save.h"
#include "sync/pull.h"
#include "sync/receipts.h"

namespace hubstash {
namespace {

/// A range is one piece of memory.
constexpr uint64_t kMaxRangeBytes = uint64_t{1} << 30;
/// How often what was found may be gone when it is read.
constexpr uint32_t kMostRounds = 6;

Status not_open() { return Status(ErrorCode::CLOSED, "The file is not open any more. Open it again."); }

}  // namespace

Reader* ReadOpenBlob::reader() { return core_.readers().find(call_.reader); }

void ReadOpenBlob::start() {
  const Reader* reader = this->reader();
  if (reader == nullptr) return finish(not_open());
  span_ = span_of(call_.offset, call_.length, reader->size);
  if (span_.bytes > kMaxRangeBytes) {
    return finish(Status(ErrorCode::TOO_LARGE, "More than 1 GiB cannot be read at once. Read smaller ranges."));
  }
  if (span_.bytes > 0 && reader->bytes.empty()) return read();
  Loaded loaded;
  loaded.found = true;
  loaded.size = span_.bytes;
  if (span_.bytes > 0)
    loaded.body = reader->bytes.substr(static_cast<size_t>(call_.offset), static_cast<size_t>(span_.bytes));
  succeed(std::move(loaded));
}

void ReadOpenBlob::resume(Input input) {
  if (reader() == nullptr) {
    if (BlobAnswer* late = std::get_if<BlobAnswer>(&input.body)) core_.release(late->blob);
    core_.abandon_children(id());
    return finish(not_open());
  }
  switch (phase_) {
    case Phase::kReading:
      return read_done(input.blob());
    case Phase::kLooking:
      return looked(input.store());
    case Phase::kFetching:
      return fetched(input.child());
    case Phase::kPulling:
      if (!input.child().status.ok()) return finish(std::move(input.child().status));
      return look();
  }
}

void ReadOpenBlob::read() {
  if (++rounds_ > kMostRounds) return finish(lost_every_race());
  phase_ = Phase::kReading;
  const Reader& from = *reader();
  const std::string version = from.remote ? version_name(from.collection, from.id, from.remote->oid) : "";
  ReadRange range;
  range.skip = span_.skip;
  range.size = static_cast<uint32_t>(span_.bytes);
  for (uint32_t chunk = span_.first; chunk < span_.end; ++chunk) {
    const uint32_t size = chunk_size(from.size, chunk);
    const auto mine =
        std::find_if(fetched_.begin(), fetched_.end(), [&](const FetchedRun& run) { return run.has(version, chunk); });
    const FetchedRun* at_hand = mine != fetched_.end() ? &*mine : core_.readers().at_hand(version, chunk);
    if (at_hand != nullptr) {
      range.pieces.push_back(BlobSlice{at_hand->blob->get(), uint64_t{chunk - at_hand->first} * kChunkBytes, size});
      if (mine == fetched_.end()) fetched_.push_back(*at_hand);
    } else {
      range.pieces.push_back(
          ChunkRef{chunk_key(from.collection, from.id, from.revision, chunk), size, from.chunk_sha256[chunk]});
    }
  }
  core_.read_range(id(), std::move(range));
}

void ReadOpenBlob::read_done(BlobAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  if (answer.missing.empty()) {
    const Reader& from = *reader();
    if (!missed_) core_.cache().hit(from.collection, from.id, core_.now());
    Loaded loaded;
    loaded.found = true;
    loaded.blob = answer.blob;
    loaded.size = span_.bytes;
    return succeed(std::move(loaded));
  }
  missing_.clear();
  for (const uint32_t piece : answer.missing) missing_.push_back(span_.first + piece);
  look();
}

void ReadOpenBlob::look() {
  phase_ = Phase::kLooking;
  const Reader& from = *reader();
  StoreTx tx;
  tx.gets = {item_key(from.collection, from.id), ranges_key(from.collection, from.id),
             folder_key(from.collection, shard_of(from.id)), Bytes(kHeadKey)};
  core_.store(id(), std::move(tx));
}

void ReadOpenBlob::looked(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  const Reader& from = *reader();
  const Result<std::optional<Item>> read = item_to_read(answer.values[0]);
  const std::optional<Item> item = read ? *read : std::nullopt;
  const std::optional<Ranges> ranges = open_or_forget(open_ranges, answer.values[1]);
  const std::optional<RemoteHead> head = open_or_forget(open_head, answer.values[3]);
  const auto listed = find_listed(open_or_forget(open_folder, answer.values[2]), from.collection, Kind::kBlob, from.id);
  if (has_moved(item, ranges)) return this->read();
  const bool is_damaged = item && item->body && item->sha256 == from.sha256;
  if (core_.options().mode == Mode::kLocal) return gone(is_damaged);
  find_on_hub(item, listed, head ? head->commit : "");
  if (from.remote && !from.commit.empty()) return fetch();
  // A change that waits here is nowhere else; what was pushed since is listed.
  if (!pulled_ && !is_damaged) return pull();
  gone(is_damaged);
}

/// What was read may have become an item's body, or an item's body may have gone. True: the chunks lie somewhere else
/// than they were looked for.
bool ReadOpenBlob::has_moved(const std::optional<Item>& item, const std::optional<Ranges>& ranges) {
  Reader& from = *reader();
  const bool is_here = item && item->body && item->sha256 == from.sha256 && item->size == from.size;
  if (is_here && item->body->chunk_sha256.size() == from.chunk_sha256.size()) {
    const bool moved = item->body->revision != from.revision || item->body->chunk_sha256 != from.chunk_sha256;
    from.revision = item->body->revision;
    from.chunk_sha256 = item->body->chunk_sha256;
    return moved;
  }
  if (!from.remote) return false;
  bool moved = false;
  if (ranges && ranges->version == *from.remote) {
    moved = from.revision != from.remote->oid;
    for (const uint32_t chunk : missing_) {
      const RangeChunk& kept = ranges->chunks[chunk];
      if (!kept.kept || !from.chunk_sha256[chunk].empty()) continue;
      from.chunk_sha256[chunk] = kept.sha256;
      moved = true;
    }
  }
  from.revision = from.remote->oid;
  return moved;
}

/// Where the Hub has the version: a pending one may have been pushed since, and a commit may have gone.
void ReadOpenBlob::find_on_hub(const std::optional<Item>& item, const std::optional<ListedVersion>& listed,
                               const std::string& commit) {
  Reader& from = *reader();
  const std::string sha256 = to_hex(from.sha256);
  if (pulled_) from.commit.clear();
  if (listed && listed->version.lfs_sha256 == sha256 && (!from.remote || from.commit.empty())) {
    from.remote = listed->version;
    from.commit = commit;
  } else if (!from.remote && item && item->state == ChangeState::kSynced && item->base &&
             item->base->lfs_sha256 == sha256) {
    from.remote = item->base;
    from.commit = item->base_commit;
  }
}

void ReadOpenBlob::pull() {
  pulled_ = true;
  phase_ = Phase::kPulling;
  start_pull(core_, id());
}

void ReadOpenBlob::fetch() {
  if (!missed_) core_.cache().miss();
  missed_ = true;
  phase_ = Phase::kFetching;
  failure_ = Status();
  const Reader& from = *reader();
  const std::string version = version_name(from.collection, from.id, from.remote->oid);
  std::vector<uint32_t> wanted;
  std::set<OperationId> others;
  for (const uint32_t chunk : missing_) {
    const OperationId other = core_.readers().fetching(version, chunk);
    other == 0 ? wanted.push_back(chunk) : void(others.insert(other));
  }
  for (const OperationId other : others) {
    ++downloads_;
    core_.join(other, id());
  }
  for (const ChunkRun& run : runs_of(wanted, kChunksPerTransaction)) {
    ++downloads_;
    RangeOrder order{from.collection, from.id, *from.remote, from.commit, run, from.chunk_sha256};
    const OperationId download = core_.spawn(std::make_unique<FetchRange>(core_, std::move(order)), id());
    core_.readers().begin_fetch(version, run.first, run.end, download);
  }
}

void ReadOpenBlob::fetched(ChildDone& child) {
  --downloads_;
  const Reader& from = *reader();
  const std::string version = version_name(from.collection, from.id, from.remote->oid);
  for (const uint32_t chunk : missing_) {
    const FetchedRun* run = core_.readers().at_hand(version, chunk);
    const bool have =
        std::any_of(fetched_.begin(), fetched_.end(), [&](const FetchedRun& mine) { return mine.has(version, chunk); });
    if (run != nullptr && !have) fetched_.push_back(*run);
  }
  if (failure_.ok()) failure_ = std::move(child.status);
  if (downloads_ > 0) return;
  if (failure_.ok()) return read();
  const bool commit_is_gone =
      failure_.code() == ErrorCode::DATASET_NOT_FOUND || failure_.code() == ErrorCode::NOT_FOUND;
  if (!commit_is_gone) return finish(std::move(failure_));
  if (pulled_) return gone(false);
  pull();
}

void ReadOpenBlob::gone(bool is_damaged) {
  const std::string& item = reader()->id;
  if (is_damaged) {
    return finish(Status(ErrorCode::STORAGE_CORRUPT,
                         "The body of \"" + item +
                             "\" on this device is damaged, and the Hub does not have this version. Save it again."));
  }
  finish(Status(ErrorCode::NOT_FOUND, "The version of \"" + item +
                                          "\" that was opened is neither on this device nor on the Hub any more. "
                                          "Open it again."));
}

}  // namespace hubstash
