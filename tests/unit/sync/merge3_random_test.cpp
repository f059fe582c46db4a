// The merge of random documents, compared with what the edits that made the versions say.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json_slices.h"
#include "base/random.h"
#include "catch.h"
#include "sync/merge3.h"

namespace hubstash {
namespace {

using Tokens = std::set<std::string>;

struct Tree {
  std::string scalar;  ///< Its JSON text; empty for objects and arrays.
  bool is_list = false;
  std::vector<std::string> names;  ///< Of an object.
  std::vector<Tree> children;
};

std::string text_of(const Tree& tree) {
  if (!tree.scalar.empty()) return tree.scalar;
  std::string text;
  for (size_t i = 0; i < tree.children.size(); ++i) {
    if (i > 0) text += ',';
    if (!tree.is_list) text += '"' + tree.names[i] + "\":";
    text += text_of(tree.children[i]);
  }
  return tree.is_list ? "[" + text + "]" : "{" + text + "}";
}

/// The scalars of a value that occur once in a document: all but null, true and false.
void collect(std::string_view value, Tokens* tokens) {
  if (value[0] == '{') {
    for (const JsonMember& member : json_members(value)) collect(member.value, tokens);
  } else if (value[0] == '[') {
    for (const std::string_view element : json_elements(value)) collect(element, tokens);
  } else if (value[0] == '"' || value[0] == '-' || value[0] <= '9') {
    tokens->emplace(value);
  }
}

Tokens tokens_of(std::string_view document) {
  const std::optional<std::string> text = canonical_object(document);
  REQUIRE(text.has_value());
  Tokens tokens;
  collect(*text, &tokens);
  return tokens;
}

/// Makes documents, and edits them as devices do.
class Author {
 public:
  explicit Author(uint64_t seed) : random_(seed, 1) {}

  Tree document() {
    Tree tree = object(0, /*has_id=*/false);
    add(&tree, "id", {"\"document\"", false, {}, {}});
    return tree;
  }

  /// Changes, adds, removes or moves something somewhere in `tree`, but not an id.
  void edit(Tree* tree) {
    const size_t at = tree->children.empty() ? 0 : random_.below(tree->children.size());
    const bool is_fixed = tree->children.empty() || (!tree->is_list && tree->names[at] == "id");
    if (!is_fixed && tree->children[at].scalar.empty() && random_.below(8) != 0) return edit(&tree->children[at]);
    const uint64_t choice = random_.below(8);
    if (is_fixed || choice < 3) {
      const size_t place = tree->is_list && random_.below(3) == 0 ? at : tree->children.size();
      if (!tree->is_list) return add(tree, "n" + std::to_string(++made_), value(3, /*has_id=*/false));
      tree->children.insert(tree->children.begin() + static_cast<ptrdiff_t>(place), element_like(*tree));
    } else if (choice < 5) {
      remove(tree, at);
    } else if (choice == 5 && tree->is_list) {
      std::swap(tree->children[at], tree->children[random_.below(tree->children.size())]);
    } else if (tree->children[at].scalar.empty()) {
      edit(&tree->children[at]);
    } else {
      tree->children[at] = scalar();
    }
  }

  uint64_t below(uint64_t bound) { return random_.below(bound); }

 private:
  Tree scalar() {
    const std::string number = std::to_string(++made_);
    switch (random_.below(8)) {
      case 0:
        return {"null", false, {}, {}};
      case 1:
        return {random_.below(2) == 0 ? "true" : "false", false, {}, {}};
      case 2:
        return {number, false, {}, {}};
      case 3:
        return {"-" + number + ".25", false, {}, {}};
      case 4:
        return {"1" + number + "e+30", false, {}, {}};
      case 5:
        return {"\"é😀 " + number + "\"", false, {}, {}};
      case 6:
        return {"\"\\n\\\"\\ud800" + number + "\"", false, {}, {}};
      default:
        return {"\"" + number + "\"", false, {}, {}};
    }
  }

