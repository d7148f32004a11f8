// What training images go through on their way into the network, drawn anew for each image and epoch.
#pragma once

#include <lenetpp/images.h>
#include <lenetpp/network.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lenetpp {

/// An image is mirrored, then sheared, scaled and turned about its centre, then moved. Pixels between four others are
/// mixed of them. What enters where an image is only moved is 0, the mean pixel where the network subtracts it; else
/// the pixels of the border go on. All by random numbers that are functions of (seed, epoch, index of the image).
struct Augmentation {
  bool flip_horizontally = false;  ///< left and right change places with probability 1/2
  /// Instead, each image is mirrored in every second epoch, from its first or its second on (Jordan: 94 % on CIFAR-10
  /// in 3.29 seconds, 2024); needs flip_horizontally.
  bool alternate_flips = false;
  int shift_pixels = 0;         ///< moved by -n..n pixels in y and x
  double rotation_degrees = 0;  ///< turned by up to so much either way, below 180
  double scaling = 0;           ///< made larger by a factor of 1 - s to 1 + s; below 1
  double shear = 0;             ///< each row moved against the next one by up to so many pixels; at most 1
  int cutout_pixels = 0;        ///< the square of this side about a random pixel is 0 (DeVries and Taylor 2017)
  double brightness = 0;        ///< pixels times a factor of 1 - b to 1 + b; at most 1
  double contrast = 0;          ///< distances from the image's mean pixel times a factor of 1 - c to 1 + c; at most 1
  /// Colours are moved along each principal component of the training pixels by a normal number times its standard
  /// deviation times this (Krizhevsky et al. 2012, who multiply by the variance); for up to 4 planes.
  double colour_noise = 0;
};

/// Image `index` of `images` in an epoch of a training with `seed`, as `network` gets it: normalized, planes of rows.
/// Throws std::invalid_argument for images or an augmentation that do not fit, std::out_of_range for an index.
std::vector<float> augmented_image(const Network& network, const Images& images, const Augmentation& augmentation,
                                   std::uint64_t seed, std::uint32_t epoch, std::size_t index);

}  // namespace lenetpp
