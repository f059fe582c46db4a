#pragma once
// What the Hub says about a failure, in its own words, made safe to show in a message.

#include <string>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

inline constexpr size_t kMaxQuotedBytes = 300;

/// Foreign text, fit to be quoted: at most kMaxQuotedBytes of UTF-8 in one line, without control characters, without
/// the query of any URL (signed addresses are secrets) and without tokens.
std::string quotable(std::string_view text);

/// The first that there is of: `X-Error-Message`; the JSON body's "error", "errors", "error_description" or "message";
/// the <Message> of a storage server's XML; a body of plain text. Quotable; empty where nothing was said.
std::string hub_words(const HttpAnswer& answer);

/// Whether the body is HTML or XML: a proxy's page, a captive portal or a storage server, but never the Hub's API.
bool is_markup(std::string_view body);

}  // namespace hubstash
