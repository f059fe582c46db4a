#include "sync/commit_batch.h"

#include <set>

#include "hub/layout.h"

namespace hubstash {
namespace {

std::string counted(size_t count, const char* verb) {
  return verb + (" " + std::to_string(count)) + (count == 1 ? " item" : " items");
}

}  // namespace

std::string entry_path(const BatchEntry& entry, const std::string& prefix, bool gzipped) {
  return item_path(prefix, entry.item.collection, entry.item.kind, entry.item.id,
                   gzipped ? Encoding::kGzip : Encoding::kPlain);
}

std::vector<CommitOperation> commit_operations(const std::vector<BatchEntry>& entries, const std::string& prefix,
                                               bool has_format) {
  std::vector<CommitOperation> operations;
  std::set<std::string> chunk_files;
  for (const BatchEntry& entry : entries) {
    const bool moved = entry.listed && entry.listed->version.gzipped != entry.file.version.gzipped;
    const bool uploads = entry.action == PushAction::kUpload;
    if (entry.action == PushAction::kDelete || (uploads && moved)) {
      operations.push_back(CommitDelete{entry_path(entry, prefix, entry.listed->version.gzipped)});
    }
    if (!uploads) continue;
    if (!entry.file.is_lfs()) {
      operations.push_back(CommitFile{entry.path, entry.file.content});
      continue;
    }
    operations.push_back(CommitLfsFile{entry.path, {entry.file.version.lfs_sha256, entry.file.version.size}});
    const bool has_chunks = entry.item.kind == Kind::kBlob && entry.item.body->chunk_sha256.size() > 1;
    if (has_chunks && chunk_files.insert(entry.file.version.lfs_sha256).second) {
      operations.push_back(CommitFile{chunks_path(prefix, entry.file.version.lfs_sha256),
                                      chunks_text(entry.item.size, entry.item.body->chunk_sha256)});
    }
  }
  if (!operations.empty() && !has_format) operations.push_back(CommitFile{format_path(prefix), format_text()});
  return operations;
}

std::string commit_summary(const std::vector<BatchEntry>& entries) {
  size_t saves = 0, deletions = 0;
  for (const BatchEntry& entry : entries) {
    if (entry.action == PushAction::kUpload) ++saves;
    if (entry.action == PushAction::kDelete) ++deletions;
  }
  std::string summary = "hubstash: ";
  if (saves > 0) summary += counted(saves, "save");
  if (saves > 0 && deletions > 0) summary += ", ";
  if (deletions > 0) summary += counted(deletions, "delete");
  return summary;
}

std::string commit_description(const Claim& claim) { return "Hubstash-Claim: " + claim.id; }

Claim claim_of(const std::vector<BatchEntry>& entries) {
  Claim claim;
  for (const BatchEntry& entry : entries) {
    const bool deletes = entry.action == PushAction::kDelete;
    if (!deletes && entry.action != PushAction::kUpload) continue;
    claim.changes.push_back({entry.item.collection, entry.item.id, entry.item.kind, entry.item.sequence, deletes,
                             entry.file.version, entry.seen});
  }
  return claim;
}

std::vector<Settled> settled_changes(const std::vector<BatchEntry>& entries, const std::string& commit) {
  std::vector<Settled> changes;
  for (const BatchEntry& entry : entries) {
    const bool confirmed = entry.action == PushAction::kConfirm;
    const bool on_hub = entry.listed && entry.action != PushAction::kDelete;
    changes.push_back({entry.item.collection, entry.item.id, entry.item.kind, entry.item.sequence, entry.action,
                       confirmed ? entry.listed->version : entry.file.version, on_hub, commit, entry.seen});
  }
  return changes;
}

}  // namespace hubstash
