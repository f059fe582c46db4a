#pragma once
// The Hub as docs/HUB-PROTOCOL.md describes it, in memory, with one dataset; and switches for what can go wrong.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "hubstash/messages.h"

namespace hubstash::test {

inline constexpr const char* kHubUrl = "https://hub.example";
inline constexpr const char* kDataset = "ann/data";

class ModelHub {
 public:
  struct File {
    Bytes content;  ///< Of a regular file; see content().
    std::string oid;
    std::string lfs_sha256;  ///< Empty for regular files.
    uint64_t size = 0;
  };
  using Tree = std::map<std::string, File>;
  enum class CommitFault : uint8_t { kNone, k500Before, k500After, kReplyLost };

  ModelHub();
  /// `body` is the request's, whether bytes or a blob.
  HttpAnswer handle(const HttpRequest& request, const Bytes& body);

  // What goes wrong.
  bool exists = true;
  bool is_private = true;
  bool states_id = true;  ///< Of the dataset, with its head.
  bool offline = false;
  bool token_valid = true;
  std::string account = "ann";  ///< Whose the token is.
  size_t page_size = 1000;
  CommitFault next_commit = CommitFault::kNone;
  uint32_t corrupt_downloads = 0;         ///< So many of the next downloads have a wrong byte.
  bool serves_ranges = true;              ///< False: whoever asks for a range gets the whole file.
  bool refuses_redirects = false;         ///< The server of large files, to a browser that asks it for permission.
  bool gives_addresses = true;            ///< Of objects in LFS.
  uint32_t expired_addresses = 0;         ///< So many of the next downloads by an address are refused.
  std::function<void()> before_commit;    ///< Called once, before the next commit is looked at.
  std::optional<HttpAnswer> next_answer;  ///< Given instead of the next one.
  /// Asked before each request is looked at; what it answers counts.
  std::function<std::optional<HttpAnswer>(const HttpRequest&)> answer_first;

  // Somebody else's commits.
  void write(const std::string& path, Bytes content);
  void remove(const std::string& path);
  /// The history becomes one commit with the files of its head.
  void squash();
  /// The dataset gets another name, so that this one is free; and its old name again, if that is still free.
  void rename_away();
  void rename_back();
  void remove_dataset();

  // What is there.
  const Tree& files() const { return history_.trees.at(head()); }
  const std::string& head() const { return history_.commits.back(); }
  /// What a download of the file yields.
  const Bytes& content(const File& file) const;
  const Bytes& content(const std::string& path) const { return content(files().at(path)); }
  /// Beyond the first one, which every dataset has.
  size_t commits() const { return history_.commits.size() - 1; }
  std::vector<std::string> log;  ///< Method and URL of each request.
  /// What no client of the Hub may do, and somebody did. Tests check that there is none.
  std::vector<std::string> complaints;
  uint64_t downloaded_bytes = 0;  ///< Of files.
  size_t objects() const { return objects_.size(); }

 private:
  void expect(bool condition, const std::string& what);
  HttpAnswer whoami() const;
  HttpAnswer head_of_branch() const;
  HttpAnswer create(const Bytes& body);
  HttpAnswer list(const std::string& url) const;
  HttpAnswer list_commits(const std::string& url) const;
  HttpAnswer resolve(const std::string& rest, const HttpRequest& request);
  HttpAnswer deliver(const Bytes& content, const HttpRequest& request);
  HttpAnswer deliver_object(const std::string& oid, const HttpRequest& request);
  void cut(const std::string& range, HttpAnswer* answer);
  HttpAnswer lfs_batch(const Bytes& body);
  HttpAnswer upload(const std::string& oid, const Bytes& body);
  HttpAnswer commit(const Bytes& body);
  HttpAnswer apply(const std::vector<std::string>& lines);
  HttpAnswer apply_line(const Json& line, Tree* tree);
  void push(Tree tree, std::string message = "somebody else's");

  struct History {
    std::vector<std::string> commits;
    std::map<std::string, Tree> trees;
    uint64_t id = 0;  ///< Of the dataset, as a number.
    std::map<std::string, std::string> messages;
  };
  History history_;
  History renamed_;
  uint64_t commits_made_ = 0, datasets_made_ = 0;
  std::map<std::string, Bytes> objects_;  ///< By SHA-256 in hex.
};

}  // namespace hubstash::test
