#include "sync/download.h"

#include <algorithm>

#include "hub/requests.h"
#include "sync/core.h"

namespace hubstash {
namespace {

/// An address is not used in its last moments, when it may expire on the way.
constexpr int64_t kAddressMarginMs = 30'000;
constexpr size_t kMostAddresses = 64;

}  // namespace

void Download::start(OperationId operation) {
  operation_ = operation;
  is_lfs() && core_.downloads().known == Way::kAddress ? ask() : redirect();
}

/// Where it is not known which way works, the first one fails fast.
void Download::send(HttpRequest request, const std::string& what) {
  HubPolicy policy;
  policy.item = order_.item;
  const bool has_other_way = is_lfs() && !is_second_way_;
  if (has_other_way && !core_.downloads().known) policy.attempts = 1;
  core_.hub(operation_, std::move(request), what, std::move(policy));
}

void Download::redirect() {
  step_ = Step::kRedirect;
  get(download_request(core_.repo(), order_.commit, order_.path, order_.as_blob, order_.max_body_bytes));
}

void Download::ask() {
  const auto known = core_.downloads().addresses.find(order_.version.lfs_sha256);
  if (known != core_.downloads().addresses.end() && core_.now() < known->second.expires_at) {
    return fetch(known->second.action);
  }
  step_ = Step::kAsking;
  send(lfs_batch_request(core_.repo(), "download", {{order_.version.lfs_sha256, order_.version.size}}),
       "ask for the address of " + order_.path);
}

void Download::fetch(const LfsAction& action) {
  step_ = Step::kFetching;
  get(object_request(action.href, action.headers, order_.as_blob, order_.max_body_bytes));
}

void Download::get(HttpRequest request) {
  request.progress = !order_.range;
  if (order_.range) add_range(&request, order_.range->first, order_.range->second);
  send(std::move(request), "download " + order_.path);
}

bool Download::goes_on(HubAnswer& answer) {
  if (step_ == Step::kAsking && answer.ok()) return take_address(answer);
  if (answer.ok()) {
    if (is_lfs()) core_.downloads().known = step_ == Step::kRedirect ? Way::kRedirect : Way::kAddress;
    return false;
  }
  const bool is_refused = answer.failure.outcome == Outcome::kForbidden || answer.failure.outcome == Outcome::kBadToken;
  if (step_ == Step::kFetching && is_refused && !asked_anew_) {
    asked_anew_ = true;
    core_.downloads().addresses.erase(order_.version.lfs_sha256);
    ask();
    return true;
  }
  return try_other_way(answer);
}

bool Download::take_address(HubAnswer& answer) {
  Result<std::vector<LfsAction>> actions = parse_lfs_batch(answer.http, "download");
  Status wrong = actions ? Status() : actions.error();
  if (actions) {
    const auto action = std::find_if(actions->begin(), actions->end(), [&](const LfsAction& candidate) {
      return candidate.sha256_hex == order_.version.lfs_sha256;
    });
    if (action != actions->end() && action->error.ok()) {
      auto& addresses = core_.downloads().addresses;
      if (addresses.size() >= kMostAddresses) addresses.clear();
      const int64_t lasts_ms = action->expires_in_ms - kAddressMarginMs;
      if (lasts_ms > 0) addresses[order_.version.lfs_sha256] = {*action, core_.now() + lasts_ms};
      fetch(*action);
      return true;
    }
    wrong = action != actions->end()
                ? action->error
                : Status(ErrorCode::BAD_RESPONSE, "The Hub's answer leaves out the address of " + order_.path + ".");
  }
  answer.failure = {Outcome::kBadResponse, std::move(wrong)};
  return try_other_way(answer);
}

/// A refused preflight cannot be told from a network that is down. Whatever the Hub itself has said stands; of two ways
/// that failed the first one's failure is what the app is told.
bool Download::try_other_way(HubAnswer& answer) {
  const bool was_redirect = step_ == Step::kRedirect;
  const bool may_be_refused = !was_redirect || answer.failure.status.code() == ErrorCode::OFFLINE;
  if (is_lfs() && !is_second_way_ && may_be_refused) {
    is_second_way_ = true;
    first_failure_ = std::move(answer.failure);
    was_redirect ? ask() : redirect();
    return true;
  }
  if (first_failure_) answer.failure = std::move(*first_failure_);
  return false;
}

}  // namespace hubstash
