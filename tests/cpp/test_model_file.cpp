// Model files: what is written, and that whatever is wrong with a file is said and never believed.
#include <doctest/doctest.h>
#include <lenetpp/model_file.h>
#include <lenetpp/runtime.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "files/safetensors.h"

namespace {

namespace fs = std::filesystem;
using lenetpp::FileError;
using lenetpp::Network;
using lenetpp::Tensor;

/// A folder of its own, removed at the end of the test.
class Folder {
 public:
  Folder() {
    static int counter = 0;
    do {
      path_ = fs::temp_directory_path() / ("lenetpp-test-" + std::to_string(counter++));
    } while (!fs::create_directory(path_));
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }
  [[nodiscard]] auto entries() const { return std::distance(fs::directory_iterator(path_), {}); }

 private:
  fs::path path_;
};

std::string bytes_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

fs::path write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

/// Tensors and metadata as other programs write them, without a digest.
fs::path write_without_digest(const fs::path& path, const std::vector<Tensor>& tensors,
                              const lenetpp::Metadata& metadata) {
  lenetpp::write_safetensors(path, tensors, metadata);
  std::string bytes = bytes_of(path);
  // Renamed, the key is one that nobody knows.
  return write(path, bytes.replace(bytes.find("lenetpp.sha256"), 14, "someone.sha256"));
}

/// A safetensors file with this header.
std::string with_header(const std::string& header, std::size_t data_bytes) {
  std::string bytes;
  for (std::size_t i = 0; i < 8; ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  return bytes + header + std::string(data_bytes, '\0');
}

constexpr const char* small_text = "2x3x3 | conv 1x2x2 | dense 2 nobias";  // 8 + 1 + 8 parameters

Tensor tensor(const std::string& name, const std::vector<std::size_t>& shape, const std::vector<float>& values) {
  return {name, shape, [values] { return values; }};
}

Network small_network() {
  auto network = Network::parse(small_text);
  network.initialize(7);
  return network;
}

std::string error_of(const fs::path& path) {
  try {
    static_cast<void>(lenetpp::load_model(path));
  } catch (const FileError& error) {
    return error.what();
  }
  FAIL("accepted");
  return {};
}

void check_refused(const fs::path& path, const std::string& message) {
  const std::string error = error_of(path);
  CAPTURE(error);
  CHECK(error.starts_with(path.string() + ": "));
  CHECK(error.find(message) != std::string::npos);
}

}  // namespace

TEST_CASE("a model read back has the bits, the normalization and the metadata that were saved") {
  const Folder folder;
  auto network = small_network();
  network.set_normalization({{1.5f, -2.0f}, {0.25f, 3.0f}});
  const std::map<std::string, std::string> metadata{{"classes", "[\"b\xC3\xA4r\", \"a\\\"\"]"}, {"", ""}};
  lenetpp::save_model(folder / "model.safetensors", network, metadata);
  const auto model = lenetpp::load_model(folder / "model.safetensors");
  CHECK(model.network.text() == network.text());
  CHECK(model.network.normalization() == network.normalization());
  CHECK(model.network.initialized());
  CHECK(model.metadata == metadata);
  CHECK(model.has_digest);
  for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) {
    CHECK(model.network.parameter(i) == network.parameter(i));
  }
  CHECK(folder.entries() == 1);
}

TEST_CASE("a saved file is safetensors to the byte") {
  const Folder folder;
  auto network = Network::parse("1x1x1 | dense 2");
  network.set_parameter(0, std::vector<float>{1.0f, -2.0f});
  network.set_parameter(1, std::vector<float>{0.5f, 0.0f});
  lenetpp::save_model(folder / "model", network, {{"note", "x"}});
  // From Python's hashlib, of these bytes with zeros for the digest.
  const std::string digest = "db1d98301c96ba7a08016250143569a439464b9464c28c041d40530072058500";
  std::string header = R"({"__metadata__":{"lenetpp.format":"3","lenetpp.network":"1x1x1 | dense 2",)"
                       R"("lenetpp.numerics":")" +
                       std::to_string(lenetpp::numerics_version()) + R"(","lenetpp.sha256":")" + digest +
                       R"(","note":"x"},)"
                       R"("0.weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
                       R"("0.bias":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})";
  header.append((8 - header.size() % 8) % 8, ' ');
  const std::string data("\x00\x00\x80\x3F\x00\x00\x00\xC0\x00\x00\x00\x3F\x00\x00\x00\x00", 16);
  CHECK(bytes_of(folder / "model") == with_header(header, 0) + data);
}

