// The app's own resolver decides conflicts: each of its answers does what it says, and loses nothing else.
#include "catch.h"
#include "hub/layout.h"
#include "support/test_host.h"

namespace hubstash::test {
namespace {

std::string path_of(const std::string& id) { return item_path("", "projects", Kind::kJson, id, Encoding::kPlain); }

SyncReport synced(TestHost& host) {
  const Reply reply = host.sync();
  INFO(reply.status.message());
  REQUIRE(reply.status.ok());
  return std::get<SyncReport>(reply.value);
}

Options asking(uint64_t seed) {
  Options options = test_options(seed);
  options.conflict = ConflictPolicy::kResolver;
  return options;
}

/// Two devices that both have "p1" as {"n":0}; `b` has a resolver, which notes what it was asked.
struct Asked {
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a{hub, laptop, test_options(1)}, b{hub, phone, asking(2)};
  std::vector<AskResolver> questions;
  Decide answer;

  Asked() {
    REQUIRE(a.save("p1", "{\"n\":0}").status.ok());
    synced(a);
    synced(b);
    REQUIRE(b.load("p1") == "{\"n\":0}");
    b.resolver = [this](const AskResolver& question) {
      questions.push_back(question);
      return answer;
    };
  }
  std::string on_hub() const {
    const auto file = hub.files().find(path_of("p1"));
    return file == hub.files().end() ? "(none)" : file->second.content;
  }
  void both_edit() {
    REQUIRE(a.save("p1", "{\"n\":1}").status.ok());
    REQUIRE(b.save("p1", "{\"n\":2}").status.ok());
    synced(a);
  }
};

TEST_CASE("the resolver sees all three versions, and its document replaces both") {
  // The app has looked at both sides, so no copy is kept.
  Asked asked;
  asked.both_edit();
  asked.answer.choice = Choice::kContent;
  asked.answer.body = "{\"n\":12}";
  CHECK(synced(asked.b).conflicts == 1);
  REQUIRE(asked.questions.size() == 1);
  CHECK(asked.questions[0].base->body == "{\"n\":0}");
  CHECK(asked.questions[0].local->body == "{\"n\":2}");
  CHECK(asked.questions[0].remote->body == "{\"n\":1}");
  CHECK(asked.on_hub() == "{\"n\":12}");
  CHECK(asked.b.load("p1") == "{\"n\":12}");
  CHECK(asked.b.copies().empty());
  REQUIRE(asked.b.conflicts.size() == 1);
  CHECK(asked.b.conflicts[0].outcome == ConflictOutcome::kResolver);
  synced(asked.a);
  CHECK(asked.a.load("p1") == "{\"n\":12}");
}

TEST_CASE("the resolver picks a side: the other is kept as a copy all the same") {
  // As with the policies of these names.
  const Choice choice = GENERATE(Choice::kLocal, Choice::kRemote, Choice::kKeepBoth);
  Asked asked;
  asked.both_edit();
  asked.answer.choice = choice;
  CHECK(synced(asked.b).conflicts == 1);
  const bool local = choice == Choice::kLocal;
  CHECK(asked.on_hub() == (local ? "{\"n\":2}" : "{\"n\":1}"));
  CHECK(asked.b.load("p1") == asked.on_hub());
  CHECK(asked.b.copies() == (local ? "p1:remote" : "p1:local"));
  CHECK(asked.b.load(asked.b.copy_ids().at(0)) == (local ? "{\"n\":1}" : "{\"n\":2}"));
}

TEST_CASE("the resolver deletes: the item is gone everywhere") {
  // It has seen both versions and wants neither.
  Asked asked;
  asked.both_edit();
  asked.answer.choice = Choice::kDelete;
  CHECK(synced(asked.b).conflicts == 1);
  CHECK(asked.on_hub() == "(none)");
  CHECK(asked.b.load("p1") == "(none)");
  synced(asked.a);
  CHECK(asked.a.load("p1") == "(none)");
}

TEST_CASE("the resolver is asked about an edit against their deletion") {
  // Without a resolver the edit wins; the app may see it in another way.
  const Choice choice = GENERATE(Choice::kLocal, Choice::kKeepBoth, Choice::kRemote, Choice::kDelete, Choice::kContent);
  Asked asked;
  REQUIRE(asked.a.remove("p1").status.ok());
  REQUIRE(asked.b.save("p1", "{\"n\":2}").status.ok());
  synced(asked.a);
  asked.answer.choice = choice;
  asked.answer.body = "{\"n\":12}";
  CHECK(synced(asked.b).conflicts == 1);
  REQUIRE(asked.questions.size() == 1);
  CHECK_FALSE(asked.questions[0].remote);
  CHECK(asked.questions[0].local->body == "{\"n\":2}");
  const bool keeps = choice == Choice::kLocal || choice == Choice::kKeepBoth;
  CHECK(asked.on_hub() == (choice == Choice::kContent ? "{\"n\":12}" : keeps ? "{\"n\":2}" : "(none)"));
  CHECK(asked.b.load("p1") == asked.on_hub());
  CHECK(asked.b.copies() == (choice == Choice::kRemote ? "p1:local" : ""));
  CHECK(synced(asked.b).conflicts == 0);
}

TEST_CASE("the resolver is asked about a deletion against their edit") {
  // The other way round.
  const Choice choice = GENERATE(Choice::kLocal, Choice::kKeepBoth, Choice::kRemote, Choice::kDelete, Choice::kContent);
  Asked asked;
  REQUIRE(asked.a.save("p1", "{\"n\":1}").status.ok());
  REQUIRE(asked.b.remove("p1").status.ok());
  synced(asked.a);
  asked.answer.choice = choice;
  asked.answer.body = "{\"n\":12}";
  CHECK(synced(asked.b).conflicts == 1);
  REQUIRE(asked.questions.size() == 1);
  CHECK_FALSE(asked.questions[0].local);
  CHECK(asked.questions[0].remote->body == "{\"n\":1}");
  const bool deletes = choice == Choice::kLocal || choice == Choice::kDelete;
  CHECK(asked.on_hub() == (choice == Choice::kContent ? "{\"n\":12}" : deletes ? "(none)" : "{\"n\":1}"));
  CHECK(asked.b.load("p1") == asked.on_hub());
  CHECK(asked.b.copies() == (choice == Choice::kLocal ? "p1:remote" : ""));
  CHECK(synced(asked.b).conflicts == 0);
}

TEST_CASE("the resolver decides between PDFs, and may make a third") {
  // Blobs are shown to it by reference and stay the engine's; what it makes is taken over.
  const Choice choice = GENERATE(Choice::kLocal, Choice::kRemote, Choice::kContent);
  ModelHub hub;
  TestStore laptop, phone;
  TestHost a(hub, laptop, test_options(1)), b(hub, phone, asking(2));
  const Bytes theirs(3 << 20, 't'), ours(2 << 20, 'o'), third((size_t{18} << 20) + 1, 'x');
  REQUIRE(a.put("d", theirs).status.ok());
  REQUIRE(b.put("d", ours).status.ok());
  synced(a);
  b.resolver = [&](const AskResolver& question) {
    CHECK(b.blob(question.local->blob) == ours);
    CHECK(b.blob(question.remote->blob) == theirs);
    Decide decide;
    decide.choice = choice;
    decide.type = "application/pdf";
    if (choice == Choice::kContent) decide.blob = b.add_blob(third);
    return decide;
  };
  CHECK(synced(b).conflicts == 1);
  CHECK(b.load_pdf("d") == (choice == Choice::kLocal ? ours : choice == Choice::kRemote ? theirs : third));
  CHECK(b.copies("pdfs", Kind::kBlob) == (choice == Choice::kContent ? ""
                                          : choice == Choice::kLocal ? "d:remote"
                                                                     : "d:local"));
  synced(a);
  CHECK(a.load_pdf("d") == b.load_pdf("d"));
}

TEST_CASE("a document of the resolver's that is too large to be stored: both versions are kept, and the app is told") {
  // What cannot be saved must not be committed by a detour.
  Asked asked;
  asked.both_edit();
  asked.answer.choice = Choice::kContent;
  asked.answer.body = "\"" + Bytes(size_t{64} << 20, 'x') + "\"";
  CHECK(synced(asked.b).conflicts == 1);
  CHECK(asked.b.copies() == "p1:local");
  CHECK(asked.on_hub() == "{\"n\":1}");
  REQUIRE(asked.b.errors.size() == 1);
  CHECK(asked.b.errors[0].code() == ErrorCode::TOO_LARGE);
}

TEST_CASE("an answer of the resolver, and close(), get through however many calls wait") {
  // All others are BUSY then; these two end what is waited for.
  Asked asked;
  asked.both_edit();
  asked.answer.choice = Choice::kLocal;
  const EffectId question = [&] {
    EffectId effect = 0;
    asked.b.fate = [&effect](const Effect& e) {
      if (!std::holds_alternative<AskResolver>(e.body)) return Fate::kRun;
      effect = e.id;
      return Fate::kHold;
    };
    return (void(asked.b.send(Sync{})), asked.b.settle(), effect);
  }();
  REQUIRE(question != 0);
  asked.b.fate = [](const Effect& e) { return std::holds_alternative<StoreTx>(e.body) ? Fate::kHold : Fate::kRun; };
  RequestId last = 0;
  for (int i = 0; i < 4'096; ++i) last = asked.b.send(Load{"projects", Kind::kJson, "p1"});
  REQUIRE(asked.b.wait(last).status.code() == ErrorCode::BUSY);
  asked.answer.effect = question;
  CHECK(asked.b.call(asked.answer).status.ok());
  const RequestId closing = asked.b.send(Close{});
  asked.b.fate = nullptr;
  asked.b.release_held();
  CHECK(asked.b.wait(closing).status.ok());
}

TEST_CASE("a resolver that never answers holds up its sync alone, and a late answer does no harm") {
  // The user left the dialog open: saves and loads go on, and the sync can be given up.
  Asked asked;
  asked.both_edit();
  asked.b.resolver = nullptr;
  const RequestId sync = asked.b.send(Sync{});
  asked.b.settle();
  CHECK_FALSE(asked.b.answered(sync));
  CHECK(asked.b.save("p2", "{}").status.ok());
  CHECK(asked.b.load("p1") == "{\"n\":2}");
  asked.b.cancel(sync);
  CHECK(asked.b.wait(sync).status.code() == ErrorCode::ABORTED);
  Decide late;
  late.effect = 12345;
  CHECK(asked.b.call(late).status.ok());
  CHECK(asked.on_hub() == "{\"n\":1}");
  CHECK(asked.b.list() == "p1:conflict p2:pending");
}

}  // namespace
}  // namespace hubstash::test
