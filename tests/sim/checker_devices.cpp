// What happens to a device, and what it need not know any more then.
#include <algorithm>

#include "sim/checker.h"

namespace hubstash::sim {

void Checker::forced_clear(size_t device) {
  for (size_t item = 0; item < items_; ++item) {
    // What is not answered yet may be written before that or after.
    std::vector<WriteId>& writes = known(device, item).writes;
    const auto is_over = [this](WriteId id) { return writes_[id].ended != 0; };
    writes.erase(std::remove_if(writes.begin(), writes.end(), is_over), writes.end());
    for (const WriteId write : writes) writes_[write].excused = true;
  }
}

void Checker::cleared(size_t device, uint64_t begun) {
  for (size_t item = 0; item < items_; ++item) {
    if (!only_here(device, item, begun)) continue;
    throw Violation{5, "clearLocal() took " + describe(*certain_writes(device, item, begun).back())};
  }
}

void Checker::device_evicted(size_t device) {
  for (size_t item = 0; item < items_; ++item) known(device, item).writes.clear();
}

void Checker::device_forgets(size_t device, uint64_t begun) {
  ++clock_;
  for (size_t item = 0; item < items_; ++item) {
    Known& here = known(device, item);
    here.remembered.clear();
    here.forgot = here.lacked = clock_;
    for (const WriteId id : here.writes) {
      if (writes_[id].fields && writes_[id].is_open(begun)) may_be_taken_back(here, id, begun);
    }
  }
}

void Checker::may_be_taken_back(const Known& here, WriteId save, uint64_t since) {
  for (const WriteId id : here.writes) {
    Write& write = writes_[id];
    if (write.called < here.forgot && write.is_open(since)) write.meets.push_back(save);
  }
}

/// To delete what was saved on a device that knows nothing is to take it back, and says nothing about the Hub. A save
/// that was refused is not there to be taken back.
bool Checker::may_have_taken_back(const Write& deletion) const {
  return std::any_of(deletion.meets.begin(), deletion.meets.end(), [&](WriteId id) { return !writes_[id].refused; });
}

void Checker::machine_crashed(size_t device, uint64_t flushed) {
  for (size_t item = 0; item < items_; ++item) {
    std::vector<WriteId>& writes = known(device, item).writes;
    const bool lost =
        std::any_of(writes.begin(), writes.end(), [&](WriteId write) { return writes_[write].position > flushed; });
    if (lost) writes.clear();
    if (options_.durability == Durability::kRelaxed) known(device, item).lost_notes = clock_;
  }
}

void Checker::note_refused(size_t device) {
  ++clock_;
  for (size_t item = 0; item < items_; ++item) {
    Known& here = known(device, item);
    here.refused_notes = here.lacked = clock_;
  }
}

}  // namespace hubstash::sim