TEST_CASE("saving replaces a file, and a failure leaves the old one and nothing else") {
  const Folder folder;
  const auto path = write(folder / "model", "old");
  auto network = Network::parse("1x1x1 | dense 1 nobias");
  CHECK_THROWS_AS(lenetpp::save_model(path, network), std::logic_error);
  network.set_parameter(0, std::vector<float>{std::numeric_limits<float>::infinity()});
  CHECK_THROWS_WITH_AS(lenetpp::save_model(path, network), doctest::Contains("value 0 of 0.weight is not a finite"),
                       std::invalid_argument);
  network.initialize(1);
  CHECK_THROWS_WITH_AS(lenetpp::save_model(path, network, {{"lenetpp.mine", ""}}), doctest::Contains("lenetpp.mine"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(lenetpp::save_model(path, network, {{"note", "\xFF"}}), doctest::Contains("\"note\""),
                       std::invalid_argument);
  CHECK_THROWS_AS(lenetpp::save_model(path, network, {{"note", std::string(1 << 24, 'x')}}), std::invalid_argument);
  CHECK(bytes_of(path) == "old");

  fs::create_directory(folder / "folder");
  CHECK_THROWS_AS(lenetpp::save_model(folder / "folder", network), fs::filesystem_error);
  CHECK_THROWS_AS(lenetpp::save_model(folder / "absent" / "model", network), fs::filesystem_error);
  CHECK(folder.entries() == 2);
  lenetpp::save_model(path, network);
  CHECK(lenetpp::load_model(path).network.parameter(0) == network.parameter(0));
  CHECK(folder.entries() == 2);
}

TEST_CASE("a path that cannot be read is a filesystem_error that names it") {
  const Folder folder;
  for (const auto& path : {folder / "absent", folder / ""}) {
    try {
      static_cast<void>(lenetpp::load_model(path));
      FAIL("accepted");
    } catch (const fs::filesystem_error& error) {
      CHECK(error.path1() == path);
      CHECK(error.code());
      CHECK(std::string(error.what()).find(path.string()) != std::string::npos);
    }
  }
}

TEST_CASE("a file cut off anywhere, or with anything behind it, is refused") {
  const Folder folder;
  lenetpp::save_model(folder / "model", small_network());
  const std::string bytes = bytes_of(folder / "model");
  const auto path = folder / "damaged";
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    write(path, bytes.substr(0, length));
    CHECK_THROWS_AS(static_cast<void>(lenetpp::load_model(path)), FileError);
  }
  check_refused(write(path, bytes.substr(0, 7)), "has 7 bytes, too few");
  check_refused(write(path, bytes.substr(0, bytes.size() - 1)),
                "the tensors need 68 bytes behind the header, but there");
  check_refused(write(path, bytes + "\n"),
                "offset " + std::to_string(bytes.size()) + ": 1 bytes that belong to no tensor");
}

TEST_CASE("a header's length is checked before anything of that size is allocated") {
  const Folder folder;
  check_refused(write(folder / "huge", std::string(8, '\xFF') + "{}"), "a header of 18446744073709551615 bytes");
  check_refused(write(folder / "long", with_header("{}", 0).substr(0, 9)), "a header of 2 bytes, but the file has 1");
}

TEST_CASE("a header that is not what safetensors asks for is refused by key or offset") {
  const Folder folder;
  const auto path = folder / "file";
  const auto refused = [&](const std::string& header, const std::string& message, std::size_t data_bytes = 4) {
    check_refused(write(path, with_header(header, data_bytes)), message);
  };
  const std::string good = R"("dtype":"F32","shape":[1],"data_offsets":[0,4])";
  refused("[]", "the header must be a JSON object");
  refused("{\"a\":{" + good + "}", "offset 61, in the header: expected '}', found the end");
  refused("{\"a\":{" + good + "},\"a\":{" + good + "}}", "the key \"a\" is there twice");
  refused("{\"a\":1}", "tensor \"a\" must be described by a JSON object");
  refused("{\"__metadata__\":[]}", "\"__metadata__\" must be described by a JSON object");
  refused("{\"__metadata__\":{\"k\":1}}", "the value of \"k\" must be a string");
  refused("{\"a\":{" + good + ",\"x\":1}}", "tensor \"a\": expected exactly");
  refused(R"({"a":{"dtype":"F32","shape":[1]}})", "tensor \"a\": expected exactly");
  refused(R"({"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}})", "tensor \"a\": expected exactly");
  refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}})", "tensor \"a\": expected exactly");
  refused(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", "dtype is \"F64\", expected \"F32\"", 8);
  refused(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})",
          "data_offsets are 0 and 4, but its shape takes 8");
  refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", "data_offsets are 4 and 0");
  refused(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}})", "too large");
  refused(R"({"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}})", "too large", 0);
  refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", "tensor \"a\" begins at 4, which leaves a hole",
          8);
  refused("{\"a\":{" + good + R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "begins at 0, inside", 8);
  refused("{\"a\":{" + good + R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}})", "begins at 2, inside", 6);
}

