#pragma once
// Brings large objects to the Hub's store: asks which it lacks, and uploads those, a few at a time.
//
//   phase       waits for                       then
//   kAsking     HubAnswer                       next batch; then open and send what is missing  -> kSending
//   kSending    BlobAnswer, HubAnswer           send the next; all done: finish
//
// An object whose body on this device is damaged or was replaced in between gets a status of its own, and the others
// go on.

#include <map>
#include <string>
#include <vector>

#include "hub/replies.h"
#include "sync/core.h"

namespace hubstash {

struct ObjectToUpload {
  LfsObject object;
  Bytes content;                 ///< Or:
  std::vector<ChunkRef> chunks;  ///< where the body lies in the store.
  std::string name;              ///< For progress and errors.
  Status status;                 ///< Set when this object could not be sent.
};

class UploadObjects : public Operation {
 public:
  /// `objects` outlive the operation.
  UploadObjects(Core& core, std::vector<ObjectToUpload>* objects) : Operation(core), objects_(*objects) {}
  ~UploadObjects() override;
  void start() override;
  void resume(Input input) override;

 private:
  enum class Phase : uint8_t { kAsking, kSending };
  void ask();
  void answered(HubAnswer& answer);
  void send_more();
  void begin(size_t index);
  void send(size_t index, std::variant<std::monostate, Bytes, BlobRef> body);
  void opened(size_t index, BlobAnswer& answer);
  void sent(size_t index, HubAnswer& answer);
  void drop_blob(size_t index);
  void fail(Status status);

  std::vector<ObjectToUpload>& objects_;
  std::map<size_t, LfsAction> missing_;  ///< By index; what is still to be sent.
  std::map<size_t, LfsAction> sending_;
  std::map<size_t, BlobRef> blobs_;
  size_t asked_ = 0;
  size_t asking_ = 0;
  Phase phase_ = Phase::kAsking;
};

}  // namespace hubstash
