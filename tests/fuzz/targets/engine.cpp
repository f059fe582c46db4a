// The whole engine, on a model of the Hub: the bytes choose what the app calls, which effect is answered next and how
// badly, what is damaged on the disk, what others commit, how the clock jumps, who signs in, and when a tab dies. Two
// tabs share a disk, or lose it. In the end everything is answered well: then every call must have been settled, once,
// and every blob released. It includes nothing of the engine's own headers, as any host.
#include <algorithm>

#include "common/tab.h"

namespace {

using namespace hubstash;
using fuzz::Choices;
using fuzz::Tab;

constexpr int kMostSteps = 400;

const char* const kIds[] = {"a", "b", "c d", "caf\xC3\xA9", ".x", "../x", ""};
const char* const kCollections[] = {"projects", "pdfs", "notes", "Bad"};
// "a" and "b" of two of the collections, where others may put their files too.
const char* const kPaths[] = {"projects/ca/a.json", "projects/ca/a.json.gz", "projects/3e/b.json", "pdfs/ca/a.pdf",
                              "notes/3e/b.json",    ".hubstash/format.json", "README.md"};

class Story {
 public:
  explicit Story(std::string_view input) : choices_(input) {
    const uint8_t how = choices_.byte();
    options_.hub_url = test::kHubUrl;
    options_.dataset = test::kDataset;
    const Mode modes[] = {Mode::kHybrid, Mode::kHybrid, Mode::kRemote, Mode::kLocal};
    options_.mode = modes[how & 3];
    options_.auto_sync = (how & 4) != 0;
    options_.allow_public = (how & 8) != 0;
    options_.create_dataset = (how & 16) == 0;
    hub_.exists = (how & 32) == 0;
    hub_.is_private = (how & 64) == 0;
    if ((how & 128) != 0) hub_.page_size = 1;
    const uint8_t more = choices_.byte();
    const ConflictPolicy policies[] = {ConflictPolicy::kMerge, ConflictPolicy::kResolver, ConflictPolicy::kKeepBoth,
                                       ConflictPolicy::kLocal, ConflictPolicy::kRemote};
    options_.conflict = policies[(more & 15) % std::size(policies)];
    // No room for anything that the Hub has too, or for one or two bodies.
    const uint64_t bounds[] = {0, 20, kChunkBytes, 0};
    if ((more & 16) != 0) options_.cache_max_bytes = bounds[more >> 6];
    if ((more & 32) != 0) options_.account = "ann";
    open(0);
    open(1);
  }

  void tell() {
    for (int steps = 0; steps < kMostSteps && !choices_.done(); ++steps) step();
    for (auto& tab : tabs_) {
      now_ += 1;
      tab->come_to_rest(&now_);
    }
  }

 private:
  void open(size_t index) {
    options_.seed_low = ++opened_;
    if (options_.mode == Mode::kRemote) disks_[index] = fuzz::Disk();
    // In remote mode each tab has its own, in memory.
    fuzz::Disk& disk = options_.mode == Mode::kRemote ? disks_[index] : disks_[0];
    tabs_[index] = std::make_unique<Tab>(disk, hub_, options_, now_);
  }

  void step() {
    const uint8_t what = choices_.byte();
    const size_t index = what >> 7;
    Tab& tab = *tabs_[index];
    switch (what % 32) {
      case 0:
        return call(tab);
      case 1:
        return tab.cancel(choices_, now_);
      case 2:
        return pass_time(tab);
      case 3:
        return damage();
      case 4:
        return somebody_commits();
      case 5:
        return open(index);
      case 6:
        return tab.handle(NetworkChanged{choices_.below(2) == 0}, now_);
      case 7:
        return tab.handle(VisibilityChanged{choices_.below(2) == 0}, now_);
      case 8:
        return tab.handle(TokenChanged{choices_.below(2) == 0}, now_);
      case 9:
        hub_.token_valid = false;
        return;
      case 10:
        return tab.handle(HttpProgress{choices_.number(1), choices_.number(4), choices_.number(4), std::nullopt}, now_);
      case 11:
        return tab.handle(QuotaKnown{choices_.number(3)}, now_);
      case 12:
        return lose_disk();
      case 13:
        hub_.account = choices_.below(2) == 0 ? "bob" : "ann";
        return;
      case 14:
      case 15:
        return tab.answer_some(choices_.byte(), now_);
      default:
        if (what % 32 < 19) return call(tab);
        return tab.answer(choices_, now_);
    }
  }

  /// The database is deleted under the tabs, which get a new one.
  void lose_disk() {
    if (options_.mode == Mode::kRemote) return;
    disks_[0] = fuzz::Disk();
    for (auto& tab : tabs_) tab->handle(StoreLost{}, now_);
  }

  std::string id(const Tab& tab) {
    const size_t which = choices_.below(std::size(kIds) + 1);
    return which < std::size(kIds) ? kIds[which] : tab.copy_id(choices_);
  }

