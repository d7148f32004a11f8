#include "layers/convolution.h"

#include <numeric>

#include "kernels/kernels.h"
#include "layers/parameters.h"
#include "network/layer_rules.h"

namespace lenetpp {
namespace {

/// "(0,1,2;1,2,3)": the planes of each filter.
std::vector<std::vector<int>> read_table(TextCursor& text) {
  text.expect('(', "\"(\" and the planes of each filter, as in table(0,1;1,2)");
  std::vector<std::vector<int>> table(1);
  while (true) {
    text.skip_space();
    table.back().push_back(text.whole_number(0, "a plane's index"));
    text.skip_space();
    if (text.accept(')')) return table;
    if (text.accept(';')) {
      table.emplace_back();
    } else {
      text.expect(',', "\",\", \";\" or \")\" in the table");
    }
  }
}

std::string table_text(const std::vector<std::vector<int>>& table) {
  std::string text = "table(";
  for (std::size_t filter = 0; filter < table.size(); ++filter) {
    if (filter > 0) text += ';';
    for (std::size_t i = 0; i < table[filter].size(); ++i) {
      if (i > 0) text += ',';
      text += std::to_string(table[filter][i]);
    }
  }
  return text + ")";
}

std::string place_of(std::size_t filter) { return "the table's filter " + std::to_string(filter); }

void check_planes(const Conv2D& layer, const Shape& input) {
  for (std::size_t filter = 0; filter < layer.table.size(); ++filter) {
    const int last = layer.table[filter].back();
    if (last >= input.planes) {
      refuse(place_of(filter) + " sees plane " + std::to_string(last) + ", but the input " + to_string(input) +
             " has the planes 0 to " + std::to_string(input.planes - 1));
    }
  }
}

/// Pairs of a filter and an input plane that it sees and sums (each filter has one kernel for each of them).
std::size_t kernels(const Conv2D& layer, const Shape& input) {
  const auto filters = static_cast<std::size_t>(layer.filters);
  switch (layer.connection) {
    case Connection::separate:
      return filters;
    case Connection::table:
      return std::accumulate(layer.table.begin(), layer.table.end(), std::size_t{0},
                             [](std::size_t sum, const auto& planes) { return sum + planes.size(); });
    case Connection::full:
      break;
  }
  return filters * static_cast<std::size_t>(input.planes);
}

std::size_t divide_rounding_up(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

}  // namespace

bool ConnectionOption::read(TextCursor& text, std::string_view word, Conv2D& layer) const {
  if (word == "separate") {
    layer.connection = Connection::separate;
  } else if (word == "table") {
    layer.connection = Connection::table;
    layer.table = read_table(text);
  } else {
    return false;
  }
  return true;
}

void ConnectionOption::write(std::string& text, const Conv2D& layer) const {
  if (layer.connection == Connection::separate) text += " separate";
  if (layer.connection == Connection::table) text += " " + table_text(layer.table);
}

void ConnectionOption::check(const Conv2D& layer) const {
  if (layer.connection != Connection::table) {
    if (!layer.table.empty()) refuse("a table of planes is given, but the connection is not by table");
    return;
  }
  if (layer.table.size() != static_cast<std::size_t>(layer.filters)) {
    refuse("the table must list the planes of each of the " + std::to_string(layer.filters) +
           " filters, but lists those of " + std::to_string(layer.table.size()));
  }
  for (std::size_t filter = 0; filter < layer.table.size(); ++filter) {
    if (layer.table[filter].empty()) refuse(place_of(filter) + " sees no plane; list at least one");
    if (const int first = layer.table[filter].front(); first < 0) {
      refuse(place_of(filter) + " sees plane " + std::to_string(first) + ", but planes count from 0");
    }
    int previous = -1;
    for (const int plane : layer.table[filter]) {
      if (plane <= previous) {
        refuse(place_of(filter) + " must list its planes once and in ascending order, but " + std::to_string(plane) +
               " comes after " + std::to_string(previous));
      }
      previous = plane;
    }
  }
}

FieldValue ConnectionOption::value(const Conv2D& layer) const {
  if (layer.connection == Connection::table) return layer.table;
  return std::string(layer.connection == Connection::separate ? "separate" : "full");
}

Shape LayerKind<Conv2D>::output_shape(const Conv2D& layer, const Shape& input) {
  if (layer.connection == Connection::table) check_planes(layer, input);
  const Extent padded{input.height + 2 * layer.padding.height, input.width + 2 * layer.padding.width};
  require_sides("the padded input", padded, 1);
  if (layer.kernel_size.height > padded.height || layer.kernel_size.width > padded.width) {
    refuse("the kernel " + extent_text(layer.kernel_size) + " is larger than its input " + to_string(input) +
           (padded == Extent{input.height, input.width} ? "" : ", padded to " + extent_text(padded)));
  }
  const auto planes = static_cast<std::size_t>(layer.filters) *
                      static_cast<std::size_t>(layer.connection == Connection::separate ? input.planes : 1);
  if (planes > maximum_values) refuse("its output would have " + std::to_string(planes) + " planes");
  return {static_cast<int>(planes), (padded.height - layer.kernel_size.height) / layer.strides.height + 1,
          (padded.width - layer.kernel_size.width) / layer.strides.width + 1};
}

std::vector<ParameterShape> LayerKind<Conv2D>::parameters(const Conv2D& layer, const Shape& input) {
  const auto filters = static_cast<std::size_t>(layer.filters);
  const auto planes = static_cast<std::size_t>(input.planes);
  const auto height = static_cast<std::size_t>(layer.kernel_size.height);
  const auto width = static_cast<std::size_t>(layer.kernel_size.width);
  const std::size_t taps = height * width;

  ParameterShape weight;
  weight.blog_deviation = 0.2;
  switch (layer.connection) {
    case Connection::full:
      weight.dimensions = {filters, planes, height, width};
      weight.fan_in = planes * taps;
      weight.fan_out = filters * taps;
      if (is_full(layer, input)) weight.dimensions_of_row = 3;
      break;
    case Connection::separate:
      weight.dimensions = {filters, height, width};
      weight.fan_in = taps;
      weight.fan_out = filters * taps;
      break;
    case Connection::table: {
      // Filters may see different numbers of planes but share one distribution of initial weights: the means, rounded
      // up, stand for all.
      const std::size_t count = kernels(layer, input);
      weight.dimensions = {count, height, width};
      weight.fan_in = divide_rounding_up(count * taps, filters);
      weight.fan_out = divide_rounding_up(count * taps, planes);
      break;
    }
  }
  return weight_and_bias(weight, layer.bias, filters);
}

bool LayerKind<Conv2D>::is_full(const Conv2D& layer, const Shape& input) {
  return layer.connection == Connection::full && input.planes > 1 && layer.kernel_size.width <= row_lanes;
}

std::size_t LayerKind<Conv2D>::multiply_adds(const Conv2D& layer, const Shape& input, const Shape& output) {
  // Each weight is used once at every position of its output plane; a separate one on every input plane.
  const std::size_t uses = static_cast<std::size_t>(output.height) * static_cast<std::size_t>(output.width) *
                           static_cast<std::size_t>(layer.connection == Connection::separate ? input.planes : 1);
  return kernels(layer, input) * static_cast<std::size_t>(layer.kernel_size.height) *
         static_cast<std::size_t>(layer.kernel_size.width) * uses;
}

}  // namespace lenetpp
