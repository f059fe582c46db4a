#pragma once
// What the parts of one simulated world share.

#include <string>

#include "sim/canary.h"
#include "sim/checker.h"
#include "sim/faults.h"
#include "sim/plan.h"
#include "sim/schedule.h"
#include "sim/trace.h"

namespace hubstash::sim {

struct Context {
  Context(uint64_t seed, bool traced, Canary the_canary)
      : plan(seed),
        random(plan.random),
        trace(traced),
        canary(the_canary),
        checker(plan.items.size(), plan.devices, plan.options) {}

  /// Whether this fault strikes now; counts it.
  bool strikes(Fault fault) {
    if (!faults_on || !random.chance(plan.rate(fault))) return false;
    faults.add(fault);
    return true;
  }
  void log(const std::string& who, const std::string& what) { trace.line(schedule.now(), who, what); }

  Plan plan;
  Random& random;
  Schedule schedule;
  Trace trace;
  const Canary canary;
  Checker checker;
  FaultCounts faults;
  bool faults_on = true;
};

}  // namespace hubstash::sim