TEST_CASE("tensors that are not exactly the network's are refused by name") {
  const Folder folder;
  const auto path = folder / "file";
  const lenetpp::Metadata metadata{{"lenetpp.network", "2x1x1 | dense 1"}};
  const Tensor weight = tensor("0.weight", {1, 2}, {1, 2});
  const Tensor bias = tensor("0.bias", {1}, {1});
  const Tensor mean = tensor("normalization.mean", {2}, {1, 2});
  const Tensor deviation = tensor("normalization.deviation", {2}, {1, 2});
  const auto refused = [&](const std::vector<Tensor>& tensors, const std::string& message) {
    check_refused(write_without_digest(path, tensors, metadata), message);
  };
  write_without_digest(path, {deviation, bias, weight, mean}, metadata);
  CHECK(lenetpp::load_model(path).network.parameter(0) == weight.values());
  CHECK(!lenetpp::load_model(path).has_digest);

  refused({weight}, "tensor \"0.bias\" is missing");
  refused({weight, bias, tensor("1.weight", {1}, {1})}, "tensor \"1.weight\" is not part of its network");
  refused({tensor("0.weight", {2}, {1, 2}), bias}, "tensor \"0.weight\": shape is [2], but its network needs [1, 2]");
  refused({weight, bias, mean}, "tensor \"normalization.deviation\" is missing");
  refused({weight, bias, mean, tensor("normalization.deviation", {1}, {1})},
          "\"normalization.deviation\": shape is [1]");
  refused({weight, bias, mean, tensor("normalization.deviation", {2}, {1, 0})}, "positive finite numbers");
  refused({weight, tensor("0.bias", {1}, {std::numeric_limits<float>::quiet_NaN()})},
          "value 0 of tensor \"0.bias\" is not a finite number");

  write_without_digest(path, {weight, bias}, {});
  check_refused(path, "no \"lenetpp.network\"");
  write_without_digest(path, {weight, bias}, {{"lenetpp.network", "2x1x1 | dense"}});
  check_refused(path, "metadata \"lenetpp.network\": expected the number of units");
  write_without_digest(path, {weight, bias}, {{"lenetpp.network", "1x1x1 | dense 200000000"}});
  check_refused(path, "tensor \"0.bias\": shape is [1], but its network needs [200000000]");
}

TEST_CASE("any flipped bit of a saved file is refused") {
  const Folder folder;
  auto network = small_network();
  network.set_normalization({{1.5f, -2.0f}, {0.25f, 3.0f}});
  lenetpp::save_model(folder / "model", network, {{"classes", "[\"a\", \"b\"]"}});
  const std::string bytes = bytes_of(folder / "model");
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    std::string damaged = bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ 1 << place % 8);
    CAPTURE(place);
    CHECK_THROWS_AS(static_cast<void>(lenetpp::load_model(write(folder / "damaged", damaged))), FileError);
  }
  std::string damaged = bytes;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  check_refused(write(folder / "damaged", damaged), "its SHA-256 is ");
}

TEST_CASE("metadata of a digest that do not go together are refused") {
  const Folder folder;
  const std::vector<Tensor> tensors{tensor("0.weight", {1, 1}, {1})};
  const lenetpp::Metadata metadata{{"lenetpp.network", "1x1x1 | dense 1 nobias"}};
  auto with_format = metadata;
  with_format["lenetpp.format"] = "2";
  check_refused(write_without_digest(folder / "model", tensors, with_format),
                "have \"lenetpp.format\", but no \"lenetpp.sha256\"");
  lenetpp::write_safetensors(folder / "model", tensors, metadata);
  check_refused(folder / "model", "expected \"3\", found \"\"");
  with_format["lenetpp.format"] = "4";
  lenetpp::write_safetensors(folder / "model", tensors, with_format);
  check_refused(folder / "model", "expected \"3\", found \"4\": written by another version");
}

