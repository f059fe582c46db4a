#pragma once
// The invariants. The world tells the checker what apps called, what they were answered, and what the Hub holds;
// nothing here knows how the engine works. Of a device's store it knows the conflict copies alone.
//
//  1. Durable.     An acknowledged save is readable on its device after any crash: a load never shows an older
//                  version, or nothing. (With relaxed durability a crash of the machine may take what was not flushed
//                  yet, in order; an eviction by the browser takes everything that is not on the Hub.) Only a version
//                  that the Hub had takes its place: one that came after it, or one that it has lost a conflict with
//                  and then it is in a conflict copy, on the device or on the Hub, unless the user has thrown it away.
//                  A deletion gives way to what its device did not know of.
//  2. Delivered.   It reaches the Hub, or stays pending and is counted as pending. A conflict copy that is used becomes
//                  the item on the Hub, or stays a copy there, or on the device, until somebody decides anew.
//  3. Seen.        A commit takes nothing from an item, its conflict copies included, that its writer had not seen.
//  4. Once.        One change is committed at most once.
//  5. Evicted.     Eviction and clearLocal() without force take only what is on the Hub.
//  6. Bounded.     Unanswered effects, blobs, timers, outbox rows and records stay within fixed bounds, and nothing is
//                  left over at rest.
//  7. Converged.   After the faults stop all devices show what the Hub has, within a bounded time.
//  8. Budget.      In any hour no more commits of a device reach the Hub than it may make. (They count when they are
//                  taken out of the budget, which may be minutes before they arrive: see budget_check.cpp.)
//  9. Answered.    Every call is answered exactly once.
// 10. Genuine.     What an app reads was written by somebody, for this item; what a call refused is not there.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "hubstash/engine.h"
#include "sim/budget_check.h"
#include "sim/content.h"
#include "sim/known.h"
#include "sim/violation.h"

namespace hubstash::sim {

inline constexpr size_t kNobody = SIZE_MAX;  ///< As a device: somebody else, with other tools.

/// What the Hub holds of one item: itself and its conflict copies.
struct HubItem {
  std::optional<Fields> self;
  std::vector<Fields> copies;
  Values values() const;
  bool operator==(const HubItem&) const = default;
};

/// What the conflict copies of an item that lie in the store of a device hold.
using CopiesOnDevice = std::function<Values(size_t device, size_t item)>;

class Checker {
 public:
  Checker(size_t items, size_t devices, const Options& options);
  void look_for_copies(CopiesOnDevice copies) { copies_on_device_ = std::move(copies); }

  // Writes by apps. A deletion has no fields.
  Value new_value();
  WriteId write_begins(size_t device, size_t item, std::optional<Fields> fields);
  /// A deletion on a device that has no listing, and either holds a save, which this takes back, or has no token: it
  /// says nothing of the Hub.
  void takes_back(WriteId deletion) { writes_[deletion].seen_at_call.clear(); }
  enum class End : uint8_t { kDone, kRefused, kUnknown };
  /// `position` is the store's when the answer came (ModelStore::applied).
  void write_ends(WriteId write, End end, uint64_t position);
  size_t item_of(WriteId write) const { return writes_[write].item; }
  const std::optional<Fields>& fields_of(WriteId write) const { return writes_[write].fields; }
  /// Somebody else is about to commit this with other tools, having seen everything that the Hub has.
  void foreign_write(size_t item, const Fields& fields) { adopt(item, fields, kNobody); }

  // Reads.
  /// A moment, to tell what had happened before a call began.
  uint64_t moment() { return ++clock_; }
  void read(size_t device, size_t item, const std::optional<Fields>& found, uint64_t begun);
  /// A load failed with something that is not the store's fault.
  void read_failed(size_t device, size_t item, const Status& status, uint64_t begun);
  /// An app was about to be shown this when its tab died, or its call ended.
  void may_have_seen(size_t device, size_t item, const Fields& fields);
  /// The app has looked at a conflict copy, and uses it or throws it away.
  void decided(size_t device, size_t item, const Fields& copy, bool use);
  /// The device has decided a conflict about the item,
  void met_conflict(size_t device, size_t item);
  /// or may have, of any item, which nobody is told.
  void may_have_met_conflicts(size_t device);
  /// The device asked what is on the Hub.
  void listed(size_t device, const std::vector<HubItem>& items);
  /// The Hub's answer has reached the device; at the moment at which it was given the Hub had this.
  void told(size_t device, uint64_t moment, const std::vector<HubItem>& items);
  void status(size_t device, uint32_t pending, bool synced, uint64_t begun);
  void evicted(size_t device, size_t item, uint64_t begun);
  void clear_begins(size_t device) { ++clears_[device]; }
  void clear_ends(size_t device) { --clears_[device]; }
  /// A clear by force begins, or has ended.
  void forced_clear(size_t device);
  /// A clear without force has succeeded.
  void cleared(size_t device, uint64_t begun);

