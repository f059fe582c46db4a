#pragma once
// The words that all of the engine's contract is written in.

#include <cstdint>
#include <string>

namespace hubstash {

/// Bytes or text; a std::string, as in leveldb, so that keys and values share one type.
using Bytes = std::string;
/// Milliseconds since the Unix epoch, on the host's wall clock.
using TimeMs = int64_t;
/// Chosen by the app's side for each call, never 0, never reused.
using RequestId = uint32_t;
/// Chosen by the engine for each effect that wants an answer, never 0, never reused.
using EffectId = uint64_t;
/// Names bytes that the host keeps outside the engine (a PDF). 0 means none.
using BlobRef = uint32_t;
/// A SHA-256 digest, 32 bytes.
using Sha256 = Bytes;

enum class Kind : uint8_t { kJson = 1, kBlob = 2 };  // Stored in records: values are part of the format.
enum class Mode : uint8_t { kHybrid, kRemote, kLocal };
enum class Durability : uint8_t { kRelaxed, kStrict };
/// What to do when this device and another changed the same item (docs/CONFLICTS.md).
enum class ConflictPolicy : uint8_t { kMerge, kKeepBoth, kLocal, kRemote, kResolver };
/// Which of two conflicting versions.
enum class Side : uint8_t { kLocal, kRemote };

/// How many bytes at the start of a record tell one write of it from another (wasm/store/record.h).
inline constexpr uint32_t kRecordHeadBytes = 24;
/// Bodies are stored in chunks of this size, the last one shorter.
inline constexpr uint32_t kChunkBytes = 1 << 20;

}  // namespace hubstash