  void call(Tab& tab) {
    const std::string id = this->id(tab);
    const uint8_t where = choices_.byte();
    const std::string collection = kCollections[(where >> 4) % std::size(kCollections)];
    const Kind kind = (where & 1) == 0 ? (collection == "pdfs" ? Kind::kBlob : Kind::kJson) : Kind::kBlob;
    switch (choices_.below(18)) {
      case 0:
      case 1:
        return save(tab, collection, id);
      case 2:
        return tab.send(SaveBlob{collection, id, tab.add_blob(content()), "application/pdf"}, now_);
      case 3:
      case 4:
        return tab.send(Load{collection, kind, id}, now_);
      case 5:
        return (where & 2) != 0 ? tab.send(ListCollections{}, now_) : tab.send(List{collection, kind}, now_);
      case 6:
        return tab.send(Delete{collection, kind, id}, now_);
      case 7:
        return tab.send(Exists{collection, kind, id}, now_);
      case 8:
        return tab.send(Url{collection, kind, id}, now_);
      case 9:
        return tab.send(Evict{collection, id}, now_);
      case 10:
        return tab.send(GetStatus{}, now_);
      case 11:
        return choices_.below(8) == 0 ? tab.send(Close{}, now_) : tab.send(ClearLocal{choices_.below(2) == 0}, now_);
      case 12:
        return tab.send(ListConflicts{collection, kind, choices_.below(2) == 0 ? "" : id}, now_);
      case 13:
      case 14:
        return tab.send(ResolveCopy{collection, kind, tab.copy_id(choices_), choices_.below(2) == 0}, now_);
      case 15:
        return read(tab, collection, id);
      default:
        return tab.send(Sync{}, now_);
    }
  }

  /// Opens a blob, reads a range of one that is open, or closes it.
  void read(Tab& tab, const std::string& collection, const std::string& id) {
    const uint8_t what = choices_.byte();
    if (what % 4 == 0 || tab.reader().empty()) return tab.send(OpenBlob{collection, id}, now_);
    if (what % 4 == 1) return tab.send(CloseBlob{tab.reader()}, now_);
    tab.send(ReadBlob{tab.reader(), choices_.number(3), choices_.number(3)}, now_);
  }

  /// One to three documents, which may have the same id.
  void save(Tab& tab, const std::string& collection, const std::string& id) {
    SaveDocuments call{collection, {}, {}};
    for (size_t count = 1 + choices_.below(3); count > 0; --count) {
      const Bytes text = document();
      const bool same = choices_.below(4) == 0;
      call.parts.push_back({same ? id : kIds[choices_.below(4)], static_cast<uint32_t>(text.size())});
      call.body += text;
    }
    tab.send(std::move(call), now_);
  }

  Bytes document() {
    if (choices_.below(8) == 0) return Bytes(choices_.take(choices_.byte()));
    return "{\"n\":" + std::to_string(choices_.below(4)) + "}";
  }

  /// Of a blob: empty, small, or of two chunks.
  Bytes content() {
    const size_t how = choices_.below(64);
    if (how == 63) return Bytes(kChunkBytes + 1, 'x');
    return Bytes(choices_.take(how));
  }

  void pass_time(Tab& tab) {
    const uint8_t how = choices_.byte();
    const TimeMs next = tab.next_deadline();
    if (how < 128) {
      if (next > now_) now_ = next;
    } else if (how < 192) {
      now_ += static_cast<TimeMs>(choices_.number(3));
    } else {
      now_ = std::max<TimeMs>(1, now_ - static_cast<TimeMs>(choices_.number(4)));
    }
    // A host wakes the engine when its time has come, not before.
    if (next != 0 && next <= now_) tab.handle(Tick{}, now_);
  }

  void damage() {
    std::map<Bytes, Bytes>& records = disks_[0].records;
    if (records.empty()) return;
    auto record = records.begin();
    std::advance(record, static_cast<ptrdiff_t>(choices_.below(std::min<size_t>(records.size(), 256))));
    Bytes& value = record->second;
    const size_t how = choices_.below(4);
    const size_t at = value.empty() ? 0 : choices_.number(2) % value.size();
    if (how == 0 || value.empty()) {
      records.erase(record);
    } else if (how == 1) {
      value.resize(at);
    } else {
      value[at] = static_cast<char>(value[at] ^ (1 << choices_.below(8)));
    }
  }

  void somebody_commits() {
    const std::string path = kPaths[choices_.below(std::size(kPaths))];
    if (hub_.files().count(path) != 0 && choices_.below(4) == 0) return hub_.remove(path);
    hub_.write(path, choices_.below(2) == 0 ? document() : Bytes(choices_.take(choices_.byte())));
  }

  Choices choices_;
  Options options_;
  test::ModelHub hub_;
  fuzz::Disk disks_[2];
  std::unique_ptr<Tab> tabs_[2];
  TimeMs now_ = 1'700'000'000'000;
  uint64_t opened_ = 0;
};

}  // namespace

void fuzz_one(std::string_view input) { Story(input).tell(); }
