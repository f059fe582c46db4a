#pragma once
// How JavaScript answers an effect: it begins an answer, asks for room for each part in turn and writes the bytes there
// (so that each is copied into the heap once), and ends it, which feeds it to the engine. heap.library.js knows the
// numbers below.

#include <cstdint>
#include <string>

#include "hubstash/messages.h"

namespace hubstash {

enum class AnswerKind : uint32_t { kStore = 0, kBlob = 1, kHttp = 2 };

enum class AnswerPart : uint32_t {
  kCode = 0,     ///< Error code by name; without it the status is OK.
  kMessage = 1,  ///< The status's message.
  kValue = 2,    ///< Store: the value of the next get.
  kMissing = 3,  ///< Store: the next get found nothing (size 0).
  kScan = 4,     ///< Store: begins the list of the next scan (size 0).
  kKey = 5,      ///< Store: begins a record of that list.
  kRecord = 6,   ///< Store: that record's value.
  kSha256 = 7,
  kChunkSha256 = 8,
  kHeaderName = 9,
  kHeaderValue = 10,
  kBody = 11,
  kMissingPiece = 12,  ///< Blob: the number of a missing piece, in place of a size.
};

/// The code of that name; INTERNAL for a name that errors.def does not have.
ErrorCode code_from_name(std::string_view name);

struct PendingAnswer {
  uint32_t store = 0;
  EffectId effect = 0;
  std::string code, message;
  StoreAnswer of_store;
  BlobAnswer of_blob;
  HttpAnswer of_http;
  AnswerKind kind = AnswerKind::kStore;

  Status status() const;
};

}  // namespace hubstash

extern "C" {
/// Null when the store is gone: the answer is then of no use to anybody.
hubstash::PendingAnswer* hs_answer_begin(uint32_t store, double effect, uint32_t kind);
/// Room for `size` bytes of a part, valid until the next call.
char* hs_answer_part(hubstash::PendingAnswer* answer, uint32_t part, uint32_t size);
/// `number`: `stale` of a store's answer, or the HTTP status. `size`: of a blob.
void hs_answer_end(hubstash::PendingAnswer* answer, uint32_t number, uint32_t blob, double size);
}
