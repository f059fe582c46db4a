// The payloads of the local store's records: items, outbox rows, listings, stages.
#include <string>

#include "base/random.h"
#include "catch.h"
#include "store/claim.h"
#include "store/item.h"
#include "store/record.h"
#include "store/remote.h"
#include "store/stage.h"

namespace hubstash {
namespace {

Bytes random_bytes(Random& random, size_t most) {
  Bytes bytes;
  for (uint64_t left = random.below(most + 1); left > 0; --left) bytes.push_back(static_cast<char>(random.below(256)));
  return bytes;
}

std::string digest(Random& random) { return random.hex(16) + random.hex(16) + random.hex(16) + random.hex(16); }

Item random_item(Random& random) {
  Item item;
  item.collection = random_bytes(random, 32);
  item.id = random_bytes(random, 200);
  item.kind = random.below(2) == 0 ? Kind::kJson : Kind::kBlob;
  item.state = static_cast<ChangeState>(random.below(3));
  item.sequence = random.next();
  item.modified = static_cast<TimeMs>(random.next());
  item.queued_at = static_cast<TimeMs>(random.next());
  item.type = random_bytes(random, 20);
  item.size = random.below(5 * kChunkBytes);
  item.sha256 = digest(random).substr(0, 32);
  if (random.below(2) == 0) {
    item.body = LocalBody{random.hex(16), {}};
    for (uint32_t i = 0; i < chunk_count(item.size); ++i) item.body->chunk_sha256.push_back(digest(random).substr(32));
  }
  if (random.below(2) == 0) {
    item.base = RemoteVersion{digest(random).substr(24), digest(random), random.next(), random.below(2) == 0};
  }
  if (item.state == ChangeState::kSynced) {
    if (random.below(2) == 0) item.lost_to = random.hex(16);
  } else {
    for (uint64_t left = random.below(20); left > 0; --left) remember_attempt(&item, random.hex(16));
  }
  return item;
}

bool same(const Item& a, const Item& b) {
  const bool bodies =
      a.body.has_value() == b.body.has_value() &&
      (!a.body || (a.body->revision == b.body->revision && a.body->chunk_sha256 == b.body->chunk_sha256));
  return bodies && a.collection == b.collection && a.id == b.id && a.kind == b.kind && a.state == b.state &&
         a.sequence == b.sequence && a.modified == b.modified && a.queued_at == b.queued_at && a.type == b.type &&
         a.size == b.size && a.sha256 == b.sha256 && a.base == b.base && a.attempts == b.attempts &&
         a.lost_to == b.lost_to;
}

/// Opens each truncation of a payload in a frame that is whole: the decoder alone must notice.
template <typename T>
void check_truncations(RecordKind kind, const Bytes& record, Result<T> (*open)(std::string_view)) {
  const Result<Bytes> payload = open_record(kind, record);
  REQUIRE(payload.has_value());
  for (size_t size = 0; size < payload->size(); ++size) {
    CAPTURE(size);
    const Result<T> opened = open(seal_record(kind, 1, payload->substr(0, size)));
    CHECK_FALSE(opened.has_value());
    if (!opened) CHECK(opened.error().code() == ErrorCode::STORAGE_CORRUPT);
  }
  CHECK_FALSE(open(seal_record(kind, 1, *payload + "x")).has_value());
}

TEST_CASE("item: random items come back whole") {
  // Every field, in every combination of the optional ones.
  Random random(3, 4);
  for (int i = 0; i < 500; ++i) {
    const Item item = random_item(random);
    const Result<Item> opened = open_item(seal_item(item, random.next()));
    REQUIRE(opened.has_value());
    CHECK(same(*opened, item));
  }
}

TEST_CASE("item: a payload cut short is damage") {
  // Even where the frame's checksum is right.
  Random random(5, 6);
  for (int i = 0; i < 10; ++i) {
    check_truncations(RecordKind::kItem, seal_item(random_item(random), 1), open_item);
  }
}

TEST_CASE("item: random payloads are damage or an item, never a crash") {
  // A huge size must not become a huge allocation.
  Random random(7, 8);
  for (int i = 0; i < 3000; ++i) {
    Bytes payload = *open_record(RecordKind::kItem, seal_item(random_item(random), 1));
    for (uint64_t left = 1 + random.below(4); left > 0; --left) {
      payload[random.below(payload.size())] = static_cast<char>(random.below(256));
    }
    const Result<Item> opened = open_item(seal_record(RecordKind::kItem, 1, payload));
    if (opened) CHECK(opened->attempts.size() <= kMaxAttempts);
    if (opened && opened->body) CHECK(opened->body->chunk_sha256.size() == chunk_count(opened->size));
  }
}

TEST_CASE("attempts: the newest are remembered, each once") {
  // The record must not grow with each try.
  Item item;
  for (int i = 0; i < 20; ++i) remember_attempt(&item, "oid" + std::to_string(i));
  remember_attempt(&item, "oid19");
  CHECK(item.attempts.size() == kMaxAttempts);
  CHECK(item.attempts.front() == "oid12");
  CHECK(item.attempts.back() == "oid19");
}

TEST_CASE("outbox row: comes back, or is damage") {
  // All fields.
  OutboxRow row;
  row.collection = "projects";
  row.id = "é/x";
  row.sequence = UINT64_MAX;
  row.size = 1u << 31;
  row.queued_at = 1'700'000'000'000;
  const Bytes record = seal_outbox_row(row, 9);
  const Result<OutboxRow> opened = open_outbox_row(record);
  REQUIRE(opened.has_value());
  CHECK(opened->collection == row.collection);
  CHECK(opened->id == row.id);
  CHECK(opened->sequence == row.sequence);
  CHECK(opened->size == row.size);
  CHECK(opened->queued_at == row.queued_at);
  check_truncations(RecordKind::kOutbox, record, open_outbox_row);
}

TEST_CASE("a claim comes back whole, or is damage of which the id is known") {
  // What a commit is about to bring, before it is sent.
  const RemoteVersion version{std::string(40, 'c'), std::string(64, 'd'), 300, true};
  const Claim claim{
      std::string(16, 'a'),
      std::string(40, 'b'),
      12,
      {{"projects", "a b", Kind::kJson, 7, false, version, {}},
       {"pdfs", "gone", Kind::kBlob, 1, true, {}, {}},
       {"projects", "merged", Kind::kJson, 2, false, version, RemoteVersion{std::string(40, 'e'), "", 4}}}};
  const Bytes record = seal_claim(claim, 1);
  const Result<Claim> opened = open_claim(record);
  REQUIRE(opened.has_value());
  CHECK(opened->id == claim.id);
  CHECK(opened->parent == claim.parent);
  CHECK(opened->claimed_at == claim.claimed_at);
  REQUIRE(opened->changes.size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    const ClaimedChange &got = opened->changes[i], &put = claim.changes[i];
    CHECK(got.collection + "/" + got.id == put.collection + "/" + put.id);
    CHECK(got.kind == put.kind);
    CHECK(got.sequence == put.sequence);
    CHECK(got.deletes == put.deletes);
    CHECK(got.version == put.version);
    CHECK(got.seen == put.seen);
  }
  check_truncations(RecordKind::kClaim, record, open_claim);
  Bytes damaged = record;
  damaged.back() ^= 1;
  CHECK(open_claim_or_name({claim_key(claim.id), record})->changes.size() == 3);
  CHECK(open_claim_or_name({claim_key(claim.id), damaged})->id == claim.id);
}

TEST_CASE("head, index, folder and stage come back, or are damage") {
  // The listing and the note of a cut-off save.
  RemoteHead head;
  head.commit = std::string(40, 'a');
  head.is_private = true;
  head.hubstash_oid = std::string(40, 'b');
  head.has_format = true;
  head.collections = {{"pdfs", ""}, {"projects", std::string(40, 'c')}};
  const Result<RemoteHead> opened_head = open_head(seal_head(head, 1));
  REQUIRE(opened_head.has_value());
  CHECK(opened_head->commit == head.commit);
  CHECK(opened_head->is_private);
  CHECK(opened_head->hubstash_oid == head.hubstash_oid);
  CHECK(opened_head->has_format);
  CHECK(opened_head->collections == head.collections);
  check_truncations(RecordKind::kHead, seal_head(head, 1), open_head);

  const RemoteDataset dataset{"0123456789abcdef01234567"};
  CHECK(open_dataset(seal_dataset(dataset, 1))->id == dataset.id);
  check_truncations(RecordKind::kDataset, seal_dataset(dataset, 1), open_dataset);

  const FolderIndex index{{{"00", ""}, {"ff", std::string(40, 'd')}}};
  CHECK(open_folder_index(seal_folder_index(index, 1))->shards == index.shards);
  check_truncations(RecordKind::kFolderIndex, seal_folder_index(index, 1), open_folder_index);

  const Folder folder{{{"a.json", {std::string(40, 'e'), "", 5, 6}},
                       {"b.json.gz", {std::string(40, 'f'), std::string(64, '0'), 1ull << 40, 7}}}};
  CHECK(open_folder(seal_folder(folder, 1))->files == folder.files);
  check_truncations(RecordKind::kFolder, seal_folder(folder, 1), open_folder);

  const Stage stage{"pdfs", "a b", "0123456789abcdef", 4000, 12};
  const Result<Stage> opened = open_stage(seal_stage(stage, 1));
  REQUIRE(opened.has_value());
  CHECK(opened->collection + opened->id + opened->revision == "pdfsa b0123456789abcdef");
  CHECK(opened->chunks == 4000);
  CHECK(opened->started_at == 12);
  check_truncations(RecordKind::kStage, seal_stage(stage, 1), open_stage);
}

TEST_CASE("a damaged listing counts as absent") {
  // It is only a copy of what the Hub has.
  CHECK_FALSE(open_or_forget(open_head, Bytes("garbage")).has_value());
  CHECK_FALSE(open_or_forget(open_head, std::nullopt).has_value());
  CHECK(open_or_forget(open_folder, seal_folder(Folder(), 1)).has_value());
}

TEST_CASE("chunks: how many, how long, under which keys") {
  // The last one is shorter; an empty body has none.
  CHECK(chunk_count(0) == 0);
  CHECK(chunk_count(1) == 1);
  CHECK(chunk_count(kChunkBytes) == 1);
  CHECK(chunk_count(kChunkBytes + 1) == 2);
  CHECK(chunk_size(kChunkBytes + 1, 0) == kChunkBytes);
  CHECK(chunk_size(kChunkBytes + 1, 1) == 1);
  CHECK(chunk_count(UINT64_MAX - kChunkBytes) == UINT32_MAX);
  Item item;
  item.collection = "pdfs";
  item.id = "a b";
  item.size = kChunkBytes + 1;
  CHECK(chunk_refs(item).empty());
  item.body = LocalBody{"7", {Bytes(32, 'x'), Bytes(32, 'y')}};
  const std::vector<ChunkRef> refs = chunk_refs(item);
  REQUIRE(refs.size() == 2);
  CHECK(refs[1].key == chunk_keys(item)[1]);
  CHECK(refs[1].size == 1);
  CHECK(refs[1].sha256 == Bytes(32, 'y'));
}

}  // namespace
}  // namespace hubstash
