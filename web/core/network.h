// A network as the page sees it: everything that is asked of it beside training.
#pragma once

#include <lenetpp/network.h>

#include <map>
#include <string>

#include "files/sha256.h"
#include "values.h"

namespace lenetpp::page {

/// {text, input, parameters, layers: [{text, word, shape, parameters, multiplyAdds}]}, without making the network,
/// however large it is.
val described(const std::string& text);

/// SHA-256 of what is handed over in parts: a page on a server without encryption gets none from the browser.
class Fingerprint {
 public:
  /// Of a Uint8Array.
  void update(const val& bytes);
  [[nodiscard]] std::string digest() const { return sum_.hex_digest(); }

 private:
  Sha256 sum_;
};

class PageNetwork {
 public:
  explicit PageNetwork(Network network) : network_(std::move(network)) {}
  /// Of a model file's bytes.
  static PageNetwork loaded(const val& bytes);

  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] std::string text() const { return network_.text(); }
  /// What a model file holds beside the network.
  [[nodiscard]] val metadata() const;

  void initialize(double seed, const std::string& scheme);
  void set_normalization(const val& mean, const val& deviation);
  /// Gives the first convolution filters that whiten patches of the images, as the normalization has them.
  void whiten(const val& pixels);
  /// {mean, deviation}, or null.
  [[nodiscard]] val normalization() const;

  /// [{name, layer, isBias, shape, values}] in canonical order.
  [[nodiscard]] val parameters() const;
  void set_parameter(const std::string& name, const val& values);
  /// SHA-256 of the bytes of all parameters and all state, as Python's Network.digest.
  [[nodiscard]] std::string digest() const;
  /// A model file; `metadata` is an object of texts.
  [[nodiscard]] val saved(const val& metadata) const;

  /// [N][outputs] of the last layer.
  [[nodiscard]] val outputs(const val& pixels) const;
  /// [N][outputs], of each image numbers that sum to 1, as Python's predict_proba gives them.
  [[nodiscard]] val probabilities(const val& pixels) const;
  /// [{shape, values}] of every layer for one image, with the bits that the whole network computes.
  [[nodiscard]] val layer_outputs(const val& pixels) const;
  /// {loss, correct, predictions, deadUnits, saturatedUnits}, the last two as [{layer, share}].
  [[nodiscard]] val evaluate(const val& pixels, const val& labels, const std::string& loss) const;
  /// How many images are right while each filter of a convolution is silent: [filters].
  [[nodiscard]] val correct_without_filters(int layer, const val& pixels, const val& labels) const;

 private:
  Network network_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace lenetpp::page
