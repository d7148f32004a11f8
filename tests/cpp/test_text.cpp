// Networks as text: what is accepted, what is printed, where and how errors point.
#include <doctest/doctest.h>
#include <lenetpp/network.h>

#include <string>
#include <vector>

using lenetpp::Architecture;
using lenetpp::Connection;
using lenetpp::Conv2D;
using lenetpp::Dense;
using lenetpp::MaxPool2D;
using lenetpp::ParseError;
using lenetpp::Shape;

namespace {

struct Failure {
  std::size_t column;
  std::string message;
};

Failure failure_of(const std::string& text) {
  try {
    static_cast<void>(Architecture::parse(text));
  } catch (const ParseError& error) {
    return {error.column(), error.what()};
  }
  FAIL("accepted: " << text);
  return {};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

const std::string blog_lenet =
    "3x32x32 | conv 5x5x5 separate nobias | maxpool 3/2 | conv 3x5x5 separate nobias | maxpool 3/2 | "
    "dense 120 nobias sigmoid(2) | dense 84 nobias sigmoid(2) | dense 2 nobias sigmoid(2)";

}  // namespace

TEST_CASE("canonical texts are printed as they were read") {
  for (const std::string& text : std::vector<std::string>{
           blog_lenet,
           "1x28x28 | conv 6x5x5 pad2 relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | dense 10",
           "4x9x8 | conv 2x3x2 table(0,1,2;1,3) stride2x1 pad1x0 nobias leaky_relu | maxpool 3x2/2x1 | dense 1",
           "1x1x1 | dense 1 leaky_relu(0.1) | dense 2 sigmoid | dense 3 tanh | dense 4 scaled_tanh",
           "1x1x1 | dense 1 leaky_relu(0) | dense 1 leaky_relu(1) | dense 1 sigmoid(0.30000000000000004)",
           "1x5x5 | maxpool 1/2",
           "2x5x5 | residual [ conv 2x3x3 pad1 relu | conv 2x3x3 pad1 ] relu | globalavgpool | activation tanh | dense "
           "2",
           "2x5x5 | residual pad [ residual [ avgpool 1 ] ] | activation identity | residual [ conv 3x1x1 ] sigmoid(2)",
       }) {
    CHECK(Architecture::parse(text).text() == text);
  }
}

TEST_CASE("options in any order and any white space give the canonical text") {
  CHECK(Architecture::parse("\n 3x32x32|conv  5x5x5 \t nobias sigmoid( 2.0 ) stride1 pad0 separate\r\n|maxpool 3x3/3\n"
                            "|conv 1x1x1 relu pad1 stride2x2 table( 0 , 1 ) | dense 02 identity")
            .text() ==
        "3x32x32 | conv 5x5x5 separate nobias sigmoid(2) | maxpool 3 | conv 1x1x1 table(0,1) stride2 pad1 relu | "
        "dense 2");
}

TEST_CASE("beside a bracket, white space and the bar may be there or not") {
  const std::string canonical =
      "2x5x5 | residual [ avgpool 1 | maxpool 1 ] relu | residual pad [ dropout 0.5 ] | dense 2";
  for (const std::string& text : std::vector<std::string>{
           "2x5x5|residual[avgpool 1|maxpool 1]relu|residual pad[dropout 0.5]|dense 2",
           "2x5x5 | residual\n[\n| avgpool 1 | maxpool 1 | ] relu | residual pad [ | dropout 0.5 | ] | dense 2 ",
       }) {
    CHECK(Architecture::parse(text).text() == canonical);
  }
}

TEST_CASE("a text becomes the layers it names") {
  const auto architecture = Architecture::parse(
      "3x9x8 | conv 2x3x1 table(0;1,2) stride2x1 pad1x0 nobias leaky_relu | maxpool 2x3/1 | dense 7 sigmoid(2)");
  CHECK(architecture.input == Shape{3, 9, 8});
  REQUIRE(architecture.layers.size() == 3);
  const auto& convolution = std::get<Conv2D>(architecture.layers[0]);
  CHECK(convolution == Conv2D{.filters = 2,
                              .kernel_size = {3, 1},
                              .connection = Connection::table,
                              .table = {{0}, {1, 2}},
                              .strides = {2, 1},
                              .padding = {1, 0},
                              .bias = false,
                              .activation = {lenetpp::ActivationKind::leaky_relu, 0.01}});
  CHECK(std::get<MaxPool2D>(architecture.layers[1]) == MaxPool2D{.size = {2, 3}, .strides = {1, 1}});
  CHECK(std::get<Dense>(architecture.layers[2]) ==
        Dense{.units = 7, .bias = true, .activation = {lenetpp::ActivationKind::sigmoid, 2.0}});
}

TEST_CASE("the blog's network has the shapes that the blog gives") {
  const auto architecture = Architecture::parse(blog_lenet);
  CHECK(architecture.output_shapes() ==
        std::vector<Shape>{{15, 28, 28}, {15, 14, 14}, {45, 10, 10}, {45, 5, 5}, {120, 1, 1}, {84, 1, 1}, {2, 1, 1}});
  CHECK(architecture.multiply_adds() ==
        std::vector<std::size_t>{15 * 28 * 28 * 25, 0, 45 * 100 * 25, 0, 1125 * 120, 120 * 84, 84 * 2});
}

TEST_CASE("LeNet-5's table convolution has 60 kernels and the mean fans, rounded up") {
  const auto architecture = Architecture::parse(
      "6x14x14 | conv 16x5x5 table(0,1,2;1,2,3;2,3,4;3,4,5;0,4,5;0,1,5;0,1,2,3;1,2,3,4;2,3,4,5;0,3,4,5;0,1,4,5;0,1,2,5;"
      "0,1,3,4;1,2,4,5;0,2,3,5;0,1,2,3,4,5)");
  const auto shapes = architecture.parameter_shapes();
  REQUIRE(shapes.size() == 2);
  CHECK(shapes[0].name == "0.weight");
  CHECK(shapes[0].dimensions == std::vector<std::size_t>{60, 5, 5});
  CHECK(shapes[0].fan_in == 94);  // 60 * 25 / 16 = 93.75
  CHECK(shapes[0].fan_out == 250);
  CHECK(shapes[1].name == "0.bias");
  CHECK(shapes[1].dimensions == std::vector<std::size_t>{16});
  CHECK(shapes[1].is_bias);
  CHECK(architecture.multiply_adds() == std::vector<std::size_t>{60 * 25 * 100});
}

TEST_CASE("parameters are shaped as PyTorch's") {
  const auto shapes =
      Architecture::parse("3x8x8 | conv 4x3x2 | maxpool 2 | conv 5x2x2 separate nobias | dense 7").parameter_shapes();
  struct Expected {
    std::string name;
    std::vector<std::size_t> dimensions;
    std::size_t layer, fan_in, fan_out;
  };
  const Expected expected[] = {{"0.weight", {4, 3, 3, 2}, 0, 18, 24},
                               {"0.bias", {4}, 0, 18, 24},
                               {"2.weight", {5, 2, 2}, 2, 4, 20},
                               {"3.weight", {7, 120}, 3, 120, 7},
                               {"3.bias", {7}, 3, 120, 7}};
  REQUIRE(shapes.size() == std::size(expected));
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    CHECK(shapes[i].name == expected[i].name);
    CHECK(shapes[i].dimensions == expected[i].dimensions);
    CHECK(shapes[i].layer == expected[i].layer);
    CHECK(shapes[i].fan_in == expected[i].fan_in);
    CHECK(shapes[i].fan_out == expected[i].fan_out);
  }
}

