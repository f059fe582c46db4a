#pragma once
// Reads the Hub's answers: typed values from successful ones, a Status from failed ones. Everything in an answer is
// hostile input: each field is checked before it is believed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hubstash/messages.h"

namespace hubstash {

/// The value of a header, by its lower-case name; empty where there is none.
std::string_view header_value(const HttpAnswer& answer, std::string_view name);
/// What the server calls this exchange in its own logs, quotable; empty where it does not say.
std::string request_id(const HttpAnswer& answer);

/// The account that a token is of. Errors: BAD_RESPONSE.
Result<Account> parse_whoami(const HttpAnswer& answer);

struct HeadReply {
  std::string commit;  ///< 40 hex digits.
  bool is_private = false;
  /// The Hub's own id of the dataset, 24 hex digits: a renamed one keeps it, one that is deleted and made again has
  /// another. Empty where the Hub states none.
  std::string dataset_id;
};
/// Errors: BAD_RESPONSE.
Result<HeadReply> parse_head(const HttpAnswer& answer);

struct TreeEntry {
  bool is_folder = false;
  std::string path;        ///< From the repo's root.
  std::string oid;         ///< Git's id of the blob or tree, 40 hex digits.
  uint64_t size = 0;       ///< Of the content; for LFS files the real one.
  std::string lfs_sha256;  ///< 64 hex digits, empty for regular files.
};
struct TreePage {
  std::vector<TreeEntry> entries;  ///< Without submodules and paths that are not safe.
  std::string next_url;            ///< From `Link: rel="next"`; empty on the last page.
};
/// Errors: BAD_RESPONSE.
Result<TreePage> parse_tree(const HttpAnswer& answer);

struct CommitEntry {
  std::string commit;   ///< 40 hex digits.
  std::string message;  ///< Title and description, as far as the Hub states them.
};
struct HistoryPage {
  std::vector<CommitEntry> entries;  ///< Newest first.
  std::string next_url;              ///< As in TreePage.
};
/// Errors: BAD_RESPONSE.
Result<HistoryPage> parse_history(const HttpAnswer& answer);

struct LfsAction {
  std::string sha256_hex;
  uint64_t size = 0;
  bool stored = false;  ///< Nothing to upload.
  std::string href;
  std::vector<Header> headers;
  int64_t expires_in_ms = 0;  ///< As the Hub says; 0: it does not.
  Status error;               ///< The object's own error inside a 200.
};
/// Errors: BAD_RESPONSE, also when the transfer is not "basic". For "upload", an object without an action is stored
/// already; for "download" it is an error of that object, NOT_FOUND.
Result<std::vector<LfsAction>> parse_lfs_batch(const HttpAnswer& answer, std::string_view operation);

/// The commit's id, 40 hex digits. Errors: BAD_RESPONSE.
Result<std::string> parse_commit(const HttpAnswer& answer);

}  // namespace hubstash
