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
  double loss = 0;
  bool operator==(const Figures&) const = default;
};

/// Initial weights, an epoch, the outputs and a gradient, from images of which many are subnormal.
Figures figures(int threads) {
  auto network = lenetpp::Network::parse("1x6x6 | conv 2x3x3 tanh | dense 40 sigmoid | dense 3 sigmoid");
  network.initialize(5);
  std::vector<float> pixels;
  std::vector<std::int32_t> labels;
  for (int i = 0; i < 48 * 36; ++i)
    pixels.push_back(static_cast<float>(i % 101 - 50) * (i % 2 == 0 ? 0x1p-140f : 0.02f));
  for (int i = 0; i < 48; ++i) labels.push_back(i % 3);
  const lenetpp::Images images(pixels, {1, 6, 6});
  constexpr auto loss = lenetpp::Loss::binary_cross_entropy;
  lenetpp::Trainer trainer(network, {.batch_size = 16, .loss = loss, .momentum = 0.9, .threads = threads});
  Figures all;
  all.loss = trainer.train_epoch(images, labels, {.learning_rate = 0.02}).loss;
  for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) {
    for (const float weight : network.parameter(i)) all.numbers.push_back(weight);
  }
  for (const float output : lenetpp::outputs(network, images, threads)) all.numbers.push_back(output);
  const auto sum = lenetpp::loss_and_gradients(network, images, labels, loss, lenetpp::Reduction::mean, threads);
  for (const auto& gradient : sum.gradients) all.numbers.insert(all.numbers.end(), gradient.begin(), gradient.end());
  all.loss += sum.loss + lenetpp::evaluate(network, images, labels, loss, threads).loss;
  return all;
}

}  // namespace

TEST_CASE("a caller that rounds upwards gets the same bits, and rounds upwards afterwards") {
  for (const int threads : {1, 2}) {
    CAPTURE(threads);
    const Figures expected = figures(threads);
    std::fesetround(FE_UPWARD);
    const Figures found = figures(threads);
    const int mode_afterwards = std::fegetround();
    std::fesetround(FE_TONEAREST);
    CHECK(mode_afterwards == FE_UPWARD);
    CHECK(found == expected);
  }
}

#if defined(__SSE2__)
TEST_CASE("a caller without subnormal numbers gets the same bits, and has none afterwards") {
  constexpr unsigned flush_and_zero = 0x8040;
  for (const int threads : {1, 2}) {
    CAPTURE(threads);
    const Figures expected = figures(threads);
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | flush_and_zero);
    const Figures found = figures(threads);
    const unsigned afterwards = _mm_getcsr();
    _mm_setcsr(before);
    CHECK((afterwards & flush_and_zero) == flush_and_zero);
    CHECK(found == expected);
  }
}
#endif
