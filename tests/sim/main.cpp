// The simulator's command line: runs seeds one after the other, and prints what it saw as one line of JSON, which
// tools/sim.js adds up. Options: --first-seed N, --seeds M, --trace, --canary N (canary.h), --keep-going.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <unistd.h>

#include "sim/world.h"

namespace hubstash::sim {
namespace {

struct Arguments {
  uint64_t first_seed = 1;
  uint64_t seeds = 100;
  bool trace = false;
  bool keep_going = false;
  Canary canary = Canary::kNone;
};

Arguments parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto number = [&] { return i + 1 < count ? std::strtoull(words[++i], nullptr, 10) : 0; };
    if (word == "--first-seed") {
      arguments.first_seed = number();
    } else if (word == "--seeds") {
      arguments.seeds = number();
    } else if (word == "--trace") {
      arguments.trace = true;
    } else if (word == "--keep-going") {
      arguments.keep_going = true;
    } else if (word == "--canary") {
      arguments.canary = static_cast<Canary>(number() % static_cast<uint64_t>(Canary::kCount));
    } else {
      std::fprintf(stderr, "sim: no such option: %s\n", words[i]);
      std::exit(2);
    }
  }
  return arguments;
}

/// For a crash of the engine itself: the seed that was running.
char running_seed[32] = "none";

void crashed(int signal) {
  const char text[] = "sim: the engine crashed at seed ";
  const bool written = write(2, text, sizeof text - 1) > 0 && write(2, running_seed, std::strlen(running_seed)) > 0 &&
                       write(2, "\n", 1) > 0;
  _exit(written ? 128 + signal : 255);
}

void report_violation(uint64_t seed, const Violation& violation) {
  std::string text;
  for (const char letter : violation.what) {
    if (letter == '"' || letter == '\\') text += '\\';
    text += letter == '\n' ? ' ' : letter;
  }
  std::printf("{\"seed\":\"%llu\",\"invariant\":%d,\"what\":\"%s\"}\n", static_cast<unsigned long long>(seed),
              violation.invariant, text.c_str());
  std::fflush(stdout);
}

int run(const Arguments& arguments) {
  FaultCounts faults;
  uint64_t ran = 0, failed = 0, calls = 0, commits = 0;
  int64_t model_ms = 0;
  for (uint64_t i = 0; i < arguments.seeds; ++i) {
    const uint64_t seed = arguments.first_seed + i;
    std::snprintf(running_seed, sizeof running_seed, "%llu", static_cast<unsigned long long>(seed));
    const Outcome outcome = World(seed, arguments.trace, arguments.canary).run();
    ++ran;
    calls += outcome.calls;
    commits += outcome.commits;
    model_ms += outcome.model_ms;
    faults.add_all(outcome.faults);
    if (!outcome.violation) continue;
    ++failed;
    report_violation(seed, *outcome.violation);
    if (!arguments.keep_going) break;
  }
  std::printf("{\"ran\":%llu,\"failed\":%llu,\"calls\":%llu,\"commits\":%llu,\"modelMs\":%lld,\"faults\":{",
              static_cast<unsigned long long>(ran), static_cast<unsigned long long>(failed),
              static_cast<unsigned long long>(calls), static_cast<unsigned long long>(commits),
              static_cast<long long>(model_ms));
  for (size_t i = 0; i < kFaults; ++i) {
    std::printf("%s\"%s\":%llu", i == 0 ? "" : ",", std::string(kFaultNames[i]).c_str(),
                static_cast<unsigned long long>(faults.of(i)));
  }
  std::printf("}}\n");
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace hubstash::sim

int main(int count, char** words) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL}) std::signal(signal, hubstash::sim::crashed);
  return hubstash::sim::run(hubstash::sim::parse(count, words));
}
