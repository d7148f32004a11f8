// Files as the rest needs them: read in pieces of known size, written whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace lenetpp {

/// For messages, in UTF-8: what a name holds besides becomes a question mark.
std::string path_text(const std::filesystem::path& path);

/// A file open for reading. All functions throw std::filesystem::filesystem_error; FileError when `path` is a pipe, a
/// device or the like, which has no end.
class InputFile {
 public:
  explicit InputFile(const std::filesystem::path& path);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Fills `bytes` from `offset`.
  void read(std::uint64_t offset, char* bytes, std::size_t count);

 private:
  std::filesystem::path path_;
  std::uint64_t size_;
  std::ifstream stream_;
};

/// A file that is written beside its place: whoever opens `path` finds the old file or the new one, whole, whatever
/// happens meanwhile. Without finish() nothing is left of it; what a killed process leaves is removed by the first
/// writer in the same folder an hour later. All functions throw std::filesystem::filesystem_error.
class OutputFile {
 public:
  explicit OutputFile(const std::filesystem::path& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Appends.
  void write(std::string_view bytes);
  /// Makes the disk hold everything and the file take its place.
  void finish();

 private:
  std::filesystem::path path_, folder_, temporary_;
  std::FILE* file_;
};

}  // namespace lenetpp
