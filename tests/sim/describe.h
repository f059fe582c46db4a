#pragma once
// Effects and answers as short words, for the trace.

#include <string>

#include "hubstash/messages.h"

namespace hubstash::sim {

std::string describe(const StoreTx& tx);
std::string describe(const HttpRequest& request);
std::string describe(const HttpAnswer& answer);
std::string describe(const AppCall& call);
std::string describe(const Reply& reply);

}  // namespace hubstash::sim
