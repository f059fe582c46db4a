#pragma once
// What operations share: the queue of effects, who waits for which answer, timers, and the engine's knowledge of the
// outside. Operations talk to the outside only through here.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "hub/requests.h"
#include "hubstash/engine.h"
#include "store/lease.h"
#include "store/remote.h"
#include "sync/budget_ledger.h"
#include "sync/cache_ledger.h"
#include "sync/download.h"
#include "sync/hub_calls.h"
#include "sync/key_queue.h"
#include "sync/known_records.h"
#include "sync/operation.h"
#include "sync/readers.h"
#include "sync/scheduler.h"

namespace hubstash {

/// Since the engine began; what `metrics()` shows of the network.
struct NetworkCounters {
  uint64_t requests = 0, retries = 0, bytes_sent = 0, bytes_received = 0;
};

/// The same of compression: the documents that went to the Hub as gzip, before and after.
struct CompressionCounters {
  uint64_t raw_bytes = 0, stored_bytes = 0;
};

/// A listing for which the disk has no room, on a device that has none at all.
struct UnkeptListing {
  RemoteHead head;
  std::map<Bytes, Folder> folders;  ///< By key.
};

/// What the engine remembers between operations. Everything that must survive a crash is in the store instead.
struct SharedState {
  bool online = true;                  ///< The browser's hint.
  SyncPhase phase = SyncPhase::kIdle;  ///< Of the run under way.
  Status last_run;                     ///< How the last run ended.
  TimeMs last_sync_at = 0;             ///< When a run last succeeded.
  TimeMs last_probe_at = 0;            ///< When the Hub last told us the head.
  TimeMs unreachable_at = 0;           ///< When the Hub last could not be reached; 0 when it could be since.
  bool closed = false;                 ///< By the app: nothing new is begun.
  std::string last_commit;
  bool dataset_is_public = false;
  bool outbox_seen = false;   ///< What earlier pages left there is known.
  uint64_t writes_ended = 0;  ///< Counts the write calls that have ended.
  OperationId pull = 0;       ///< The pull under way, if it still runs.
  OperationId sync = 0;
  std::optional<UnkeptListing> unkept;  ///< Of the last pull.
  OperationId eviction = 0;
  OperationId flush = 0;
  OperationId sharing_budget = 0;
  OperationId checking_account = 0;
  std::optional<Lease> lease;  ///< As last written, while this engine syncs under it.
  bool status_is_stale = false;
  TimeMs status_told_at = 0;          ///< When the app was last told the status.
  std::map<std::string, Kind> kinds;  ///< Of the collections that the app has named.
};

/// What a write may claim when the disk is full: a save gets the room of bodies that the Hub has too; what frees room
/// in the end (a deletion, a push) gets the reserve as well.
enum class WritePurpose : uint8_t { kOther, kSave, kBookkeeping };

/// A write that found the disk full, and whom to tell.
struct RoomOrder {
  OperationId operation = 0;
  uint32_t tag = 0;
  WritePurpose purpose = WritePurpose::kOther;
  uint64_t bytes = 0;
  Status failure;
};

class Core {
 public:
  explicit Core(Options options);
  ~Core();

  // What operations ask for. Answers come to Operation::resume with `tag`.
  void store(OperationId operation, StoreTx tx, uint32_t tag = 0);
  /// The same for a write that expects its records unchanged. When the disk is full, room is made, once for each
  /// operation (make_room.h); it then hears that its reads are stale, and plans again.
  void store_making_room(OperationId operation, WritePurpose purpose, StoreTx tx, uint32_t tag = 0);
  void hash_blob(OperationId operation, BlobRef blob, uint32_t tag = 0);
  void open_body(OperationId operation, OpenBody body, uint32_t tag = 0);
  void read_range(OperationId operation, ReadRange range, uint32_t tag = 0);
  void release(BlobRef blob);
  /// `what` names the exchange in errors.
  void hub(OperationId operation, HttpRequest request, std::string what, HubPolicy policy, uint32_t tag = 0);
  /// The id of the effect names the lock, should it be given: DropLock wants it.
  EffectId try_lock(OperationId operation, uint32_t tag = 0) { return ask(operation, tag, TryLock{}); }
  void timer(OperationId operation, TimeMs at, uint32_t tag = 0);
  /// Lines a write up behind earlier writes of the same items. True: go on now; false: YourTurn comes later. The place
  /// is given up when the operation finishes.
  bool enter_line(OperationId operation, const std::vector<std::string>& keys);
  /// Gives the place up early: for those that only wait until the writes before them are done.
  void leave_line(OperationId operation);
  /// Every item that is being written now.
  std::vector<std::string> lines() const { return write_queue_.keys(); }
  /// Starts a child; the parent (0: nobody) is resumed with ChildDone.
  OperationId spawn(std::unique_ptr<Operation> child, OperationId parent, uint32_t tag = 0);
  /// Resumes `waiter` too when `child` finishes.
  void join(OperationId child, OperationId waiter, uint32_t tag = 0);
  void finish(OperationId operation, Status status, ReplyValue value);
  /// Ends the exchanges that the operation still waits for.
  void abort_exchanges(OperationId operation);
  /// Ends the operations that only `waiter` waited for.
  void abandon_children(OperationId waiter);
  /// Ends an operation if it is still there.
  void cancel(OperationId operation);
  bool running(OperationId operation) const { return operations_.count(operation) != 0; }

