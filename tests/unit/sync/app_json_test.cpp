#include <string>

#include "catch.h"
#include "hubstash/engine.h"

namespace hubstash {
namespace {

template <typename T>
T call_of(const std::string& header, Bytes body = "", BlobRef blob = 0) {
  const Result<AppCall> call = call_from_json(header, std::move(body), blob);
  REQUIRE(call.has_value());
  REQUIRE(std::holds_alternative<T>(*call));
  return std::get<T>(*call);
}

TEST_CASE("calls: each header becomes its call") {
  // The members that c_api.h lists.
  const auto save = call_of<SaveDocuments>(
      R"({"call":"save","collection":"c","items":[{"id":"a","size":2},{"id":"b","size":0}]})", "{}");
  CHECK(save.collection == "c");
  REQUIRE(save.parts.size() == 2);
  CHECK(save.parts[0].id == "a");
  CHECK(save.parts[0].size == 2);
  CHECK(save.body == "{}");
  const auto put = call_of<SaveBlob>(R"({"call":"put","collection":"c","id":"a","type":"t"})", "", 7);
  CHECK(put.collection + put.id + put.type == "cat");
  CHECK(put.blob == 7);
  CHECK(call_of<Load>(R"({"call":"load","collection":"c","kind":"blob","id":"a"})").kind == Kind::kBlob);
  CHECK(call_of<Load>(R"({"call":"load","collection":"c","kind":"json","id":"a"})").id == "a");
  CHECK(call_of<List>(R"({"call":"list","collection":"c","kind":"json"})").kind == Kind::kJson);
  CHECK(call_of<Delete>(R"({"call":"delete","collection":"c","kind":"json","id":"a"})").id == "a");
  CHECK(call_of<Exists>(R"({"call":"exists","collection":"c","kind":"json","id":"a"})").id == "a");
  CHECK(call_of<Url>(R"({"call":"url","collection":"c","kind":"json","id":"a"})").id == "a");
  CHECK(call_of<Evict>(R"({"call":"evict","collection":"c","id":"a"})").id == "a");
  CHECK(call_of<ClearLocal>(R"({"call":"clear","force":true})").force);
  CHECK_FALSE(call_of<ClearLocal>(R"({"call":"clear"})").force);
  call_of<ListCollections>(R"({"call":"collections"})");
  CHECK(call_of<CheckIds>(R"({"call":"check-ids","ids":["a","b"]})").ids == std::vector<std::string>{"a", "b"});
  call_of<Sync>(R"({"call":"sync"})");
  call_of<GetStatus>(R"({"call":"status"})");
  call_of<Close>(R"({"call":"close"})");
}

TEST_CASE("calls: malformed ones are refused") {
  // Sizes that do not add up would cut documents apart in the wrong place.
  for (const char* bad : {"", "[]", "{}", R"({"call":"format"})", R"({"call":"put","collection":"c","id":"a"})",
                          R"({"call":"save","collection":"c","items":[{"id":"a","size":3}]})",
                          R"({"call":"save","collection":"c","items":[{"id":"a"}]})",
                          R"({"call":"save","collection":"c","items":[{"id":"a","size":-2}]})",
                          R"({"call":"save","collection":"c","items":[{"id":"a","size":4294967298}]})"}) {
    CAPTURE(bad);
    CHECK(call_from_json(bad, "{}", 0).error().code() == ErrorCode::INVALID_ARGUMENT);
  }
}

TEST_CASE("notices: replies, as c_api.h lists them") {
  // JavaScript reads them by name.
  const auto reply = [](ReplyValue value) { return notice_to_json(Reply{3, Status(), std::move(value)}); };
  const std::string start = R"({"type":"reply","request":3,"ok":true,"value":)";
  CHECK(reply({}) == start + "null}");
  CHECK(reply(Flag{true}) == start + "true}");
  CHECK(reply(Collections{{{"notes", Kind::kJson}, {"pdfs", Kind::kBlob}}}) ==
        start + R"([{"collection":"notes","kind":"json"},{"collection":"pdfs","kind":"blob"}]})");
  CHECK(reply(Text{}) == start + "null}");
  CHECK(reply(Text{"u"}) == start + "\"u\"}");
  CHECK(reply(Loaded{}) == start + "null}");
  CHECK(reply(Loaded{true, "{}", 0, "t", 2}) == start + R"({"size":2,"type":"t"}})");
  CHECK(reply(Receipts{{{"a", "local://a", Bytes(2, '\x0f'), 5}}}) ==
        start + R"([{"id":"a","ref":"local://a","checksum":"0f0f","size":5}]})");
  CHECK(reply(Items{{{"a", 1, 2, ItemState::kRemoteOnly, false}}}) ==
        start + R"([{"id":"a","size":1,"modified":2,"state":"remote-only","cached":false}]})");
  SyncReport report;
  report.pushed = 1;
  CHECK(reply(report) == start + R"({"commit":null,"pushed":1,"pulled":0,"deleted":0,"conflicts":0,"requests":0,)" +
                             R"("bytesSent":0,"bytesReceived":0,"ms":0}})");
  Status error(ErrorCode::OFFLINE, "down");
  error.http_status = 503;
  CHECK(notice_to_json(Reply{3, error, {}}) ==
        R"({"type":"reply","request":3,"ok":false,"error":{"code":"OFFLINE","message":"down","retry":"later",)"
        R"("status":503,"requestId":null}})");
}

TEST_CASE("notices: progress, changes and errors") {
  // What the app hears without having asked.
  CHECK(notice_to_json(Progress{4, "upload", 5, 6, "a"}) ==
        R"({"type":"progress","request":4,"phase":"upload","loaded":5,"total":6,"item":"a"})");
  CHECK(notice_to_json(Changed{"c", {"a", "b"}, ChangeSource::kRemote}) ==
        R"({"type":"change","collection":"c","ids":["a","b"],"source":"remote"})");
  const Bytes status = notice_to_json(StatusChanged{StoreStatus()});
  CHECK(
      status.starts_with(R"({"type":"status","status":{"phase":"idle","pending":0,"pendingBytes":0,"synced":false,)"));
  CHECK(status.find(R"("lastSyncAt":null,"nextSyncAt":null,"waitingFor":null,"network":{"requests":0)") != status.npos);
  CHECK(status.find(R"("cache":{"hits":0,"misses":0,"evictions":0},)"
                    R"("compression":{"rawBytes":0,"storedBytes":0})") != status.npos);
  CHECK(
      notice_to_json(BackgroundError{Status(ErrorCode::BUSY, "x")}).starts_with(R"({"type":"error","error":{"code")"));
}

}  // namespace
}  // namespace hubstash
