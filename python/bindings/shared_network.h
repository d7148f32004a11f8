// A network that Python objects share: the Network itself and the trainers that write its parameters.
#pragma once

#include <lenetpp/network.h>
#include <lenetpp/predictor.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "arguments.h"

namespace lenetpp::python {

/// Many calls may read a network at a time, or one may change it. They run without the GIL, but begin and end with it
/// held, so that plain counters are enough. Nobody waits, which could never end inside a progress callback: whoever
/// comes second gets a RuntimeError.
struct NetworkUse {
  int readers = 0;
  bool changing = false;
};

/// Predictors that calls leave to each other: to plan and allocate one takes longer than an image. Each call has one of
/// its own, so that several threads predict with one network at full speed.
template <class T>
class IdlePredictors {
 public:
  /// Calls use(predictor) and returns what it returns.
  template <class Use>
  auto lend(const BasicNetwork<T>& network, int threads, const Use& use) {
    // Idle threads are left to nobody: a process that forks would wait for them for ever.
    if (threads != 1) {
      BasicPredictor<T> own(network, threads);
      return use(own);
    }
    std::unique_ptr<BasicPredictor<T>> predictor = take();
    if (!predictor) predictor = std::make_unique<BasicPredictor<T>>(network);
    auto result = use(*predictor);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(predictor));
    return result;
  }

 private:
  std::unique_ptr<BasicPredictor<T>> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<BasicPredictor<T>> predictor = std::move(idle_.back());
    idle_.pop_back();
    return predictor;
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<BasicPredictor<T>>> idle_;
};

template <class T>
struct SharedNetwork {
  explicit SharedNetwork(BasicNetwork<T> value) : network(std::move(value)) {}

  BasicNetwork<T> network;
  NetworkUse use;
  IdlePredictors<T> predictors;  // of `network`, which they do not outlive
};

class Reading {
 public:
  explicit Reading(NetworkUse& use) : use_(use) {
    if (use.changing) {
      throw std::runtime_error(
          "the network is being trained or changed by another call; wait for its end or use a copy");
    }
    ++use_.readers;
  }
  ~Reading() { --use_.readers; }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

 private:
  NetworkUse& use_;
};

class Changing {
 public:
  explicit Changing(NetworkUse& use) : use_(use) {
    if (use.changing || use.readers > 0) {
      throw std::runtime_error("the network is in use by another call; wait for its end or change a copy");
    }
    use_.changing = true;
  }
  ~Changing() { use_.changing = false; }
  Changing(const Changing&) = delete;
  Changing& operator=(const Changing&) = delete;

 private:
  NetworkUse& use_;
};

/// Among the shapes of a network's parameters or state. Throws ValueError for a name that none has.
template <class ShapeOfArray>
std::size_t array_index(const std::vector<ShapeOfArray>& shapes, const std::string& name) {
  std::string known;
  for (std::size_t index = 0; index < shapes.size(); ++index) {
    const std::string& candidate = shapes[index].name;
    if (candidate == name) return index;
    known += (index > 0 ? ", " : "") + candidate;
  }
  throw pybind11::value_error("name must be one of " + (known.empty() ? "none" : known) + ", not \"" + name + "\"");
}

/// Values for an array of a network, in its shape.
template <class T>
py::array_t<T> array_of(const ArrayShape& shape, const py::object& values) {
  const auto& dimensions = shape.dimensions;
  auto checked = array<T>(values, "values", static_cast<py::ssize_t>(dimensions.size()));
  if (!std::equal(dimensions.begin(), dimensions.end(), checked.shape())) {
    throw py::value_error("values must have shape " + std::string(py::str(py::tuple(py::cast(dimensions)))) + ", not " +
                          std::string(py::str(checked.attr("shape"))));
  }
  return checked;
}

}  // namespace lenetpp::python
