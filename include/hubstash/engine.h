#pragma once
// The engine: everything hubstash decides, without a clock, I/O, threads or statics. A host (the browser's in
// wasm/browser, the tests', the simulator's) feeds it events and carries out its effects.

#include <memory>
#include <optional>
#include <string>

#include "hubstash/messages.h"

namespace hubstash {

/// What `openStore` was asked for; sizes in bytes, times in milliseconds. See Options::validate for the rules.
struct Options {
  // What the store is.
  Mode mode = Mode::kHybrid;
  std::string hub_url = "https://huggingface.co";  ///< Origin, without a trailing slash.
  std::string dataset;                             ///< "namespace/name".
  std::string branch = "main";
  std::string prefix;  ///< Folder inside the repo, without slashes at its ends; empty = the root.
  /// Whose data this is; empty where the first account that syncs decides. Tokens of another one are not used.
  std::string account;
  /// Which account's data on this device: empty for those of the first one, else a name that the host has given.
  std::string place;

  // What it may do.
  bool create_dataset = true;
  bool allow_public = false;
  Durability durability = Durability::kStrict;
  ConflictPolicy conflict = ConflictPolicy::kMerge;

  // When it syncs.
  bool auto_sync = true;
  int64_t idle_ms = 30'000;
  int64_t max_wait_ms = 300'000;
  int64_t poll_ms = 60'000;  ///< 0 = only at open and when asked.
  uint32_t commits_per_hour = 120;
  /// To the Hub's API in any five minutes, all tabs together; five times as many downloads, half of both without a
  /// token. The Hub allows a free account 1,000.
  uint32_t requests_per_window = 700;

  /// Most bytes of bodies that the Hub has too; without it a share of the quota (QuotaKnown).
  std::optional<uint64_t> cache_max_bytes;

  /// Host entropy for this engine's own random numbers (jitter, revision names). The one source of chance.
  uint64_t seed_low = 0, seed_high = 0;

  /// INVALID_ARGUMENT with the name of the option that is wrong.
  Status validate() const;
  /// Mount point and database name: one for each Hub, dataset, branch, prefix and place. Call it on valid options.
  std::string mount_point() const;
};

/// Reads the options from the JSON object that `openStore` sends. Unknown members are ignored.
/// Errors: INVALID_ARGUMENT.
Result<Options> options_from_json(const Bytes& json);

class Engine {
 public:
  /// `options` have passed validate(). The engine waits for Opened.
  explicit Engine(Options options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Takes one event. `now` never matters for correctness, only for when things happen; it may jump.
  void handle(Event event, TimeMs now);
  /// Moves the next effect to `effect`; false when there is none. Poll until false after every handle().
  bool poll(Effect* effect);
  /// When the engine wants a Tick; 0 = never. Changes with every handle().
  TimeMs next_deadline() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// ------------------------------------------------------------------------------------------------ the C ABI's JSON

/// An app call from the JSON header and the body that the C ABI carries (c_api.h tells the members of each).
/// Errors: INVALID_ARGUMENT, INVALID_ID.
Result<AppCall> call_from_json(const Bytes& header, Bytes body, BlobRef blob);

/// The JSON header of a notice to the app (c_api.h tells the members): for Reply, Progress, Changed, ConflictDecided,
/// StatusChanged and BackgroundError.
Bytes notice_to_json(const EffectBody& notice);

/// The JSON header of the notice that asks the app's resolver.
Bytes question_to_json(EffectId effect, const AskResolver& question);

}  // namespace hubstash
