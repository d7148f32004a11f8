// What is measured: networks as text. Their layers are the shapes of the tables.
#pragma once

#include <lenetpp/trainer.h>

#include <string>
#include <vector>

enum class Pixels { bytes, floats };

struct MeasuredNetwork {
  std::string name;
  std::string text;
  lenetpp::Loss loss = lenetpp::Loss::cross_entropy;
  Pixels pixels = Pixels::bytes;
};

/// lenetpp.network(name), in Python.
inline const std::vector<MeasuredNetwork>& named_networks() {
  static const std::vector<MeasuredNetwork> networks{
      {"lenet5",
       "1x28x28 | conv 6x5x5 pad2 relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | dense 120 relu | dense 84 relu | "
       "dense 10"},
      {"blog-lenet",
       "3x32x32 | conv 5x5x5 separate nobias | maxpool 3/2 | conv 3x5x5 separate nobias | maxpool 3/2 | "
       "dense 120 nobias sigmoid(2) | dense 84 nobias sigmoid(2) | dense 2 nobias sigmoid(2)",
       lenetpp::Loss::squared_error},
      {"blog-lenet-wide",
       "3x32x32 | conv 10x5x5 separate nobias | maxpool 3/2 | conv 5x5x5 separate nobias | maxpool 3/2 | "
       "dense 120 nobias relu | dense 84 nobias relu | dense 2 nobias sigmoid(2)",
       lenetpp::Loss::squared_error},
      {"blog-mlp",
       "3x32x32 | dense 100 nobias sigmoid(2) | dense 50 nobias sigmoid(2) | dense 30 nobias sigmoid(2) | "
       "dense 2 nobias sigmoid(2)",
       lenetpp::Loss::squared_error},
      {"mixing",
       "3x32x32 | conv 10x5x5 relu | maxpool 3/2 | conv 20x5x5 relu | maxpool 3/2 | dense 120 relu | dense 84 relu | "
       "dense 2"},
  };
  return networks;
}

/// Two convolutions each, since the gradient of the first one's input is never computed.
inline const std::vector<MeasuredNetwork>& general_networks() {
  static const std::vector<MeasuredNetwork> networks{
      {"3x3, padding", "8x32x32 | conv 16x3x3 pad1 relu | conv 16x3x3 pad1 relu | maxpool 2 | dense 10",
       lenetpp::Loss::cross_entropy, Pixels::floats},
      {"1x1", "16x16x16 | conv 32x1x1 relu | conv 16x1x1 relu | maxpool 2 | dense 10", lenetpp::Loss::cross_entropy,
       Pixels::floats},
      {"7x7, stride 2", "3x64x64 | conv 8x7x7 stride2 pad3 relu | conv 16x7x7 stride2 pad3 relu | dense 10",
       lenetpp::Loss::cross_entropy, Pixels::floats},
      {"11x11", "1x32x32 | conv 4x11x11 relu | conv 6x11x11 relu | maxpool 3/2 | dense 10",
       lenetpp::Loss::cross_entropy, Pixels::floats},
      {"table",
       "1x32x32 | conv 6x5x5 tanh | maxpool 2 | conv 6x5x5 table(0,1,2;1,2,3;2,3,4;3,4,5;0,4,5;0,1,5) tanh | maxpool 2 "
       "| "
       "dense 10",
       lenetpp::Loss::cross_entropy, Pixels::floats},
  };
  return networks;
}
