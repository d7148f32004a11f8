// Every kind of layer with every option, as the end of a network's text, and the shapes they are tried on.
#pragma once

#include <string>
#include <vector>

struct LayersToTest {
  std::string input;   // shape
  std::string layers;  // a convolution, a pooling or both, or as a list says
};

inline const std::vector<LayersToTest> convolutions_to_test{
    {"1x5x6", "conv 1x1x1 nobias"},
    {"3x7x6", "conv 4x3x3"},
    {"2x8x9", "conv 3x2x4 pad1 relu"},
    {"2x6x5", "conv 2x3x1 pad2x1 leaky_relu(0.25)"},
    {"3x9x8", "conv 2x3x3 separate stride2 sigmoid(2)"},
    {"2x10x11", "conv 3x4x3 stride2x3 pad1x2 tanh"},
    {"4x6x7", "conv 4x3x3 table(0,1;1,2,3;1,2,3;0,3) scaled_tanh"},
    {"2x5x20", "conv 2x2x9 pad0x3 sigmoid"},
    {"1x4x30", "conv 6x3x17 nobias leaky_relu"},
    {"1x8x9", "conv 3x3x2 stride3x2 pad1 relu"},
    {"6x9x7", "conv 3x7x3 pad1 tanh"},
    {"6x6x10", "conv 2x3x8 nobias"},
    {"6x5x24", "conv 2x2x11 stride1x3 pad1 relu"},
    // Full connections of many planes. Backward dense, with filters in whole vectors or nearly so:
    {"8x7x7", "conv 16x3x3 pad1 relu"},
    {"17x6x5", "conv 32x1x1 leaky_relu(0.1)"},
    {"33x5x9", "conv 13x2x8 pad1 tanh"},
    {"3x9x13", "conv 48x3x5 stride2 pad1 nobias relu"},
    {"40x7x8", "conv 14x1x2 stride3 relu"},
    {"5x20x4", "conv 15x6x2 stride1x3 scaled_tanh"},
    {"9x4x16", "conv 12x1x1 relu"},
    // Backward sparse, with too few filters:
    {"16x6x6", "conv 5x3x3 pad1 relu"},
    {"20x8x7", "conv 6x1x1 stride2 nobias sigmoid"},
    {"40x5x5", "conv 11x2x2 stride3x4 leaky_relu"},
    // Kernels too wide for any of that:
    {"9x4x15", "conv 16x3x10 pad1x2 relu"},
    // Separate filters with lanes over planes, in whole vectors or nearly so:
    {"16x6x7", "conv 2x3x3 separate pad1 relu"},
    {"31x5x5", "conv 4x2x4 separate nobias"},
    {"14x4x9", "conv 7x3x9 separate pad1x2 tanh"},
};

/// Overlapping windows, clipped ones, gaps between them; one over the whole plane.
inline const std::vector<LayersToTest> pooled_convolutions_to_test{
    {"1x6x6", "conv 1x3x3 nobias | maxpool 2"},
    {"3x9x10", "conv 5x2x3 separate nobias | maxpool 3/2"},
    {"2x11x9", "conv 3x3x3 pad1 relu | maxpool 3/1"},
    {"2x9x9", "conv 4x2x2 leaky_relu(0.1) | maxpool 3x2/2x1"},
    {"3x12x10", "conv 2x3x3 stride2x1 pad1 tanh | maxpool 2x3/1x2"},
    {"4x8x8", "conv 4x3x3 table(0,1;1,2,3;1,2,3;0,3) scaled_tanh | maxpool 4/3"},
    {"2x7x24", "conv 3x2x10 pad1 sigmoid(2) | maxpool 2x5/3"},
    {"2x5x5", "conv 3x2x2 | maxpool 4"},
    {"1x9x20", "conv 3x2x12 stride2 pad1 | maxpool 2"},
    {"6x14x14", "conv 16x5x5 relu | maxpool 2"},
    {"6x12x7", "conv 3x7x3 pad2x1 leaky_relu(0.5) | maxpool 3/1"},
    {"6x9x22", "conv 2x5x9 stride1x2 pad1x0 nobias tanh | maxpool 3/2"},
    {"1x14x14", "conv 2x3x3 separate stride2 pad2 sigmoid | maxpool 3/2"},
    // Full connections of many planes. Forward with lanes over filters, on maps smaller than a vector:
    {"16x8x8", "conv 32x3x3 pad1 relu | maxpool 2"},
    {"40x5x6", "conv 16x2x3 tanh | maxpool 3/2"},
    {"7x9x9", "conv 48x1x1 nobias leaky_relu(0.1) | maxpool 3/1"},
    {"18x11x9", "conv 17x3x8 stride2x1 pad1 relu | maxpool 2x1/1x2"},
    {"2x13x13", "conv 31x2x2 stride3 sigmoid(2) | maxpool 2/3"},
    // Forward with lanes over positions, with few filters on larger maps:
    {"12x9x30", "conv 5x3x3 pad1 relu | maxpool 2"},
    {"33x6x16", "conv 2x5x1 pad2x0 scaled_tanh | maxpool 3x2/1"},
    {"5x9x40", "conv 17x2x7 stride1x2 relu | maxpool 2x3/3x2"},
    // Their gradients end in a whole vector, and so does what holds them:
    {"8x6x6", "conv 3x2x2 nobias | maxpool 2"},
    // Kernels too wide for any of that:
    {"10x5x14", "conv 20x3x9 pad1 relu | maxpool 2/1"},
    // Separate filters with lanes over planes, in whole vectors or nearly so:
    {"15x9x9", "conv 3x5x5 separate nobias | maxpool 3/2"},
    {"16x7x8", "conv 3x5x4 separate pad2 sigmoid(2) | maxpool 2"},
    {"30x6x6", "conv 5x5x5 separate pad1 relu | maxpool 3x2/1x3"},
    {"47x5x7", "conv 2x4x6 separate pad2x1 leaky_relu(0.1) | maxpool 3"},
};