  Tree value(int depth, bool has_id) {
    const uint64_t choice = random_.below(depth > 3 ? 1 : 4);
    if (choice == 2) return object(depth + 1, has_id);
    if (choice == 3) return list(depth + 1);
    return scalar();
  }

  Tree object(int depth, bool has_id) {
    Tree tree;
    if (has_id) add(&tree, "id", {std::to_string(++made_), false, {}, {}});
    for (uint64_t i = random_.below(5); i > 0; --i) {
      add(&tree, (i % 2 == 0 ? "m" : "") + std::to_string(i), value(depth, false));
    }
    return tree;
  }

  /// Of objects with ids, of objects without, or of anything.
  Tree list(int depth) {
    Tree tree;
    tree.is_list = true;
    const uint64_t kind = random_.below(4);
    for (uint64_t i = random_.below(6); i > 0; --i) {
      tree.children.push_back(kind < 3 ? object(depth, kind < 2) : value(depth, false));
    }
    return tree;
  }

  Tree element_like(const Tree& tree) {
    if (tree.children.empty() || !tree.children[0].scalar.empty()) return scalar();
    const Tree& first = tree.children[0];
    if (first.is_list) return list(4);
    return object(4, !first.names.empty() && first.names[0] == "id");
  }

  static void add(Tree* tree, const std::string& name, Tree child) {
    tree->names.push_back(name);
    tree->children.push_back(std::move(child));
  }

  static void remove(Tree* tree, size_t at) {
    if (!tree->is_list) tree->names.erase(tree->names.begin() + static_cast<ptrdiff_t>(at));
    tree->children.erase(tree->children.begin() + static_cast<ptrdiff_t>(at));
  }

