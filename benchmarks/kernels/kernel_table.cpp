#include <lenetpp/runtime.h>

#include <cstdio>
#include <memory>

#include "table.h"
#include "tables.h"
#include "timed_step.h"

namespace {

constexpr std::size_t large_batch = 32;

std::string beginning_of_rows(const MeasuredNetwork& network) { return "kernels " + network.name + " "; }

std::string row_name(const MeasuredNetwork& network, const KernelRow& row) {
  return beginning_of_rows(network) + std::string(name_of(row.kernel)) + " " + row.place;
}

/// All other kernels go image by image, or are too short to matter.
bool depends_on_batch(Kernel kernel) { return name_of(kernel).starts_with("dense") || kernel == Kernel::move_towards; }

std::string cell(const KernelRow& row, double seconds, std::size_t batch, double peak) {
  std::string text = three_digits(seconds / static_cast<double>(batch) * 1e6);
  if (row.operations > 0 && seconds > 0) {
    const double rate = row.operations / seconds;
    text += " (" + three_digits(rate / 1e9) + ", " + percent(rate / peak) + ")";
  }
  return text;
}

/// Adds a row for each selected kernel and layer of one network.
template <class T>
void measure(const MeasuredNetwork& network, std::size_t batch, const Options& options, const Peaks& peaks,
             Table& table) {
  if (!options.may_select(beginning_of_rows(network))) return;
  const std::vector<std::string> sets = lenetpp::available_instruction_sets();
  std::vector<std::unique_ptr<TimedStep<T>>> steps;
  std::vector<std::function<void()>> measurements;
  for (const std::string& set : sets) {
    TimedStep<T>& step = *steps.emplace_back(std::make_unique<TimedStep<T>>(network, batch, set));
    measurements.emplace_back([&step, &options] { step.measure(options.seconds); });
  }
  std::vector<std::size_t> selected;
  const std::vector<KernelRow>& rows = steps[0]->rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool is_new = batch == large_batch || depends_on_batch(rows[i].kernel);
    if (is_new && options.selects(row_name(network, rows[i]))) selected.push_back(i);
  }
  if (selected.empty()) return;
  interleave(measurements, options.rounds);
  for (const std::size_t i : selected) {
    std::vector<std::string> line{network.name, std::to_string(batch), std::string(name_of(rows[i].kernel)),
                                  rows[i].place};
    for (std::size_t s = 0; s < sets.size(); ++s) {
      line.push_back(cell(rows[i], steps[s]->seconds(i), batch, peaks.at(sets[s])));
    }
    table.add(line);
  }
}

}  // namespace

template <class T>
bool print_kernels(const Options& options, const Peaks& peaks) {
  std::vector<std::string> header{"network", "batch", "kernel", "layer"};
  for (const std::string& set : lenetpp::available_instruction_sets()) header.push_back(set);
  Table table(header, 4);
  for (const MeasuredNetwork& network : networks_to_measure(options.network)) {
    for (const std::size_t batch : {large_batch, std::size_t{1}}) measure<T>(network, batch, options, peaks, table);
  }
  if (table.empty()) return false;
  std::printf(
      "\n### Kernels\n\n"
      "Microseconds an image within a training step, all calls for a layer together. In parentheses, of the kernels\n"
      "that are multiply-adds: GFLOP/s of useful operations (none for padding, gaps between rows, visits that the\n"
      "sparse backward pass spares, activations, divisions or roots) and their share of the instruction set's peak. "
      "On\n"
      "x86-64, scalar code has no such instruction and calls a function, so that its shares say little.\n"
      "dense_weight_gradient makes the step of its weights, too, and is measured without it right before. Weights of\n"
      "convolutions change places, and their gradients back, once a batch. Behind the step come softmax, as in a\n"
      "prediction, and move_towards, as in a training that averages its weights. Only dense layers and move_towards\n"
      "depend on the size of the batch.\n\n%s",
      table.text(options.markdown).c_str());
  return true;
}
template bool print_kernels<float>(const Options&, const Peaks&);
template bool print_kernels<double>(const Options&, const Peaks&);