TEST_CASE("pooling windows cover the input, and none starts beyond the border") {
  for (int side = 1; side <= 12; ++side) {
    for (int size = 1; size <= side; ++size) {
      for (int stride = 1; stride <= 14; ++stride) {
        CAPTURE(side);
        CAPTURE(size);
        CAPTURE(stride);
        int windows = 1;
        for (int start = 0; start + size < side && start + stride < side; start += stride) ++windows;
        CHECK(lenetpp::output_shape(MaxPool2D{{size, 1}, {stride, 1}}, {1, side, 1}) == Shape{1, windows, 1});
      }
    }
  }
}

TEST_CASE("an error shows the text with a caret under its column") {
  const auto failure = failure_of("3x32x32 | conv 5x5x5 strde2 | dense 2");
  CHECK(failure.column == 22);
  const auto lines = lines_of(failure.message);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] ==
        "expected an option (separate, table(0,1;1,2), stride2, pad2, nobias, identity, relu, leaky_relu, sigmoid, "
        "tanh, scaled_tanh) or \"|\", found \"strde2\"");
  CHECK(lines[1] == "  3x32x32 | conv 5x5x5 strde2 | dense 2");
  CHECK(lines[2] == "                       ^");
}

TEST_CASE("the caret stays right in long texts, on several lines and beside characters of several bytes") {
  const auto filler = std::string(" | maxpool 1");
  std::string text = "3x32x32";
  for (int i = 0; i < 30; ++i) text += filler;
  for (const std::string& bad :
       {text + " | dens 2" + text, std::string("3x32x32\n| dens 2"), "3x32x32 | dens\u00e9 2 \u00d7" + text}) {
    const auto lines = lines_of(failure_of(bad).message);
    REQUIRE(lines.size() == 3);
    CHECK(lines[1].size() <= 80);
    CHECK(lines[1].substr(lines[2].size() - 1, 4) == "dens");
  }
  const auto multiplication_sign = failure_of("3\u00d732\u00d732 | dense 2");
  CHECK(multiplication_sign.column == 2);
  CHECK(failure_of("3x32\u00d732 | dense 2").column == 5);
  CHECK(failure_of("3x32x32 | dense 2 \u00d7 relu").column == 19);
}

