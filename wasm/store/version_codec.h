#pragma once
// A version on the Hub, as the payloads of records hold it (docs/FORMATS.md). Whether it is gzipped stands in the flags
// of whatever holds it.

#include "base/codec.h"
#include "store/item.h"

namespace hubstash {

void encode_version(Encoder* encoder, const RemoteVersion& version);
RemoteVersion decode_version(Decoder* decoder, bool gzipped);

}  // namespace hubstash
