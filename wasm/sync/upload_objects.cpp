#include "sync/upload_objects.h"

#include <algorithm>

namespace hubstash {
namespace {

constexpr size_t kObjectsPerBatch = 100;
constexpr size_t kParallelUploads = 5;

}  // namespace

UploadObjects::~UploadObjects() {
  for (const auto& [index, blob] : blobs_) core_.release(blob);
}

void UploadObjects::start() { ask(); }

void UploadObjects::resume(Input input) {
  if (phase_ == Phase::kAsking) return answered(input.hub());
  if (BlobAnswer* answer = std::get_if<BlobAnswer>(&input.body)) return opened(input.tag, *answer);
  sent(input.tag, input.hub());
}

void UploadObjects::ask() {
  if (asked_ == objects_.size()) {
    phase_ = Phase::kSending;
    return send_more();
  }
  asking_ = std::min(kObjectsPerBatch, objects_.size() - asked_);
  std::vector<LfsObject> batch;
  for (size_t i = asked_; i < asked_ + asking_; ++i) batch.push_back(objects_[i].object);
  HubPolicy policy;
  policy.needs_token = true;
  core_.hub(id(), lfs_batch_request(core_.repo(), "upload", batch), "ask for upload addresses", std::move(policy));
}

void UploadObjects::answered(HubAnswer& answer) {
  if (!answer.ok()) return finish(std::move(answer.failure.status));
  Result<std::vector<LfsAction>> actions = parse_lfs_batch(answer.http, "upload");
  if (!actions) return finish(actions.error());
  for (size_t i = asked_; i < asked_ + asking_; ++i) {
    const auto action = std::find_if(actions->begin(), actions->end(), [&](const LfsAction& candidate) {
      return candidate.sha256_hex == objects_[i].object.sha256_hex;
    });
    if (action == actions->end()) {
      return finish(Status(ErrorCode::BAD_RESPONSE, "The Hub's answer leaves out \"" + objects_[i].name + "\"."));
    }
    if (!action->error.ok()) return finish(action->error);
    if (!action->stored) missing_[i] = *action;
  }
  asked_ += asking_;
  ask();
}

void UploadObjects::send_more() {
  while (sending_.size() < kParallelUploads && !missing_.empty()) {
    const size_t index = missing_.begin()->first;
    sending_[index] = std::move(missing_.begin()->second);
    missing_.erase(missing_.begin());
    begin(index);
  }
  if (sending_.empty() && missing_.empty()) succeed();
}

void UploadObjects::begin(size_t index) {
  ObjectToUpload& object = objects_[index];
  if (object.chunks.empty()) return send(index, std::move(object.content));
  core_.open_body(id(), {object.chunks, "application/octet-stream"}, static_cast<uint32_t>(index));
}

void UploadObjects::opened(size_t index, BlobAnswer& answer) {
  if (!answer.status.ok()) {
    objects_[index].status = std::move(answer.status);
    sending_.erase(index);
    return send_more();
  }
  blobs_[index] = answer.blob;
  send(index, answer.blob);
}

void UploadObjects::send(size_t index, std::variant<std::monostate, Bytes, BlobRef> body) {
  const LfsAction& action = sending_.at(index);
  HttpRequest request = lfs_upload_request(action.href, action.headers, std::move(body));
  request.progress = true;
  if (blobs_.count(index) != 0) core_.network().bytes_sent += objects_[index].object.size;
  HubPolicy policy;
  policy.item = objects_[index].name;
  core_.hub(id(), std::move(request), "upload " + objects_[index].name, std::move(policy),
            static_cast<uint32_t>(index));
}

void UploadObjects::sent(size_t index, HubAnswer& answer) {
  drop_blob(index);
  sending_.erase(index);
  if (!answer.ok()) return fail(std::move(answer.failure.status));
  send_more();
}

void UploadObjects::drop_blob(size_t index) {
  const auto blob = blobs_.find(index);
  if (blob == blobs_.end()) return;
  core_.release(blob->second);
  blobs_.erase(blob);
}

void UploadObjects::fail(Status status) {
  core_.abort_exchanges(id());
  finish(std::move(status));
}

}  // namespace hubstash