TEST_CASE("what is wrong is named, at its column") {
  struct Wrong {
    std::string text;
    std::size_t column;
    std::string message;
  };
  const Wrong cases[] = {
      {"", 1, "expected the input's shape"},
      {"   ", 4, "found the end of the text"},
      {"3x32", 5, "planes x height x width"},
      {"3x32x32", 8, "expected \"|\" and a layer, found the end of the text"},
      {"3x32x32 |", 10, "expected a layer: conv, maxpool"},
      {"3x32x32 || dense 2", 10, "expected a layer: conv, maxpool"},
      {"3x32x32 | Dense 2", 11, "found \"Dense\""},
      {"3x32x32 | dense", 16, "expected the number of units"},
      {"3x32x32 | dense 0", 17, "a whole number from 1 to 2147483647), found \"0\""},
      {"3x32x32 | dense -1", 17, "found \"-1\""},
      {"3x32x32 | dense 2.5", 18, "found \".5\""},
      {"3x32x32 | dense 99999999999999999999", 17, "expected the number of units"},
      {"3x32x32 | dense 2 separate", 19, "expected an option (nobias, identity"},
      {"3x32x32 | conv 5x5", 19, "the kernel's width, as in conv 6x5x5"},
      {"3x32x32 | conv 5x5x5 stride", 28, "expected the stride"},
      {"3x32x32 | conv 5x5x5 stride0", 28, "expected the stride"},
      {"3x32x32 | conv 5x5x5 pad1x", 27, "expected the padding's width"},
      {"3x32x32 | conv 5x5x5 pad1 pad2", 27, "the padding is given twice"},
      {"3x32x32 | conv 5x5x5 separate table(0)", 31, "the connection is given twice"},
      {"3x32x32 | conv 5x5x5 table", 27, "expected \"(\" and the planes"},
      {"3x32x32 | conv 1x5x5 table()", 28, "expected a plane's index"},
      {"3x32x32 | conv 1x5x5 table(0;)", 30, "expected a plane's index"},
      {"3x32x32 | conv 1x5x5 table(0", 29, "expected \",\", \";\" or \")\""},
      {"3x32x32 | maxpool 2/", 21, "expected the stride"},
      {"3x32x32 | maxpool 2 relu", 21, "expected \"|\" and a layer, found \"relu\""},
      {"3x32x32 | dense 2 relu tanh", 24, "the activation is given twice"},
      {"3x32x32 | dense 2 nobias nobias", 26, "the bias is given twice"},
      {"3x32x32 | dense 2 relu(1)", 23, "found \"(1)\""},
      {"3x32x32 | dense 2 sigmoid(", 27, "expected the slope, a number, found the end of the text"},
      {"3x32x32 | dense 2 sigmoid(two)", 27, "expected the slope, a number, found \"two)\""},
      {"3x32x32 | dense 2 sigmoid(2", 28, "expected \")\""},
      {"3x32x32 | dense 2 sigmoid(1e999)", 27, "expected the slope"},
      {"3x32x32 | dense 2 sigmoid(nan)", 27, "expected the slope"},
      {"3x32x32 | dense 2 sigmoid(0x1p1)", 27, "expected the slope"},
      {"3x32x32 | dense 2 sigmoid(0)", 11, "slope of sigmoid must be from 1e-06 to 1e+06, not 0"},
      {"3x32x32 | dense 2 leaky_relu(1.5)", 11, "slope of leaky_relu must be from 0 to 1, not 1.5"},
      {"3x32x32 | dense 2 leaky_relu(-0)", 11, "slope of leaky_relu must be from 0 to 1, not -0"},
      {"3x8x8 | residual", 17, "expected \"[\" and the layers of the residual"},
      {"3x8x8 | residual crop [ conv 3x1x1 ]", 18, "expected \"[\" or \"pad [\""},
      {"3x8x8 | residual conv 3x1x1 ]", 18, "found \"conv\""},
      {"3x8x8 | residual [", 19, "expected a layer: conv, maxpool"},
      {"3x8x8 | residual [ conv 3x1x1", 30, "expected \"|\" and a layer, or the residual's \"]\", found the end"},
      {"3x8x8 | residual [ conv 3x1x1 ] nobias", 33, "expected an option (identity, relu"},
      {"3x8x8 | residual [ conv 3x1x1 ] relu tanh", 38, "the activation is given twice"},
      {"3x8x8 | activation", 19, "expected an activation (identity, relu"},
      {"3x8x8 | activation relu(2)", 20, "found \"relu(2)\""},
      {"3x8x8 | activation sigmoid(0)", 9, "slope of sigmoid must be from 1e-06 to 1e+06, not 0"},
      {"3x8x8 | globalavgpool 2", 23, "expected \"|\" and a layer, found \"2\""},
  };
  for (const auto& wrong : cases) {
    CAPTURE(wrong.text);
    const auto failure = failure_of(wrong.text);
    CHECK(failure.column == wrong.column);
    CHECK_MESSAGE(failure.message.find(wrong.message) != std::string::npos, failure.message);
  }
}