inline const std::vector<LayersToTest> poolings_to_test{
    {"2x5x6", "maxpool 2"},       {"3x7x9", "maxpool 3/2"},       {"1x6x6", "maxpool 3/1"},
    {"2x9x8", "maxpool 2x3/3x2"}, {"2x12x40", "maxpool 1x7"},     {"1x40x41", "maxpool 2/9"},
    {"2x3x5", "maxpool 2/60000"}, {"1x2x70", "maxpool 1x3/1x20"}, {"2x5x6", "avgpool 2"},
    {"3x7x9", "avgpool 3/2"},     {"1x6x6", "avgpool 3/1"},       {"2x9x8", "avgpool 2x3/3x2"},
    {"2x3x5", "avgpool 2/60000"}, {"3x4x5", "dropout 0.4"},       {"2x5x6", "dropout 0.3 | maxpool 2"},
};

/// Activations and averages by themselves, and residuals: nested or not, whose shortcut changes nothing, planes, sides
/// or both, with layers within that read planes as they like, and with units.
inline const std::vector<LayersToTest> residuals_to_test{
    {"2x5x6", "activation tanh"},
    {"3x4x5", "activation leaky_relu(0.25) | maxpool 2"},
    {"3x7x18", "globalavgpool"},
    {"2x5x6", "globalavgpool | activation sigmoid(2) | residual [ dense 3 tanh | dense 2 ] scaled_tanh"},
    {"4x7x6", "residual [ conv 4x3x3 pad1 relu | conv 4x3x3 pad1 ] relu"},
    {"5x9x17", "residual [ conv 5x5x3 pad2x1 separate relu | conv 5x1x1 ] tanh"},
    {"3x8x9", "residual [ conv 7x3x3 stride2 pad1 | conv 7x3x3 pad1 ] relu | maxpool 2"},
    {"3x8x9", "residual pad [ conv 7x3x3 stride2x1 pad1 relu ] sigmoid | conv 2x2x2"},
    {"6x5x7", "residual [ dropout 0.2 | conv 20x1x1 nobias ] leaky_relu"},
    {"4x6x5", "residual pad [ maxpool 2 ] | residual [ avgpool 1 | activation tanh ] relu"},
    {"4x6x5", "residual [ residual [ conv 4x3x3 pad1 ] relu | residual [ conv 18x3x3 pad1 stride3 ] ] tanh"},
    {"16x6x6", "residual [ conv 32x3x3 pad1 stride2 nobias relu | conv 32x3x3 pad1 nobias ] relu"},
    {"2x3x4", "dense 20 relu | residual [ dense 9 relu | dropout 0.3 | dense 20 ] relu | residual [ dense 4 ] tanh"},
    {"1x4x9", "residual [ conv 3x3x3 pad1 ] relu"},
};

inline const std::vector<LayersToTest> normalizations_to_test{
    {"3x5x6", "batchnorm relu"},
    {"17x1x1", "batchnorm tanh momentum 0.2"},
    {"2x4x33", "batchnorm sigmoid(2) epsilon 0.01 | maxpool 2"},
    {"3x8x8", "conv 5x3x3 pad1 nobias | batchnorm leaky_relu(0.1) | conv 16x3x3 pad1"},
    {"2x3x3", "conv 4x3x3 | batchnorm relu | conv 3x1x1 pad1"},
    {"4x3x2", "dense 19 | batchnorm relu | dense 5 | batchnorm"},
    {"7x3x18", "lrn 5 alpha 0.5"},
    {"3x4x5", "lrn 3 alpha 0.3 beta 0.25 k 0.5 | conv 2x3x3 pad1"},
    {"2x4x4", "lrn 9 alpha 1 beta 1"},
    {"2x5x6", "subsample 2 scaled_tanh"},
    {"3x7x9", "subsample 3/2 relu | conv 2x2x2 pad1"},
    {"2x9x8", "subsample 2x3/3x2"},
};
