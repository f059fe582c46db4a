#pragma once
// The frozen samples of stored formats below tests/golden, and records told as text, so that a person can read beside
// each sample what it must mean.

#include <map>
#include <string>

#include "store/record.h"

namespace hubstash::test {

/// "device-<record version>" and "dataset-<layout version>".
std::string device_folder(int version);
std::string dataset_folder(int version);

/// The bytes of a file below tests/golden, named as in "device-1/head.hex". Fails when it is missing.
Bytes read_golden(const std::string& path);
/// Checks that the file is there. With HUBSTASH_WRITE_GOLDEN=1 in the environment one that is missing is written; one
/// that is there stays as it is, since what was released is never written again.
void want_golden(const std::string& path, const Bytes& content);
/// The paths of all files below a folder of tests/golden, relative to that folder.
std::vector<std::string> golden_files(const std::string& folder);

/// Lines of 32 bytes each, and back.
Bytes hex_lines(const Bytes& bytes);
Bytes from_hex_lines(const Bytes& text);

/// All records of a store in one file, as gzip: for each a line "<key> <size>", its bytes and a line end.
Bytes pack_image(const std::map<Bytes, Bytes>& records);
std::map<Bytes, Bytes> unpack_image(const Bytes& packed);

/// What the key of a framed record says of its kind; nothing for bodies and reserves, which have no frame.
std::optional<RecordKind> kind_of_key(const Bytes& key);
/// Everything that a record holds but its stamp: a line "name: value" for each field. Of one that does not open, the
/// error's name.
std::string tell_record(RecordKind kind, const Bytes& record);
/// The record opened and sealed again, with the stamp that it has.
Bytes reseal(RecordKind kind, const Bytes& record);

}  // namespace hubstash::test