TEST_CASE("normalization is in the metadata, and in files of before in tensors") {
  const Folder folder;
  const auto path = folder / "model";
  const lenetpp::Normalization normalization{{0.1f, -2.0f}, {std::numeric_limits<float>::denorm_min(), 3e38f}};
  auto network = small_network();
  network.set_normalization(normalization);
  lenetpp::save_model(path, network);
  CHECK(lenetpp::SafetensorsFile("file", std::make_unique<lenetpp::InputFile>(path)).entries().size() ==
        network.parameter_shapes().size());
  CHECK(lenetpp::load_model(path).network.normalization() == normalization);

  const Tensor weight = tensor("0.weight", {1, 2}, {1, 2});
  const Tensor mean = tensor("normalization.mean", {2}, normalization.mean);
  const Tensor deviation = tensor("normalization.deviation", {2}, normalization.deviation);
  lenetpp::Metadata metadata{{"lenetpp.network", "2x1x1 | dense 1 nobias"}, {"lenetpp.format", "2"}};
  lenetpp::write_safetensors(path, {weight, mean, deviation}, metadata);
  CHECK(lenetpp::load_model(path).network.normalization() == normalization);
  CHECK(lenetpp::load_model(path).has_digest);

  const auto refused = [&](const std::string& means, const std::string& deviations, const std::string& message) {
    metadata["lenetpp.mean"] = means;
    metadata["lenetpp.deviation"] = deviations;
    lenetpp::write_safetensors(path, {weight}, metadata);
    check_refused(path, message);
  };
  metadata["lenetpp.format"] = "3";
  refused("1", "1 2", "one value for each");
  refused("1 2", "", "one value for each");
  refused("1 2", "1 0", "positive finite numbers");
  refused("1 x", "1 1", "metadata \"lenetpp.mean\": expected one number a plane, a number, found \"x\"");
  refused("1 nan", "1 1", "metadata \"lenetpp.mean\": expected one number a plane, a number, found \"nan\"");
  refused("1 2", "1 1e39", "metadata \"lenetpp.deviation\": expected a number that float32 holds");
  metadata.erase("lenetpp.deviation");
  lenetpp::write_safetensors(path, {weight, mean, deviation}, metadata);
  check_refused(path, "tensor \"normalization.deviation\" is not part of its network");
}

TEST_CASE("names of classes are saved, and read as names") {
  const Folder folder;
  lenetpp::Model model{Network::parse("1x1x1 | dense 2"), {{"note", "x"}}};
  model.network.initialize(1);
  model.classes = lenetpp::ClassNames({"b\xC3\xA4r", "a\"\n"});
  lenetpp::save_model(folder / "model", model);
  const auto read = lenetpp::load_model(folder / "model");
  CHECK(read.classes == model.classes);
  CHECK(read.metadata.at("note") == "x");
  CHECK(read.metadata.at("classes") == "[\"b\xC3\xA4r\", \"a\\\"\\u000a\"]");
  lenetpp::save_model(folder / "again", read);
  CHECK(bytes_of(folder / "again") == bytes_of(folder / "model"));

  model.classes = lenetpp::ClassNames({"one"});
  CHECK_THROWS_WITH_AS(lenetpp::save_model(folder / "model", model),
                       "classes: expected one name for each of the 2 outputs, got 1", std::invalid_argument);
  for (const char* wrong : {"[\"a\"]", "[\"a\", \"a\"]", "[\"a\", 1]", "{}", "no JSON", "[\"a\", \"\"]"}) {
    lenetpp::save_model(folder / "wrong", model.network, {{"classes", wrong}});
    check_refused(folder / "wrong", "metadata \"classes\": ");
  }
}

TEST_CASE("a file's bytes in memory are the same model, and are refused likewise") {
  const Folder folder;
  auto network = small_network();
  lenetpp::save_model(folder / "model", network);
  std::string bytes = bytes_of(folder / "model");
  const auto model = lenetpp::load_model(std::as_bytes(std::span(bytes)));
  CHECK(model.has_digest);
  for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) {
    CHECK(model.network.parameter(i) == network.parameter(i));
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // Memory of exactly this size, so that a sanitizer sees what reads beyond it.
    const std::vector<char> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK_THROWS_AS(static_cast<void>(lenetpp::load_model(std::as_bytes(std::span(cut)))), FileError);
  }
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  CHECK_THROWS_AS(static_cast<void>(lenetpp::load_model(std::as_bytes(std::span(bytes)))), FileError);
}
