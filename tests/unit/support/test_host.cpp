#include "support/test_host.h"

#include <algorithm>

#include "catch.h"

namespace hubstash::test {
namespace {

/// A host that is never done would run for ever.
constexpr int kMostSteps = 100'000;

}  // namespace

Options test_options(uint64_t seed) {
  Options options;
  options.hub_url = kHubUrl;
  options.dataset = kDataset;
  options.auto_sync = false;
  options.poll_ms = 0;
  options.seed_low = seed;
  options.seed_high = 42;
  return options;
}

TestHost::TestHost(ModelHub& hub, TestStore& store, Options options) : hub_(hub), store_(store) {
  const Status valid = options.validate();
  REQUIRE(valid.ok());
  engine_ = std::make_unique<Engine>(std::move(options));
  handle(Opened{});
}

TestHost::~TestHost() {
  if (crashed()) return;
  release_held();
  settle();
  CHECK(blobs_.empty());
  CHECK(hub_.complaints == std::vector<std::string>());
}

void TestHost::crash() {
  engine_.reset();
  queue_.clear();
  held_.clear();
  held_answers_.clear();
  blobs_.clear();
  if (locks != nullptr && locks->holder == this) *locks = LockTable();
}

RequestId TestHost::send(AppCall call) {
  const RequestId request = next_request_++;
  handle(AppRequest{request, std::move(call)});
  return request;
}

void TestHost::handle(Event event) {
  if (const auto* token = std::get_if<TokenChanged>(&event)) holds_token = token->available;
  if (!crashed()) engine_->handle(std::move(event), now);
}

Reply TestHost::wait(RequestId request) {
  settle();
  for (int steps = 0; !crashed() && !answered(request); ++steps) {
    const TimeMs next = engine_->next_deadline();
    INFO("request " << request << " waits for nothing");
    REQUIRE((next != 0 && steps < kMostSteps));
    now = std::max(now, next);
    handle(Tick{});
    settle();
  }
  if (crashed()) return Reply{request, Status(ErrorCode::WORKER_DIED, "crashed"), {}};
  return replies_.at(request);
}

void TestHost::settle() {
  for (int steps = 0; !crashed(); ++steps) {
    REQUIRE(steps < kMostSteps);
    Effect effect;
    while (engine_->poll(&effect)) queue_.push_back(std::move(effect));
    if (queue_.empty()) return;
    effect = std::move(queue_.front());
    queue_.pop_front();
    run(std::move(effect));
  }
}

void TestHost::advance(TimeMs ms) {
  const TimeMs end = now + ms;
  settle();
  for (int steps = 0; !crashed(); ++steps) {
    REQUIRE(steps < kMostSteps);
    const TimeMs next = engine_->next_deadline();
    if (next == 0 || next > end) break;
    now = std::max(now, next);
    handle(Tick{});
    settle();
  }
  now = end;
}

void TestHost::run(Effect effect) {
  const Fate what = fate ? fate(effect) : Fate::kRun;
  if (what == Fate::kCrashBefore) return crash();
  if (what == Fate::kHold) return held_.push_back(std::move(effect));
  holding_answers_ = what == Fate::kHoldAnswer;
  carry_out(effect);
  holding_answers_ = false;
  if (what == Fate::kCrashAfter) crash();
}

void TestHost::release_held() {
  std::vector<Effect> held = std::exchange(held_, {});
  for (Answer& answer : std::exchange(held_answers_, {})) handle(std::move(answer));
  for (const Effect& effect : held) carry_out(effect);
}

void TestHost::answer(EffectId effect, Answer answer) {
  answer.effect = effect;
  if (holding_answers_) return held_answers_.push_back(std::move(answer));
  handle(std::move(answer));
}

BlobRef TestHost::add_blob(Bytes content) {
  const BlobRef blob = next_blob_++;
  blobs_[blob] = std::move(content);
  return blob;
}

void TestHost::carry_out(const Effect& effect) {
  if (const auto* tx = std::get_if<StoreTx>(&effect.body)) {
    const auto read_blob = [this](BlobRef blob) { return blobs_.count(blob) == 0 ? nullptr : &blobs_.at(blob); };
    answer(effect.id, {0, store_.run(*tx, read_blob)});
  } else if (const auto* open = std::get_if<OpenBody>(&effect.body)) {
    Bytes content;
    BlobAnswer opened = store_.open_body(*open, &content);
    if (opened.status.ok()) opened.blob = add_blob(std::move(content));
    answer(effect.id, {0, std::move(opened)});
  } else if (const auto* range = std::get_if<ReadRange>(&effect.body)) {
    const auto read_blob = [this](BlobRef blob) { return blobs_.count(blob) == 0 ? nullptr : &blobs_.at(blob); };
    Bytes content;
    BlobAnswer cut = store_.read_range(*range, read_blob, &content);
    if (cut.missing.empty()) cut.blob = add_blob(std::move(content));
    answer(effect.id, {0, std::move(cut)});
  } else if (const auto* hash = std::get_if<HashBlob>(&effect.body)) {
    BlobAnswer gone;  // Its call was cancelled while the effect was held.
    gone.status = Status(ErrorCode::INVALID_ARGUMENT, "The blob has gone.");
    answer(effect.id, {0, blobs_.count(hash->blob) == 0 ? gone : hash_content(blobs_.at(hash->blob))});
  } else if (const auto* blob = std::get_if<ReleaseBlob>(&effect.body)) {
    CHECK(blobs_.erase(blob->blob) == 1);
  } else if (const auto* request = std::get_if<HttpRequest>(&effect.body)) {
    http(effect.id, *request);
  } else if (const auto* target = std::get_if<HttpAbort>(&effect.body)) {
    abort(target->target);
  } else if (std::holds_alternative<TryLock>(effect.body)) {
    try_lock(effect.id);
  } else if (const auto* lock = std::get_if<DropLock>(&effect.body)) {
    drop_lock(lock->target);
  } else if (const auto* ask = std::get_if<AskToken>(&effect.body)) {
    ++tokens_asked;
    if (ask->refused) ++tokens_refused;
    if (ask->refused && token_can_be_renewed) hub_.token_valid = true;
    const bool had_token = std::exchange(holds_token, has_token && (!ask->refused || token_can_be_renewed));
    answer(effect.id, {0, TokenAnswer{holds_token, holds_token && (ask->refused || !had_token), known_account}});
  } else if (const auto* reply = std::get_if<Reply>(&effect.body)) {
    CHECK(replies_.emplace(reply->request, *reply).second);
    const auto* loaded = std::get_if<Loaded>(&reply->value);
    if (loaded == nullptr || loaded->blob == 0) return;
    REQUIRE(blobs_.count(loaded->blob) == 1);
    delivered_[loaded->blob] = std::move(blobs_.extract(loaded->blob).mapped());
  } else if (const auto* question = std::get_if<AskResolver>(&effect.body)) {
    if (!resolver) return;
    Decide decision = resolver(*question);
    decision.effect = effect.id;
    send(std::move(decision));
  } else if (const auto* decided = std::get_if<ConflictDecided>(&effect.body)) {
    conflicts.push_back(*decided);
  } else if (const auto* changed = std::get_if<Changed>(&effect.body)) {
    changes.push_back(*changed);
  } else if (const auto* status = std::get_if<StatusChanged>(&effect.body)) {
    statuses.push_back(status->status);
  } else if (const auto* account = std::get_if<AccountFound>(&effect.body)) {
    accounts.push_back(*account);
  } else if (const auto* error = std::get_if<BackgroundError>(&effect.body)) {
    errors.push_back(error->status);
  }
}

void TestHost::try_lock(EffectId effect) {
  const bool held = locks != nullptr && locks->holder == nullptr;
  if (held) *locks = {this, effect};
  answer(effect, {0, LockAnswer{held}});
}

void TestHost::drop_lock(EffectId effect) {
  REQUIRE(locks != nullptr);
  REQUIRE(locks->holder == this);
  REQUIRE(locks->effect == effect);
  *locks = LockTable();
}

void TestHost::http(EffectId id, const HttpRequest& request) {
  Bytes body;
  if (const Bytes* bytes = std::get_if<Bytes>(&request.body)) body = *bytes;
  if (const BlobRef* blob = std::get_if<BlobRef>(&request.body)) {
    REQUIRE(blobs_.count(*blob) == 1);
    body = blobs_.at(*blob);
  }
  HttpRequest sent = request;
  sent.authorize = request.authorize && holds_token;
  HttpAnswer reply = hub_.handle(sent, body);
  if (request.body_as_blob && (reply.http_status == 200 || reply.http_status == 206))
    reply.blob = add_blob(std::exchange(reply.body, {}));
  answer(id, {0, std::move(reply)});
}

void TestHost::abort(EffectId target) {
  const auto is_target = [target](const Effect& effect) { return effect.id == target; };
  const auto held = std::find_if(held_.begin(), held_.end(), is_target);
  if (held == held_.end()) return;  // It has been answered already.
  held_.erase(held);
  HttpAnswer aborted;
  aborted.status = Status(ErrorCode::ABORTED, "The exchange was ended.");
  answer(target, {0, std::move(aborted)});
}

Reply TestHost::save(const std::string& id, const std::string& text, const std::string& collection) {
  return call(SaveDocuments{collection, {{id, static_cast<uint32_t>(text.size())}}, text});
}

RequestId TestHost::send_blob(const std::string& id, const Bytes& content) {
  return send(SaveBlob{"pdfs", id, add_blob(content), "application/pdf"});
}

std::string TestHost::load(const std::string& id) {
  const Reply reply = call(Load{"projects", Kind::kJson, id});
  if (!reply.status.ok()) return std::string(error_name(reply.status.code()));
  const Loaded& loaded = std::get<Loaded>(reply.value);
  return loaded.found ? loaded.body : "(none)";
}

std::string TestHost::load_pdf(const std::string& id) {
  const Reply reply = call(Load{"pdfs", Kind::kBlob, id});
  if (!reply.status.ok()) return std::string(error_name(reply.status.code()));
  const Loaded& loaded = std::get<Loaded>(reply.value);
  if (!loaded.found || loaded.blob != 0) return loaded.found ? delivered_.at(loaded.blob) : "(none)";
  return loaded.body;
}

std::string TestHost::open_pdf(const std::string& id) {
  const Reply reply = call(OpenBlob{"pdfs", id});
  if (!reply.status.ok()) return std::string(error_name(reply.status.code()));
  const Opening& opening = std::get<Opening>(reply.value);
  return opening.found ? opening.reader : "(none)";
}

Bytes TestHost::range_of(const Reply& reply) const {
  if (!reply.status.ok()) return Bytes(error_name(reply.status.code()));
  const Loaded& loaded = std::get<Loaded>(reply.value);
  return loaded.blob == 0 ? loaded.body : delivered_.at(loaded.blob);
}

std::vector<std::string> TestHost::copy_ids(const std::string& collection, Kind kind) {
  const Reply reply = call(ListConflicts{collection, kind, ""});
  REQUIRE(reply.status.ok());
  std::vector<std::string> ids;
  for (const ConflictCopy& copy : std::get<Copies>(reply.value).items) ids.push_back(copy.copy_id);
  return ids;
}

std::string TestHost::copies(const std::string& collection, Kind kind) {
  const Reply reply = call(ListConflicts{collection, kind, ""});
  REQUIRE(reply.status.ok());
  std::string text;
  for (const ConflictCopy& copy : std::get<Copies>(reply.value).items) {
    text += (text.empty() ? "" : " ") + copy.id + (copy.side == Side::kLocal ? ":local" : ":remote");
  }
  return text;
}

std::string TestHost::list(const std::string& collection, Kind kind) {
  const Reply reply = call(List{collection, kind});
  if (!reply.status.ok()) return std::string(error_name(reply.status.code()));
  const char* const names[] = {"synced", "pending", "remote-only", "conflict"};
  std::string text;
  for (const ItemInfo& item : std::get<Items>(reply.value).items) {
    text += (text.empty() ? "" : " ") + item.id + ":" + names[static_cast<int>(item.state)];
  }
  return text;
}

}  // namespace hubstash::test
