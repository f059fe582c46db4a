#include "sync/receipts.h"

#include "hub/layout.h"

namespace hubstash {

Status lost_every_race() {
  return Status(ErrorCode::BUSY, "Other tabs kept changing the same item first. Nothing was lost; try again.");
}

Status too_large(std::string_view id, uint64_t limit_bytes) {
  return Status(ErrorCode::TOO_LARGE, "\"" + std::string(id) + "\" is larger than " +
                                          std::to_string(limit_bytes >> 20) + " MiB. Save it in smaller parts.");
}

std::string remote_path(const Options& options, std::string_view collection, Kind kind, std::string_view id,
                        uint64_t size) {
  const bool gzipped = kind == Kind::kJson && size > kMaxPlainDocumentBytes;
  return item_path(options.prefix, collection, kind, id, gzipped ? Encoding::kGzip : Encoding::kPlain);
}

SaveReceipt make_receipt(const Options& options, std::string_view collection, Kind kind, std::string_view id,
                         const HashedBody& body) {
  const std::string path = remote_path(options, collection, kind, id, body.size);
  const bool local = options.mode == Mode::kLocal;
  return {std::string(id), local ? "local://" + path : "hf://datasets/" + options.dataset + "/" + path, body.sha256,
          body.size};
}

}  // namespace hubstash
