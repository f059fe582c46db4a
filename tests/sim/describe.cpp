#include "sim/describe.h"

#include <type_traits>

namespace hubstash::sim {
namespace {

std::string keys_of(const std::string& mark, const std::string& key) { return " " + mark + key; }

std::string text_of(const Loaded& loaded) {
  if (!loaded.found) return " (none)";
  return " " + (loaded.body.empty() ? std::to_string(loaded.size) + " bytes" : loaded.body.substr(0, 60));
}

}  // namespace

std::string describe(const StoreTx& tx) {
  std::string text = tx.durability == Durability::kStrict ? "strict" : "relaxed";
  for (const Bytes& key : tx.gets) text += keys_of("?", key);
  for (const Bytes& key : tx.scans) text += keys_of("?", key + "*");
  for (const Expectation& expectation : tx.expects) text += keys_of("=", expectation.key);
  for (const Bytes& key : tx.deletes) text += keys_of("-", key);
  for (const Bytes& key : tx.delete_prefixes) text += keys_of("-", key + "*");
  for (const Put& put : tx.puts) text += keys_of("+", put.key);
  return text.substr(0, 300);
}

std::string describe(const HttpRequest& request) {
  const size_t path = request.url.find('/', 8);
  return request.method + " " + request.url.substr(path == request.url.npos ? 0 : path);
}

std::string describe(const HttpAnswer& answer) {
  if (!answer.status.ok()) return std::string(error_name(answer.status.code()));
  return std::to_string(answer.http_status) + " " + answer.body.substr(0, 60);
}

std::string describe(const AppCall& call) {
  return std::visit(
      [](const auto& c) -> std::string {
        using C = std::decay_t<decltype(c)>;
        if constexpr (std::is_same_v<C, SaveDocuments>) {
          std::string text = "save";
          for (const DocumentPart& part : c.parts) text += " " + part.id;
          return text + " " + c.body.substr(0, 100);
        } else if constexpr (std::is_same_v<C, SaveBlob>) {
          return "save blob " + c.id;
        } else if constexpr (std::is_same_v<C, Load>) {
          return "load " + c.id;
        } else if constexpr (std::is_same_v<C, List>) {
          return "list " + c.collection;
        } else if constexpr (std::is_same_v<C, Delete>) {
          return "delete " + c.id;
        } else if constexpr (std::is_same_v<C, Evict>) {
          return "evict " + c.id;
        } else if constexpr (std::is_same_v<C, ListConflicts>) {
          return "conflicts " + c.id;
        } else if constexpr (std::is_same_v<C, ListCollections>) {
          return "collections";
        } else if constexpr (std::is_same_v<C, CheckIds>) {
          return "check ids";
        } else if constexpr (std::is_same_v<C, ResolveCopy>) {
          return (c.use ? "use " : "discard ") + c.copy_id;
        } else if constexpr (std::is_same_v<C, ClearLocal>) {
          return c.force ? "clear by force" : "clear";
        } else if constexpr (std::is_same_v<C, OpenBlob>) {
          return "open " + c.id;
        } else if constexpr (std::is_same_v<C, ReadBlob>) {
          return "read " + std::to_string(c.offset) + "+" + std::to_string(c.length) + " of reader " + c.reader;
        } else if constexpr (std::is_same_v<C, CloseBlob>) {
          return "shut reader " + c.reader;
        } else if constexpr (std::is_same_v<C, Sync>) {
          return "sync";
        } else if constexpr (std::is_same_v<C, GetStatus>) {
          return "status";
        } else if constexpr (std::is_same_v<C, Close>) {
          return "close";
        } else {
          return "look up";
        }
      },
      call);
}

std::string describe(const Reply& reply) {
  if (!reply.status.ok()) return std::string(error_name(reply.status.code())) + " " + reply.status.message();
  if (const auto* loaded = std::get_if<Loaded>(&reply.value)) return "ok" + text_of(*loaded);
  if (const auto* items = std::get_if<Items>(&reply.value)) {
    const char* const states[] = {":synced", ":pending", ":remote-only", ":conflict"};
    std::string text = "ok";
    for (const ItemInfo& item : items->items) text += " " + item.id + states[static_cast<int>(item.state)];
    return text;
  }
  if (const auto* status = std::get_if<StoreStatus>(&reply.value)) {
    return "ok " + std::to_string(status->pending) + " pending" + (status->synced ? ", synced" : "");
  }
  return "ok";
}

}  // namespace hubstash::sim
