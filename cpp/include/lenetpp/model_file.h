// model.safetensors: parameters, state, normalization, network text and class names in one plain file.
#pragma once

#include <lenetpp/class_names.h>
#include <lenetpp/export.h>
#include <lenetpp/network.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <stdexcept>
#include <string>

namespace lenetpp {

/// A file that is not what it should be; the message names the file and the offset or the key.
class LENETPP_API FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Model {
  Network network;
  std::map<std::string, std::string> metadata;  ///< without the keys that lenetpp writes itself ("lenetpp.*")
  /// Whether the file had a digest, with which all of it agreed. Older files and those of other programs have none:
  /// damage to their values cannot be noticed.
  bool has_digest = false;
  ClassNames classes{};  ///< empty where the file has none
};

/// Writes tensors "<layer>.weight", "<layer>.bias" (F32) and those of the layers' state, and beside `metadata`, which
/// are UTF-8, "lenetpp.network" (canonical text), "lenetpp.mean" and "lenetpp.deviation" when set (one number a plane),
/// "lenetpp.numerics", "lenetpp.format" and "lenetpp.sha256" (of the whole file with zeros for these 64 digits). The
/// file appears whole or not at all: it is written beside its place, synced and renamed. Throws
/// std::filesystem::filesystem_error, std::logic_error for a network without weights, and std::invalid_argument for
/// weights that are not finite and for metadata that are too long, not UTF-8, or named "lenetpp.*".
LENETPP_API void save_model(const std::filesystem::path& path, const Network& network,
                            const std::map<std::string, std::string>& metadata = {});

/// The inverse of load_model(), for names of the classes, too. Throws likewise, and std::invalid_argument unless there
/// are none or one an output.
LENETPP_API void save_model(const std::filesystem::path& path, const Model& model);

/// Throws FileError for a malformed file, or one that is not what its digest belongs to, and
/// std::filesystem::filesystem_error when it cannot be read.
LENETPP_API Model load_model(const std::filesystem::path& path);

/// The same of a file's bytes: `load_model(std::as_bytes(std::span(bytes)))`. Nothing of them is kept.
LENETPP_API Model load_model(std::span<const std::byte> bytes);

}  // namespace lenetpp
