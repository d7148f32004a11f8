#include "files/file_system.h"

#include <lenetpp/model_file.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#if defined(_WIN32)
#include <io.h>
#include <process.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif

#include "files/json.h"

namespace lenetpp {
namespace {

using std::filesystem::filesystem_error;
using std::filesystem::path;

[[noreturn]] void fail(const char* what, const path& path, int error) {
  throw filesystem_error(what, path, std::error_code(error != 0 ? error : EIO, std::generic_category()));
}

std::uint64_t regular_file_size(const path& path) {
  const auto status = std::filesystem::status(path);
  if (!std::filesystem::exists(status)) fail("cannot open", path, ENOENT);
  if (std::filesystem::is_directory(status)) fail("cannot read", path, EISDIR);
  // Opening a pipe would wait for a writer, and a device has no end.
  if (!std::filesystem::is_regular_file(status)) {
    throw FileError(path_text(path) + ": not a regular file, but a pipe, a device or the like");
  }
  return std::filesystem::file_size(path);
}

/// What the file that will be replaced allows to whom; nothing where there is none.
std::optional<std::filesystem::perms> permissions_of_replaced(const path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return std::nullopt;
  if (std::filesystem::is_directory(status)) fail("cannot replace the folder", path, EISDIR);
  if (!std::filesystem::is_regular_file(status)) fail("cannot replace the pipe, device or the like", path, EEXIST);
  return status.permissions();
}

/// The four things that C++ has no name for.
#if defined(_WIN32)
std::FILE* create_file(const path& path, bool) { return _wfopen(path.c_str(), L"wbx"); }
bool synchronize(std::FILE* file) { return std::fflush(file) == 0 && _commit(_fileno(file)) == 0; }
int process_id() { return _getpid(); }
void synchronize_folder(const path&) {}
#else
/// For the owner alone, if the file that is replaced may be.
std::FILE* create_file(const path& path, bool own) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, own ? 0600 : 0666);
  return descriptor < 0 ? nullptr : fdopen(descriptor, "wb");
}
bool synchronize(std::FILE* file) { return std::fflush(file) == 0 && fsync(fileno(file)) == 0; }
int process_id() { return getpid(); }
void synchronize_folder(const path& folder) {
  // Best effort: some file systems refuse it, and the file itself is safe already.
  const int descriptor = open(folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  static_cast<void>(fsync(descriptor));
  close(descriptor);
}
#endif

/// Of a temporary: the next writer in the folder removes it then. Longer than any file takes to write, and a suspended
/// process that wakes up after it only gets an error.
constexpr std::chrono::hours time_to_abandon{1};

/// A name in the same folder, because only within a file system can a rename replace a file in one step.
path temporary_name(const path& folder) {
  static std::atomic<unsigned> counter = 0;
  return folder / (".lenetpp-" + std::to_string(process_id()) + "-" + std::to_string(counter++) + ".tmp");
}

/// Removes what killed processes left in `folder`: temporaries that nobody has written to for so long that nobody will.
void remove_abandoned(const path& folder) {
  using std::filesystem::directory_iterator;
  const auto now = std::filesystem::file_time_type::clock::now();
  std::error_code error;
  for (directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const auto name = entry->path().filename().u8string();
    if (!name.starts_with(u8".lenetpp-") || !name.ends_with(u8".tmp")) continue;
    std::error_code ignored;  // somebody else may remove it meanwhile
    if (!std::filesystem::is_regular_file(entry->symlink_status(ignored))) continue;
    const auto written = std::filesystem::last_write_time(entry->path(), ignored);
    if (!ignored && now - written > time_to_abandon) std::filesystem::remove(entry->path(), ignored);
  }
}

/// Creates a new file, stepping over names that a killed process left behind.
std::FILE* create_temporary(const path& folder, path& name, bool own) {
  std::FILE* file = nullptr;
  do {
    name = temporary_name(folder);
    file = create_file(name, own);
  } while (file == nullptr && errno == EEXIST);
  return file;
}

}  // namespace

std::string path_text(const path& path) {
  const auto native = path.u8string();
  std::string text(native.begin(), native.end());
  while (const auto invalid = find_invalid_utf8(text)) text[*invalid] = '?';
  return text;
}

InputFile::InputFile(const path& path) : path_(path), size_(regular_file_size(path)) {
  errno = 0;
  stream_.open(path, std::ios::binary);
  if (!stream_) fail("cannot open", path, errno);
}

void MemoryBytes::read(std::uint64_t offset, char* bytes, std::size_t count) {
  if (count > 0) std::memcpy(bytes, bytes_.data() + offset, count);
}

void InputFile::read(std::uint64_t offset, char* bytes, std::size_t count) {
  errno = 0;
  stream_.seekg(static_cast<std::streamoff>(offset));
  stream_.read(bytes, static_cast<std::streamsize>(count));
  if (!stream_) fail("cannot read", path_, errno);
}

OutputFile::OutputFile(const path& path)
    : path_(path),
      folder_(path.has_parent_path() ? path.parent_path() : std::filesystem::path(".")),
      permissions_(permissions_of_replaced(path)) {
  remove_abandoned(folder_);
  file_ = create_temporary(folder_, temporary_, permissions_.has_value());
  if (file_ == nullptr) fail("cannot create a file beside", path_, errno);
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) static_cast<void>(std::fclose(file_));
  if (temporary_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove(temporary_, ignored);
}

void OutputFile::write(std::string_view bytes) {
  errno = 0;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail("cannot write", path_, errno);
}

void OutputFile::finish() {
  errno = 0;
  if (!synchronize(file_)) fail("cannot write", path_, errno);
  errno = 0;
  if (std::fclose(std::exchange(file_, nullptr)) != 0) fail("cannot write", path_, errno);
  std::error_code error;
  if (permissions_) std::filesystem::permissions(temporary_, *permissions_, error);
  if (!error) std::filesystem::rename(temporary_, path_, error);
  if (error) throw filesystem_error("cannot replace", path_, error);
  temporary_.clear();
  synchronize_folder(folder_);
}

}  // namespace lenetpp
