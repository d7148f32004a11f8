#include <lenetpp/runtime.h>

#include <array>
#include <cstdio>
#include <memory>

#include "table.h"
#include "tables.h"
#include "timed_step.h"

namespace {

/// A step in microseconds an image: as it is, and its kernels.
struct StepTimes {
  std::string network;
  double whole = 0;
  double kernels_together = 0;
  std::array<double, std::size(kernel_names)> kernels{};
};

template <class T>
StepTimes measure(const MeasuredNetwork& network, std::size_t batch, const Options& options) {
  const std::string set(lenetpp::instruction_set());
  const lenetpp::Kernels<T> kernels = lenetpp::kernels_of<T>(set);
  TrainingStep<T> step(network, batch, kernels);
  TimedStep<T> timed(network, batch, set);
  std::vector<double> wholes;
  const auto measure_whole = [&] {
    int steps = 0;
    double elapsed = 0;
    const Clock::time_point start = Clock::now();
    do {
      step.run();
      ++steps;
      elapsed = seconds_since(start);
    } while (elapsed < options.seconds);
    wholes.push_back(elapsed / steps);
  };
  interleave({measure_whole, [&] { timed.measure(options.seconds); }}, options.rounds);

  StepTimes times{network.name};
  times.whole = median(wholes) / static_cast<double>(batch) * 1e6;
  for (std::size_t i = 0; i < timed.rows().size(); ++i) {
    const Kernel kernel = timed.rows()[i].kernel;
    // No part of a training step: predictions have the one, trainings that average their weights the other.
    if (kernel == Kernel::softmax || kernel == Kernel::move_towards || !timed.rows()[i].is_of_step) continue;
    times.kernels[static_cast<std::size_t>(kernel)] += timed.microseconds_per_image(i);
    times.kernels_together += timed.microseconds_per_image(i);
  }
  return times;
}

std::string with_share(double part, double whole) { return three_digits(part) + " (" + percent(part / whole) + ")"; }

Table table_of(const std::vector<StepTimes>& steps) {
  std::vector<std::string> header{"kernel"};
  for (const StepTimes& step : steps) header.push_back(step.network);
  Table table(header, 1);
  for (std::size_t k = 0; k < std::size(kernel_names); ++k) {
    std::vector<std::string> row{std::string(kernel_names[k])};
    bool is_used = false;
    for (const StepTimes& step : steps) {
      is_used = is_used || step.kernels[k] > 0;
      row.push_back(step.kernels[k] > 0 ? with_share(step.kernels[k], step.whole) : "");
    }
    if (is_used) table.add(row);
  }
  std::vector<std::string> between{"between the kernels"}, whole{"whole step"};
  for (const StepTimes& step : steps) {
    between.push_back(with_share(step.whole - step.kernels_together, step.whole));
    whole.push_back(three_digits(step.whole));
  }
  table.add(between);
  table.add(whole);
  return table;
}

}  // namespace

template <class T>
bool print_steps(const Options& options) {
  std::vector<MeasuredNetwork> selected;
  for (const MeasuredNetwork& network : package_networks_to_measure(options.network)) {
    if (options.selects("steps " + network.name)) selected.push_back(network);
  }
  if (selected.empty()) return false;
  std::printf(
      "\n### Where the time of a training step goes\n\n"
      "Microseconds an image on %s, and shares of the whole step, which is measured without looking at the clock at\n"
      "every kernel. Between the kernels: the walk itself, clearing of sums, strides; where negative, it is noise.\n",
      std::string(lenetpp::instruction_set()).c_str());
  for (const std::size_t batch : {std::size_t{1}, std::size_t{32}}) {
    std::vector<StepTimes> steps;
    steps.reserve(selected.size());
    for (const MeasuredNetwork& network : selected) steps.push_back(measure<T>(network, batch, options));
    std::printf("\nBatch %zu:\n\n%s", batch, table_of(steps).text(options.markdown).c_str());
  }
  std::printf("\n");
  for (const MeasuredNetwork& network : selected) {
    std::printf("- %s: `%s`\n", network.name.c_str(), network.text.c_str());
  }
  return true;
}
template bool print_steps<float>(const Options&);
template bool print_steps<double>(const Options&);
