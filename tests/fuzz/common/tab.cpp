#include "common/tab.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "support/hub_text.h"

namespace hubstash::fuzz {
namespace {

/// More than any honest story takes; a tab that is not at rest by then never will be.
constexpr int kMostSteps = 20'000;
/// Effects that wait at once: a few for each call, and there are at most as many calls as the engine admits.
constexpr size_t kMostWaiting = 50'000;
/// A story picks copies by a byte.
constexpr size_t kMostCopies = 256;

const ErrorCode kStoreErrors[] = {ErrorCode::QUOTA_EXCEEDED, ErrorCode::STORAGE_CORRUPT, ErrorCode::STORAGE_UNAVAILABLE,
                                  ErrorCode::STORAGE_BLOCKED, ErrorCode::INTERNAL};
const ErrorCode kNetworkErrors[] = {ErrorCode::OFFLINE, ErrorCode::TIMEOUT, ErrorCode::BAD_RESPONSE,
                                    ErrorCode::ABORTED};
const int kStatuses[] = {200, 204, 302, 400, 401, 402, 403, 404, 408, 409, 410, 412, 413, 422, 429, 500, 502, 503, 504};

/// What happens, for whoever looks at one input: tools/fuzz.js sets the variable when it is given one.
void trace(const std::string& line) {
  static const bool on = std::getenv("HUBSTASH_FUZZ_TRACE") != nullptr;
  if (on) std::fprintf(stderr, "%s\n", line.c_str());
}

std::string name_of(const Event& event) {
  if (const auto* call = std::get_if<AppRequest>(&event)) {
    return "call " + std::to_string(call->request) + " of type " + std::to_string(call->call.index());
  }
  if (const auto* cancel = std::get_if<CancelRequest>(&event)) return "cancel " + std::to_string(cancel->request);
  if (const auto* answer = std::get_if<Answer>(&event)) return "answer to " + std::to_string(answer->effect);
  if (std::holds_alternative<Tick>(event)) return "tick";
  return std::holds_alternative<Opened>(event) ? "opened" : "event of type " + std::to_string(event.index());
}

const char* const kEffects[] = {"store",     "open body", "hash",      "release",      "http",  "abort",
                                "ask token", "try lock",  "drop lock", "ask resolver", "reply", "notice"};

/// The model of the Hub reads only what a browser could have sent.
bool is_readable(const std::string& url) {
  const size_t cursor = url.find("cursor=");
  if (cursor != url.npos && url.find_first_not_of("0123456789", cursor + 7) != url.npos) return false;
  if (cursor != url.npos && (cursor + 7 == url.size() || url.size() - cursor > 12)) return false;
  for (size_t at = url.find('%'); at != url.npos; at = url.find('%', at + 1)) {
    if (url.size() < at + 3 || !std::isxdigit(url[at + 1]) || !std::isxdigit(url[at + 2])) return false;
  }
  return true;
}

}  // namespace

Tab::Tab(Disk& disk, test::ModelHub& hub, const Options& options, TimeMs now)
    : disk_(disk), hub_(hub), hub_origin_(options.hub_url + "/"), engine_(options) {
  handle(Opened{}, now);
}

void Tab::handle(Event event, TimeMs now) {
  trace(std::to_string(now) + " " + name_of(event));
  engine_.handle(std::move(event), now);
  take_effects();
}

void Tab::send(AppCall call, TimeMs now) {
  const RequestId request = next_request_++;
  calls_.insert(request);
  handle(AppRequest{request, std::move(call)}, now);
}

BlobRef Tab::add_blob(Bytes content) {
  const BlobRef blob = next_blob_++;
  blobs_[blob] = std::move(content);
  return blob;
}

const Bytes* Tab::read_blob(BlobRef blob) const {
  const auto found = blobs_.find(blob);
  return found == blobs_.end() ? nullptr : &found->second;
}

void Tab::cancel(Choices& choices, TimeMs now) {
  if (calls_.empty()) return;
  auto call = calls_.begin();
  std::advance(call, static_cast<ptrdiff_t>(choices.below(std::min<size_t>(calls_.size(), 256))));
  handle(CancelRequest{*call}, now);
}

void Tab::take_effects() {
  Effect effect;
  for (int count = 0; engine_.poll(&effect); ++count) {
    HS_CHECK(count < kMostSteps);
    take(std::move(effect));
  }
  HS_CHECK(waiting_.size() < kMostWaiting);
}

void Tab::take(Effect effect) {
  std::string line = "  " + std::to_string(effect.id) + " ";
  line += kEffects[std::min(effect.body.index(), std::size(kEffects) - 1)];
  if (const auto* request = std::get_if<HttpRequest>(&effect.body)) line += " " + request->method + " " + request->url;
  if (const auto* reply = std::get_if<Reply>(&effect.body)) {
    line += " to " + std::to_string(reply->request) + " " + std::string(error_name(reply->status.code()));
  }
  trace(line);
  if (effect.id != 0) {
    HS_CHECK(effect.id > last_effect_);
    last_effect_ = effect.id;
    if (const auto* request = std::get_if<HttpRequest>(&effect.body)) check_request(*request);
    waiting_.push_back(std::move(effect));
  } else if (const auto* released = std::get_if<ReleaseBlob>(&effect.body)) {
    HS_CHECK(blobs_.erase(released->blob) == 1);
  } else if (const auto* abort = std::get_if<HttpAbort>(&effect.body)) {
    aborted_.insert(abort->target);
  } else if (const auto* drop = std::get_if<DropLock>(&effect.body)) {
    HS_CHECK(locks_.erase(drop->target) == 1);
  } else {
    if (const auto* reply = std::get_if<Reply>(&effect.body)) settle(*reply);
    const auto* decided = std::get_if<ConflictDecided>(&effect.body);
    if (decided != nullptr && !decided->copy_id.empty()) copies_.push_back(decided->copy_id);
    if (copies_.size() > kMostCopies) copies_.erase(copies_.begin());
    const Bytes notice = notice_to_json(effect.body);
    HS_CHECK(notice.starts_with("{\"type\":") && notice.ends_with("}") && !has_control(notice));
  }
}

void Tab::settle(const Reply& reply) {
  HS_CHECK(calls_.erase(reply.request) == 1);
  const Loaded* loaded = std::get_if<Loaded>(&reply.value);
  if (loaded != nullptr && loaded->blob != 0) HS_CHECK(blobs_.erase(loaded->blob) == 1);
  if (const Opening* opening = std::get_if<Opening>(&reply.value)) reader_ = opening->reader;
  const Copies* found = std::get_if<Copies>(&reply.value);
  if (found == nullptr) return;
  for (const ConflictCopy& copy : found->items) {
    HS_CHECK(copy.copy_id.starts_with(copy.id + (copy.side == Side::kLocal ? "~local-" : "~remote-")));
    if (copies_.size() < kMostCopies) copies_.push_back(copy.copy_id);
  }
}

std::string Tab::copy_id(Choices& choices) const {
  if (copies_.empty()) return "a~remote-0123456789abcdef";
  return copies_[choices.below(copies_.size())];
}

void Tab::check_request(const HttpRequest& request) const {
  HS_CHECK(request.method == "GET" || request.method == "POST" || request.method == "PUT");
  HS_CHECK(!has_control(request.url) && request.url.find(' ') == request.url.npos);
  HS_CHECK(!request.authorize || request.url.starts_with(hub_origin_));
  for (const Header& header : request.headers) HS_CHECK(!has_control(header.name) && !has_control(header.value));
  if (const BlobRef* blob = std::get_if<BlobRef>(&request.body)) HS_CHECK(blobs_.count(*blob) == 1);
}

void Tab::answer(Choices& choices, TimeMs now) {
  if (waiting_.empty()) return;
  const uint8_t how = choices.byte();
  // Mostly the oldest and mostly well, so that stories get somewhere.
  const size_t which = (how & 0x40) == 0 ? 0 : choices.below(std::min<size_t>(waiting_.size(), 256));
  Effect effect = std::move(waiting_[which]);
  waiting_.erase(waiting_.begin() + static_cast<ptrdiff_t>(which));
  if ((how & 0x80) != 0 && answer_badly(effect, choices, now)) return;
  answer_well(std::move(effect), now);
}

void Tab::answer_some(int count, TimeMs now) {
  for (; count > 0 && !waiting_.empty(); --count) {
    Effect effect = std::move(waiting_.front());
    waiting_.pop_front();
    answer_well(std::move(effect), now);
  }
}

void Tab::answer_well(Effect effect, TimeMs now) {
  const EffectId id = effect.id;
  if (const auto* tx = std::get_if<StoreTx>(&effect.body)) {
    StoreAnswer answer = disk_.run(*tx, [this](BlobRef blob) { return read_blob(blob); });
    handle(Answer{id, std::move(answer)}, now);
  } else if (const auto* open = std::get_if<OpenBody>(&effect.body)) {
    Bytes content;
    BlobAnswer answer = disk_.open_body(*open, &content);
    if (answer.status.ok()) answer.blob = add_blob(std::move(content));
    handle(Answer{id, std::move(answer)}, now);
  } else if (const auto* range = std::get_if<ReadRange>(&effect.body)) {
    Bytes content;
    BlobAnswer answer = disk_.read_range(
        *range, [this](BlobRef blob) { return read_blob(blob); }, &content);
    if (answer.missing.empty()) answer.blob = add_blob(std::move(content));
    handle(Answer{id, std::move(answer)}, now);
  } else if (const auto* hash = std::get_if<HashBlob>(&effect.body)) {
    BlobAnswer gone;
    gone.status = Status(ErrorCode::INVALID_ARGUMENT, "The blob has gone.");
    const Bytes* content = read_blob(hash->blob);
    handle(Answer{id, content == nullptr ? gone : hash_content(*content)}, now);
  } else if (const auto* request = std::get_if<HttpRequest>(&effect.body)) {
    HttpAnswer answer;
    answer.status = Status(ErrorCode::ABORTED, "The exchange was ended.");
    deliver(aborted_.erase(id) == 1 ? answer : ask_hub(*request), *request, id, now);
  } else if (std::holds_alternative<TryLock>(effect.body)) {
    // Both tabs of a story may be given one: a lock is only a hint.
    locks_.insert(id);
    handle(Answer{id, LockAnswer{true}}, now);
  } else if (const auto* question = std::get_if<AskResolver>(&effect.body)) {
    decide_well(id, *question, now);
  } else {
    HS_CHECK(std::holds_alternative<AskToken>(effect.body));
    hub_.token_valid = true;
    handle(Answer{id, TokenAnswer{true, false, "ann"}}, now);
  }
}

/// An app's resolver that keeps what this device has, where it has something.
void Tab::decide_well(EffectId id, const AskResolver& question, TimeMs now) {
  for (const auto& side : {question.base, question.local, question.remote}) {
    if (side && side->blob != 0) HS_CHECK(blobs_.count(side->blob) == 1);
  }
  Decide decision;
  decision.effect = id;
  decision.choice = question.local ? Choice::kLocal : Choice::kRemote;
  send(std::move(decision), now);
}

/// One that answers anything: what does not fit the item, what is no JSON, and the same question twice.
void Tab::decide(EffectId id, Choices& choices, TimeMs now) {
  const Choice all[] = {Choice::kKeepBoth, Choice::kLocal, Choice::kRemote, Choice::kDelete, Choice::kContent};
  Decide decision;
  decision.effect = id;
  decision.choice = all[choices.below(std::size(all))];
  const uint8_t how = choices.byte();
  if ((how & 1) != 0) decision.body = "{\"n\":" + std::to_string(how >> 4) + "}";
  if ((how & 2) != 0) decision.body = Bytes(choices.take(how >> 4));
  if ((how & 4) != 0) decision.blob = add_blob(Bytes(choices.take(how >> 4)));
  if (decision.blob != 0) decision.type = "application/pdf";
  send(std::move(decision), now);
  if ((how & 8) == 0) return;
  decision = Decide();
  decision.effect = id;
  send(std::move(decision), now);
}

bool Tab::answer_badly(const Effect& effect, Choices& choices, TimeMs now) {
  if (std::holds_alternative<StoreTx>(effect.body)) {
    StoreAnswer answer;
    answer.status = Status(kStoreErrors[choices.below(std::size(kStoreErrors))], "The disk fails.");
    handle(Answer{effect.id, std::move(answer)}, now);
    return true;
  }
  if (std::holds_alternative<AskToken>(effect.body)) {
    // None, or one that the page does not know, or a known one of somebody else.
    const TokenAnswer answers[] = {{}, {true, true, ""}, {true, true, "bob"}, {true, true, "ann\n1"}};
    handle(Answer{effect.id, answers[choices.below(std::size(answers))]}, now);
    return true;
  }
  if (std::holds_alternative<AskResolver>(effect.body)) {
    decide(effect.id, choices, now);
    return true;
  }
  if (std::holds_alternative<TryLock>(effect.body)) {
    handle(Answer{effect.id, LockAnswer{false}}, now);
    return true;
  }
  if (const auto* request = std::get_if<HttpRequest>(&effect.body)) return fail(*request, effect.id, choices, now);
  BlobAnswer answer;
  answer.status = Status(ErrorCode::STORAGE_CORRUPT, "The blob cannot be read.");
  handle(Answer{effect.id, std::move(answer)}, now);
  return true;
}

/// The many ways of an exchange to go wrong.
bool Tab::fail(const HttpRequest& request, EffectId id, Choices& choices, TimeMs now) {
  HttpAnswer answer;
  switch (choices.below(6)) {
    case 0:  // It was carried out, but its reply is lost.
      ask_hub(request);
      [[fallthrough]];
    case 1:
      answer.status = Status(kNetworkErrors[choices.below(std::size(kNetworkErrors))], "The network fails.");
      break;
    case 2:  // Carried out, and some refusal all the same.
      ask_hub(request);
      [[fallthrough]];
    case 3:
      answer = test::failure(kStatuses[choices.below(std::size(kStatuses))], "", "No.");
      break;
    case 4: {  // The true answer, with wrong bytes.
      answer = ask_hub(request);
      if (answer.body.empty()) break;
      const size_t at = choices.number(2) % answer.body.size();
      const std::string_view instead = choices.take(choices.below(16));
      answer.body.replace(at, std::min(instead.size(), answer.body.size() - at), instead);
      if (choices.below(4) == 0) answer.body.resize(at);
      break;
    }
    default:
      answer = answer_from_text(choices.take(choices.byte()));
  }
  aborted_.erase(id);
  deliver(std::move(answer), request, id, now);
  return true;
}

HttpAnswer Tab::ask_hub(const HttpRequest& request) {
  if (!is_readable(request.url)) return test::failure(400, "", "Bad request");
  Bytes body;
  if (const Bytes* bytes = std::get_if<Bytes>(&request.body)) body = *bytes;
  if (const BlobRef* blob = std::get_if<BlobRef>(&request.body)) {
    const Bytes* content = read_blob(*blob);
    if (content != nullptr) body = *content;
  }
  return hub_.handle(request, body);
}

void Tab::deliver(HttpAnswer answer, const HttpRequest& request, EffectId id, TimeMs now) {
  const bool success = answer.status.ok() && answer.http_status >= 200 && answer.http_status <= 299;
  if (success && request.body_as_blob) answer.blob = add_blob(std::exchange(answer.body, {}));
  handle(Answer{id, std::move(answer)}, now);
}

void Tab::come_to_rest(TimeMs* now) {
  for (int steps = 0; !calls_.empty() || !waiting_.empty(); ++steps) {
    HS_CHECK(steps < kMostSteps);
    if (!waiting_.empty()) {
      Effect effect = std::move(waiting_.front());
      waiting_.pop_front();
      answer_well(std::move(effect), *now);
      continue;
    }
    const TimeMs next = engine_.next_deadline();
    HS_CHECK(next != 0);  // Else a call waits for nothing.
    *now = std::max(*now, next);
    handle(Tick{}, *now);
  }
  HS_CHECK(blobs_.empty());
}

}  // namespace hubstash::fuzz
