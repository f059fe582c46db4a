#pragma once
// The texts that the model of the Hub reads and writes: answers, listings, base64.

#include <string>
#include <vector>

#include "support/model_hub.h"

namespace hubstash::test {

HttpAnswer success(Bytes body);
HttpAnswer failure(int status, const std::string& code, const std::string& message);

/// The entries of a folder as JSON: its files and folders, or everything below.
std::vector<std::string> list_tree(const ModelHub::Tree& tree, const std::string& folder, bool recursive);

std::vector<std::string> split_lines(const Bytes& text);
Bytes from_base64(const std::string& text);
/// The content of a file without the compression of *.gz.
Bytes plain_text(const std::string& path, const Bytes& content);

}  // namespace hubstash::test
