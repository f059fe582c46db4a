// What the page sends through the C ABI: the options of a store, and calls. Options that pass validation name a
// database and nothing beside it; a call that is accepted can be given to an engine without a check failing.
#include "base/text.h"
#include "hubstash/engine.h"
#include "common/fuzz.h"

namespace {

using namespace hubstash;

void check_options(const Bytes& text) {
  const Result<Options> options = options_from_json(text);
  if (!options) {
    HS_CHECK(options.error().code() == ErrorCode::INVALID_ARGUMENT);
    return;
  }
  const Status valid = options->validate();
  if (!valid.ok()) {
    HS_CHECK(valid.code() == ErrorCode::INVALID_ARGUMENT);
    return;
  }
  HS_CHECK(!fuzz::has_control(options->hub_url) && !fuzz::has_control(options->branch));
  HS_CHECK(!fuzz::has_control(options->prefix) && options->commits_per_hour > 0);
  const std::string mount = options->mount_point();
  HS_CHECK(mount.starts_with("/hubstash/") && is_utf8(mount));
  for (const char* bad : {"//", "/./", "/../"}) HS_CHECK((mount + "/").find(bad) == mount.npos);
}

/// Everything that the engine says to a call before the host has done anything.
void send(AppCall call) {
  Options options;
  options.dataset = "ann/data";
  Engine engine(options);
  engine.handle(Opened{}, 1);
  engine.handle(AppRequest{1, std::move(call)}, 1);
  Effect effect;
  int replies = 0;
  while (engine.poll(&effect)) {
    const Reply* reply = std::get_if<Reply>(&effect.body);
    if (reply == nullptr) continue;
    HS_CHECK(reply->request == 1 && ++replies == 1);
    HS_CHECK(is_utf8(notice_to_json(effect.body)));
  }
}

}  // namespace

void fuzz_one(std::string_view input) {
  check_options(Bytes(input));
  const size_t line = std::min(input.find('\n'), input.size());
  const Bytes header(input.substr(0, line));
  const Bytes body(input.substr(std::min(line + 1, input.size())));
  for (const BlobRef blob : {BlobRef{0}, BlobRef{7}}) {
    Result<AppCall> call = call_from_json(header, body, blob);
    if (call) {
      send(std::move(*call));
    } else {
      const ErrorCode code = call.error().code();
      HS_CHECK(code == ErrorCode::INVALID_ARGUMENT || code == ErrorCode::INVALID_ID);
    }
  }
}
