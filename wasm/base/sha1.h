#pragma once
// SHA-1 (FIPS 180-4), for git's object ids only: nothing here relies on it against an adversary who can choose both
// of two colliding files.

#include <cstdint>
#include <string_view>

#include "hubstash/messages.h"

namespace hubstash {

/// The digest, 20 bytes.
Bytes sha1(std::string_view bytes);

/// Git's id of a file with this content, 40 hex digits: sha1("blob <size>\0<content>").
std::string git_blob_oid(std::string_view content);

/// The text of the git-lfs pointer to an object, as the Hub stores it in git: three lines, each ended by LF.
std::string lfs_pointer(std::string_view sha256_hex, uint64_t size);

}  // namespace hubstash
