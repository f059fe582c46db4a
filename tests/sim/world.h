#pragma once
// One simulated world from its seed to its end: first everything may go wrong, then nothing does any more, and all
// must come to agree.

#include <memory>
#include <optional>
#include <vector>

#include "sim/app.h"
#include "sim/context.h"
#include "sim/copies.h"
#include "sim/network.h"
#include "sim/tab.h"

namespace hubstash::sim {

struct Outcome {
  std::optional<Violation> violation;
  FaultCounts faults;
  uint64_t calls = 0;
  uint64_t commits = 0;
  int64_t model_ms = 0;
};

class World {
 public:
  World(uint64_t seed, bool traced, Canary canary);
  Outcome run();

 private:
  struct Seat {
    std::unique_ptr<Tab> tab;
    std::unique_ptr<App> app;
  };
  void run_all();
  void run_until(int64_t at);
  void act_later(size_t seat);
  void event_later();
  void world_event();
  void strike(Fault fault);
  void kill(Seat& seat);
  void reopen_later(Seat& seat);
  void close(Seat& seat);
  void freeze(Seat& seat);
  void jump(Device& device, int64_t ms);
  void sign_in(Device& device, bool signed_in);
  void machine_crash(Device& device);
  void evict_origin(Device& device);
  void signal(Device& device, const Event& event);
  std::vector<Seat*> seats_of(const Device& device);

  void end_faults();
  void converge();
  void ask_everything();
  /// What is wrong still; empty when all devices show what the Hub has.
  std::string difference();

  Context context_;
  Network network_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<Copies> copies_;  ///< On each device.
  std::vector<Seat> seats_;
};

}  // namespace hubstash::sim
