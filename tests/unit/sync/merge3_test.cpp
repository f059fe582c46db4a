#include "sync/merge3.h"

#include <string>

#include "base/json_slices.h"
#include "catch.h"

namespace hubstash {
namespace {

/// The merge of three objects, compact; for one with conflicts, where the first of them is.
std::string merged(std::string_view base, std::string_view local, std::string_view remote) {
  const Merge merge = merge_documents(base, local, remote);
  const Merge mirrored = merge_documents(base, remote, local);
  CHECK(mirrored.clean == merge.clean);
  CHECK(mirrored.text == merge.text);
  CHECK(merge.clean == merge.conflicts.empty());
  if (!merge.clean) {
    CHECK(merge.text.empty());
    return merge.conflicts.front();
  }
  return *canonical_object(merge.text);
}

/// The same for a list that is the member `l` of the documents.
std::string merged_lists(const std::string& base, const std::string& local, const std::string& remote) {
  const std::string text = merged("{\"l\":" + base + "}", "{\"l\":" + local + "}", "{\"l\":" + remote + "}");
  return text[0] == '{' ? text.substr(5, text.size() - 6) : text;
}

/// `[{"id":"a"},{"id":"b"}]` for "ab".
std::string ids(const std::string& letters) {
  std::string list;
  for (const char letter : letters)
    list.append(list.empty() ? "" : ",").append("{\"id\":\"").append({letter}).append("\"}");
  return "[" + list + "]";
}

std::string merged_ids(const std::string& base, const std::string& local, const std::string& remote) {
  const std::string list = merged_lists(ids(base), ids(local), ids(remote));
  std::string letters;
  for (size_t at = list.find("\"id\":\""); at != list.npos; at = list.find("\"id\":\"", at + 1))
    letters += list[at + 6];
  return list[0] == '[' ? letters : list;
}

TEST_CASE("merge: it is told when one version has all of it already") {
  // Then nothing in it is new to the app that saved that version, or to the Hub, whatever the order of members.
  const char* base = R"({"id":"p","a":1,"b":1})";
  const char* local = R"({"id":"p","a":2,"b":1})";
  CHECK(merge_documents(base, local, R"({"b":1,"a":1,"id":"p"})").is_local);
  CHECK(merge_documents(base, local, local).is_local);
  CHECK_FALSE(merge_documents(base, local, R"({"id":"p","a":1,"b":2})").is_local);
  CHECK_FALSE(merge_documents(base, local, R"({"id":"p","a":3,"b":1})").is_local);
  CHECK(merge_documents(base, local, local).is_remote);
  CHECK(merge_documents(base, local, R"({"b":2,"a":2,"id":"p"})").is_remote);
  CHECK_FALSE(merge_documents(base, local, R"({"id":"p","a":3,"b":1})").is_remote);
}

TEST_CASE("objects are merged member by member, at any depth") {
  // Two devices that change different fields of a project both find their change in it.
  CHECK(merged(R"({"a":1,"b":1})", R"({"a":2,"b":1})", R"({"a":1,"b":3})") == R"({"a":2,"b":3})");
  CHECK(merged(R"({"o":{"p":{"a":1,"b":1}}})", R"({"o":{"p":{"a":2,"b":1}}})", R"({"o":{"p":{"a":1}}})") ==
        R"({"o":{"p":{"a":2}}})");
  CHECK(merged(R"({})", R"({"a":1})", R"({"b":2})") == R"({"a":1,"b":2})");
  CHECK(merged(R"({"a":1})", R"({})", R"({})") == R"({})");
  CHECK(merged(R"({"a":1})", R"({"a":{}})", R"({"a":1,"b":1})") == R"({"a":{},"b":1})");
  CHECK(merged(R"({"a":1})", R"({"a":[2]})", R"({"a":[2]})") == R"({"a":[2]})");
}

TEST_CASE("a field that both changed in different ways is a conflict, and is named") {
  // Neither value may win by itself; the caller keeps both versions whole.
  CHECK(merged(R"({"a":1})", R"({"a":2})", R"({"a":3})") == R"($["a"])");
  CHECK(merged(R"({"o":{"a":1}})", R"({"o":{}})", R"({"o":{"a":2}})") == R"($["o"]["a"])");
  CHECK(merged(R"({})", R"({"a":1})", R"({"a":null})") == R"($["a"])");
  CHECK(merged(R"({})", R"({"a":{"x":1}})", R"({"a":{"y":1}})") == R"($["a"])");
  CHECK(merged(R"({"a":1})", R"({"a":{}})", R"({"a":[]})") == R"($["a"])");
  CHECK(merged(R"({"a":[1]})", R"({"a":[1,2]})", R"({"a":[1,3]})") == R"($["a"])");
  const Merge two = merge_documents(R"({"a":1,"b":1,"c":1})", R"({"a":2,"b":2,"c":2})", R"({"a":3,"b":3,"c":2})");
  CHECK(two.conflicts == std::vector<std::string>{R"($["a"])", R"($["b"])"});
}

TEST_CASE("spelling is no change") {
  // A file that somebody reformatted on the Hub says what it said before.
  CHECK(merged(R"({"a":1,"s":"é"})", R"({"a":2,"s":"é"})", "{ \"s\": \"\\u00e9\",\n \"a\": 1.0 }") ==
        R"({"s":"é","a":2})");
  CHECK(merged(R"({"a":[{"x":1,"y":2}]})", R"({"a":[{"y":2,"x":1}],"b":1})", R"({"a":[3]})") == R"({"a":[3],"b":1})");
  CHECK(merged(R"({"a":{"x":1,"y":2}})", R"({"a":{"y":2,"x":1}})", R"({})") == "{}");
}

TEST_CASE("the document's own id is never in conflict") {
  // Somebody may have copied a file on the Hub and forgotten the id in it; the local one is what the app saved under.
  const Merge merge = merge_documents(R"({"id":"p","a":1})", R"({"id":"p","a":2})", R"({"id":"q","a":1,"b":3})");
  CHECK(merge.text == "{\n  \"id\": \"p\",\n  \"a\": 2,\n  \"b\": 3\n}\n");
  CHECK(merge_documents(R"({"id":"o","a":1})", R"({"id":"p","a":1})", R"({"id":"q","a":1})").clean);
  CHECK(merged(R"({"o":{"id":"o"}})", R"({"o":{"id":"p"}})", R"({"o":{"id":"q"}})") == R"($["o"]["id"])");
}

TEST_CASE("lists of things with ids are merged thing by thing") {
  // Strokes that two devices draw, erase and recolour on one page.
  CHECK(merged_lists(R"([{"id":1,"c":"red"},{"id":2}])", R"([{"id":1,"c":"blue"},{"id":2}])",
                     R"([{"id":1,"c":"red"},{"id":2,"w":3},{"id":"1"}])") ==
        R"([{"id":1,"c":"blue"},{"id":2,"w":3},{"id":"1"}])");
  CHECK(merged_lists(R"([{"id":1}])", R"([{"id":1,"c":1}])", R"([{"id":1,"d":1}])") == R"([{"id":1,"c":1,"d":1}])");
  CHECK(merged_lists(R"([{"id":1,"c":1}])", R"([{"id":1,"c":2}])", R"([{"id":1,"c":3}])") == R"($["l"][id=1]["c"])");
  CHECK(merged_lists(R"([{"id":1,"c":1}])", R"([])", R"([{"id":1,"c":3}])") == R"($["l"][id=1])");
  CHECK(merged_lists(R"([])", R"([{"id":"n","c":1}])", R"([{"id":"n","c":2}])") == R"($["l"][id="n"])");
  CHECK(merged_lists(R"([])", R"([{"id":"n","c":1}])", R"([{"c":1,"id":"n"}])") == R"([{"c":1,"id":"n"}])");
}

TEST_CASE("the order of things with ids") {
  // Every case gives the same whichever side is called local: `merged` looks.
  CHECK(merged_ids("abc", "abc", "acb") == "acb");
  CHECK(merged_ids("abcd", "bcd", "abd") == "bd");
  CHECK(merged_ids("abc", "axbc", "abyc") == "axbyc");
  CHECK(merged_ids("ab", "abzy", "abmx") == "abmxzy");
  CHECK(merged_ids("ab", "zab", "mab") == "mzab");
  CHECK(merged_ids("abc", "cba", "abxc") == "cbxa");
  CHECK(merged_ids("abc", "axbc", "acb") == "axcb");
  CHECK(merged_ids("abc", "ac", "abxc") == "axc");
  CHECK(merged_ids("ab", "abx", "xab") == R"($["l"])");
  CHECK(merged_ids("abc", "bac", "acb") == R"($["l"])");
  CHECK(merged_ids("abc", "cab", "cab") == "cab");
  CHECK(merged_ids("", "ab", "cd") == "abcd");
}

TEST_CASE("lists of objects without ids keep what both appended") {
  // Entries of a log. What both have is one entry, as any change that both made is one change.
  CHECK(merged_lists("[{\"a\":1}]", "[{\"a\":1},{\"a\":3}]", "[{\"a\":1},{\"a\":2}]") ==
        R"([{"a":1},{"a":2},{"a":3}])");
  CHECK(merged_lists("[]", "[{\"a\":9},{\"a\":3}]", "[{\"a\":9},{\"a\":2},{\"a\":3}]") ==
        R"([{"a":9},{"a":2},{"a":3}])");
  CHECK(merged_lists("[]", "[{\"a\":9},{\"a\":3}]", "[{\"a\":9},{\"a\":2},{\"a\":4}]") ==
        R"([{"a":9},{"a":2},{"a":4},{"a":3}])");
  CHECK(merged_lists("[]", "[{\"a\":1}]", "[{\"a\":1},{\"a\":2}]") == R"([{"a":1},{"a":2}])");
  CHECK(merged_lists("[{\"a\":1}]", "[{\"a\":2}]", "[{\"a\":1},{\"a\":2}]") == R"($["l"])");
  CHECK(merged_lists("[{\"a\":1}]", "[{\"a\":1},1]", "[{\"a\":1},{\"a\":2}]") == R"($["l"])");
  // Both appended alike, with the members in another order: which text it is does not depend on the side.
  CHECK(merged_lists("[]", R"([{"a":1,"b":2},{"c":1}])", R"([{"b":2,"a":1},{"c":1}])") == R"([{"a":1,"b":2},{"c":1}])");
  // Ids that come twice are none.
  CHECK(merged_lists("[]", R"([{"id":1},{"id":1}])", R"([{"id":2}])") == R"([{"id":1},{"id":1},{"id":2}])");
}

TEST_CASE("what cannot be read is not merged") {
  // Damaged or foreign files: the caller keeps both.
  for (const char* bad : {"", "[]", "{\"a\":1", R"({"a":1,"a":2})", "null"}) {
    CAPTURE(bad);
    CHECK_FALSE(merge_documents(bad, "{\"b\":1}", "{}").clean);
    CHECK_FALSE(merge_documents("{}", bad, "{\"b\":1}").clean);
    CHECK_FALSE(merge_documents("{}", "{\"b\":1}", bad).clean);
  }
  const std::string long_text = "{\"a\":\"" + std::string(kMaxMergeBytes, 'a') + "\"}";
  CHECK_FALSE(merge_documents("{}", long_text, "{}").clean);
}

TEST_CASE("a merged document has the shape of a saved one") {
  // People read it on the Hub, and a diff shows what changed. JavaScript puts names like "7" first, by number.
  const Merge merge =
      merge_documents(R"({"id":"p"})", R"({"10":1,"id":"p","l":[{"a":[1,2]},3]})", R"({"9":1,"id":"p"})");
  CHECK(merge.text ==
        "{\n  \"9\": 1,\n  \"10\": 1,\n  \"id\": \"p\",\n  \"l\": [\n    {\"a\":[1,2]},\n    3\n  ]\n}\n");
}

TEST_CASE("what both sides appended is not appended again when the merge meets a side once more") {
  // A device whose commit had landed without its reply merges its version with the merge itself.
  const std::string base = R"({"log":[]})";
  const std::string late = R"({"log":[{"t":2}]})", early = R"({"log":[{"t":1}]})";
  const Merge merge = merge_documents(base, late, early);
  REQUIRE(merge.clean);
  CHECK(merge_documents(base, late, merge.text).text == merge.text);
  CHECK(merge_documents(base, merge.text, late).text == merge.text);
  CHECK(merge_documents(base, early, merge.text).text == merge.text);
}

}  // namespace
}  // namespace hubstash
