#pragma once
// The way to the Hub and the Hub itself: carries out requests, with everything that can go wrong on the way, and tells
// the checker what each commit changed.

#include <map>
#include <string>
#include <vector>

#include "sim/context.h"
#include "support/model_hub.h"

namespace hubstash::sim {

/// What came of a request, and how long it took altogether.
struct Exchange {
  HttpAnswer answer;
  int64_t ms = 0;
  /// The item whose file was downloaded as it is on the Hub, if it was one.
  std::optional<std::pair<size_t, Fields>> downloaded;
  /// What the Hub had after it, if the answer is about that, and at which moment of the checker's.
  std::vector<HubItem> tells;
  uint64_t told_at = 0;
};

class Network {
 public:
  explicit Network(Context& context);
  /// `device` says who asks; its token may be none or expired, then `authorized` is false.
  Exchange exchange(size_t device, const HttpRequest& request, const Bytes& body, bool authorized);

  /// Somebody else commits: an edit, a deletion or something that is no item.
  void foreign_commit();
  void squash();
  void delete_dataset();
  void rename_dataset();
  void undo_rename();
  /// Faults are over: the dataset has its name.
  void restore();

  /// What the head has of each item.
  const std::vector<HubItem>& items() const { return view_; }
  size_t commits() const { return hub_.exists ? hub_.commits() : 0; }
  const std::vector<std::string>& complaints() const { return hub_.complaints; }

 private:
  std::optional<HttpAnswer> refuse(const HttpRequest& request);
  std::optional<HttpAnswer> refuse_commit();
  HttpAnswer carry_out(size_t device, const HttpRequest& request, const Bytes& body, bool authorized);
  bool is_large(const HttpRequest& request) const;
  std::optional<std::pair<size_t, Fields>> meaning_of(const Bytes& file) const;
  /// Somebody removes the items that the commit has brought, knowing them.
  void remove_committed(const Bytes& commit);
  /// True where it did.
  bool damage(const HttpRequest& request, HttpAnswer* answer);
  void look(size_t device);
  void check_repeats(const Bytes& body, const test::ModelHub::Tree& before);
  std::vector<HubItem> view_of(const test::ModelHub::Tree& tree);
  std::optional<Fields> fields_of(size_t item, const std::string& path, const test::ModelHub::File& file);
  std::string path_of(size_t item) const;

  Context& context_;
  test::ModelHub hub_;
  std::vector<HubItem> view_;
  std::map<std::string, std::optional<Fields>> parsed_;  ///< By object id and path.
  std::map<size_t, std::string> first_head_;             ///< For a canary.
};

}  // namespace hubstash::sim