TEST_CASE("a layer that does not fit is pointed at") {
  struct Wrong {
    std::string text;
    std::size_t column;
    std::string message;
  };
  const Wrong cases[] = {
      {"3x8x8 | maxpool 2 | conv 5x5x5", 21, "the kernel 5x5 is larger than its input 3x4x4"},
      {"3x8x8 | conv 5x11x11 pad1", 9, "the kernel 11x11 is larger than its input 3x8x8, padded to 10x10"},
      {"3x8x8 | maxpool 8x9", 9, "the window 8x9 is larger than its input 3x8x8"},
      {"3x8x8 | dense 4 | maxpool 1", 19, "can follow dense, whose outputs are no longer planes"},
      {"3x8x8 | dense 4 | conv 1x1x1", 19, "can follow dense, whose outputs are no longer planes"},
      {"3x8x8 | conv 2x3x3 table(0;3)", 9, "filter 1 sees plane 3, but the input 3x8x8 has the planes 0 to 2"},
      {"3x8x8 | conv 2x3x3 table(0)", 9, "each of the 2 filters, but lists those of 1"},
      {"3x8x8 | conv 1x3x3 table(1,0)", 9, "ascending order, but 0 comes after 1"},
      {"3x8x8 | conv 1x3x3 table(1,1)", 9, "ascending order, but 1 comes after 1"},
      {"3x8x8 | ] relu", 9, "no residual has begun that this could end"},
      {"3x8x8 | conv 3x1x1 ] relu", 20, "no residual has begun that this could end"},
      {"3x8x8 | residual [ ] relu", 20, "a residual needs a layer within its brackets"},
      {"3x8x8 | residual [ conv 3x1x1 | residual [ ] ] relu", 44, "a residual needs a layer within its brackets"},
      {"3x8x8 | residual [ conv 4x3x3 ] relu", 31, "make 4x6x6 of 3x8x8, which cannot be added: with their strides"},
      {"3x8x8 | residual [ conv 4x2x2 stride2 pad1 ]", 44, "strides of 2x2 the shortcut gives planes of 4x4"},
      {"3x8x8 | residual pad [ conv 2x1x1 ]", 35, "not leave planes out; write \"residual [\""},
      {"3x8x8 | residual [ dense 4 ]", 28, "end in what dense made of planes, to which planes cannot be added"},
      {"3x1x1 | residual [ globalavgpool ]", 34, "end in what globalavgpool made of planes"},
      {"3x8x8 | globalavgpool | conv 1x1x1", 25, "can follow globalavgpool, whose outputs are no longer planes"},
  };
  for (const auto& wrong : cases) {
    CAPTURE(wrong.text);
    const auto failure = failure_of(wrong.text);
    CHECK(failure.column == wrong.column);
    CHECK_MESSAGE(failure.message.find(wrong.message) != std::string::npos, failure.message);
  }
}

