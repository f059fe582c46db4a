#pragma once
// Downloads a file of the dataset, or a range of it, for an operation that hands on the Hub's answers. Files in LFS can
// be had in two ways, of which a browser may be refused either (docs/HUB-PROTOCOL.md):
//
//   redirect   GET of the file's address on the Hub, which redirects to the server of large files. Chromium follows;
//              Firefox and WebKit first ask that server for permission (a preflight), which it may refuse.
//   address    the Hub gives a signed address of the object, as git-lfs gets it. It needs no token, so no preflight;
//              one address serves all ranges of an object until it expires.
//
//   step          waits for    then
//   kRedirect     HubAnswer    came: done; no answer at all: the other way, once          -> kAsking
//   kAsking       HubAnswer    an address: fetch from it; none: the other way, once       -> kFetching, kRedirect
//   kFetching     HubAnswer    came: done; expired: ask anew, once; none: the other way   -> kAsking, kRedirect

#include <map>
#include <optional>
#include <string>

#include "hub/replies.h"
#include "store/item.h"
#include "sync/operation.h"

namespace hubstash {

/// What downloads share: which way works in this browser, and addresses that can be used again.
struct DownloadWays {
  enum class Way : uint8_t { kRedirect, kAddress };
  std::optional<Way> known;
  struct Address {
    LfsAction action;
    TimeMs expires_at = 0;
  };
  std::map<std::string, Address> addresses;  ///< By SHA-256.
};

struct DownloadOrder {
  std::string path, commit;
  RemoteVersion version;
  std::string item;  ///< For progress.
  bool as_blob = false;
  uint64_t max_body_bytes = 0;
  /// Begin and end; all of the file without it. The server may answer with all of it in any case.
  std::optional<std::pair<uint64_t, uint64_t>> range;
};

class Download {
 public:
  Download(Core& core, DownloadOrder order) : core_(core), order_(std::move(order)) {}
  void start(OperationId operation);
  /// True: the answer was a step on the way, and another will come. False: it is what came of the download.
  bool goes_on(HubAnswer& answer);

 private:
  enum class Step : uint8_t { kRedirect, kAsking, kFetching };
  using Way = DownloadWays::Way;
  bool is_lfs() const { return !order_.version.lfs_sha256.empty(); }
  void redirect();
  void ask();
  void fetch(const LfsAction& action);
  void get(HttpRequest request);
  bool take_address(HubAnswer& answer);
  bool try_other_way(HubAnswer& answer);
  void send(HttpRequest request, const std::string& what);

  Core& core_;
  const DownloadOrder order_;
  OperationId operation_ = 0;
  Step step_ = Step::kRedirect;
  bool is_second_way_ = false, asked_anew_ = false;
  std::optional<Failure> first_failure_;
};

}  // namespace hubstash
