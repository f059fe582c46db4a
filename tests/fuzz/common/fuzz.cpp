#include "common/fuzz.h"

#include <algorithm>
#include <cstdlib>

namespace hubstash::fuzz {

HttpAnswer answer_from_text(std::string_view text) {
  HttpAnswer answer;
  const auto line = [&text] {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
  };
  answer.http_status = std::atoi(std::string(line().substr(0, 4)).c_str());
  for (std::string_view header = line(); !header.empty(); header = line()) {
    const size_t colon = header.find(": ");
    if (colon != header.npos) {
      answer.headers.push_back({std::string(header.substr(0, colon)), std::string(header.substr(colon + 2))});
    }
  }
  answer.body = Bytes(text);
  return answer;
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if ((c >= 0 && c < 0x20) || c == 0x7F) return true;
  }
  return false;
}

}  // namespace hubstash::fuzz
