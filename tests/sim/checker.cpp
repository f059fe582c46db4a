#include "sim/checker.h"

#include <algorithm>
#include <utility>

namespace hubstash::sim {
namespace {

Values values_of(const Fields& fields) {
  Values values(fields.begin(), fields.end());
  values.erase(0);
  return values;
}

bool is_within(const Values& values, const Values& all) {
  return std::includes(all.begin(), all.end(), values.begin(), values.end());
}

bool meet(const Values& a, const Values& b) {
  return std::any_of(a.begin(), a.end(), [&b](Value value) { return b.count(value) != 0; });
}

}  // namespace

Values HubItem::values() const {
  Values all;
  if (self) all = values_of(*self);
  for (const Fields& copy : copies) all.merge(values_of(copy));
  return all;
}

Checker::Checker(size_t items, size_t devices, const Options& options)
    : items_(items),
      options_(options),
      known_(items * devices),
      origins_{{kNobody, 0, kNobody}},
      versions_(items, {{0, std::nullopt}}),
      in_copies_(items),
      budget_(devices, options.commits_per_hour),
      clears_(devices) {}

std::string Checker::describe(const Write& write) const {
  const std::string what = write.fields ? "the save of " + to_text(write.fields) : "the deletion";
  return what + " on device " + std::to_string(write.device) + " of item " + std::to_string(write.item);
}

Value Checker::new_value() {
  origins_.push_back({kNobody, 0, kNobody});
  return static_cast<Value>(origins_.size() - 1);
}

/// The values that nobody has written before come from this write.
void Checker::adopt(size_t item, const Fields& fields, WriteId write) {
  for (size_t field = 0; field < kFields; ++field) {
    Origin& origin = origins_[fields[field]];
    if (fields[field] == 0 || origin.item != kNobody) continue;
    origin = {item, field, write};
    if (write != kNobody) writes_[write].fresh.insert(fields[field]);
  }
}

WriteId Checker::write_begins(size_t device, size_t item, std::optional<Fields> fields) {
  const WriteId id = writes_.size();
  Write& write = writes_.emplace_back();
  write.device = device;
  write.item = item;
  write.fields = fields;
  write.called = ++clock_;
  Known& here = known(device, item);
  if (fields) adopt(item, *fields, id);
  write.seen_at_call = here.remembered;
  if (fields) saw(device, item, *fields, clock_);
  if (fields) may_be_taken_back(here, id, clock_);
  here.writes.push_back(id);
  // A tab that freezes in the midst of a deletion has deleted what the list showed, though it has not said so.
  if (!fields) here.given_up.insert(here.listed.begin(), here.listed.end());
  write.uses_copy = fields && write.fresh.empty();
  if (write.uses_copy) {
    for (const Value value : values_of(*fields)) {
      if (in_items_.count(value) == 0) write.fresh.insert(value);
    }
    write.decided = write.fresh.empty();
  }
  return id;
}

void Checker::write_ends(WriteId id, End end, uint64_t position) {
  Write& write = writes_[id];
  Known& here = known(write.device, write.item);
  write.ended = ++clock_;
  // Whoever deletes an item deletes what the list shows, and may save anew afterwards.
  if (!write.fields) here.given_up.insert(here.listed.begin(), here.listed.end());
  write.seen = here.seen;
  if (!write.fields) here.lacked = clock_;
  if (write.fields && end == End::kDone && write.called > here.lacked) here.had = clock_;
  write.position = position;
  write.acknowledged = end == End::kDone && !write.excused;
  write.refused = end == End::kRefused;
  if (!write.acknowledged) return;
  for (const WriteId other : here.writes) {
    Write& earlier = writes_[other];
    if (earlier.superseded == 0 && earlier.ended != 0 && earlier.ended < write.called) earlier.superseded = clock_;
  }
}

void Checker::saw(size_t device, size_t item, const Fields& fields, uint64_t moment) {
  may_have_seen(device, item, fields);
  uint64_t& last = known(device, item).remembered[fields];
  last = std::max(last, moment);
}

void Checker::met_conflict(size_t device, size_t item) {
  Known& here = known(device, item);
  here.contested.insert(here.listed.begin(), here.listed.end());
  // The resolver may have let a deletion win.
  if (!here.told) here.lacked = ++clock_;
}

void Checker::may_have_met_conflicts(size_t device) {
  for (size_t item = 0; item < items_; ++item) met_conflict(device, item);
}

void Checker::decided(size_t device, size_t item, const Fields& copy, bool use) {
  may_have_seen(device, item, copy);
  Known& here = known(device, item);
  here.given_up.merge(values_of(copy));
  // What is used replaces what the app has seen, and what its device lost a conflict against. A device that has nothing
  // of the item replaces what is listed.
  if (use) here.given_up.insert(here.replaceable().begin(), here.replaceable().end());
  // Whether it is used or thrown away, nothing more is owed to it; used, its bytes come back as a new change.
  const Values values = values_of(copy);
  for (Write& write : writes_) {
    if (write.item != item || !write.fields) continue;
    write.decided = write.decided || is_within(write.fresh, values);
    write.repeatable = write.repeatable || write.fields == copy;
  }
}

void Checker::listed(size_t device, const std::vector<HubItem>& items) {
  ++clock_;
  for (size_t item = 0; item < items_; ++item) {
    known(device, item).listed.merge(items[item].values());
  }
}

void Checker::told(size_t device, uint64_t moment, const std::vector<HubItem>& items) {
  for (size_t item = 0; item < items_; ++item) {
    known(device, item).tell(moment, items[item].self);
    if (!items[item].self) known(device, item).lacked = ++clock_;
  }
}

void Checker::may_have_seen(size_t device, size_t item, const Fields& fields) {
  known(device, item).seen.merge(values_of(fields));
}

void Checker::find_landed(size_t item, const std::optional<Fields>& self) {
  const Values now = HubItem{self, {}}.values();
  for (Write& write : writes_) {
    if (write.item != item || !write.fields || write.landed != 0) continue;
    // Only what is new in it: a merge may keep another version's values in the fields that this write did not change.
    if (!is_within(write.fresh, write.uses_copy ? in_items_ : on_hub_)) continue;
    write.landed = clock_;
    write.lost = !is_within(write.fresh, now);
  }
}

void Checker::hub_has(size_t device, size_t item, const HubItem& now) {
  if (versions_[item].back().self != now.self) versions_[item].push_back({clock_, now.self});
  in_items_.merge(HubItem{now.self, {}}.values());
  const Values before = std::exchange(in_copies_[item], HubItem{std::nullopt, now.copies}.values());
  // Somebody else has taken the copy away, having seen it, while it was being used.
  for (Write& write : writes_) {
    if (write.item != item || !write.uses_copy || write.device == device || !is_within(write.fresh, before)) continue;
    write.decided = write.decided || !is_within(write.fresh, in_copies_[item]);
  }
}

bool Checker::is_settled(const Write& write) const {
  if (write.landed != 0 || write.decided) return true;
  return write.uses_copy && is_within(write.fresh, in_copies_[write.item]);
}

/// Whether the Hub had this version at that moment or later.
bool Checker::hub_had(size_t item, const std::optional<Fields>& self, uint64_t since) const {
  const std::vector<Version>& versions = versions_[item];
  for (size_t i = versions.size(); i-- > 0;) {
    if (versions[i].self == self) return true;
    if (versions[i].since <= since) return false;
  }
  return false;
}

/// Whether the write has lost a conflict on its device, which keeps it as a conflict copy.
bool Checker::is_copied(const Write& write) const {
  return write.fields && is_within(write.fresh, copies_on_device_(write.device, write.item));
}

std::vector<const Checker::Write*> Checker::certain_writes(size_t device, size_t item, uint64_t begun) const {
  std::vector<const Write*> writes;
  bool certain = false;
  for (const WriteId id : known(device, item).writes) {
    const Write& write = writes_[id];
    if (write.refused || (write.superseded != 0 && write.superseded < begun)) continue;
    certain = certain || (write.acknowledged && write.ended < begun);
    writes.push_back(&write);
  }
  if (!certain) writes.clear();
  return writes;
}

bool Checker::only_here(size_t device, size_t item, uint64_t begun) const {
  const std::vector<const Write*> writes = certain_writes(device, item, begun);
  return !writes.empty() && std::all_of(writes.begin(), writes.end(), [this](const Write* write) {
    return write->fields && !is_settled(*write) && !is_copied(*write);
  });
}

void Checker::check_genuine(size_t item, const Fields& fields, const char* where) const {
  for (size_t field = 0; field < kFields; ++field) {
    const Value value = fields[field];
    if (value == 0) continue;
    const bool known = value < origins_.size() && origins_[value].item == item && origins_[value].field == field;
    if (!known) throw Violation{10, std::string(where) + " has bytes that nobody wrote: " + to_text(fields)};
    const WriteId write = origins_[value].write;
    if (write == kNobody || !writes_[write].refused) continue;
    throw Violation{10, std::string(where) + " has " + describe(writes_[write]) + ", which was refused"};
  }
}

/// Whether somebody made a copy with these bytes the item's version, which another device may do as well.
bool Checker::is_used_copy(size_t item, const Fields& fields) const {
  return std::any_of(writes_.begin(), writes_.end(), [&](const Write& write) {
    return write.item == item && write.repeatable && write.fields == fields;
  });
}

/// Whether the app may be shown `found` while this write is the last of the device.
bool Checker::acceptable(const Write& write, const std::optional<Fields>& found, uint64_t begun) const {
  if (write.fields == found || (found && meet(values_of(*found), write.fresh))) return true;
  // Else a version of the Hub has taken its place.
  if (!write.fields) {
    // An edit beats it that its device did not know of, or that came back after the device had last seen it, or that
    // the device cannot tell from a stranger's any more. Of a copy that two devices use each knows its own use only.
    const auto seen = write.seen_at_call.find(*found);
    const bool unseen =
        seen == write.seen_at_call.end() || may_have_taken_back(write) || is_used_copy(write.item, *found);
    const uint64_t lost_notes = known(write.device, write.item).lost_notes;
    const std::vector<Version>& versions = versions_[write.item];
    return std::any_of(versions.begin(), versions.end(), [&](const Version& version) {
      return version.self == found && (unseen || version.since > seen->second || version.since <= lost_notes);
    });
  }
  if (!is_settled(write) && !is_copied(write)) return false;
  // A device that was cleared and has no token knows of nothing.
  const bool is_forgotten = write.ended < known(write.device, write.item).forgot || clears_[write.device] > 0;
  if (!found && write.ended != 0 && is_forgotten) return true;
  // Where it has lost a conflict, the device may show any version that it has been able to fetch since; else those that
  // came after this one.
  const bool arrived = write.landed != 0 && write.landed <= begun && !write.lost && !write.decided;
  return hub_had(write.item, found, arrived ? write.landed : 0);
}

void Checker::read(size_t device, size_t item, const std::optional<Fields>& found, uint64_t begun) {
  if (found) check_genuine(item, *found, "a load");
  if (found) may_have_seen(device, item, *found);
  // What the cache shows while the Hub is known to have another version is seen as it was before that one came.
  Known& here = known(device, item);
  if (found && begun > here.lacked) here.had = ++clock_;
  if (found && begun > here.forgot && !here.is_replaced(*found)) saw(device, item, *found, begun);
  const std::vector<const Write*> writes = certain_writes(device, item, begun);
  for (const Write* write : writes) {
    if (acceptable(*write, found, begun)) return;
  }
  if (writes.empty()) return;
  throw Violation{1, "a load shows " + to_text(found) + " after " + describe(*writes.back())};
}

void Checker::read_failed(size_t device, size_t item, const Status& status, uint64_t begun) {
  if (!only_here(device, item, begun)) return;
  throw Violation{1, "a load fails with " + std::string(error_name(status.code())) + " (" + status.message() +
                         ") after " + describe(*certain_writes(device, item, begun).back())};
}

void Checker::status(size_t device, uint32_t pending, bool synced, uint64_t begun) {
  uint32_t waiting = 0;
  std::string which;
  for (size_t item = 0; item < items_; ++item) {
    if (!only_here(device, item, begun)) continue;
    ++waiting;
    which += ", " + describe(*certain_writes(device, item, begun).back());
  }
  if (pending >= waiting && !(synced && waiting > 0)) return;
  throw Violation{2, "status() of device " + std::to_string(device) + " counts " + std::to_string(pending) +
                         " pending items" + (synced ? ", synced" : "") + ", but " + std::to_string(waiting) + " wait" +
                         which};
}

void Checker::evicted(size_t device, size_t item, uint64_t begun) {
  if (!only_here(device, item, begun)) return;
  throw Violation{5, "evict() took " + describe(*certain_writes(device, item, begun).back())};
}

const Checker::Write* Checker::find_write(size_t device, size_t item, const Fields& fields) const {
  for (const Write& write : writes_) {
    if (write.device == device && write.item == item && write.fields == fields) return &write;
  }
  return nullptr;
}

void Checker::committed(size_t device, size_t item, const HubItem& before, const HubItem& after) {
  ++clock_;
  if (after.self) check_genuine(item, *after.self, "a commit");
  for (const Fields& copy : after.copies) check_genuine(item, copy, "a conflict copy");
  const Values had = before.values(), has = after.values();
  on_hub_.insert(has.begin(), has.end());
  hub_has(device, item, after);
  find_landed(item, after.self);
  if (device == kNobody) return;
  if (!after.self) known(device, item).lacked = clock_;
  const bool is_seen = after.self && known(device, item).remembered.count(*after.self) != 0;
  if (is_seen) saw(device, item, *after.self, clock_);
  const Write* written = after.self ? find_write(device, item, *after.self) : nullptr;
  const Known& here = known(device, item);
  // A decision about a copy brings its version back, or takes the copy away, with what the device has seen by now.
  const bool as_written = written && written->ended != 0 && !written->repeatable && before.copies == after.copies;
  const Values& seen = as_written ? written->seen : here.seen;
  for (const Value value : had) {
    if (has.count(value) != 0 || seen.count(value) != 0 || here.given_up.count(value) != 0) continue;
    throw Violation{3, "device " + std::to_string(device) + " replaces item " + std::to_string(item) + ", " +
                           to_text(before.self) + ", by " + to_text(after.self) + " without having seen " +
                           std::to_string(value)};
  }
  if (written == nullptr || before.self == after.self) return;
  const bool local_wins = options_.conflict == ConflictPolicy::kLocal || options_.conflict == ConflictPolicy::kResolver;
  if (local_wins || written->repeatable) return;  // It comes back when another version had come in between.
  Write& entering = writes_[static_cast<size_t>(written - writes_.data())];
  // The note that it came there may be lost, in a crash or on a full disk, and the commit's message in a squash. Where
  // the item is gone again then, or the version before it is back by somebody's decision, one that its apps know or
  // that it wrote itself, the device cannot tell that it ever was another one.
  const Write* replaced = before.self ? find_write(device, item, *before.self) : nullptr;
  const bool is_known = entering.meets.empty() && before.self && entering.seen_at_call.count(*before.self) != 0;
  const bool is_base_again = is_known || (replaced != nullptr && replaced->called < entering.called);
  const bool may_lack_note = std::max({here.lost_notes, here.refused_notes, squashed_at_}) > entering.entered_at;
  if ((is_base_again || !before.self) && may_lack_note) entering.entered = 0;
  entering.entered_at = clock_;
  if (++entering.entered > 1) throw Violation{4, describe(entering) + " is committed again"};
}

void Checker::history_squashed() { squashed_at_ = ++clock_; }

void Checker::dataset_gone() {
  ++clock_;
  for (size_t item = 0; item < items_; ++item) hub_has(kNobody, item, HubItem());
  for (Write& write : writes_) write.entered = 0;
}

void Checker::dataset_back(const std::vector<HubItem>& items) {
  ++clock_;
  for (size_t item = 0; item < items_; ++item) hub_has(kNobody, item, items[item]);
}

void Checker::all_delivered() const {
  for (const Known& here : known_) {
    const Write* undelivered = nullptr;
    bool excused = false;
    for (const WriteId id : here.writes) {
      const Write& write = writes_[id];
      if (write.refused || write.superseded != 0) continue;
      if (write.acknowledged && write.fields && !is_settled(write)) undelivered = &write;
      excused = excused || !write.acknowledged || !write.fields || is_settled(write);
    }
    if (undelivered && !excused) throw Violation{2, describe(*undelivered) + " never reached the Hub"};
  }
}

}  // namespace hubstash::sim
