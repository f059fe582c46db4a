#include "sim/copies.h"

namespace hubstash::sim {
namespace {

/// The chunks of the only revision, joined; docs/FORMATS.md has the keys.
Bytes body_of(const ModelStore& store, const Bytes& prefix) {
  Bytes body;
  for (const Bytes& first : store.keys(prefix)) {
    if (!first.ends_with(".0")) continue;
    const Bytes revision = first.substr(0, first.size() - 1);
    for (size_t chunk = 0;; ++chunk) {
      const SharedBytes bytes = store.find(revision + std::to_string(chunk));
      if (bytes == nullptr) return body;
      body += *bytes;
    }
  }
  return body;
}

Values copies_in(const ModelStore& store, const ItemName& item) {
  Values values;
  const Bytes records = "meta/" + item.collection + "/";
  for (const Bytes& record : store.keys(records + item.id + "~")) {
    const Bytes id = record.substr(records.size());
    const auto fields = parse_content(item, body_of(store, "body/" + item.collection + "/" + id + "."));
    if (fields) values.merge(HubItem{fields, {}}.values());
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