  // App calls.
  /// `is_write`: until it ends, the store is not called synced.
  void start_call(RequestId request, std::unique_ptr<Operation> operation, bool is_write);
  void cancel_call(RequestId request);
  size_t calls() const { return calls_.size(); }
  /// How many write calls are running.
  size_t writing() const { return writing_; }
  void reply(RequestId request, Status status, ReplyValue value);
  /// Tells every call that waits for this operation, however far away.
  void progress(OperationId operation, const std::string& phase, uint64_t loaded, std::optional<uint64_t> total,
                const std::string& item);
  void changed(std::string collection, std::vector<std::string> ids, ChangeSource source);
  /// Asks the app's resolver; `operation` is resumed with its Decide.
  void ask_app(OperationId operation, AskResolver question);
  void conflict_decided(ConflictDecided decided) { emit(std::move(decided)); }
  /// Hands the app's decision to the operation that asked for it, if that still waits.
  void decide(Decide decision);
  /// Items were saved or deleted here: tells the app, and plans to sync.
  void saved(const std::string& collection, std::vector<std::string> ids);
  /// A synchronisation has ended so.
  void run_ended(const Status& status);
  /// The status without what waits in the outbox, which only the store knows.
  StoreStatus current_status() const;
  /// The engine tells the app the new status when it is next idle.
  void status_changed() { state_.status_is_stale = true; }
  void emit(EffectBody body);

  // What the engine routes here.
  void answer(Answer answer);
  void http_progress(const HttpProgress& event);
  void tick();
  TimeMs next_deadline() const;
  bool poll(Effect* effect);
  /// Gives a token answer that the app volunteered.
  void token_changed(bool available) { hub_calls_.token_changed(available); }
  /// The budget that the tabs share has been read: what waited for it goes on.
  void budget_shared() { hub_calls_.budget_shared(); }

  const Options& options() const { return options_; }
  const Repo& repo() const { return repo_; }
  TimeMs now() const { return now_; }
  /// Deadlines are wall-clock times: they hold through a sleep, and move along when the clock is set back.
  void set_now(TimeMs now);
  /// Names this engine in the lease.
  const std::string& owner() const { return owner_; }
  Random& random() { return random_; }
  uint64_t stamp() { return random_.next(); }
  SharedState& state() { return state_; }
  const SharedState& state() const { return state_; }
  Scheduler& scheduler() { return scheduler_; }
  const Scheduler& scheduler() const { return scheduler_; }
  HubCalls& hub_calls() { return hub_calls_; }
  BudgetLedger& budget() { return budget_; }
  NetworkCounters& network() { return network_; }
  CompressionCounters& compression() { return compression_; }
  CacheLedger& cache() { return cache_; }
  const CacheLedger& cache() const { return cache_; }
  KnownRecords& known_records() { return known_records_; }
  Readers& readers() { return readers_; }
  DownloadWays& downloads() { return downloads_; }
  bool signed_out() const { return hub_calls_.signed_out(); }

  /// Puts an effect that wants an answer for `operation` into the queue; used by HubCalls too.
  EffectId ask(OperationId operation, uint32_t tag, EffectBody body);
  /// Delivers an input, if the operation is still there.
  void deliver(OperationId operation, Input input);

 private:
  struct Waiting {
    OperationId operation = 0;
    uint32_t tag = 0;
    WritePurpose purpose = WritePurpose::kOther;
    uint64_t bytes = 0;  ///< That a write with a purpose puts.
  };
  struct Running {
    std::unique_ptr<Operation> operation;
    std::vector<Waiting> waiters;
    RequestId request = 0;
    bool background = false;  ///< Goes on although nobody waits for it.
    bool is_write = false;
    bool room_made = false;
  };
  struct Timer {
    OperationId operation = 0;
    uint32_t tag = 0;
    TimeMs at = 0;
  };
  SyncPhase current_phase() const;
  OperationId adopt(std::unique_ptr<Operation> operation);
  void add_requests(OperationId operation, std::set<RequestId>* requests) const;
  void drop_late(Answer* answer);
  bool make_room(const Waiting& waiting, const StoreAnswer& answer);

  const Options options_;
  const Repo repo_;
  TimeMs now_ = 0;
  Random random_;
  const std::string owner_;
  SharedState state_;
  NetworkCounters network_;
  CompressionCounters compression_;
  CacheLedger cache_;
  BudgetLedger budget_;
  KnownRecords known_records_;
  Scheduler scheduler_;
  KeyQueue write_queue_;
  std::deque<Effect> effects_;
  DownloadWays downloads_;
  Readers readers_;  ///< Releases blobs when it goes, as operations do.
  std::map<EffectId, Waiting> waiting_;
  std::map<EffectId, OperationId> questions_;  ///< That the app has not answered.
  std::map<OperationId, Running> operations_;
  /// Finished operations stay until the event has been handled: one may finish deep inside its own call.
  std::vector<std::unique_ptr<Operation>> finished_;
  std::map<RequestId, OperationId> calls_;
  size_t writing_ = 0;
  std::vector<Timer> timers_;
  HubCalls hub_calls_;
  EffectId next_effect_ = 1;
  OperationId next_operation_ = 1;
};

}  // namespace hubstash