TEST_CASE("absurd sizes are refused before anything is allocated") {
  for (const std::string text : {
           "2147483647x2147483647x2147483647 | dense 2",
           "1x65536x1 | dense 1",
           "1x65535x65535 | dense 1",
           "3x32x32 | dense 2147483647",
           "3x32x32 | dense 1000000",
           "1x1x1 | dense 16384 | dense 16384 | dense 16384",
           "3x32x32 | conv 2147483647x1x1",
           "3x32x32 | conv 2147483647x1x1 separate",
           "300000x1x1 | conv 300000x1x1",
           "3x32x32 | conv 1x5x5 pad2147483647",
           "3x32x32 | conv 1x5x5 pad65535",
           "3x32x32 | conv 1x2147483647x2147483647 pad65000",
           "3x32x32 | conv 1x5x5 stride2147483647",
           "3x32x32 | maxpool 2/2147483647",
       }) {
    CAPTURE(text);
    CHECK(failure_of(text).column > 0);
  }
  CHECK(Architecture::parse("1x1x1 | dense 16384 | dense 16383").layers.size() == 2);
}

TEST_CASE("a thousand layers are allowed and no more") {
  std::string text = "1x2x2";
  for (int i = 0; i < 1000; ++i) text += " | maxpool 1";
  CHECK(Architecture::parse(text).layers.size() == 1000);
  CHECK(failure_of(text + " | dense 1").message.find("at most 1000 layers") != std::string::npos);
}

TEST_CASE("layers given as values are checked as texts are, and named") {
  Architecture architecture{{1, 8, 8}, {Conv2D{.filters = 2, .kernel_size = {3, 3}}, Dense{.units = 0}}};
  CHECK_THROWS_WITH_AS(static_cast<void>(architecture.output_shapes()),
                       "layer 1 (dense 0): the number of units must be at least 1, not 0", std::invalid_argument);
  architecture.layers.clear();
  CHECK_THROWS_WITH_AS(static_cast<void>(architecture.output_shapes()), "a network needs at least one layer",
                       std::invalid_argument);

  const lenetpp::Layer wrong[] = {
      Conv2D{.filters = -1},
      Conv2D{.kernel_size = {0, 1}},
      Conv2D{.strides = {1, 0}},
      Conv2D{.padding = {-1, 0}},
      Conv2D{.table = {{0}}},
      Conv2D{.connection = Connection::table},
      Conv2D{.connection = Connection::table, .table = {{}}},
      Conv2D{.activation = {lenetpp::ActivationKind::relu, 2.0}},
      MaxPool2D{.size = {0, 1}},
      MaxPool2D{.strides = {0, 1}},
      Dense{.units = -2147483647},
      Dense{.activation = {lenetpp::ActivationKind::sigmoid, -1.0}},
  };
  for (const auto& layer : wrong) CHECK_THROWS_AS(lenetpp::output_shape(layer, {3, 8, 8}), std::invalid_argument);
}
