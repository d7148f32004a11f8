// Files as the rest needs them: read in pieces of known size, written whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lenetpp {

/// For messages, in UTF-8: what a name holds besides becomes a question mark.
std::string path_text(const std::filesystem::path& path);

/// Bytes that are read in pieces.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Fills `bytes` from `offset`; what is read lies within size().
  virtual void read(std::uint64_t offset, char* bytes, std::size_t count) = 0;
};

/// Somebody else's memory, which must outlive it.
class MemoryBytes final : public ByteSource {
 public:
  explicit MemoryBytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  void read(std::uint64_t offset, char* bytes, std::size_t count) override;

 private:
  std::span<const std::byte> bytes_;
};

/// A file open for reading. All functions throw std::filesystem::filesystem_error; FileError when `path` is a pipe, a
/// device or the like, which has no end.
class InputFile final : public ByteSource {
 public:
  explicit InputFile(const std::filesystem::path& path);

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  void read(std::uint64_t offset, char* bytes, std::size_t count) override;

 private:
  std::filesystem::path path_;
  std::uint64_t size_;
  std::ifstream stream_;
};

/// A file that is written beside its place: whoever opens `path` finds the old file or the new one, whole, whatever
/// happens meanwhile, and may do with it what he might with the old one. A link is replaced, not what it leads to; what
/// is no file, such as a pipe, is left as it is. Without finish() nothing is left of it; what a killed process leaves
/// is removed by the first writer in the same folder an hour later. All functions throw
/// std::filesystem::filesystem_error.
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
  std::optional<std::filesystem::perms> permissions_;
  std::FILE* file_;
};

}  // namespace lenetpp