  Random random_;
  int made_ = 0;
};

struct Case {
  std::string base;
  std::string local;
  std::string remote;
};

Case random_case(uint64_t seed) {
  Author author(seed);
  const Tree base = author.document();
  Tree shared = base;
  if (author.below(3) == 0) author.edit(&shared);  // The same change on both sides.
  Tree local = shared;
  Tree remote = shared;
  for (uint64_t edits = author.below(4); edits > 0; --edits) author.edit(&local);
  for (uint64_t edits = author.below(4); edits > 0; --edits) author.edit(&remote);
  return {text_of(base), text_of(local), text_of(remote)};
}

constexpr uint64_t kCases = 3000;

std::string saved(std::string_view text) { return format_document(*canonical_object(text)); }

TEST_CASE("a clean merge has what either side added or kept, and nothing else") {
  // The promise that no value is dropped or invented. Every scalar occurs once in a document, so what the merge must
  // have follows from the three versions alone: what is in both sides, and what one side has and the base has not.
  int clean = 0;
  for (uint64_t seed = 1; seed <= kCases; ++seed) {
    const Case versions = random_case(seed);
    CAPTURE(seed, versions.base, versions.local, versions.remote);
    const Merge merge = merge_documents(versions.base, versions.local, versions.remote);
    REQUIRE(merge.clean == merge.conflicts.empty());
    REQUIRE(merge.clean != merge.text.empty());
    if (!merge.clean) continue;
    ++clean;
    const Tokens base = tokens_of(versions.base);
    const Tokens local = tokens_of(versions.local);
    const Tokens remote = tokens_of(versions.remote);
    Tokens expected;
    for (const std::string& token : local) {
      if (base.count(token) == 0 || remote.count(token) > 0) expected.insert(token);
    }
    for (const std::string& token : remote) {
      if (base.count(token) == 0) expected.insert(token);
    }
    REQUIRE(tokens_of(merge.text) == expected);
  }
  // Both outcomes are met often, or the checks above are worth little.
  CHECK(clean > static_cast<int>(kCases / 4));
  CHECK(clean < static_cast<int>(kCases));
}

TEST_CASE("a merge does not depend on which side is called local") {
  // Two devices that met the same conflict would otherwise make a new one of it.
  for (uint64_t seed = 1; seed <= kCases; ++seed) {
    const Case versions = random_case(seed);
    CAPTURE(seed, versions.base, versions.local, versions.remote);
    const Merge merge = merge_documents(versions.base, versions.local, versions.remote);
    const Merge mirrored = merge_documents(versions.base, versions.remote, versions.local);
    REQUIRE(mirrored.clean == merge.clean);
    REQUIRE(mirrored.text == merge.text);
  }
}

TEST_CASE("where one side changed nothing, the merge is the other side") {
  // And where both made the same change, it is that.
  for (uint64_t seed = 1; seed <= kCases; ++seed) {
    const Case versions = random_case(seed);
    CAPTURE(seed, versions.base, versions.local);
    const std::string expected = saved(versions.local);
    REQUIRE(merge_documents(versions.base, versions.local, versions.base).text == expected);
    REQUIRE(merge_documents(versions.base, versions.base, versions.local).text == expected);
    REQUIRE(merge_documents(versions.base, versions.local, versions.local).text == expected);
    REQUIRE(saved(expected) == expected);
  }
}

TEST_CASE("a merge that is merged again with one of its sides stays as it is") {
  // A device that merged, and meets the version again that went into the merge, has nothing to do.
  for (uint64_t seed = 1; seed <= kCases; ++seed) {
    const Case versions = random_case(seed);
    const Merge merge = merge_documents(versions.base, versions.local, versions.remote);
    if (!merge.clean) continue;
    CAPTURE(seed, versions.base, versions.local, versions.remote);
    REQUIRE(merge_documents(versions.remote, merge.text, versions.remote).text == merge.text);
    // As after a commit whose reply was lost: what each side changed is in the merge already, and is not added again.
    REQUIRE(merge_documents(versions.base, versions.local, merge.text).text == merge.text);
    REQUIRE(merge_documents(versions.base, merge.text, versions.remote).text == merge.text);
  }
}

TEST_CASE("large and deep documents are merged without a blow-up") {
  // Twenty thousand strokes, changed on both sides; and objects nested as deep as the engine reads. A quadratic step
  // would take minutes here and end the test by the runner's limit.
  std::string base;
  std::string local;
  std::string remote;
  for (int i = 0; i < 20'000; ++i) {
    const std::string head = std::string(i > 0 ? "," : "") + "{\"id\":\"stroke " + std::to_string(i) + "\",\"points\":";
    base += head + "[1,2,3,4,5,6,7,8,9,10]}";
    if (i % 7 != 0) local += (i % 3 == 0 ? head + "[1]}" : head + "[1,2,3,4,5,6,7,8,9,10]}");
    remote += head + "[1,2,3,4,5,6,7,8,9,10]" + (i % 3 == 1 ? ",\"color\":\"red\"}" : "}");
    if (i % 5 == 0) remote += ",{\"id\":" + std::to_string(i) + "}";
  }
  local.erase(0, local.find('{'));
  const auto document = [](const std::string& list) { return "{\"strokes\":[" + list + "]}"; };
  const Merge merge = merge_documents(document(base), document(local), document(remote));
  CHECK_FALSE(merge.clean);  // Strokes that one side erased and the other recoloured.
  CHECK(merge.conflicts.size() == 20);
  CHECK(merge_documents(document(base), document(base + ",{\"id\":0}"), document(remote)).clean == false);
  CHECK(merge_documents(document(base), document(base + ",{\"id\":\"new\"}"), document(remote)).clean);

  const auto nested = [](const std::string& core) {
    std::string text = core;
    for (int level = 1; level < 255; ++level) text = "{\"a\":" + text + ",\"b\":[{\"id\":1}]}";
    return text;
  };
  std::string wide = "[1";
  for (int i = 0; i < 100'000; ++i) wide += ",1";
  wide += "]";
  CHECK(merge_documents(nested("{\"x\":1,\"w\":" + wide + "}"), nested("{\"x\":2,\"w\":" + wide + "}"),
                        nested("{\"x\":1,\"y\":3,\"w\":" + wide + "}"))
            .text.find("{\"x\":2,\"y\":3,\"w\":[1,1") != std::string::npos);
}

}  // namespace
}  // namespace hubstash
