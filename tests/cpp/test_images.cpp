#include <doctest/doctest.h>
#include <lenetpp/images.h>

#include <limits>
#include <stdexcept>
#include <vector>

using lenetpp::Images;
using lenetpp::Shape;

TEST_CASE("images are counted by their shape") {
  const std::vector<std::uint8_t> pixels(3 * 2 * 4 * 5);
  const Images images(pixels, Shape{2, 4, 5});
  CHECK(images.count() == 3);
  CHECK(images.bytes() == pixels.data());
  CHECK(images.floats() == nullptr);
}

TEST_CASE("no images, parts of images and impossible shapes are refused") {
  const std::vector<std::uint8_t> pixels(41);
  const std::vector<std::uint8_t> none;
  CHECK_THROWS_WITH_AS(Images(pixels, Shape{2, 4, 5}),
                       "images: 41 pixels are not a whole number of images of 2x4x5, which has 40",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Images(none, Shape{2, 4, 5}), doctest::Contains("there are none"), std::invalid_argument);
  CHECK_THROWS_AS(Images(pixels, Shape{0, 4, 5}), std::invalid_argument);
  CHECK_THROWS_AS(Images(pixels, Shape{2147483647, 65535, 65535}), std::invalid_argument);
}

TEST_CASE("a pixel that is no number is found wherever it is") {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    for (std::size_t place = 0; place < 40; ++place) {
      std::vector<float> pixels(40, std::numeric_limits<float>::max());
      CHECK_NOTHROW(Images(pixels, Shape{1, 4, 5}));
      pixels[place] = bad;
      CHECK_THROWS_WITH_AS(Images(pixels, Shape{1, 4, 5}),
                           doctest::Contains(place < 20 ? "image 0 has a pixel" : "image 1 has a pixel"),
                           std::invalid_argument);
    }
  }
}
