#include "sync/item_view.h"

#include <string>

#include "base/ids.h"
#include "catch.h"
#include "sync/plan_push.h"

namespace hubstash {
namespace {

const std::string kOld(40, 'a'), kNew(40, 'b'), kMine(40, 'c');

Item item_in(ChangeState state, const std::string& base, bool cached = true) {
  Item item;
  item.collection = "projects";
  item.id = "p1";
  item.state = state;
  item.size = 3;
  item.modified = 7;
  if (!base.empty()) item.base = RemoteVersion{base, "", 3, false};
  if (cached) item.body = LocalBody{std::string(kInPlace), {Bytes(32, 'x')}};
  return item;
}

ListedVersion listed_as(const std::string& oid) { return {{oid, "", 9, false}, 11}; }

TEST_CASE("find_listed: a document plain or packed, a blob under its own name only") {
  // The listing keeps names as the Hub has them.
  Folder folder;
  folder.files["p1.json.gz"] = {kOld, std::string(64, '1'), 5, 6};
  folder.files["x.pdf"] = {kNew, "", 7, 8};
  const auto packed = find_listed(folder, "projects", Kind::kJson, "p1");
  REQUIRE(packed.has_value());
  CHECK(packed->version == RemoteVersion{kOld, std::string(64, '1'), 5, true});
  CHECK(packed->seen_at == 6);
  folder.files["p1.json"] = {kNew, "", 4, 6};
  CHECK(find_listed(folder, "projects", Kind::kJson, "p1")->version.oid == kNew);
  CHECK(find_listed(folder, "pdfs", Kind::kBlob, "x")->version.size == 7);
  CHECK_FALSE(find_listed(folder, "pdfs", Kind::kBlob, "p1").has_value());
  CHECK_FALSE(find_listed(std::nullopt, "pdfs", Kind::kBlob, "x").has_value());
}

TEST_CASE("in_conflict: a change here meets a version that its writer has not seen") {
  // The base and our own attempts have been seen; a listing without the file is no version.
  CHECK(in_conflict(item_in(ChangeState::kPending, kOld), listed_as(kNew)));
  CHECK(in_conflict(item_in(ChangeState::kPending, ""), listed_as(kNew)));
  CHECK(in_conflict(item_in(ChangeState::kDeleted, kOld), listed_as(kNew)));
  CHECK_FALSE(in_conflict(item_in(ChangeState::kPending, kOld), listed_as(kOld)));
  CHECK_FALSE(in_conflict(item_in(ChangeState::kPending, kOld), std::nullopt));
  CHECK_FALSE(in_conflict(item_in(ChangeState::kSynced, kOld), listed_as(kNew)));
  Item tried = item_in(ChangeState::kPending, kOld);
  remember_attempt(&tried, kNew);
  CHECK_FALSE(in_conflict(tried, listed_as(kNew)));
}

TEST_CASE("describe: what list() shows") {
  // Own changes first, then what is known to be current, then the listing.
  const auto state = [](const auto& item, const auto& listed, bool known) {
    const std::optional<ItemInfo> info = describe(item, listed, known, "p1");
    return info ? static_cast<int>(info->state) : -1;
  };
  const std::optional<Item> none;
  const std::optional<ListedVersion> unlisted;
  using S = ItemState;
  const auto is = [](S expected) { return static_cast<int>(expected); };
  const auto opt = [](Item item) { return std::optional<Item>(std::move(item)); };
  const auto at = [](const std::string& oid) { return std::optional<ListedVersion>(listed_as(oid)); };
  CHECK(state(none, unlisted, true) == -1);
  CHECK(state(none, at(kNew), true) == is(S::kRemoteOnly));
  CHECK(state(opt(item_in(ChangeState::kDeleted, kOld)), at(kOld), true) == -1);
  CHECK(state(opt(item_in(ChangeState::kPending, kOld)), at(kOld), true) == is(S::kPending));
  CHECK(state(opt(item_in(ChangeState::kPending, kOld)), at(kNew), true) == is(S::kConflict));
  CHECK(state(opt(item_in(ChangeState::kPending, "")), unlisted, false) == is(S::kPending));
  CHECK(state(opt(item_in(ChangeState::kSynced, kOld)), at(kOld), true) == is(S::kSynced));
  CHECK(state(opt(item_in(ChangeState::kSynced, kOld, false)), at(kOld), true) == is(S::kRemoteOnly));
  CHECK(state(opt(item_in(ChangeState::kSynced, kOld)), at(kNew), true) == is(S::kRemoteOnly));
  CHECK(state(opt(item_in(ChangeState::kSynced, kOld)), unlisted, true) == -1);
  CHECK(state(opt(item_in(ChangeState::kSynced, kOld)), unlisted, false) == is(S::kSynced));
}

TEST_CASE("choose_source: where load() goes") {
  // A pending version is always the device's own; a listed newer one comes from the Hub.
  const std::optional<Item> none;
  const std::optional<ListedVersion> unlisted;
  CHECK(choose_source(none, unlisted, false) == Source::kUnknown);
  CHECK(choose_source(none, unlisted, true) == Source::kNowhere);
  CHECK(choose_source(none, listed_as(kNew), true) == Source::kHub);
  CHECK(choose_source(item_in(ChangeState::kDeleted, kOld), listed_as(kNew), true) == Source::kNowhere);
  CHECK(choose_source(item_in(ChangeState::kPending, kOld), listed_as(kNew), true) == Source::kDevice);
  CHECK(choose_source(item_in(ChangeState::kSynced, kOld), listed_as(kOld), true) == Source::kDevice);
  CHECK(choose_source(item_in(ChangeState::kSynced, kOld), listed_as(kNew), true) == Source::kHub);
  CHECK(choose_source(item_in(ChangeState::kSynced, kOld, false), listed_as(kOld), true) == Source::kHub);
  CHECK(choose_source(item_in(ChangeState::kSynced, kOld), unlisted, true) == Source::kNowhere);
  CHECK(choose_source(item_in(ChangeState::kSynced, kOld), unlisted, false) == Source::kDevice);
  CHECK(choose_source(item_in(ChangeState::kSynced, kOld, false), unlisted, false) == Source::kUnknown);
}

TEST_CASE("plan_item: what a push does") {
  // State here, version there, content.
  using A = PushAction;
  const Item edited = item_in(ChangeState::kPending, kOld), created = item_in(ChangeState::kPending, "");
  const Item deleted = item_in(ChangeState::kDeleted, kOld);
  CHECK(plan_item(edited, listed_as(kOld), kMine) == A::kUpload);
  CHECK(plan_item(edited, listed_as(kNew), kMine) == A::kConflict);
  CHECK(plan_item(edited, listed_as(kMine), kMine) == A::kConfirm);
  CHECK(plan_item(edited, std::nullopt, kMine) == A::kUpload);
  CHECK(plan_item(created, std::nullopt, kMine) == A::kUpload);
  CHECK(plan_item(created, listed_as(kMine), kMine) == A::kConfirm);
  CHECK(plan_item(created, listed_as(kNew), kMine) == A::kConflict);
  CHECK(plan_item(deleted, listed_as(kOld), "") == A::kDelete);
  CHECK(plan_item(deleted, std::nullopt, "") == A::kForget);
  CHECK(plan_item(deleted, listed_as(kNew), "") == A::kForget);
  Item tried = item_in(ChangeState::kPending, kOld);
  remember_attempt(&tried, kNew);
  CHECK(plan_item(tried, listed_as(kNew), kMine) == A::kUpload);
}

}  // namespace
}  // namespace hubstash
