#include "store/version_codec.h"

namespace hubstash {

void encode_version(Encoder* encoder, const RemoteVersion& version) {
  encoder->bytes(version.oid);
  encoder->bytes(version.lfs_sha256);
  encoder->varint(version.size);
}

RemoteVersion decode_version(Decoder* decoder, bool gzipped) {
  RemoteVersion version;
  version.oid = decoder->bytes();
  version.lfs_sha256 = decoder->bytes();
  version.size = decoder->varint();
  version.gzipped = gzipped;
  return version;
}

}  // namespace hubstash
