#include "effects.h"

#include <string>

#include "hubstash/engine.h"
#include "js.h"
#include "words.h"

namespace hubstash {
namespace {

void add_list(Words* words, const std::vector<Bytes>& list) {
  words->count(list.size());
  for (const Bytes& item : list) words->bytes(item);
}

void tell(std::string_view header, const char* body, size_t body_size, BlobRef blob) {
  hs_js_notice(header.data(), static_cast<uint32_t>(header.size()), body, static_cast<uint32_t>(body_size), blob);
}

}  // namespace

void run_store_tx(uint32_t store, EffectId effect, const StoreTx& tx) {
  Words words;
  words.number(tx.durability == Durability::kStrict ? 1 : 0);
  add_list(&words, tx.gets);
  add_list(&words, tx.scans);
  words.count(tx.expects.size());
  for (const Expectation& expectation : tx.expects) {
    words.bytes(expectation.key);
    words.bytes(expectation.head);
  }
  add_list(&words, tx.deletes);
  add_list(&words, tx.delete_prefixes);
  words.count(tx.puts.size());
  for (const Put& put : tx.puts) {
    words.bytes(put.key);
    if (const auto* slice = std::get_if<BlobSlice>(&put.value)) {
      words.number(slice->blob);
      words.size(slice->offset);
      words.number(slice->size);
    } else {
      words.number(0);
      words.bytes(std::get<Bytes>(put.value));
    }
  }
  hs_js_store_run(store, static_cast<double>(effect), words.data());
}

void open_body(uint32_t store, EffectId effect, const OpenBody& body) {
  Words words;
  words.bytes(body.type);
  words.count(body.chunks.size());
  for (const ChunkRef& chunk : body.chunks) {
    words.bytes(chunk.key);
    words.number(chunk.size);
    words.bytes(chunk.sha256);
  }
  hs_js_blob_open(store, static_cast<double>(effect), words.data());
}

void read_range(uint32_t store, EffectId effect, const ReadRange& range) {
  Words words;
  words.number(range.skip);
  words.number(range.size);
  words.count(range.pieces.size());
  for (const auto& piece : range.pieces) {
    const auto* slice = std::get_if<BlobSlice>(&piece);
    words.number(slice != nullptr ? slice->blob : 0);
    if (slice != nullptr) {
      words.size(slice->offset);
      words.number(slice->size);
    } else {
      const ChunkRef& chunk = std::get<ChunkRef>(piece);
      words.bytes(chunk.key);
      words.number(chunk.size);
      words.bytes(chunk.sha256);
    }
  }
  hs_js_range_read(store, static_cast<double>(effect), words.data());
}

void send_by_javascript(uint32_t store, EffectId effect, const HttpRequest& request, std::string_view hub_url) {
  Words words;
  words.bytes(request.method);
  words.bytes(request.url);
  words.bytes(hub_url);
  words.number(request.authorize ? 1 : 0);
  words.number(request.body_as_blob ? 1 : 0);
  words.number(request.progress ? 1 : 0);
  words.number(request.timeout_ms);
  words.size(request.max_body_bytes);
  words.count(request.headers.size());
  for (const Header& header : request.headers) {
    words.bytes(header.name);
    words.bytes(header.value);
  }
  words.count(request.body.index());
  if (const auto* bytes = std::get_if<Bytes>(&request.body)) words.bytes(*bytes);
  if (const auto* blob = std::get_if<BlobRef>(&request.body)) words.number(*blob);
  hs_js_http_send(store, static_cast<double>(effect), words.data());
}

void notify(const EffectBody& notice) {
  const Bytes header = notice_to_json(notice);
  const auto* reply = std::get_if<Reply>(&notice);
  const Loaded* loaded = reply != nullptr ? std::get_if<Loaded>(&reply->value) : nullptr;
  if (loaded == nullptr || !loaded->found) return tell(header, nullptr, 0, 0);
  if (loaded->blob != 0) return tell(header, nullptr, 0, loaded->blob);
  tell(header, loaded->body.data(), loaded->body.size(), 0);
}

void notify_question(EffectId effect, const AskResolver& question) {
  const Bytes header = question_to_json(effect, question);
  Bytes texts;
  for (const auto* side : {&question.base, &question.local, &question.remote}) {
    if (*side) texts += (*side)->body;
  }
  tell(header, question.kind == Kind::kJson ? texts.data() : nullptr, texts.size(), 0);
}

void notify_token(EffectId effect, bool refused) {
  const std::string header =
      "{\"type\":\"token\",\"effect\":" + std::to_string(effect) + ",\"refused\":" + (refused ? "true}" : "false}");
  tell(header, nullptr, 0, 0);
}

void notify_lock(EffectId effect, const std::string& mount_point) {
  // The mount point is percent-encoded: nothing in it needs escaping.
  const std::string header =
      "{\"type\":\"take-lock\",\"effect\":" + std::to_string(effect) + ",\"name\":\"hubstash:" + mount_point + "\"}";
  tell(header, nullptr, 0, 0);
}

void notify_unlock(EffectId effect) {
  tell("{\"type\":\"drop-lock\",\"effect\":" + std::to_string(effect) + "}", nullptr, 0, 0);
}

}  // namespace hubstash
