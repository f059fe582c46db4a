// JSON of any origin: what parses is written again and reads as the same; what is_object_text() lets into the store is
// an object that parses.
#include "base/json.h"
#include "base/text.h"
#include "common/fuzz.h"

namespace {

using namespace hubstash;

void write(const Json& json, JsonWriter* out) {
  if (json.is_object()) {
    out->begin_object();
    for (const std::string& name : json.names()) {
      HS_CHECK(is_utf8(name) && json[name].exists());
      out->key(name);
      write(json[name], out);
    }
    out->end_object();
  } else if (json.is_array()) {
    out->begin_array();
    for (size_t i = 0; i < json.size(); ++i) write(json.at(i), out);
    out->end_array();
  } else if (json.is_string()) {
    HS_CHECK(is_utf8(json.text()));
    out->value(json.text());
  } else if (json.is_bool()) {
    out->value(json.boolean());
  } else if (json.is_number()) {
    out->value(json.integer(-1));
  } else {
    HS_CHECK(json.is_null());
    out->null();
  }
}

std::string written(const Json& json) {
  JsonWriter out;
  write(json, &out);
  return out.take();
}

}  // namespace

void fuzz_one(std::string_view input) {
  const Result<Json> json = Json::parse(input);
  // Half of a surrogate pair, escaped, is in the texts of JavaScript but in no UTF-8: such a document is kept as it is.
  const bool may_have_half = input.find("\\ud") != input.npos || input.find("\\uD") != input.npos;
  if (Json::is_object_text(input) && !may_have_half) HS_CHECK(json && json->is_object());
  // Asking a value for what it is not is never a mistake.
  if (!json) return;
  HS_CHECK(!json->at(json->is_array() ? json->size() : 0).exists());
  HS_CHECK(!(*json)["no such member \x01"].exists() || json->is_object());
  const std::string text = written(*json);
  const Result<Json> again = Json::parse(text);
  HS_CHECK(again && written(*again) == text);
}
