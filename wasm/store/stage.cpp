#include "store/stage.h"

#include "base/codec.h"
#include "store/record.h"

namespace hubstash {

Bytes stage_key(std::string_view revision) { return Bytes(kStagePrefix) + Bytes(revision); }

Bytes seal_stage(const Stage& stage, uint64_t stamp) {
  Encoder encoder;
  encoder.bytes(stage.collection);
  encoder.bytes(stage.id);
  encoder.bytes(stage.revision);
  encoder.u32(stage.chunks);
  encoder.u64(static_cast<uint64_t>(stage.started_at));
  return seal_record(RecordKind::kStage, stamp, encoder.take());
}

Result<Stage> open_stage(std::string_view record) {
  HS_TRY(payload, open_record(RecordKind::kStage, record));
  Decoder decoder(payload);
  Stage stage;
  stage.collection = decoder.bytes();
  stage.id = decoder.bytes();
  stage.revision = decoder.bytes();
  stage.chunks = decoder.u32();
  stage.started_at = static_cast<TimeMs>(decoder.u64());
  if (!decoder.finished()) return Status(ErrorCode::STORAGE_CORRUPT, "A note of a staged body is damaged.");
  return stage;
}

}  // namespace hubstash