  // What happens to devices.
  void device_evicted(size_t device);
  /// Its store was thrown away by the browser or by clearLocal(), or went back in time: it does not know of all that it
  /// has seen any more. The call that did it began at `begun`.
  void device_forgets(size_t device, uint64_t begun);
  void machine_crashed(size_t device, uint64_t flushed);
  /// Its store refused to write, perhaps what the device had to note of its own commits.
  void note_refused(size_t device);

  // The Hub.
  /// The commit of `device` changed an item from `before` to `after`.
  void committed(size_t device, size_t item, const HubItem& before, const HubItem& after);
  /// Who wrote which commit cannot be told any more.
  void history_squashed();
  void dataset_gone();
  void dataset_back(const std::vector<HubItem>& items);
  BudgetCheck& budget() { return budget_; }

  /// At the end: everything that was acknowledged has been on the Hub.
  void all_delivered() const;

 private:
  struct Write {
    size_t device = kNobody, item = 0;
    std::optional<Fields> fields;
    Values fresh;           ///< Values that this write brought into the world, or into its item from a conflict copy.
    Versions seen_at_call;  ///< Versions that its writer's device knew for certain,
    Values seen;            ///< and values that it may have seen.
    uint64_t called = 0, ended = 0, superseded = 0;  ///< Moments; 0 = not yet.
    uint64_t landed = 0;                             ///< When all that is new in it had been on the Hub,
    bool lost = false;                               ///< at first in conflict copies.
    uint64_t position = 0;
    bool acknowledged = false, refused = false, excused = false;
    bool is_open(uint64_t moment) const { return ended == 0 || ended > moment; }
    std::vector<WriteId> meets;  ///< Saves on its device, which forgot during this write.
    bool uses_copy = false;      ///< It makes a conflict copy the item: what is owed is what the item never was.
    bool decided = false;        ///< The user has decided about a copy that has all that is new in it,
    bool repeatable = false;     ///< or that is the same.
    uint32_t entered = 0;        ///< How often it came into its item on the Hub,
    uint64_t entered_at = 0;     ///< and when it last did.
  };
  struct Origin {
    size_t item, field;
    WriteId write;
  };
  Known& known(size_t device, size_t item) { return known_[device * items_ + item]; }
  const Known& known(size_t device, size_t item) const { return known_[device * items_ + item]; }
  /// The apps of the device have this before them, as it was at that moment.
  void saw(size_t device, size_t item, const Fields& fields, uint64_t moment);
  /// A save may be taken back by the deletions that were called before the device forgot and not answered at `since`.
  void may_be_taken_back(const Known& here, WriteId save, uint64_t since);
  bool may_have_taken_back(const Write& deletion) const;
  void adopt(size_t item, const Fields& fields, WriteId write);
  /// A version of the item itself on the Hub, from a moment on until the next one.
  struct Version {
    uint64_t since;
    std::optional<Fields> self;
  };
  /// Nothing more is owed to it: it has been on the Hub, or the user has said what becomes of it.
  bool is_settled(const Write& write) const;
  void find_landed(size_t item, const std::optional<Fields>& self);
  void hub_has(size_t device, size_t item, const HubItem& now);
  bool hub_had(size_t item, const std::optional<Fields>& self, uint64_t since) const;
  bool is_copied(const Write& write) const;
  bool is_used_copy(size_t item, const Fields& fields) const;
  /// The writes that a call begun then may meet; none when no acknowledged one is certain to be there.
  std::vector<const Write*> certain_writes(size_t device, size_t item, uint64_t begun) const;
  /// Whether that is nothing but saves of this device that never were on the Hub.
  bool only_here(size_t device, size_t item, uint64_t begun) const;
  bool acceptable(const Write& write, const std::optional<Fields>& found, uint64_t begun) const;
  void check_genuine(size_t item, const Fields& fields, const char* where) const;
  const Write* find_write(size_t device, size_t item, const Fields& fields) const;
  std::string describe(const Write& write) const;

  size_t items_;
  const Options options_;
  uint64_t clock_ = 0;
  uint64_t squashed_at_ = 0;
  std::vector<Write> writes_;
  std::vector<Known> known_;
  std::vector<Origin> origins_;                 ///< By value.
  std::vector<std::vector<Version>> versions_;  ///< By item, in their order.
  std::vector<Values> in_copies_;               ///< What the copies of each item on the Hub hold now.
  BudgetCheck budget_;
  Values on_hub_;                 ///< Every value that any head of the dataset ever had,
  Values in_items_;               ///< not only in a conflict copy.
  std::vector<uint32_t> clears_;  ///< Under way, by device.
  CopiesOnDevice copies_on_device_;
};

}  // namespace hubstash::sim
