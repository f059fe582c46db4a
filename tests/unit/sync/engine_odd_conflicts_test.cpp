// Conflicts in which something else goes wrong too: the Hub's version is no document or cannot be fetched whole, or the
// app's decision comes while it is doing too much. The version that is here is never lost for it.
#include "base/ids.h"
#include "base/sha256.h"
#include "catch.h"
#include "hub/layout.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

Options with_policy(ConflictPolicy policy) {
  Options options = test_options();
  options.conflict = policy;
  return options;
}

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

TEST_CASE("odd conflict: a file that somebody broke by hand stays, and ours is the copy, whatever the policy") {
  // With the policy "local" this device's version was not read, and whatever lay in memory became the copy.
  const ConflictPolicy policy = GENERATE(ConflictPolicy::kMerge, ConflictPolicy::kKeepBoth, ConflictPolicy::kLocal,
                                         ConflictPolicy::kRemote, ConflictPolicy::kResolver);
  const bool is_new = GENERATE(false, true);
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, with_policy(policy));
  if (!is_new) REQUIRE(host.save("p1", "{\"n\":0}").status.ok());
  REQUIRE(host.sync().status.ok());
  hub.write(path_of("p1"), "not JSON any more");
  REQUIRE(host.save("p1", "{\"n\":1}").status.ok());
  const Reply reply = host.sync();
  INFO(reply.status.message());
  REQUIRE(reply.status.ok());
  const std::string copy = make_copy_id("p1", Side::kLocal, sha256("{\"n\":1}"));
  CHECK(host.load(copy) == "{\"n\":1}");
  CHECK(hub.content(path_of(copy)) == "{\"n\":1}");
  CHECK(hub.content(path_of("p1")) == "not JSON any more");
}

TEST_CASE("odd conflict: a PDF that cannot be fetched whole leaves the conflict to the next sync") {
  // Ours would have been replaced by an empty copy.
  const ConflictPolicy policy = GENERATE(ConflictPolicy::kLocal, ConflictPolicy::kResolver);
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, with_policy(policy));
  host.resolver = [](const AskResolver&) {
    Decide decision;
    decision.choice = Choice::kLocal;
    return decision;
  };
  const std::string path = item_path("", "pdfs", Kind::kBlob, "a", Encoding::kPlain);
  REQUIRE(host.put("a", "%PDF 0").status.ok());
  REQUIRE(host.sync().status.ok());
  hub.write(path, "%PDF theirs");
  REQUIRE(host.put("a", "%PDF ours").status.ok());
  hub.answer_first = [](const HttpRequest& request) -> std::optional<HttpAnswer> {
    if (request.url.find("/resolve/") == request.url.npos || !request.url.ends_with(".pdf")) return std::nullopt;
    HttpAnswer answer;
    answer.status = Status(ErrorCode::BAD_RESPONSE, "The answer is longer than it may be.");
    return answer;
  };
  CHECK(host.sync().status.code() == ErrorCode::BAD_RESPONSE);
  CHECK(host.load_pdf("a") == "%PDF ours");
  CHECK(host.copies("pdfs", Kind::kBlob).empty());
  hub.answer_first = nullptr;
  REQUIRE(host.sync().status.ok());
  CHECK(hub.content(path) == "%PDF ours");
  CHECK(host.copies("pdfs", Kind::kBlob) == "a:remote");
}

TEST_CASE("odd conflict: a decision is taken however many calls wait") {
  // Nobody would send it again, and the sync would wait for ever.
  ModelHub hub;
  TestStore store;
  TestHost host(hub, store, with_policy(ConflictPolicy::kResolver));
  REQUIRE(host.save("p1", "{\"n\":0}").status.ok());
  REQUIRE(host.sync().status.ok());
  hub.write(path_of("p1"), "{\"n\":1}");
  REQUIRE(host.save("p1", "{\"n\":2}").status.ok());
  std::vector<RequestId> calls;
  host.resolver = [&](const AskResolver&) {
    host.fate = [](const Effect& effect) {
      return std::holds_alternative<StoreTx>(effect.body) ? Fate::kHold : Fate::kRun;
    };
    for (int i = 0; i < 5'000; ++i) calls.push_back(host.send(Load{"projects", Kind::kJson, "p1"}));
    Decide decision;
    decision.choice = Choice::kLocal;
    return decision;
  };
  const RequestId sync = host.send(Sync{});
  host.settle();
  REQUIRE(calls.size() == 5'000);
  host.fate = nullptr;
  host.release_held();
  CHECK(host.wait(calls.back()).status.code() == ErrorCode::BUSY);
  CHECK(host.wait(sync).status.ok());
  CHECK(hub.content(path_of("p1")) == "{\"n\":2}");
}

}  // namespace
}  // namespace hubstash::test
