// Filters of a first convolution that take apart what pixels beside each other have in common.
#pragma once

#include <lenetpp/export.h>
#include <lenetpp/images.h>
#include <lenetpp/network.h>

namespace lenetpp {

/// Gives the first layer, which has to be a convolution that sees all planes, filters that whiten the images' patches:
/// the principal components of windows of its size, each divided by its standard deviation, so that outputs vary alike
/// and none follows another; the largest component first, then all of them again with the opposite sign, for what a
/// ReLU cuts off (Page: how to train your ResNet 8, 2019; Jordan: 94 % on CIFAR-10 in 3.29 seconds on a single GPU,
/// 2024). Filters beyond twice the weights of one, and the last of an odd number, stay as they are.
///
/// Of up to 500 images, evenly spaced, as the network's normalization has them; the same bits everywhere. Throws
/// std::invalid_argument when the first layer is another one, has more than 256 weights a filter or a window larger
/// than the images, or the images do not fit; std::logic_error when the network is not initialized.
template <class T>
LENETPP_API void whiten(BasicNetwork<T>& network, const Images& images);

}  // namespace lenetpp
