#include "sim/network.h"

#include <algorithm>

#include "support/hub_text.h"

namespace hubstash::sim {
namespace {

constexpr int64_t kStallMs = 60'000;

HttpAnswer no_answer(ErrorCode code, const std::string& why) {
  HttpAnswer answer;
  answer.status = Status(code, why);
  return answer;
}

HttpAnswer html(int http_status) {
  HttpAnswer answer;
  answer.http_status = http_status;
  answer.headers.push_back({"content-type", "text/html"});
  answer.body = "<!doctype html><html><body>Bad gateway</body></html>";
  return answer;
}

bool is_commit(const HttpRequest& request) { return request.url.find("/commit/") != std::string::npos; }
bool is_creation(const HttpRequest& request) { return request.url.ends_with("/api/repos/create"); }
bool is_storage(const HttpRequest& request) { return !request.url.starts_with(std::string(test::kHubUrl) + "/"); }
bool is_question(const HttpRequest& request) {
  return request.method == "GET" && request.url.find("/api/datasets/") != std::string::npos;
}
bool is_resolve(const HttpRequest& request) { return request.url.find("/resolve/") != std::string::npos; }
bool is_download(const HttpRequest& request) {
  return is_resolve(request) || (is_storage(request) && request.method == "GET");
}

}  // namespace

Network::Network(Context& context) : context_(context) {
  if (context.random.chance(300)) hub_.exists = false;
  hub_.page_size = context.random.pick<size_t>({1, 3, 1000});
  view_.resize(context.plan.items.size());
  if (!hub_.exists) hub_.remove_dataset();
}

/// A refusal that the Hub, or something in front of it, gives without having looked at the request.
std::optional<HttpAnswer> Network::refuse(const HttpRequest& request) {
  const auto strikes = [this](Fault fault) { return context_.strikes(fault); };
  if (strikes(Fault::k500Before)) return test::failure(context_.random.chance(500) ? 500 : 503, "", "Internal error");
  if (strikes(Fault::k403)) return test::failure(403, "", "You do not have access");
  if (strikes(Fault::kHtml)) return html(200);
  if (strikes(Fault::k404Html)) return html(404);
  if (strikes(Fault::k413)) return test::failure(413, "", "Payload too large");
  if (is_storage(request)) return std::nullopt;
  if (is_creation(request) && strikes(Fault::k409)) return test::failure(409, "", "Another operation is in progress");
  if (strikes(Fault::k401)) return test::failure(401, "", "Invalid credentials in Authorization header");
  if (strikes(Fault::k404Repo)) return test::failure(404, "RepoNotFound", "Repository not found");
  if (strikes(Fault::k404Revision)) return test::failure(404, "RevisionNotFound", "Invalid rev id");
  if (strikes(Fault::k429Bare)) return test::failure(429, "", "Too many requests");
  if (strikes(Fault::k429WithHeaders)) {
    HttpAnswer answer = test::failure(429, "", "Too many requests");
    answer.headers.push_back({"retry-after", std::to_string(context_.random.between(1, 300))});
    return answer;
  }
  return is_commit(request) ? refuse_commit() : std::nullopt;
}

std::optional<HttpAnswer> Network::refuse_commit() {
  if (context_.strikes(Fault::k409)) return test::failure(409, "", "A commit is being made");
  if (context_.strikes(Fault::k412)) return test::failure(412, "", "A commit has happened since");
  if (!context_.strikes(Fault::k429Commits)) return std::nullopt;
  return test::failure(429, "", "You have exceeded the rate limit for repository commits (128 per hour)");
}

Exchange Network::exchange(size_t device, const HttpRequest& request, const Bytes& body, bool authorized) {
  Random& random = context_.random;
  Exchange exchange;
  exchange.ms = random.between(1, 1 + 2 * context_.plan.latency_ms);
  if (context_.strikes(Fault::kReplyReordered)) exchange.ms += random.between(1, 20'000);
  if (context_.strikes(Fault::kRequestLost)) {
    const bool reset = random.chance(500);
    exchange.ms = reset ? exchange.ms : request.timeout_ms;
    exchange.answer = no_answer(reset ? ErrorCode::OFFLINE : ErrorCode::TIMEOUT, "The request was lost.");
    return exchange;
  }
  if (std::optional<HttpAnswer> refusal = refuse(request)) {
    exchange.answer = std::move(*refusal);
    return exchange;
  }
  exchange.answer = carry_out(device, request, body, authorized);
  const bool succeeded = exchange.answer.http_status == 200;
  exchange.told_at = context_.checker.moment();
  const bool is_part = exchange.answer.http_status == 206;
  if (is_download(request) && (succeeded || is_part)) {
    // Whoever has read all parts has seen the whole.
    HttpRequest whole = request;
    whole.headers.clear();
    exchange.downloaded = meaning_of(is_part ? hub_.handle(whole, "").body : exchange.answer.body);
  }
  if (context_.strikes(Fault::kStall)) {
    exchange.ms += std::min<int64_t>(kStallMs, request.timeout_ms);
    if (request.timeout_ms <= kStallMs) exchange.answer = no_answer(ErrorCode::TIMEOUT, "No byte has moved.");
  } else if (context_.strikes(Fault::k500Applied)) {
    exchange.answer = random.chance(500) ? test::failure(500, "", "Internal error") : html(504);
  } else if (context_.strikes(Fault::kReplyLost)) {
    exchange.answer = no_answer(random.chance(500) ? ErrorCode::OFFLINE : ErrorCode::TIMEOUT, "The reply was lost.");
  } else if (!damage(request, &exchange.answer) && succeeded && (is_question(request) || is_commit(request))) {
    exchange.tells = view_;
  }
  const bool is_unknown = !exchange.answer.status.ok() || exchange.answer.http_status >= 500;
  if (is_commit(request) && is_unknown && context_.strikes(Fault::kForeignRemoval)) remove_committed(body);
  return exchange;
}

/// Blobs are in LFS, so that the Hub redirects their downloads.
bool Network::is_large(const HttpRequest& request) const {
  if (!is_resolve(request)) return false;
  const size_t path_at = request.url.find("/resolve/") + 9 + 41;
  const auto meaning = parse_path(context_.plan.items, request.url.substr(path_at));
  return meaning && context_.plan.items[meaning->item].kind == Kind::kBlob;
}

/// Which item a downloaded file is of, and what it says. The address of an object does not tell, its content does.
std::optional<std::pair<size_t, Fields>> Network::meaning_of(const Bytes& file) const {
  const bool is_gzip = file.starts_with("\x1f\x8b");
  const Bytes text = test::plain_text(is_gzip ? ".gz" : "", file);
  for (size_t item = 0; item < context_.plan.items.size(); ++item) {
    if (const auto fields = parse_content(context_.plan.items[item], text)) return std::pair(item, *fields);
  }
  return std::nullopt;
}

/// TLS keeps the Hub's JSON as it is but for its end; what comes from caches and disks may have wrong bits.
bool Network::damage(const HttpRequest& request, HttpAnswer* answer) {
  if ((answer->http_status != 200 && answer->http_status != 206) || answer->body.size() < 2) return false;
  const size_t at = context_.random.index(answer->body.size() - 1);
  if (context_.strikes(Fault::kTruncated)) {
    answer->body.resize(at);
  } else if (context_.strikes(Fault::kCorrupted)) {
    answer->body[at] = is_download(request) ? static_cast<char>(answer->body[at] ^ 0x10) : '\x01';
  } else {
    return false;
  }
  return true;
}

HttpAnswer Network::carry_out(size_t device, const HttpRequest& request, const Bytes& body, bool authorized) {
  if (is_commit(request) && context_.strikes(Fault::kForeignInBetween)) foreign_commit();
  const std::string before = hub_.exists ? hub_.head() : "";
  const test::ModelHub::Tree tree_before = hub_.exists ? hub_.files() : test::ModelHub::Tree();
  Bytes sent = body;
  const size_t parent = is_commit(request) ? sent.find("\"parentCommit\":\"") : Bytes::npos;
  const bool ignore_parent = context_.canary == Canary::kDropsParentCommit && context_.random.chance(300);
  if (ignore_parent && parent != Bytes::npos && hub_.exists) sent.replace(parent + 16, 40, hub_.head());
  hub_.token_valid = authorized;
  hub_.refuses_redirects = is_large(request) && context_.strikes(Fault::kRedirectRefused);
  const bool by_address = is_download(request) && is_storage(request);
  hub_.expired_addresses = by_address && context_.strikes(Fault::kAddressExpired) ? 1 : 0;
  HttpAnswer answer = hub_.handle(request, sent);
  hub_.refuses_redirects = false;
  if (answer.http_status == 412) context_.faults.add(Fault::k412Real);
  const bool succeeded = answer.http_status == 200;
  if (is_commit(request) && succeeded) {
    context_.checker.budget().commit_counted(device, context_.schedule.now());
    check_repeats(sent, tree_before);
  }
  if (hub_.exists && hub_.head() != before) look(device);
  if (context_.canary == Canary::kCommitsTwice && parent != Bytes::npos && succeeded && context_.random.chance(300)) {
    const test::ModelHub::Tree now = hub_.files();
    sent.replace(parent + 16, 40, hub_.head());
    if (hub_.handle(request, sent).http_status == 200) check_repeats(sent, now);
  }
  if (succeeded && is_question(request)) context_.checker.listed(device, view_);
  if (context_.canary == Canary::kShowsOldHead && device == 0 && request.url.find("/revision/") != request.url.npos) {
    if (succeeded) answer.body = first_head_.emplace(device, answer.body).first->second;
  }
  return answer;
}

/// A commit that writes what the head already has is a change that is committed twice.
void Network::check_repeats(const Bytes& body, const test::ModelHub::Tree& before) {
  for (const std::string& line : test::split_lines(body)) {
    const size_t path_at = line.find("\"path\":\"");
    if (path_at == line.npos || line.starts_with("{\"key\":\"deleted")) continue;
    const std::string path = line.substr(path_at + 8, line.find('"', path_at + 8) - path_at - 8);
    const auto old = before.find(path);
    if (!parse_path(context_.plan.items, path) || old == before.end()) continue;
    if (hub_.files().at(path).oid == old->second.oid) throw Violation{4, path + " is committed again, unchanged"};
  }
}

void Network::look(size_t device) {
  std::vector<HubItem> now = view_of(hub_.files());
  for (size_t item = 0; item < now.size(); ++item) {
    if (now[item] == view_[item]) continue;
    context_.log("hub", (device == kNobody ? "somebody" : "d" + std::to_string(device)) + " commits " +
                            context_.plan.items[item].id + ": " + to_text(view_[item].self) + " -> " +
                            to_text(now[item].self) + (now[item].copies.empty() ? "" : " and copies"));
    context_.checker.committed(device, item, view_[item], now[item]);
  }
  view_ = std::move(now);
}

std::vector<HubItem> Network::view_of(const test::ModelHub::Tree& tree) {
  std::vector<HubItem> view(context_.plan.items.size());
  for (const auto& [path, file] : tree) {
    const std::optional<PathMeaning> meaning = parse_path(context_.plan.items, path);
    if (!meaning) continue;
    const std::optional<Fields> fields = fields_of(meaning->item, path, file);
    if (!fields) throw Violation{10, "the Hub's " + path + " is nothing that anybody wrote"};
    if (meaning->is_copy) view[meaning->item].copies.push_back(*fields);
    if (!meaning->is_copy) view[meaning->item].self = fields;
  }
  return view;
}

std::optional<Fields> Network::fields_of(size_t item, const std::string& path, const test::ModelHub::File& file) {
  const auto [entry, is_new] = parsed_.emplace(path + "@" + file.oid, std::nullopt);
  if (is_new) entry->second = parse_content(context_.plan.items[item], test::plain_text(path, hub_.content(file)));
  return entry->second;
}

std::string Network::path_of(size_t item) const {
  const ItemName& name = context_.plan.items[item];
  return path_stem(name) + (name.kind == Kind::kJson ? ".json" : ".pdf");
}

void Network::foreign_commit() {
  if (!hub_.exists) return;
  Random& random = context_.random;
  const size_t item = random.index(context_.plan.items.size());
  const ItemName& name = context_.plan.items[item];
  const std::string path = path_of(item);
  const bool gzipped = hub_.files().count(path + ".gz") != 0;
  context_.faults.add(Fault::kForeignCommit);
  if (random.chance(150)) {
    hub_.write("notes.txt", std::to_string(random.next()));
  } else if (random.chance(250)) {
    if (view_[item].self) hub_.remove(gzipped ? path + ".gz" : path);
  } else {
    Fields fields = view_[item].self.value_or(Fields{});
    fields[0] = context_.checker.new_value();
    if (name.kind == Kind::kJson && random.chance(500)) {
      fields = view_[item].self.value_or(Fields{fields[0]});
      fields[1 + random.index(2)] = context_.checker.new_value();
    }
    context_.checker.foreign_write(item, fields);
    if (gzipped) hub_.remove(path + ".gz");
    if (gzipped) look(kNobody);
    hub_.write(path, name.kind == Kind::kJson ? make_document(name, fields, 0) : make_blob(name, fields[0], 100));
  }
  look(kNobody);
}

void Network::remove_committed(const Bytes& commit) {
  if (!hub_.exists) return;
  for (const auto& [path, file] : test::ModelHub::Tree(hub_.files())) {
    const std::optional<PathMeaning> meaning = parse_path(context_.plan.items, path);
    const bool is_named = commit.find("\"path\":\"" + path + "\"") != commit.npos;
    if (meaning && !meaning->is_copy && is_named) hub_.remove(path);
  }
  look(kNobody);
}

void Network::squash() {
  if (!hub_.exists) return;
  context_.faults.add(Fault::kSquashed);
  hub_.squash();
  context_.checker.history_squashed();
}

void Network::delete_dataset() {
  if (!hub_.exists) return;
  context_.faults.add(Fault::kDatasetDeleted);
  hub_.remove_dataset();
  context_.checker.dataset_gone();
  view_.assign(view_.size(), HubItem());
}

void Network::rename_dataset() {
  if (!hub_.exists) return;
  context_.faults.add(Fault::kDatasetRenamed);
  hub_.rename_away();
  context_.checker.dataset_gone();
  view_.assign(view_.size(), HubItem());
}

void Network::undo_rename() {
  hub_.rename_back();
  if (!hub_.exists) return;
  view_ = view_of(hub_.files());
  context_.checker.dataset_back(view_);
}

void Network::restore() { undo_rename(); }

}  // namespace hubstash::sim
