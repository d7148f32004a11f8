// Images on their way into the network, against loops over pixels.
#include <doctest/doctest.h>
#include <lenetpp/random.h>

#include <cmath>
#include <vector>

#include "execution/image_source.h"

using lenetpp::Distortion;
using lenetpp::Images;
using lenetpp::ImageSource;
using lenetpp::Normalization;
using lenetpp::PlaneStack;
using lenetpp::random_distortion;
using lenetpp::Shape;

namespace {

constexpr Shape shape{2, 4, 20};
constexpr std::size_t count = 3;

lenetpp::Augmentation flips_and_shifts(int shift) { return {.flip_horizontally = true, .shift_pixels = shift}; }

template <class Pixel>
std::vector<Pixel> some_pixels() {
  std::vector<Pixel> pixels(count * shape.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<Pixel>(i * 37 % 251);
  return pixels;
}

/// Pixel (y, x) of the image, mirrored first and then moved; what enters is 0.
template <class T, class Pixel>
T distorted(const std::vector<Pixel>& pixels, const Normalization& normalization, std::size_t index, int plane, int y,
            int x, const Distortion& distortion) {
  const int row = y - distortion.down, moved = x - distortion.right;
  if (row < 0 || row >= shape.height || moved < 0 || moved >= shape.width) return 0;
  const int column = distortion.flip ? shape.width - 1 - moved : moved;
  const auto place = (static_cast<int>(index) * shape.planes + plane) * shape.height + row;
  const T pixel = static_cast<T>(pixels[static_cast<std::size_t>(place * shape.width + column)]);
  if (normalization.mean.empty()) return pixel;
  const double mean = static_cast<double>(normalization.mean[static_cast<std::size_t>(plane)]);
  const double deviation = static_cast<double>(normalization.deviation[static_cast<std::size_t>(plane)]);
  return std::fma(pixel, static_cast<T>(1 / deviation), static_cast<T>(-mean / deviation));
}

template <class T, class Pixel>
void check_images(const Normalization& normalization, const PlaneStack& stack) {
  const std::vector<Pixel> pixels = some_pixels<Pixel>();
  const ImageSource<T> source(Images(pixels, shape), normalization);
  constexpr T border = -77;
  for (const bool flip : {false, true}) {
    for (const int down : {0, -1, 3, -5}) {
      for (const int right : {0, 2, -7, 19, 25}) {
        const Distortion distortion{flip, down, right};
        std::vector<T> expected(stack.size(), border), values(stack.size(), border);
        source.fetch(lenetpp::kernels<T>(), 1, distortion, stack, values.data());
        for (int plane = 0; plane < shape.planes; ++plane) {
          for (int y = 0; y < shape.height; ++y) {
            for (int x = 0; x < shape.width; ++x) {
              expected[static_cast<std::size_t>(stack.origin(plane) + y * stack.row_stride + x)] =
                  distorted<T>(pixels, normalization, 1, plane, y, x, distortion);
            }
          }
        }
        CAPTURE(flip);
        CAPTURE(down);
        CAPTURE(right);
        CHECK(values == expected);
      }
    }
  }
}

}  // namespace

TEST_CASE_TEMPLATE("images are normalized, mirrored and moved, and borders are left alone", T, float, double) {
  const PlaneStack without_gaps{shape, {0, 0}, 20, 80}, with_border{shape, {2, 1}, 24, 8 * 24};
  const Normalization normalization{{100.0f, 30.5f}, {50.0f, 7.0f}};
  for (const PlaneStack& stack : {without_gaps, with_border}) {
    check_images<T, std::uint8_t>({}, stack);
    check_images<T, std::uint8_t>(normalization, stack);
    check_images<T, float>({}, stack);
    check_images<T, float>(normalization, stack);
  }
}

TEST_CASE("a random distortion is a function of seed, epoch and image") {
  const auto same = [](const Distortion& a, const Distortion& b) {
    return a.flip == b.flip && a.down == b.down && a.right == b.right;
  };
  int as_other_seed = 0, as_other_epoch = 0, as_next_image = 0;
  for (std::uint64_t index = 0; index < 1000; ++index) {
    const Distortion distortion = random_distortion(5, 3, index, flips_and_shifts(2), shape);
    CHECK(same(distortion, random_distortion(5, 3, index, flips_and_shifts(2), shape)));
    as_other_seed += same(distortion, random_distortion(6, 3, index, flips_and_shifts(2), shape));
    as_other_epoch += same(distortion, random_distortion(5, 4, index, flips_and_shifts(2), shape));
    as_next_image += same(distortion, random_distortion(5, 3, index + 1, flips_and_shifts(2), shape));
  }
  // One in 50 by chance.
  CHECK(as_other_seed < 50);
  CHECK(as_other_epoch < 50);
  CHECK(as_next_image < 50);
}

TEST_CASE("a random distortion comes from the words that the header names") {
  for (std::uint64_t index = 0; index < 100; ++index) {
    const auto words = lenetpp::random_words(9, lenetpp::Purpose::augmentation, 1, index);
    const Distortion distortion = random_distortion(9, 1, index, flips_and_shifts(3), shape);
    CHECK(distortion.flip == (words[0] >= 0x80000000u));
    CHECK(distortion.down == static_cast<int>(std::floor(words[1] * 0x1p-32 * 7)) - 3);
    CHECK(distortion.right == static_cast<int>(std::floor(words[2] * 0x1p-32 * 7)) - 3);
  }
}

TEST_CASE("flips and shifts of every size are equally frequent, and only those that were asked for happen") {
  int flips = 0;
  std::vector<int> down(5), right(5);
  constexpr int images = 10000;
  for (std::uint64_t index = 0; index < images; ++index) {
    const Distortion both = random_distortion(1, 0, index, flips_and_shifts(2), shape);
    REQUIRE(std::abs(both.down) <= 2);
    REQUIRE(std::abs(both.right) <= 2);
    flips += both.flip;
    ++down[static_cast<std::size_t>(both.down + 2)];
    ++right[static_cast<std::size_t>(both.right + 2)];
    CHECK_FALSE(random_distortion(1, 0, index, {.shift_pixels = 2}, shape).flip);
    const Distortion flip = random_distortion(1, 0, index, flips_and_shifts(0), shape);
    CHECK(flip.flip == both.flip);
    CHECK(flip.down == 0);
    CHECK(flip.right == 0);
  }
  // Four standard deviations.
  CHECK(std::abs(flips - images / 2) < 4 * 50);
  for (const int times : down) CHECK(std::abs(times - images / 5) < 4 * 40);
  for (const int times : right) CHECK(std::abs(times - images / 5) < 4 * 40);
}
