#include "answers.h"

#include <memory>
#include <utility>

#include "host.h"
#include "js.h"

namespace hubstash {

ErrorCode code_from_name(std::string_view name) {
#define HS_ERROR(code, number, retry, sentence) \
  if (name == #code) return ErrorCode::code;
#include "hubstash/errors.def"
#undef HS_ERROR
  return ErrorCode::INTERNAL;
}

Status PendingAnswer::status() const { return code.empty() ? Status() : Status(code_from_name(code), message); }

namespace {

Bytes& place(PendingAnswer* answer, AnswerPart part) {
  StoreAnswer& store = answer->of_store;
  BlobAnswer& blob = answer->of_blob;
  HttpAnswer& http = answer->of_http;
  switch (part) {
    case AnswerPart::kCode:
      return answer->code;
    case AnswerPart::kMessage:
      return answer->message;
    case AnswerPart::kValue:
      return store.values.emplace_back(Bytes()).value();
    case AnswerPart::kKey:
      return store.scanned.back().emplace_back().key;
    case AnswerPart::kRecord:
      return store.scanned.back().back().value;
    case AnswerPart::kSha256:
      return blob.sha256;
    case AnswerPart::kChunkSha256:
      return blob.chunk_sha256.emplace_back();
    case AnswerPart::kHeaderName:
      return http.headers.emplace_back().name;
    case AnswerPart::kHeaderValue:
      return http.headers.back().value;
    case AnswerPart::kBody:
      return http.body;
    case AnswerPart::kMissing:
    case AnswerPart::kScan:
    case AnswerPart::kMissingPiece:
      break;
  }
  check_failed("the part has room", __FILE__, __LINE__);
}

}  // namespace
}  // namespace hubstash

using hubstash::AnswerKind;
using hubstash::AnswerPart;
using hubstash::PendingAnswer;

PendingAnswer* hs_answer_begin(uint32_t store, double effect, uint32_t kind) {
  if (hubstash::find_host(store) == nullptr) return nullptr;
  auto answer = std::make_unique<PendingAnswer>();
  answer->store = store;
  answer->effect = static_cast<hubstash::EffectId>(effect);
  answer->kind = static_cast<AnswerKind>(kind);
  return answer.release();
}

char* hs_answer_part(PendingAnswer* answer, uint32_t part, uint32_t size) {
  switch (static_cast<AnswerPart>(part)) {
    case AnswerPart::kMissing:
      answer->of_store.values.emplace_back();
      return nullptr;
    case AnswerPart::kScan:
      answer->of_store.scanned.emplace_back();
      return nullptr;
    case AnswerPart::kMissingPiece:
      answer->of_blob.missing.push_back(size);
      return nullptr;
    default:
      break;
  }
  hubstash::Bytes& bytes = hubstash::place(answer, static_cast<AnswerPart>(part));
  bytes.resize(size);
  return bytes.data();
}

void hs_answer_end(PendingAnswer* pending, uint32_t number, uint32_t blob, double size) {
  std::unique_ptr<PendingAnswer> owned(pending);
  hubstash::Host* host = hubstash::find_host(owned->store);
  if (host == nullptr) {
    if (blob != 0) hs_js_blob_release(blob);
    return;
  }
  hubstash::Answer answer;
  answer.effect = owned->effect;
  switch (owned->kind) {
    case AnswerKind::kStore:
      owned->of_store.status = owned->status();
      owned->of_store.stale = number != 0;
      answer.body = std::move(owned->of_store);
      break;
    case AnswerKind::kBlob:
      owned->of_blob.status = owned->status();
      owned->of_blob.blob = blob;
      owned->of_blob.size = static_cast<uint64_t>(size);
      answer.body = std::move(owned->of_blob);
      break;
    case AnswerKind::kHttp:
      owned->of_http.status = owned->status();
      owned->of_http.http_status = static_cast<int>(number);
      owned->of_http.blob = blob;
      answer.body = std::move(owned->of_http);
      break;
  }
  if (blob != 0) host->engine_owns(blob);
  host->feed(std::move(answer));
}
