// A network that Python objects share: the Network itself and the trainers that write its parameters.
#pragma once

#include <lenetpp/network.h>
#include <lenetpp/predictor.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#if !defined(_WIN32)
#include <pthread.h>
#endif

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <iterator>
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

/// How often processes were forked on the way to this one: a child has another number than its parent. Asking the
/// system for the process takes a hundredth of the time that a small network takes for an image.
inline unsigned forks() {
#if defined(_WIN32)
  return 0;
#else
  static std::atomic<unsigned> count{0};
  static const int registered = pthread_atfork(nullptr, nullptr, [] { ++count; });
  static_cast<void>(registered);
  return count;
#endif
}

/// Predictors that calls leave to each other: to plan and allocate one, and to start its threads, takes longer than an
/// image. Each call has one of its own, so that several threads predict with one network at full speed.
template <class T>
class IdlePredictors {
 public:
  ~IdlePredictors() { forget_those_of_the_parent(); }

  /// Calls use(predictor) and returns what it returns.
  template <class Use>
  auto lend(const BasicNetwork<T>& network, int threads, const Use& use) {
    std::unique_ptr<BasicPredictor<T>> predictor = take(threads);
    if (!predictor) predictor = std::make_unique<BasicPredictor<T>>(network, threads);
    auto result = use(*predictor);
    leave(threads, std::move(predictor));
    return result;
  }

 private:
  struct Idle {
    int threads;
    std::unique_ptr<BasicPredictor<T>> predictor;
  };

  /// A child has its parent's memory but not its threads, for which it would wait for ever: it leaves them alone.
  void forget_those_of_the_parent() {
    if (forks_ == forks()) return;
    for (Idle& idle : idle_) static_cast<void>(idle.predictor.release());
    idle_.clear();
    forks_ = forks();
  }

  std::unique_ptr<BasicPredictor<T>> take(int threads) {
    const std::lock_guard lock(mutex_);
    forget_those_of_the_parent();
    const auto last = std::find_if(idle_.rbegin(), idle_.rend(), [&](const Idle& i) { return i.threads == threads; });
    if (last == idle_.rend()) return nullptr;
    std::unique_ptr<BasicPredictor<T>> predictor = std::move(last->predictor);
    idle_.erase(std::next(last).base());
    return predictor;
  }

  void leave(int threads, std::unique_ptr<BasicPredictor<T>> predictor) {
    const std::lock_guard lock(mutex_);
    if (threads > 1) {
      // Threads of one number are enough for a network: whoever tries all numbers would gather them.
      const auto other = [&](const Idle& i) { return i.threads > 1 && i.threads != threads; };
      idle_.erase(std::remove_if(idle_.begin(), idle_.end(), other), idle_.end());
    }
    idle_.push_back({threads, std::move(predictor)});
  }

  std::mutex mutex_;
  unsigned forks_ = forks();
  std::vector<Idle> idle_;
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
