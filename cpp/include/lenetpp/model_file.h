// model.safetensors: parameters, state, normalization, network text and class names in one plain file.
#pragma once

#include <lenetpp/network.h>

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>

namespace lenetpp {

/// A file that is not what it should be; the message names the file and the offset or the key.
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Model {
  Network network;
  std::map<std::string, std::string> metadata;  ///< without the keys that lenetpp writes itself ("lenetpp.*")
  /// Whether the file had a digest, with which all of it agreed. Older files and those of other programs have none:
  /// damage to their values cannot be noticed.
  bool has_digest = false;
};

/// Writes tensors "<layer>.weight", "<layer>.bias" (F32) and those of the layers' state, and beside `metadata`, which
/// are UTF-8, "lenetpp.network" (canonical text), "lenetpp.mean" and "lenetpp.deviation" when set (one number a plane),
/// "lenetpp.numerics", "lenetpp.format" and "lenetpp.sha256" (of the whole file with zeros for these 64 digits). The
/// file appears whole or not at all: it is written beside its place, synced and renamed. Throws
/// std::filesystem::filesystem_error, std::logic_error for a network without weights, and std::invalid_argument for
/// weights that are not finite and for metadata that are too long, not UTF-8, or named "lenetpp.*".
void save_model(const std::filesystem::path& path, const Network& network,
                const std::map<std::string, std::string>& metadata = {});

/// Throws FileError for a malformed file, or one that is not what its digest belongs to, and
/// std::filesystem::filesystem_error when it cannot be read.
Model load_model(const std::filesystem::path& path);

}  // namespace lenetpp
