// Records told as text, and sealed again: the part of golden.h that knows what each kind holds.
#include <sstream>

#include "base/codec.h"
#include "base/text.h"
#include "catch.h"
#include "store/budget.h"
#include "store/cache_use.h"
#include "store/claim.h"
#include "store/lease.h"
#include "store/owner.h"
#include "store/ranges.h"
#include "store/remote.h"
#include "store/stage.h"
#include "support/golden.h"

namespace hubstash::test {
namespace {

const char* name_of(Kind kind) { return kind == Kind::kJson ? "document" : "blob"; }

void tell_body(std::ostream& out, const char* what, const std::optional<LocalBody>& body) {
  if (!body) return;
  out << what << " revision: " << body->revision << "\n";
  for (const Sha256& chunk : body->chunk_sha256) out << what << " chunk: " << to_hex(chunk) << "\n";
}

void tell(std::ostream& out, const Item& item) {
  const char* const states[] = {"synced", "pending", "deleted"};
  out << "collection: " << item.collection << "\nid: " << item.id << "\nkind: " << name_of(item.kind)
      << "\nstate: " << states[static_cast<int>(item.state)] << "\nsequence: " << item.sequence
      << "\nmodified: " << item.modified << "\nqueued at: " << item.queued_at << "\ntype: " << item.type
      << "\nsize: " << item.size << "\nsha256: " << to_hex(item.sha256) << "\n";
  tell_body(out, "body", item.body);
  if (item.base) {
    out << "base oid: " << item.base->oid << "\nbase lfs: " << item.base->lfs_sha256
        << "\nbase size: " << item.base->size << "\nbase is gzipped: " << item.base->gzipped
        << "\nbase commit: " << item.base_commit << "\n";
  }
  tell_body(out, "base body", item.base_body);
  for (const std::string& attempt : item.attempts) out << "attempt: " << attempt << "\n";
  if (!item.lost_to.empty()) out << "lost to: " << item.lost_to << "\n";
}

void tell(std::ostream& out, const OutboxRow& row) {
  out << "collection: " << row.collection << "\nid: " << row.id << "\nsequence: " << row.sequence
      << "\nsize: " << row.size << "\nqueued at: " << row.queued_at << "\nkind: " << name_of(row.kind) << "\n";
}

void tell(std::ostream& out, const RemoteHead& head) {
  out << "commit: " << head.commit << "\nis private: " << head.is_private << "\n.hubstash: " << head.hubstash_oid
      << "\nhas format: " << head.has_format << "\n";
  for (const auto& [name, oid] : head.collections) out << "collection: " << name << " " << oid << "\n";
}

void tell(std::ostream& out, const RemoteDataset& dataset) { out << "id: " << dataset.id << "\n"; }

void tell(std::ostream& out, const FolderIndex& index) {
  for (const auto& [name, oid] : index.shards) out << "shard: " << name << " " << oid << "\n";
}

void tell(std::ostream& out, const Folder& folder) {
  for (const auto& [name, file] : folder.files) {
    out << "file: " << name << "\n  oid: " << file.oid << "\n  lfs: " << file.lfs_sha256 << "\n  size: " << file.size
        << "\n  seen at: " << file.seen_at << "\n";
  }
}

void tell(std::ostream& out, const Stage& stage) {
  out << "collection: " << stage.collection << "\nid: " << stage.id << "\nrevision: " << stage.revision
      << "\nchunks: " << stage.chunks << "\nstarted at: " << stage.started_at << "\n";
}

void tell(std::ostream& out, const Budget& budget) {
  for (const TimeMs at : budget.commits) out << "commit at: " << at << "\n";
  for (const auto& [minute, counts] : budget.requests) {
    out << "minute: " << minute << ", api " << counts.api << ", files " << counts.files << "\n";
  }
  out << "no commits: " << budget.no_commits.since << " to " << budget.no_commits.until
      << "\nno requests: " << budget.no_requests.since << " to " << budget.no_requests.until << "\n";
}

void tell(std::ostream& out, const Lease& lease) {
  out << "owner: " << lease.owner << "\nfence: " << lease.fence << "\nuntil: " << lease.until
      << "\nhas lock: " << lease.has_lock << "\n";
}

void tell(std::ostream& out, const CacheUsage& usage) {
  out << "bytes: " << usage.bytes << "\ncounted at: " << usage.counted_at << "\n";
}

void tell(std::ostream& out, const UseTimes& times) {
  for (const auto& [number, at] : times.used_at) out << "used: " << number << " at " << at << "\n";
}

void tell(std::ostream& out, const Account& owner) { out << "name: " << owner.name << "\nid: " << owner.id << "\n"; }

void tell(std::ostream& out, const Ranges& ranges) {
  out << "collection: " << ranges.collection << "\nid: " << ranges.id << "\noid: " << ranges.version.oid
      << "\nlfs: " << ranges.version.lfs_sha256 << "\nsize: " << ranges.version.size << "\nkept at: " << ranges.kept_at
      << "\n";
  for (const RangeChunk& chunk : ranges.chunks) {
    out << (chunk.kept ? "kept: " : "not kept: ") << (chunk.sha256.empty() ? "unknown" : to_hex(chunk.sha256)) << "\n";
  }
}

void tell_version(std::ostream& out, const char* what, const RemoteVersion& version) {
  out << what << " oid: " << version.oid << "\n"
      << what << " lfs: " << version.lfs_sha256 << "\n"
      << what << " size: " << version.size << "\n"
      << what << " is gzipped: " << version.gzipped << "\n";
}

void tell(std::ostream& out, const Claim& claim) {
  out << "id: " << claim.id << "\nparent: " << claim.parent << "\nclaimed at: " << claim.claimed_at << "\n";
  for (const ClaimedChange& change : claim.changes) {
    out << "change: " << change.collection << " " << change.id << ", " << name_of(change.kind) << ", sequence "
        << change.sequence << ", deletes " << change.deletes << "\n";
    tell_version(out, "  version", change.version);
    if (change.seen) tell_version(out, "  seen", *change.seen);
  }
}

uint64_t stamp_of(const Bytes& record) {
  Decoder decoder(record);
  decoder.u64();  // The magic, the version and the kind.
  return decoder.u64();
}

/// What it holds, and how it is sealed now.
struct Told {
  std::string text;
  Bytes sealed;
};

template <typename T>
Told told(const Bytes& record, Result<T> (*open)(std::string_view), Bytes (*seal)(const T&, uint64_t)) {
  const Result<T> opened = open(record);
  if (!opened) return {std::string(error_name(opened.error().code())) + "\n", {}};
  std::ostringstream out;
  tell(out, *opened);
  return {out.str(), seal(*opened, stamp_of(record))};
}

Told told(RecordKind kind, const Bytes& record) {
  switch (kind) {
    case RecordKind::kItem:
      return told<Item>(record, open_item, seal_item);
    case RecordKind::kOutbox:
      return told<OutboxRow>(record, open_outbox_row, seal_outbox_row);
    case RecordKind::kHead:
      return told<RemoteHead>(record, open_head, seal_head);
    case RecordKind::kFolderIndex:
      return told<FolderIndex>(record, open_folder_index, seal_folder_index);
    case RecordKind::kFolder:
      return told<Folder>(record, open_folder, seal_folder);
    case RecordKind::kStage:
      return told<Stage>(record, open_stage, seal_stage);
    case RecordKind::kBudget:
      return told<Budget>(record, open_budget, seal_budget);
    case RecordKind::kLease:
      return told<Lease>(record, open_lease, seal_lease);
    case RecordKind::kCacheUsage:
      return told<CacheUsage>(record, open_cache_usage, seal_cache_usage);
    case RecordKind::kUseTimes:
      return told<UseTimes>(record, open_use_times, seal_use_times);
    case RecordKind::kOwner:
      return told<Account>(record, open_owner, seal_owner);
    case RecordKind::kRanges:
      return told<Ranges>(record, open_ranges, seal_ranges);
    case RecordKind::kClaim:
      return told<Claim>(record, open_claim, seal_claim);
    case RecordKind::kDataset:
      return told<RemoteDataset>(record, open_dataset, seal_dataset);
  }
  return {};
}

}  // namespace

std::string tell_record(RecordKind kind, const Bytes& record) { return told(kind, record).text; }
Bytes reseal(RecordKind kind, const Bytes& record) { return told(kind, record).sealed; }

}  // namespace hubstash::test
