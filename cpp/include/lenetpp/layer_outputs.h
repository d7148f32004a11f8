// What every layer makes of images, with the bits that the whole network computes.
#pragma once

#include <lenetpp/images.h>
#include <lenetpp/network.h>

#include <cstddef>
#include <vector>

namespace lenetpp {

/// Outputs [N][planes][height][width] of one layer, after its activation; its shape is that of
/// Architecture::output_shapes(). Throws std::out_of_range for a layer that there is not, and as outputs().
template <class T>
LENETPP_API std::vector<T> outputs_of_layer(const BasicNetwork<T>& network, std::size_t layer, const Images& images,
                                            int threads = 1);

/// Those of every layer, in order from the input.
template <class T>
LENETPP_API std::vector<std::vector<T>> layer_outputs(const BasicNetwork<T>& network, const Images& images,
                                                      int threads = 1);

}  // namespace lenetpp
