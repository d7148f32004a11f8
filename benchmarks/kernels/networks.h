// What is measured: networks as text. Their layers are the shapes of the tables.
#pragma once

#include <lenetpp/trainer.h>

#include <algorithm>
#include <stdexcept>
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

/// Likewise, and measured only where they are asked for by name: scalar code takes minutes for some.
inline const std::vector<MeasuredNetwork>& wider_networks() {
  static const std::vector<MeasuredNetwork> networks{
      {"three-conv",
       "3x32x32 | conv 16x3x3 pad1 relu | maxpool 2 | conv 32x3x3 pad1 relu | maxpool 2 | conv 64x3x3 pad1 relu | "
       "maxpool 2 | dense 64 relu | dense 10"},
      {"vgg-small",
       "3x32x32 | conv 32x3x3 pad1 relu | conv 32x3x3 pad1 relu | maxpool 2 | conv 64x3x3 pad1 relu | "
       "conv 64x3x3 pad1 relu | maxpool 2 | dense 128 relu | dense 10"},
      {"alexnet-small",
       "3x32x32 | conv 64x5x5 pad2 relu | maxpool 2 | conv 192x5x5 pad2 relu | maxpool 2 | conv 256x3x3 pad1 relu | "
       "maxpool 2 | dense 256 relu | dense 10"},
      {"strided",
       "3x32x32 | conv 32x3x3 stride2 pad1 relu | conv 64x3x3 stride2 pad1 relu | conv 128x3x3 stride2 pad1 relu | "
       "dense 128 relu | dense 10"},
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
      {"residual",
       "8x12x12 | conv 16x3x3 pad1 nobias | batchnorm relu | residual [ conv 16x3x3 pad1 nobias | batchnorm relu | "
       "conv 16x3x3 pad1 nobias | batchnorm ] relu | maxpool 2 | dense 10",
       lenetpp::Loss::cross_entropy, Pixels::floats},
      {"lrn", "8x12x12 | conv 16x3x3 pad1 relu | lrn 5 | conv 16x3x3 pad1 relu | maxpool 2 | dense 10",
       lenetpp::Loss::cross_entropy, Pixels::floats},
  };
  return networks;
}

/// All that are measured unless one is asked for, or that one.
inline std::vector<MeasuredNetwork> networks_to_measure(const std::string& name) {
  std::vector<MeasuredNetwork> all = named_networks();
  all.insert(all.end(), general_networks().begin(), general_networks().end());
  if (name.empty()) return all;
  all.insert(all.end(), wider_networks().begin(), wider_networks().end());
  std::string names;
  for (const MeasuredNetwork& network : all) {
    if (network.name == name) return {network};
    names += (names.empty() ? "\"" : ", \"") + network.name + "\"";
  }
  throw std::invalid_argument("--network: expected one of " + names + ", got \"" + name + "\"");
}

/// Of these, the networks of the package: what the other tables compare.
inline std::vector<MeasuredNetwork> package_networks_to_measure(const std::string& name) {
  std::vector<MeasuredNetwork> networks = networks_to_measure(name);
  std::erase_if(networks, [](const MeasuredNetwork& network) {
    return std::any_of(general_networks().begin(), general_networks().end(),
                       [&](const MeasuredNetwork& general) { return general.name == network.name; });
  });
  return networks;
}
