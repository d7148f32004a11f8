#include "files/safetensors.h"

#include <lenetpp/model_file.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

#include "files/json.h"
#include "files/sha256.h"

namespace lenetpp {
namespace {

constexpr std::uint64_t length_bytes = 8;
/// Far above any network's text, and small enough to be read and parsed at once.
constexpr std::uint64_t maximum_header = std::uint64_t{1} << 24;
constexpr const char* metadata_key = "__metadata__";
constexpr std::size_t digest_digits = 64;

std::string no_digest() { return std::string(digest_digits, '0'); }

template <class Word>
void append_little_endian(std::string& bytes, Word word) {
  for (std::size_t i = 0; i < sizeof(Word); ++i) bytes += static_cast<char>(word >> (8 * i) & 0xFF);
}

constexpr std::size_t bytes_at_once = 1 << 16;
constexpr std::size_t values_at_once = bytes_at_once / sizeof(float);

/// Calls `use` with the little-endian bytes of `values`, part by part.
template <class Use>
void for_bytes_of(std::span<const float> values, const Use& use) {
  std::string bytes;
  for (; !values.empty(); values = values.subspan(std::min(values.size(), values_at_once))) {
    bytes.clear();
    for (const float value : values.first(std::min(values.size(), values_at_once))) {
      append_little_endian(bytes, std::bit_cast<std::uint32_t>(value));
    }
    use(bytes);
  }
}

template <class Word>
Word little_endian(const char* bytes) {
  Word word = 0;
  for (std::size_t i = 0; i < sizeof(Word); ++i) word |= Word{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

void require_utf8(const std::string& text, const std::string& what) {
  if (find_invalid_utf8(text)) throw std::invalid_argument(what + " must be UTF-8");
}

std::string header_text(const std::vector<Tensor>& tensors, const Metadata& metadata) {
  std::string header = "{" + json_quoted(metadata_key) + ":{";
  const char* comma = "";
  for (const auto& [key, value] : metadata) {
    require_utf8(key, "metadata: a key");
    require_utf8(value, "metadata: the value of " + json_excerpt(key));
    header += std::exchange(comma, ",") + json_quoted(key) + ":" + json_quoted(value);
  }
  header += '}';
  std::size_t offset = 0;
  for (const Tensor& tensor : tensors) {
    header += "," + json_quoted(tensor.name) + ":{\"dtype\":\"F32\",\"shape\":[";
    comma = "";
    std::size_t bytes = sizeof(float);
    for (const std::size_t dimension : tensor.shape) {
      header += std::exchange(comma, ",") + std::to_string(dimension);
      bytes *= dimension;
    }
    header += "],\"data_offsets\":[" + std::to_string(offset) + ",";
    offset += bytes;
    header += std::to_string(offset) + "]}";
  }
  header += '}';
  // Spaces align the tensors to 8 bytes, as the format asks.
  header.append((8 - header.size() % 8) % 8, ' ');
  if (header.size() > maximum_header) {
    throw std::invalid_argument("metadata: the header would have " + std::to_string(header.size()) +
                                " bytes; it may have " + std::to_string(maximum_header));
  }
  return header;
}

/// The value of `key` when it is a T, null otherwise.
template <class T>
const T* get(const JsonObject& object, const std::string& key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : std::get_if<T>(&found->second.value);
}

/// Null unless all items are whole numbers that fit.
template <class Number>
std::optional<std::vector<Number>> whole_numbers(const JsonArray* array) {
  if (array == nullptr) return std::nullopt;
  std::vector<Number> numbers;
  for (const JsonValue& item : *array) {
    const auto* number = std::get_if<std::uint64_t>(&item.value);
    if (number == nullptr || *number > std::numeric_limits<Number>::max()) return std::nullopt;
    numbers.push_back(static_cast<Number>(*number));
  }
  return numbers;
}

/// Bytes of a float32 tensor, or nothing when they are more than 64 bits can count.
std::optional<std::uint64_t> byte_count(const std::vector<std::size_t>& shape) {
  std::uint64_t bytes = sizeof(float);
  for (const std::size_t dimension : shape) {
    if (dimension != 0 && bytes > std::numeric_limits<std::uint64_t>::max() / dimension) return std::nullopt;
    bytes *= dimension;
  }
  return bytes;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, const std::vector<Tensor>& tensors,
                       const Metadata& metadata) {
  Metadata with_digest = metadata;
  with_digest[digest_key] = no_digest();
  const std::string header = header_text(tensors, with_digest);
  std::string beginning;
  append_little_endian(beginning, std::uint64_t{header.size()});
  beginning += header;

  Sha256 sum;
  sum.update(beginning);
  for (const Tensor& tensor : tensors) {
    for_bytes_of(tensor.values(), [&](const std::string& bytes) { sum.update(bytes); });
  }
  const std::string key = json_quoted(digest_key) + ":\"";  // no value can hold it: there its quotes are escaped
  beginning.replace(beginning.find(key) + key.size(), digest_digits, sum.hex_digest());

  OutputFile file(path);
  file.write(beginning);
  for (const Tensor& tensor : tensors) {
    for_bytes_of(tensor.values(), [&](const std::string& bytes) { file.write(bytes); });
  }
  file.finish();
}

SafetensorsFile::SafetensorsFile(std::string name, std::unique_ptr<ByteSource> bytes)
    : name_(std::move(name)), file_(std::move(bytes)) {
  read_header();
  read_entries();
  check_that_entries_fill_the_file();
}

void SafetensorsFile::fail(const std::string& message) const { throw FileError(name_ + ": " + message); }

void SafetensorsFile::read_header() {
  if (file_->size() < length_bytes) {
    fail("has " + std::to_string(file_->size()) + " bytes, too few for a safetensors file (is it cut off?)");
  }
  std::array<char, length_bytes> length_word{};
  file_->read(0, length_word.data(), length_word.size());
  const auto length = little_endian<std::uint64_t>(length_word.data());
  if (length > file_->size() - length_bytes || length > maximum_header) {
    fail("offset 0: a header of " + std::to_string(length) + " bytes, but the file has " +
         std::to_string(file_->size() - length_bytes) + " bytes behind that number and a header at most " +
         std::to_string(maximum_header) + " (not a safetensors file, or cut off)");
  }
  data_offset_ = length_bytes + length;
  header_.resize(static_cast<std::size_t>(length));
  file_->read(length_bytes, header_.data(), header_.size());
}

void SafetensorsFile::read_entries() {
  JsonValue root;
  try {
    root = parse_json(header_);
  } catch (const JsonError& error) {
    fail("offset " + std::to_string(length_bytes + error.offset()) + ", in the header: " + error.what());
  }
  const auto* tensors = std::get_if<JsonObject>(&root.value);
  if (tensors == nullptr) fail("offset 8: the header must be a JSON object");

  for (const auto& [name, description] : *tensors) {
    const auto* object = std::get_if<JsonObject>(&description.value);
    const std::string place = (name == metadata_key ? "" : "tensor ") + json_excerpt(name);
    if (object == nullptr) fail(place + " must be described by a JSON object");
    if (name == metadata_key) {
      for (const auto& [key, value] : *object) {
        const auto* text = std::get_if<std::string>(&value.value);
        if (text == nullptr) fail(place + ": the value of " + json_excerpt(key) + " must be a string");
        metadata_.emplace(key, *text);
      }
      continue;
    }
    const auto* dtype = get<std::string>(*object, "dtype");
    const auto shape = whole_numbers<std::size_t>(get<JsonArray>(*object, "shape"));
    const auto offsets = whole_numbers<std::uint64_t>(get<JsonArray>(*object, "data_offsets"));
    if (dtype == nullptr || !shape || !offsets || offsets->size() != 2 || object->size() != 3) {
      fail(place + R"(: expected exactly "dtype": a string, "shape": whole numbers, "data_offsets": [begin, end])");
    }
    if (*dtype != "F32") fail(place + ": dtype is " + json_excerpt(*dtype) + ", expected \"F32\"");
    const auto bytes = byte_count(*shape);
    const std::uint64_t begin = (*offsets)[0];
    const std::uint64_t end = (*offsets)[1];
    if (end < begin || bytes != end - begin) {
      fail(place + ": data_offsets are " + std::to_string(begin) + " and " + std::to_string(end) + ", but its shape " +
           (bytes ? "takes " + std::to_string(*bytes) + " bytes" : "is too large for any file"));
    }
    entries_.emplace(name, Entry{*shape, begin, end});
  }
}

void SafetensorsFile::check_that_entries_fill_the_file() const {
  std::vector<std::pair<const Entry*, std::string>> by_offset;
  by_offset.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) by_offset.emplace_back(&entry, "tensor " + json_excerpt(name));
  std::sort(by_offset.begin(), by_offset.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first->begin, a.first->end) < std::pair(b.first->begin, b.first->end);
  });

