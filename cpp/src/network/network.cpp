#include <lenetpp/network.h>
#include <lenetpp/random.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "floating_point_mode.h"
#include "network/parameter_block.h"
#include "strict_arithmetic.h"

namespace lenetpp {
namespace {

std::string describe(const ArrayShape& shape) {
  std::string text = shape.name + " of shape (";
  for (std::size_t i = 0; i < shape.dimensions.size(); ++i) {
    text += (i ? ", " : "") + std::to_string(shape.dimensions[i]);
  }
  return text + ")";
}

template <class T>
void check_size(const char* what, const ArrayShape& shape, std::span<const T> values) {
  if (values.size() == shape.size()) return;
  throw std::invalid_argument(std::string(what) + " " + describe(shape) + ": expected " + std::to_string(shape.size()) +
                              " values, got " + std::to_string(values.size()));
}

double weight_deviation(Initialization scheme, const ParameterShape& shape) {
  const auto fan_in = static_cast<double>(shape.fan_in);
  switch (scheme) {
    case Initialization::he:
    case Initialization::identity:
      return std::sqrt(2.0 / fan_in);
    case Initialization::glorot:
      return std::sqrt(2.0 / (fan_in + static_cast<double>(shape.fan_out)));
    case Initialization::lecun:
      return std::sqrt(1.0 / fan_in);
    case Initialization::blog:
      break;
  }
  return shape.blog_deviation;
}

/// Of a convolution's weights [F][P][K][K]: as many filters as there are planes hand one on each.
template <class T>
void hand_planes_on(const ParameterShape& shape, std::vector<T>& weights) {
  const auto& dimensions = shape.dimensions;
  const std::size_t area = dimensions[2] * dimensions[3];
  const std::size_t middle = dimensions[2] / 2 * dimensions[3] + dimensions[3] / 2;
  for (std::size_t i = 0; i < std::min(dimensions[0], dimensions[1]); ++i) {
    const auto filter = weights.begin() + static_cast<std::ptrdiff_t>(i * dimensions[1] * area);
    std::fill_n(filter, dimensions[1] * area, T{0});
    filter[static_cast<std::ptrdiff_t>(i * area + middle)] = 1;
  }
}

void require_one_value_a_plane(const std::vector<float>& values, const char* name, int planes, bool positive) {
  if (values.size() != static_cast<std::size_t>(planes)) {
    throw std::invalid_argument(std::string("normalization ") + name + ": expected one value for each of the " +
                                std::to_string(planes) + " planes, got " + std::to_string(values.size()));
  }
  for (std::size_t plane = 0; plane < values.size(); ++plane) {
    if (!std::isfinite(values[plane]) || (positive && values[plane] <= 0)) {
      throw std::invalid_argument(std::string("normalization ") + name + ": expected " +
                                  (positive ? "positive finite numbers" : "finite numbers") + ", got " +
                                  std::to_string(values[plane]) + " for plane " + std::to_string(plane));
    }
  }
}

}  // namespace

template <class T>
BasicNetwork<T>::BasicNetwork(Architecture architecture) : architecture_(std::move(architecture)) {
  const std::vector<Shape> shapes = architecture_.output_shapes();  // throws when the layers do not fit
  outputs_ = shapes.empty() ? architecture_.input.size() : shapes.back().size();
  parameter_shapes_ = architecture_.parameter_shapes();
  state_shapes_ = architecture_.state_shapes();
  block_ = std::make_unique<ParameterBlock<T>>(parameter_shapes_);
  state_block_ = std::make_unique<ParameterBlock<T>>(state_shapes_);
  reset_state();
}

template <class T>
void BasicNetwork<T>::reset_state() {
  for (std::size_t index = 0; index < state_shapes_.size(); ++index) {
    const StateShape& shape = state_shapes_[index];
    state_block_->set_unpadded(index, std::vector<T>(shape.size(), static_cast<T>(shape.initial)));
  }
}

template <class T>
void BasicNetwork<T>::initialize(std::uint64_t seed, Initialization scheme) {
  const DefaultFloatingPointMode mode;
  for (std::size_t index = 0; index < parameter_shapes_.size(); ++index) {
    const ParameterShape& shape = parameter_shapes_[index];
    std::vector<T> values(shape.size(), static_cast<T>(shape.initial.value_or(0)));
    if (!shape.initial) {
      const double deviation = weight_deviation(scheme, shape);
      for (std::size_t i = 0; i < values.size(); i += 2) {
        // The layer's number stands where other purposes have the epoch.
        const auto normals =
            random_normals(seed, Purpose::initial_weights, static_cast<std::uint32_t>(shape.layer), i / 2);
        for (std::size_t k = 0; k < 2 && i + k < values.size(); ++k)
          values[i + k] = static_cast<T>(deviation * normals[k]);
      }
      if (scheme == Initialization::identity && shape.see_all_planes() && shape.layer > 0) {
        hand_planes_on(shape, values);
      }
    }
    block_->set_unpadded(index, values);
  }
  reset_state();
  initialized_ = true;
}

template <class T>
std::vector<T> BasicNetwork<T>::parameter(std::size_t index) const {
  static_cast<void>(checked_shape(parameter_shapes_, index));
  return block_->unpadded(index);
}

template <class T>
void BasicNetwork<T>::set_parameter(std::size_t index, std::span<const T> values) {
  const ParameterShape& shape = checked_shape(parameter_shapes_, index);
  check_size("parameter", shape, values);
  block_->set_unpadded(index, values);
  initialized_ = true;
}

template <class T>
std::vector<T> BasicNetwork<T>::state(std::size_t index) const {
  static_cast<void>(checked_shape(state_shapes_, index));
  return state_block_->unpadded(index);
}

template <class T>
void BasicNetwork<T>::set_state(std::size_t index, std::span<const T> values) {
  const StateShape& shape = checked_shape(state_shapes_, index);
  check_size("state", shape, values);
  const auto negative = std::find_if(values.begin(), values.end(), [](T value) { return value < 0; });
  if (!shape.may_be_negative && negative != values.end()) {
    throw std::invalid_argument("state " + describe(shape) + ": expected no negative numbers, got " +
                                std::to_string(*negative));
  }
  state_block_->set_unpadded(index, values);
}

template <class T>
std::size_t BasicNetwork<T>::memory_bytes() const {
  return (block_->layout().size + state_block_->layout().size) * sizeof(T);
}

template <class T>
void BasicNetwork<T>::set_normalization(Normalization normalization) {
  if (!normalization.mean.empty() || !normalization.deviation.empty()) {
    require_one_value_a_plane(normalization.mean, "mean", architecture_.input.planes, false);
    require_one_value_a_plane(normalization.deviation, "deviation", architecture_.input.planes, true);
  }
  normalization_ = std::move(normalization);
}

template <class T>
BasicNetwork<T>::BasicNetwork(const BasicNetwork& other)
    : architecture_(other.architecture_),
      parameter_shapes_(other.parameter_shapes_),
      state_shapes_(other.state_shapes_),
      outputs_(other.outputs_),
      block_(std::make_unique<ParameterBlock<T>>(*other.block_)),
      state_block_(std::make_unique<ParameterBlock<T>>(*other.state_block_)),
      normalization_(other.normalization_),
      initialized_(other.initialized_) {}

template <class T>
BasicNetwork<T>& BasicNetwork<T>::operator=(const BasicNetwork& other) {
  return *this = BasicNetwork(other);
}

template <class T>
BasicNetwork<T>::BasicNetwork(BasicNetwork&&) noexcept = default;
template <class T>
BasicNetwork<T>& BasicNetwork<T>::operator=(BasicNetwork&&) noexcept = default;
template <class T>
BasicNetwork<T>::~BasicNetwork() = default;

template class BasicNetwork<float>;
template class BasicNetwork<double>;

}  // namespace lenetpp
