// Trains a small network, saves it as trained.safetensors and loads it, then prints what a model that Python saved says
// about images that Python chose.
//   train_and_load [MODEL IMAGES]    IMAGES: uint8 pixels [N][P][H][W], nothing else
#include <lenetpp/lenetpp.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <vector>

namespace {

struct Examples {
  lenetpp::Shape shape{1, 8, 8};
  std::vector<std::uint8_t> pixels;  // [N][1][8][8]
  std::vector<std::int32_t> labels;  // [N]
};

// Noise with a bright upper half (class 0) or a bright lower half (class 1).
Examples make_examples(std::size_t count) {
  Examples examples;
  for (std::size_t sample = 0; sample < count; ++sample) {
    const int label = static_cast<int>(sample % 2);
    examples.labels.push_back(label);
    for (std::size_t pixel = 0; pixel < examples.shape.size(); ++pixel) {
      const auto words =
          lenetpp::random_words(7, lenetpp::Purpose::selection, 0, sample * examples.shape.size() + pixel);
      const std::uint32_t noise = words[0] % 100;
      const bool bright = (pixel < examples.shape.size() / 2) == (label == 0);
      examples.pixels.push_back(static_cast<std::uint8_t>(noise + (bright ? 100 : 0)));
    }
  }
  return examples;
}

// The accuracy of the network that was loaded.
double train_save_and_load() {
  auto network = lenetpp::Network::parse("1x8x8 | conv 4x3x3 relu | maxpool 2 | dense 2");
  network.initialize(/*seed=*/1);
  network.set_normalization({.mean = {100.0f}, .deviation = {58.0f}});

  const Examples examples = make_examples(200);
  const lenetpp::Images images(examples.pixels, examples.shape);
  lenetpp::Trainer trainer(network, {.batch_size = 10, .momentum = 0.9});
  for (std::uint32_t epoch = 0; epoch < 3; ++epoch) {
    trainer.train_epoch(images, examples.labels, {.learning_rate = 0.02, .epoch = epoch});
  }
  lenetpp::save_model("trained.safetensors", network);
  const lenetpp::Model loaded = lenetpp::load_model("trained.safetensors");
  const auto evaluation = lenetpp::evaluate(loaded.network, images, examples.labels);
  return static_cast<double>(evaluation.correct) / static_cast<double>(images.count());
}

}  // namespace

int main(int argument_count, char** arguments) try {
  if (argument_count != 1 && argument_count != 3) {
    std::fputs("usage: train_and_load [MODEL IMAGES]\n", stderr);
    return 2;
  }
  std::printf("accuracy %.3f\n", train_save_and_load());
  if (argument_count == 1) return 0;

  const lenetpp::Model model = lenetpp::load_model(arguments[1]);
  std::ifstream file(arguments[2], std::ios::binary);
  const std::vector<std::uint8_t> pixels{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const lenetpp::Images images(pixels, model.network.architecture().input);
  std::printf("network %s\n", model.network.text().c_str());
  for (const float output : lenetpp::outputs(model.network, images)) std::printf("output %a\n", output);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