  std::uint64_t position = 0;
  for (const auto& [entry, place] : by_offset) {
    if (entry->begin > position) {
      fail(place + " begins at " + std::to_string(entry->begin) + ", which leaves a hole behind " +
           std::to_string(position));
    }
    if (entry->begin < position) {
      fail(place + " begins at " + std::to_string(entry->begin) + ", inside the tensor that ends at " +
           std::to_string(position));
    }
    position = entry->end;
  }
  const std::uint64_t available = file_->size() - data_offset_;
  if (position > available) {
    fail("the tensors need " + std::to_string(position) + " bytes behind the header, but there are " +
         std::to_string(available) + " (is the file cut off?)");
  }
  if (position < available) {
    fail("offset " + std::to_string(data_offset_ + position) + ": " + std::to_string(available - position) +
         " bytes that belong to no tensor");
  }
}

bool SafetensorsFile::check_digest() {
  const auto digest = metadata_.find(digest_key);
  if (digest == metadata_.end()) return false;
  const std::string& expected = digest->second;
  std::string beginning;
  append_little_endian(beginning, std::uint64_t{header_.size()});
  beginning += header_;
  const std::size_t place = expected.size() == digest_digits ? beginning.find(expected) : std::string::npos;
  if (place == std::string::npos) {
    fail("its metadata " + json_quoted(digest_key) + " must be 64 hexadecimal digits, but are " +
         json_excerpt(expected) + ": the file is damaged; take it from a copy, or save the network again");
  }
  beginning.replace(place, digest_digits, no_digest());

  Sha256 sum;
  sum.update(beginning);
  std::string bytes(bytes_at_once, '\0');
  for (std::uint64_t offset = data_offset_; offset < file_->size(); offset += bytes.size()) {
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(bytes_at_once, file_->size() - offset)));
    file_->read(offset, bytes.data(), bytes.size());
    sum.update(bytes);
  }
  if (const std::string found = sum.hex_digest(); found != expected) {
    fail("damaged, or changed by another program: its SHA-256 is " + found + ", but was " + expected +
         " when it was saved (metadata " + json_quoted(digest_key) +
         "); take it from a copy, or save the network again, or, if the change was meant, without these metadata");
  }
  return true;
}

std::vector<float> SafetensorsFile::read_values(const std::string& name) {
  const Entry& entry = entries_.at(name);
  std::string bytes(static_cast<std::size_t>(entry.end - entry.begin), '\0');
  file_->read(data_offset_ + entry.begin, bytes.data(), bytes.size());
  std::vector<float> values(bytes.size() / sizeof(float));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = std::bit_cast<float>(little_endian<std::uint32_t>(&bytes[i * sizeof(float)]));
    if (!std::isfinite(values[i])) {
      fail("offset " + std::to_string(data_offset_ + entry.begin + i * sizeof(float)) + ": value " + std::to_string(i) +
           " of tensor " + json_excerpt(name) + " is not a finite number");
    }
  }
  return values;
}

}  // namespace lenetpp
