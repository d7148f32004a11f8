// The safetensors container: 8 bytes with the length of a JSON header, the header, then the tensors' bytes one after
// the other. It knows nothing of networks; model_file.cpp does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "files/file_system.h"

namespace lenetpp {

using Metadata = std::map<std::string, std::string>;

/// The metadata's key for the SHA-256 of the whole file, taken with zeros in the place of its 64 digits.
inline constexpr const char* digest_key = "lenetpp.sha256";

struct Tensor {
  std::string name;
  std::vector<std::size_t> shape;
  std::function<std::vector<float>()> values;  ///< called when it is the tensor's turn: one is in memory at a time
};

/// Writes float32 tensors in the given order and the file's digest, the file whole or not at all. Asks for each tensor
/// twice. Throws std::invalid_argument for metadata that are not UTF-8 or too long, and
/// std::filesystem::filesystem_error.
void write_safetensors(const std::filesystem::path& path, const std::vector<Tensor>& tensors, const Metadata& metadata);

/// A file whose header was read and found right: every byte behind it belongs to exactly one float32 tensor.
class SafetensorsFile {
 public:
  struct Entry {
    std::vector<std::size_t> shape;
    std::uint64_t begin = 0;  // of the bytes behind the header
    std::uint64_t end = 0;
  };

  /// `name` is for messages. Throws FileError naming the key or the offset, and std::filesystem::filesystem_error.
  SafetensorsFile(std::string name, std::unique_ptr<ByteSource> bytes);

  [[nodiscard]] const Metadata& metadata() const { return metadata_; }
  [[nodiscard]] const std::map<std::string, Entry>& entries() const { return entries_; }
  /// Throws FileError when the file is not what its digest belongs to; false when it has none.
  bool check_digest();
  /// All of them finite.
  std::vector<float> read_values(const std::string& name);
  /// Throws FileError: the file's name and `message`.
  [[noreturn]] void fail(const std::string& message) const;

 private:
  void read_header();
  void read_entries();
  void check_that_entries_fill_the_file() const;

  std::string name_;
  std::unique_ptr<ByteSource> file_;
  std::uint64_t data_offset_ = 0;  // of the first tensor in the file
  std::string header_;
  Metadata metadata_;
  std::map<std::string, Entry> entries_;
};

}  // namespace lenetpp
