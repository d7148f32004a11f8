// Nothing is kept between a convolution and the pooling behind it. But an output's bits depend on nothing that comes
// later, so that a network cut off behind a layer gives that layer's outputs; everything else stays as fast as it is.
#include <lenetpp/evaluation.h>
#include <lenetpp/layer_outputs.h>

#include <stdexcept>
#include <string>

#include "batch_checks.h"

namespace lenetpp {
namespace {

/// The network that ends with layer `last`. Its arrays are the first ones of the whole network.
template <class T>
BasicNetwork<T> cut_behind(const BasicNetwork<T>& network, std::size_t last) {
  Architecture architecture = network.architecture();
  architecture.layers.resize(last + 1);
  BasicNetwork<T> cut(std::move(architecture));
  cut.set_normalization(network.normalization());
  cut.initialize(0);  // without parameters of its own it is ready too
  for (std::size_t i = 0; i < cut.parameter_shapes().size(); ++i) cut.set_parameter(i, network.parameter(i));
  for (std::size_t i = 0; i < cut.state_shapes().size(); ++i) cut.set_state(i, network.state(i));
  return cut;
}

}  // namespace

template <class T>
std::vector<T> outputs_of_layer(const BasicNetwork<T>& network, std::size_t layer, const Images& images, int threads) {
  const std::size_t layers = network.architecture().layers.size();
  if (layer >= layers) {
    throw std::out_of_range("layer " + std::to_string(layer) + ": the network has " + std::to_string(layers) +
                            " layers");
  }
  check_initialized(network);
  return outputs(cut_behind(network, layer), images, threads);
}

template <class T>
std::vector<std::vector<T>> layer_outputs(const BasicNetwork<T>& network, const Images& images, int threads) {
  std::vector<std::vector<T>> all(network.architecture().layers.size());
  for (std::size_t layer = 0; layer < all.size(); ++layer) {
    all[layer] = outputs_of_layer(network, layer, images, threads);
  }
  return all;
}

#define LENETPP_INSTANTIATE(T)                                                                       \
  template std::vector<T> outputs_of_layer(const BasicNetwork<T>&, std::size_t, const Images&, int); \
  template std::vector<std::vector<T>> layer_outputs(const BasicNetwork<T>&, const Images&, int);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
