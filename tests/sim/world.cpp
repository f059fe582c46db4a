#include "sim/world.h"

#include <algorithm>

namespace hubstash::sim {
namespace {

constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kHourMs = 60 * kMinuteMs;
/// So long may it take to come to rest. The slowest cure is a commit budget that is used up, and refusals are obeyed
/// for up to an hour too.
constexpr int64_t kMostConvergenceMs = 6 * kHourMs;

}  // namespace

World::World(uint64_t seed, bool traced, Canary canary) : context_(seed, traced, canary), network_(context_) {
  for (size_t d = 0; d < context_.plan.devices; ++d) {
    devices_.push_back(std::make_unique<Device>());
    Device& device = *devices_.back();
    device.index = d;
    device.clock_offset += context_.random.between(-kHourMs, kHourMs);
    device.store.quota_bytes = context_.plan.quota_bytes;
    copies_.emplace_back(device.store, context_.plan.items);
    for (size_t t = 0; t < context_.plan.tabs_per_device; ++t) {
      const std::string name = "d" + std::to_string(d) + "t" + std::to_string(t);
      Seat seat;
      seat.tab = std::make_unique<Tab>(context_, network_, device, name);
      seat.app = std::make_unique<App>(context_, *seat.tab);
      seats_.push_back(std::move(seat));
    }
  }
  context_.checker.look_for_copies([this](size_t device, size_t item) { return copies_[device].of(item); });
}

Outcome World::run() {
  Outcome outcome;
  try {
    run_all();
  } catch (const Violation& violation) {
    outcome.violation = violation;
    context_.log("check", "invariant " + std::to_string(violation.invariant) + ": " + violation.what);
  }
  outcome.faults = context_.faults;
  for (const Seat& seat : seats_) outcome.calls += seat.app->calls();
  outcome.commits = network_.commits();
  outcome.model_ms = context_.schedule.now();
  return outcome;
}

void World::run_all() {
  for (size_t i = 0; i < seats_.size(); ++i) {
    context_.schedule.in(context_.random.between(0, context_.plan.think_ms), [this, i] {
      seats_[i].tab->open();
      act_later(i);
    });
  }
  event_later();
  run_until(context_.plan.unsafe_ms);
  end_faults();
  converge();
}

void World::run_until(int64_t at) {
  Schedule& schedule = context_.schedule;
  while (!schedule.empty() && schedule.next_at() <= at) schedule.run_next();
  // Time passes although nothing happens.
  schedule.in(std::max<int64_t>(0, at - schedule.now()), [] {});
  while (schedule.next_at() <= at) {
    schedule.run_next();
    if (schedule.empty()) break;
  }
}

void World::act_later(size_t seat) {
  context_.schedule.in(context_.random.between(1, 2 * context_.plan.think_ms), [this, seat] {
    if (!context_.faults_on) return;
    // Apps like to do several things at once.
    const int64_t burst = context_.random.chance(300) ? context_.random.between(2, 4) : 1;
    for (int64_t i = 0; i < burst; ++i) seats_[seat].app->act();
    act_later(seat);
  });
}

// ------------------------------------------------------------------------------------------------ what happens

void World::event_later() {
  context_.schedule.in(context_.random.between(1, 2 * context_.plan.world_event_ms), [this] {
    if (!context_.faults_on) return;
    world_event();
    event_later();
  });
}

void World::world_event() {
  constexpr Fault kEvents[] = {
      Fault::kTabCrash,      Fault::kTabClosed,    Fault::kTabFrozen,      Fault::kMachineCrash,
      Fault::kOriginEvicted, Fault::kClockForward, Fault::kClockBack,      Fault::kOffline,
      Fault::kForeignCommit, Fault::kSquashed,     Fault::kDatasetDeleted, Fault::kDatasetRenamed,
      Fault::kTokenExpired,  Fault::kSignedOut,    Fault::kDiskFull,
  };
  uint32_t sum = 0;
  for (const Fault fault : kEvents) sum += context_.plan.rate(fault);
  // Pages come and go even in the best of worlds.
  Seat& seat = seats_[context_.random.index(seats_.size())];
  seat.tab->signal(VisibilityChanged{context_.random.chance(500)});
  if (sum == 0) return;
  uint64_t chosen = context_.random.below(sum);
  for (const Fault fault : kEvents) {
    if (chosen < context_.plan.rate(fault)) return strike(fault);
    chosen -= context_.plan.rate(fault);
  }
}

void World::strike(Fault fault) {
  Random& random = context_.random;
  Seat& seat = seats_[random.index(seats_.size())];
  Device& device = seat.tab->device();
  const auto count = [this, fault] { context_.faults.add(fault); };
  switch (fault) {
    case Fault::kTabCrash:
      if (!seat.tab->can_call()) return;
      count();
      seat.tab->doom(1 + random.below(30), [this, &seat] {
        kill(seat);
        reopen_later(seat);
      });
      return seat.app->act();
    case Fault::kTabClosed:
      return close(seat);
    case Fault::kTabFrozen:
      return freeze(seat);
    case Fault::kMachineCrash:
      if (!seat.tab->can_call()) return;
      count();
      seat.tab->doom(1 + random.below(30), [this, &device] { machine_crash(device); });
      return seat.app->act();
    case Fault::kOriginEvicted:
      count();
      return evict_origin(device);
    case Fault::kClockForward:
      count();
      return jump(device, random.between(1, random.chance(500) ? kMinuteMs : 30 * kHourMs));
    case Fault::kClockBack:
      count();
      return jump(device, -random.between(1, random.chance(500) ? kMinuteMs : 30 * kHourMs));
    case Fault::kOffline:
      device.online = !device.online;
      // The browser's own idea of it comes late, is wrong or does not come.
      if (random.chance(700)) signal(device, NetworkChanged{random.chance(900) == device.online});
      return;
    case Fault::kForeignCommit:
      return network_.foreign_commit();
    case Fault::kSquashed:
      context_.log("hub", "history squashed");
      return network_.squash();
    case Fault::kDatasetDeleted:
      context_.log("hub", "dataset deleted");
      return network_.delete_dataset();
    case Fault::kDatasetRenamed:
      context_.log("hub", "dataset renamed");
      network_.rename_dataset();
      return context_.schedule.in(random.between(1, 2 * kMinuteMs), [this] { network_.undo_rename(); });
    case Fault::kTokenExpired:
      count();
      device.token_is_good = false;
      return;
    case Fault::kSignedOut:
      return sign_in(device, !device.signed_in);
    case Fault::kDiskFull:
      device.store.quota_bytes = random.chance(500) ? device.store.bytes() : context_.plan.quota_bytes;
      return;
    default:
      return;
  }
}

void World::kill(Seat& seat) {
  seat.tab->crash();
  seat.app->tab_died();
}

void World::reopen_later(Seat& seat) {
  context_.schedule.in(context_.random.between(1, 2 * kMinuteMs), [&seat] {
    if (!seat.tab->is_open()) seat.tab->open();
  });
}

void World::close(Seat& seat) {
  if (!seat.tab->can_call()) return;
  context_.faults.add(Fault::kTabClosed);
  seat.tab->call(Close{}, [this, &seat](const Reply&, const SharedBytes&) {
    kill(seat);
    reopen_later(seat);
  });
}

void World::freeze(Seat& seat) {
  if (!seat.tab->can_call()) return;
  context_.faults.add(Fault::kTabFrozen);
  context_.log(seat.tab->name(), "freezes");
  seat.tab->freeze();
  const int64_t ms = context_.random.between(1'000, context_.random.chance(500) ? kMinuteMs : kHourMs);
  context_.schedule.in(ms, [this, &seat] {
    if (!seat.tab->is_frozen()) return;
    context_.faults.add(Fault::kTabThawed);
    seat.tab->thaw();
  });
}

void World::jump(Device& device, int64_t ms) {
  context_.log("d" + std::to_string(device.index), "clock jumps by " + std::to_string(ms) + " ms");
  device.clock_offset += ms;
  context_.checker.budget().forgotten(device.index, context_.schedule.now());
}

void World::sign_in(Device& device, bool signed_in) {
  context_.faults.add(signed_in ? Fault::kSignedIn : Fault::kSignedOut);
  context_.log("d" + std::to_string(device.index), signed_in ? "signs in" : "signs out");
  device.signed_in = signed_in;
  device.token_is_good = signed_in;
  signal(device, TokenChanged{signed_in});
}

void World::machine_crash(Device& device) {
  for (Seat* seat : seats_of(device)) kill(*seat);
  const uint64_t kept = context_.random.below(device.store.unflushed() + 1);
  if (kept < device.store.unflushed()) {
    context_.faults.add(Fault::kMachineCrashLoss);
    context_.checker.device_forgets(device.index, context_.checker.moment());
    context_.checker.budget().forgotten(device.index, context_.schedule.now());
  }
  context_.log("d" + std::to_string(device.index), "machine crash loses " +
                                                       std::to_string(device.store.unflushed() - kept) + " of " +
                                                       std::to_string(device.store.unflushed()));
  device.store.lose_unflushed(kept);
  context_.checker.machine_crashed(device.index, device.store.applied());
  for (Seat* seat : seats_of(device)) reopen_later(*seat);
}

void World::evict_origin(Device& device) {
  for (Seat* seat : seats_of(device)) kill(*seat);
  context_.log("d" + std::to_string(device.index), "origin evicted");
  device.store.evict();
  context_.checker.device_evicted(device.index);
  context_.checker.device_forgets(device.index, context_.checker.moment());
  context_.checker.budget().forgotten(device.index, context_.schedule.now());
  for (Seat* seat : seats_of(device)) reopen_later(*seat);
}

void World::signal(Device& device, const Event& event) {
  for (Seat* seat : seats_of(device)) {
    if (seat->tab->is_open()) seat->tab->signal(event);
  }
}

std::vector<World::Seat*> World::seats_of(const Device& device) {
  std::vector<Seat*> found;
  for (Seat& seat : seats_) {
    if (&seat.tab->device() == &device) found.push_back(&seat);
  }
  return found;
}

// ------------------------------------------------------------------------------------------------ coming to rest

void World::end_faults() {
  context_.log("world", "no more faults");
  context_.faults_on = false;
  network_.restore();
  for (Seat& seat : seats_) {
    if (!seat.tab->is_open()) seat.tab->open();
    seat.tab->doom(0, nullptr);
    seat.tab->thaw();
  }
  for (const auto& device : devices_) {
    device->store.quota_bytes = UINT64_MAX;
    sign_in(*device, true);
    device->online = true;
    signal(*device, VisibilityChanged{true});
    signal(*device, NetworkChanged{true});
  }
}

void World::ask_everything() {
  for (const auto& device : devices_) {
    Seat& seat = *seats_of(*device).front();
    // A close() that was under way when the faults stopped may have ended it since.
    if (!seat.tab->is_open()) seat.tab->open();
    App& app = *seat.app;
    app.list("projects", Kind::kJson);
    app.list("notes", Kind::kJson);
    app.list("pdfs", Kind::kBlob);
    app.ask_status();
    for (size_t item = 0; item < context_.plan.items.size(); ++item) app.load(item);
  }
}

std::string World::difference() {
  for (const auto& device : devices_) {
    const App& app = *seats_of(*device).front()->app;
    const std::string who = "device " + std::to_string(device->index);
    for (size_t item = 0; item < context_.plan.items.size(); ++item) {
      const std::optional<Fields> on_hub = network_.items()[item].self;
      if (app.shown(item) == on_hub) continue;
      return who + " shows " + to_text(app.shown(item)) + " of " + context_.plan.items[item].id + ", the Hub has " +
             to_text(on_hub);
    }
    if (!app.last_status()) return who + " has no status";
    const uint32_t pending = app.last_status()->pending;
    if (pending > 0) return who + " still has " + std::to_string(pending) + " pending items";
    if (device->store.count("outbox/") > 0) return who + " still has rows in its outbox";
  }
  return "";
}

void World::converge() {
  const int64_t end = context_.schedule.now() + kMostConvergenceMs;
  std::string difference = "nothing yet";
  while (!difference.empty()) {
    if (context_.schedule.now() >= end) throw Violation{7, difference};
    run_until(context_.schedule.now() + 2 * kMinuteMs);
    ask_everything();
    run_until(context_.schedule.now() + kMinuteMs);
    difference = this->difference();
  }
  context_.checker.all_delivered();
  run_until(context_.schedule.now() + 10 * kMinuteMs);
  for (const Seat& seat : seats_) seat.tab->check_at_rest();
  if (!network_.complaints().empty()) throw Violation{9, network_.complaints().front()};
}

}  // namespace hubstash::sim
