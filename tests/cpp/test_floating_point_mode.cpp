// A caller's modes of floating point, rounding and flushing, decide no bit and are the caller's again afterwards.
#include <doctest/doctest.h>
#include <lenetpp/lenetpp.h>

#include <cfenv>
#include <cstdint>
#include <vector>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace {

struct Figures {
  std::vector<float> numbers;
  std::vector<double> losses;
  bool operator==(const Figures&) const = default;
};

std::vector<float> make_pixels(float scale) {
  std::vector<float> pixels;
  for (int i = 0; i < 48 * 36; ++i) pixels.push_back(static_cast<float>(i % 101 - 50) * scale);
  return pixels;
}

/// Initial weights, an epoch, the outputs, losses and a gradient. Computes nothing itself.
Figures figures(const std::vector<float>& pixels, int threads) {
  auto network = lenetpp::Network::parse("1x6x6 | conv 2x3x3 tanh | dense 40 sigmoid | dense 3 sigmoid");
  network.initialize(5);
  std::vector<std::int32_t> labels;
  for (int i = 0; i < 48; ++i) labels.push_back(i % 3);
  const lenetpp::Images images(pixels, {1, 6, 6});
  constexpr auto loss = lenetpp::Loss::binary_cross_entropy;
  lenetpp::Trainer trainer(network, {.batch_size = 16, .loss = loss, .momentum = 0.9, .threads = threads});
  Figures all;
  all.losses.push_back(trainer.train_epoch(images, labels, {.learning_rate = 0.02}).loss);
  for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) {
    for (const float weight : network.parameter(i)) all.numbers.push_back(weight);
  }
  for (const float output : lenetpp::outputs(network, images, threads)) all.numbers.push_back(output);
  const auto sum = lenetpp::loss_and_gradients(network, images, labels, loss, lenetpp::Reduction::mean, threads);
  for (const auto& gradient : sum.gradients) all.numbers.insert(all.numbers.end(), gradient.begin(), gradient.end());
  all.losses.push_back(sum.loss);
  all.losses.push_back(lenetpp::evaluate(network, images, labels, loss, threads).loss);
  return all;
}

}  // namespace

TEST_CASE("a caller that rounds upwards gets the same bits, and rounds upwards afterwards") {
  const std::vector<float> pixels = make_pixels(0.02f);
  for (const int threads : {1, 2}) {
    CAPTURE(threads);
    const Figures expected = figures(pixels, threads);
    std::fesetround(FE_UPWARD);
    const Figures found = figures(pixels, threads);
    const int mode_afterwards = std::fegetround();
    std::fesetround(FE_TONEAREST);
    CHECK(mode_afterwards == FE_UPWARD);
    CHECK(found == expected);
  }
}

#if defined(__SSE2__)
TEST_CASE("a caller without subnormal numbers gets the same bits, and has none afterwards") {
  constexpr unsigned flush_and_zero = 0x8040;
  const std::vector<float> pixels = make_pixels(0x1p-140f);  // all subnormal
  for (const int threads : {1, 2}) {
    CAPTURE(threads);
    const Figures expected = figures(pixels, threads);
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | flush_and_zero);
    const Figures found = figures(pixels, threads);
    const unsigned afterwards = _mm_getcsr();
    _mm_setcsr(before);
    CHECK((afterwards & flush_and_zero) == flush_and_zero);
    CHECK(found == expected);
  }
}
#endif
