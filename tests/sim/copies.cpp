#include "sim/copies.h"

namespace hubstash::sim {
namespace {

/// The chunks of one revision, joined; docs/FORMATS.md has the keys.
Bytes body_of(const ModelStore& store, const Bytes& revision) {
  Bytes body;
  for (size_t chunk = 0;; ++chunk) {
    const SharedBytes bytes = store.find(revision + std::to_string(chunk));
    if (bytes == nullptr) return body;
    body += *bytes;
  }
}

Values copies_in(const ModelStore& store, const ItemName& item) {
  Values values;
  const Bytes records = "meta/" + item.collection + "/";
  for (const Bytes& record : store.keys(records + item.id + "~")) {
    const Bytes id = record.substr(records.size());
    for (const Bytes& first : store.keys("body/" + item.collection + "/" + id + ".")) {
      if (!first.ends_with(".0")) continue;
      // A write that came to nothing may have left another revision, which lacks its last chunk and says nothing.
      const auto fields = parse_content(item, body_of(store, first.substr(0, first.size() - 1)));
      if (fields) values.merge(HubItem{fields, {}}.values());
    }
  }
  return values;
}

}  // namespace

const Values& Copies::of(size_t item) {
  Found& found = found_[item];
  if (found.at != store_.changes()) found = {store_.changes(), copies_in(store_, items_[item])};
  return found.values;
}

}  // namespace hubstash::sim
