#pragma once
// The app in one tab: makes calls at random, and tells the checker what it asked for and what it got.

#include <map>
#include <set>
#include <vector>

#include "sim/tab.h"

namespace hubstash::sim {

class App {
 public:
  App(Context& context, Tab& tab) : context_(context), tab_(tab) {}

  /// Makes one call, if the tab can.
  void act();
  /// The tab died: nobody will hear how these ended.
  void tab_died();

  void load(size_t item);
  void list(const std::string& collection, Kind kind);
  void ask_status();
  /// What the last load of the item showed.
  std::optional<Fields> shown(size_t item) const;
  const std::optional<StoreStatus>& last_status() const { return last_status_; }
  uint64_t calls() const { return calls_; }

 private:
  using Handler = std::function<void(const Reply&, const SharedBytes&)>;
  void send(AppCall call, Handler handler);
  void save_one();
  void save_many();
  void save_blob(size_t item);
  void remove(size_t item);
  void look_up(size_t item);
  void settle_conflict(size_t item);
  void look_at_copy(size_t item, const std::string& copy);
  void resolve(size_t item, const std::string& copy, const Fields& fields);
  void evict(size_t item);
  void clear();
  void close();
  void read_ranges(size_t item);
  void loaded(size_t item, uint64_t begun, const Reply& reply, const SharedBytes& content);
  Fields edit(size_t item);
  /// Where a call that writes may fail: on this device before anything is written, at the Hub, or with half of it done.
  enum class Failed : uint8_t { kHere, kAtHub, kHalfway };
  void end_writes(const std::vector<WriteId>& writes, const Reply& reply, Failed failed = Failed::kHere);
  size_t device() { return tab_.device().index; }
  size_t any_of(Kind kind);

  Context& context_;
  Tab& tab_;
  std::set<WriteId> open_writes_;
  bool forcing_ = false;  ///< A clear by force is not answered yet.
  uint32_t clears_ = 0;   ///< Those of either kind that are not.
  std::map<size_t, std::optional<Fields>> shown_;
  std::optional<StoreStatus> last_status_;
  uint64_t calls_ = 0;
};

}  // namespace hubstash::sim
