#include "sync/pull.h"

#include <algorithm>

#include "base/ids.h"
#include "hub/layout.h"
#include "store/keys.h"
#include "store/record.h"
#include "sync/diff_tree.h"
#include "sync/item_names.h"
#include "sync/plan_save.h"
#include "sync/probe.h"
#include "sync/receipts.h"

namespace hubstash {
namespace {

constexpr std::string_view kIndexPrefix = "remote/index/";
constexpr uint64_t kMaxFormatBytes = 64 << 10;

std::string base_name(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

}  // namespace

bool start_pull(Core& core, OperationId waiter, uint32_t tag) {
  OperationId& running = core.state().pull;
  if (running != 0 && core.running(running)) {
    core.join(running, waiter, tag);
    return true;
  }
  auto pull = std::make_unique<Pull>(core);
  running = core.spawn(std::move(pull), waiter, tag);
  return false;
}

void Pull::resume(Input input) {
  switch (phase_) {
    case Phase::kReading:
      return probe(input.store());
    case Phase::kProbing:
      return probed(input.child());
    case Phase::kBeginning:
      return begun(input.store());
    case Phase::kListingRoot:
      return root_page(input.hub());
    case Phase::kCheckingFormat:
      return check_format(input.hub());
    case Phase::kListing:
      return walk_page(input.hub());
    case Phase::kComparing:
      return compare(input.store());
    case Phase::kFinding:
      return store(input.store());
    case Phase::kStoring:
      return stored(input.store());
  }
}

void Pull::read() {
  phase_ = Phase::kReading;
  StoreTx tx;
  tx.gets = {Bytes(kHeadKey), Bytes(kDatasetKey)};
  tx.scans = {Bytes(kIndexPrefix)};
  core_.store(id(), std::move(tx));
}

void Pull::probe(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  head_record_ = std::move(answer.values[0]);
  // A newer hubstash keeps its listing here: to replace it with ours would undo what it knows.
  const Result<RemoteHead> head = head_record_ ? open_head(*head_record_) : Result<RemoteHead>(RemoteHead());
  if (!head && head.error().code() == ErrorCode::NEWER_FORMAT) return finish(head.error());
  known_ = open_or_forget(open_head, head_record_);
  dataset_record_ = std::move(answer.values[1]);
  known_dataset_ = open_or_forget(open_dataset, dataset_record_);
  known_indexes_.clear();
  for (const Record& record : answer.scanned[0]) {
    Result<FolderIndex> index = open_folder_index(record.value);
    if (index && known_) known_indexes_[record.key.substr(kIndexPrefix.size())] = std::move(*index);
  }
  phase_ = Phase::kProbing;
  core_.spawn(std::make_unique<Probe>(core_, &probed_), id());
}

void Pull::probed(ChildDone& child) {
  if (!child.status.ok()) return finish(std::move(child.status));
  core_.state().last_commit = probed_.commit;
  core_.state().dataset_is_public = !probed_.is_private;
  report_.commit = probed_.commit;
  const bool same_head = known_ && known_->commit == probed_.commit && known_->is_private == probed_.is_private;
  if (same_head && is_same_dataset()) return succeed(report_);
  next_ = known_.value_or(RemoteHead());
  next_.commit = probed_.commit;
  next_.is_private = probed_.is_private;
  head_record_ || dataset_record_ ? list_root() : begin();
}

/// That there is no head in the end either would say little: another tab may have pulled, pushed and cleared the device
/// meanwhile. It clears this note, too.
void Pull::begin() {
  phase_ = Phase::kBeginning;
  dataset_record_ = seal_dataset({probed_.dataset_id}, core_.stamp());
  StoreTx tx;
  tx.durability = Durability::kRelaxed;
  tx.expects = {{Bytes(kDatasetKey), ""}};
  tx.puts = {{Bytes(kDatasetKey), *dataset_record_}};
  core_.store_making_room(id(), WritePurpose::kBookkeeping, std::move(tx));
}

void Pull::begun(const StoreAnswer& answer) {
  // Then there is no room for the listing either, unless some is made meanwhile; loads and lists may do with it.
  if (answer.status.code() == ErrorCode::QUOTA_EXCEEDED) {
    dataset_record_.reset();
    return list_root();
  }
  if (!answer.status.ok()) return finish(answer.status);
  answer.stale ? try_again() : list_root();
}

void Pull::try_again() {
  if (++races_lost_ > kMaxRaces) return finish(lost_every_race());
  read();
}

void Pull::list_root() {
  entries_.clear();
  walk_ = TreeWalk();
  phase_ = Phase::kListingRoot;
  request_page(tree_request(core_.repo(), next_.commit, core_.options().prefix, false), "list the dataset's root");
}

void Pull::request_page(HttpRequest request, std::string what) {
  core_.hub(id(), std::move(request), std::move(what), HubPolicy{});
}

/// Adds a page's entries to `entries_`; true when the listing is complete.
bool Pull::take_page(HubAnswer& answer, const char* what) {
  // The commit is pinned, so a path that is not there is an empty folder: a new dataset has no prefix yet.
  if (answer.failure.outcome == Outcome::kEntryMissing) return true;
  if (answer.failure.outcome == Outcome::kRevisionMissing && races_lost_ < kMaxRaces) {
    // Somebody squashed the history in this moment.
    ++races_lost_;
    read();
    return false;
  }
  if (!answer.ok()) {
    finish(std::move(answer.failure.status));
    return false;
  }
  Result<TreePage> page = parse_tree(answer.http);
  if (!page) {
    finish(page.error());
    return false;
  }
  std::move(page->entries.begin(), page->entries.end(), std::back_inserter(entries_));
  if (page->next_url.empty()) return true;
  Result<HttpRequest> next = next_page_request(core_.repo(), page->next_url);
  if (!next) {
    finish(next.error());
    return false;
  }
  request_page(std::move(*next), what);
  return false;
}

void Pull::root_page(HubAnswer& answer) {
  if (take_page(answer, "list the dataset's root")) root_listed();
}

/// Sorts the root's folders into collections that changed, those that did not, and those that are gone.
void Pull::root_listed() {
  std::string hubstash_oid;
  std::map<std::string, std::string> collections;
  for (const TreeEntry& entry : std::exchange(entries_, {})) {
    const std::string name = base_name(entry.path);
    if (!entry.is_folder) continue;
    if (name == ".hubstash") hubstash_oid = entry.oid;
    if (check_collection(name).ok()) collections[name] = entry.oid;
  }
  for (const auto& [name, oid] : collections) {
    const auto known = next_.collections.find(name);
    if (known != next_.collections.end() && known->second == oid) continue;
    const auto index = known_indexes_.find(name);
    walk_.add_collection(name, under_prefix(core_.options().prefix, name),
                         index == known_indexes_.end() ? std::nullopt : std::optional<FolderIndex>(index->second));
  }
  for (const auto& [name, index] : known_indexes_) {
    if (collections.count(name) == 0) walk_.drop_collection(name, index);
  }
  next_.collections = std::move(collections);
  const bool same_format = next_.hubstash_oid == hubstash_oid;
  next_.hubstash_oid = hubstash_oid;
  if (hubstash_oid.empty()) next_.has_format = false;
  if (same_format || hubstash_oid.empty()) return advance_walk();
  phase_ = Phase::kCheckingFormat;
  core_.hub(id(),
            download_request(core_.repo(), next_.commit, format_path(core_.options().prefix), false, kMaxFormatBytes),
            "read the dataset's format", HubPolicy{});
}

void Pull::check_format(HubAnswer& answer) {
  next_.has_format = answer.ok();
  if (answer.failure.outcome == Outcome::kEntryMissing) return advance_walk();
  if (!answer.ok()) return finish(std::move(answer.failure.status));
  Result<int> version = parse_format(answer.http.body);
  if (!version) return finish(version.error());
  if (*version > kLayoutVersion) {
    return finish(Status(ErrorCode::NEWER_FORMAT, "The dataset has layout version " + std::to_string(*version) +
                                                      ", this hubstash knows up to " + std::to_string(kLayoutVersion) +
                                                      ". Update the app; nothing was changed."));
  }
  advance_walk();
}

void Pull::advance_walk() {
  const std::optional<TreeWalk::Step> step = walk_.next();
  if (step) {
    phase_ = Phase::kListing;
    return request_page(tree_request(core_.repo(), next_.commit, step->path, step->recursive), "list " + step->path);
  }
  phase_ = Phase::kComparing;
  StoreTx tx;
  for (const auto& [folder, entries] : walk_.folders()) tx.gets.push_back(folder_key(folder.first, folder.second));
  core_.store(id(), std::move(tx));
}

void Pull::walk_page(HubAnswer& answer) {
  if (!take_page(answer, "list a folder")) return;
  walk_.take(std::exchange(entries_, {}));
  advance_walk();
}

void Pull::compare(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  changes_.clear();
  folders_after_.clear();
  size_t index = 0;
  for (const auto& [name, entries] : walk_.folders()) {
    const auto& [collection, shard] = name;
    const Folder before = open_or_forget(open_folder, answer.values[index++]).value_or(Folder());
    Folder after = make_folder(entries, before, core_.now());
    const std::optional<Kind> kind = kind_of_collection(core_.state().kinds, collection);
    CollectionChange& change = changes_[collection];
    const FolderDiff diff = diff_folder(before, after);
    for (const std::string& file : diff.added) change.changed.insert(item_id(collection, kind, shard, file));
    for (const std::string& file : diff.changed) change.changed.insert(item_id(collection, kind, shard, file));
    for (const std::string& file : diff.removed) {
      change.vanished[item_id(collection, kind, shard, file)] = before.files.at(file).oid;
    }
    folders_after_[folder_key(collection, shard)] = std::move(after);
  }
  phase_ = Phase::kFinding;
  StoreTx tx;
  vanished_.clear();
  for (auto& [collection, change] : changes_) {
    change.changed.erase("");
    change.vanished.erase("");
    // A file that took another extension has not vanished.
    for (const std::string& id : change.changed) change.vanished.erase(id);
    for (const auto& [id, oid] : change.vanished) {
      const std::optional<CopyId> copy = parse_copy_id(id);
      vanished_.push_back({oid, copy.has_value()});
      tx.gets.push_back(item_key(collection, id));
      if (copy) tx.gets.push_back(item_key(collection, copy->original));
    }
  }
  core_.store(id(), std::move(tx));
}

/// Another dataset has taken the place of the one that was known: its files were not deleted one by one, they were lost
/// with it. What this device has of them waits for the new one.
bool Pull::is_refounded() const { return known_ && known_->has_format && !next_.has_format; }

/// As far as the Hub says.
bool Pull::is_same_dataset() const {
  return probed_.dataset_id.empty() || (known_dataset_ && known_dataset_->id == probed_.dataset_id);
}

/// Another device has put another one in its place, with what it had: what is missing may be lost, or deleted since.
bool Pull::is_other_dataset() const {
  return known_ && known_dataset_ && !known_dataset_->id.empty() && !is_same_dataset();
}

/// A conflict copy that was ended by others comes back rather than that one goes which is the only place of a version.
bool Pull::is_lost_with_dataset(const Item& item) const {
  return item.cached() && (is_refounded() || (is_other_dataset() && parse_copy_id(item.id)));
}

/// Adds what a vanished file means for the item's record. True when this device has nothing of it in the end.
bool Pull::let_go(StoreTx* tx, const std::optional<Bytes>& record) {
  const Result<std::optional<Item>> item = item_to_replace(record);
  if (!item) return false;
  if (!*item) return true;
  // An edit made here beats the deletion: it stays pending and is pushed as a new item.
  if ((*item)->state != ChangeState::kSynced) return false;
  if (is_lost_with_dataset(**item)) {
    sends_again_ = true;
    add_item(tx, record, **item, unsynced_item(**item, core_.now()), &core_.random());
    return false;
  }
  add_removal(tx, record, **item);
  return true;
}

/// A change here was to replace a version that the app need not have seen, since a conflict copy had it. Others have
/// ended the copy, perhaps by making it the item again: without its base the change is in conflict with it once more.
void Pull::contest(StoreTx* tx, const std::optional<Bytes>& record, const std::string& oid) {
  const Result<std::optional<Item>> item = item_to_replace(record);
  if (!item || !*item || (*item)->state == ChangeState::kSynced) return;
  if (!(*item)->base || (*item)->base->oid != oid) return;
  Item contested = **item;
  contested.base.reset();
  contested.base_commit.clear();
  contested.base_body.reset();
  add_item(tx, record, **item, contested, &core_.random());
}

void Pull::store(StoreAnswer& answer) {
  if (!answer.status.ok()) return finish(std::move(answer.status));
  sends_again_ = false;
  StoreTx tx;
  // The listing can be had again from the Hub, so it need not wait for the disk.
  tx.durability = Durability::kRelaxed;
  size_t next = 0;
  for (const Vanished& file : vanished_) {
    const bool is_gone = let_go(&tx, answer.values[next++]);
    if (!file.is_copy) continue;
    const std::optional<Bytes>& original = answer.values[next++];
    if (is_gone) contest(&tx, original, file.oid);
  }
  for (const auto& [key, folder] : folders_after_) {
    if (folder.files.empty()) {
      tx.deletes.push_back(key);
    } else {
      tx.puts.push_back({key, seal_folder(folder, core_.stamp())});
    }
  }
  for (const auto& [collection, index] : walk_.indexes()) {
    tx.puts.push_back({folder_index_key(collection), seal_folder_index(index, core_.stamp())});
  }
  tx.expects.push_back({Bytes(kHeadKey), head_of(head_record_)});
  // With the first listing the note is another one, so that no tab that began with the old one comes after it.
  if (!head_record_) tx.expects.push_back({Bytes(kDatasetKey), head_of(dataset_record_)});
  if (!head_record_ || !is_same_dataset()) {
    tx.puts.push_back({Bytes(kDatasetKey), seal_dataset({probed_.dataset_id}, core_.stamp())});
  }
  tx.puts.push_back({Bytes(kHeadKey), seal_head(next_, core_.stamp())});
  phase_ = Phase::kStoring;
  core_.store_making_room(id(), WritePurpose::kBookkeeping, std::move(tx));
}

void Pull::stored(const StoreAnswer& answer) {
  core_.state().unkept.reset();
  if (answer.status.code() == ErrorCode::QUOTA_EXCEEDED && !known_) {
    // All that is known of the dataset: loads and lists must do with it.
    core_.state().unkept = UnkeptListing{std::move(next_), std::move(folders_after_)};
  }
  if (!answer.status.ok()) return finish(answer.status);
  if (answer.stale) return try_again();
  for (const auto& [collection, change] : changes_) {
    std::vector<std::string> ids(change.changed.begin(), change.changed.end());
    for (const auto& [vanished, oid] : change.vanished) ids.push_back(vanished);
    report_.pulled += static_cast<uint32_t>(change.changed.size());
    report_.deleted += static_cast<uint32_t>(change.vanished.size());
    core_.changed(collection, std::move(ids), ChangeSource::kRemote);
  }
  if (sends_again_) core_.scheduler().saved(core_.now());
  succeed(report_);
}

}  // namespace hubstash
