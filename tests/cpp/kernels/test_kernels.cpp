// Every kernel, on every instruction set of this machine, against its twin and against the contract of kernels.h.
#include <doctest/doctest.h>
#include <lenetpp/runtime.h>

#include <iterator>

#include "calls.h"
#include "twins.h"

namespace {

using lenetpp::Kernels;

template <class T>
std::vector<KernelCall<T>> all_calls(Numbers numbers) {
  std::vector<KernelCall<T>> all;
  for (const auto& calls_of :
       {convolution_calls<T>, filter_lanes_calls<T>, interleaving_calls<T>, window_gradient_calls<T>,
        max_pooling_calls<T>, plane_sums_calls<T>, scaled_planes_calls<T>, local_response_calls<T>, dense_calls<T>,
        activation_calls<T>, loss_calls<T>, elementwise_calls<T>}) {
    std::vector<KernelCall<T>> calls = calls_of(numbers);
    all.insert(all.end(), std::make_move_iterator(calls.begin()), std::make_move_iterator(calls.end()));
  }
  return all;
}

/// The memory after one call that began with everything poisoned that means nothing before it.
template <class T>
Memory after(const KernelCall<T>& call, const Kernels<T>& kernels, Poison poison) {
  Memory memory = call.memory;
  memory.poison(poison);
  const Memory::Watch watch(memory);
  call.run(kernels, memory);
  return memory;
}

template <class T>
void check_against_twins(Numbers numbers) {
  const Kernels<T> twins = twins_of_all_kernels<T>();
  for (const KernelCall<T>& call : all_calls<T>(numbers)) {
    const Memory expected = after(call, twins, Poison::not_a_number);
    for (const std::string& name : lenetpp::available_instruction_sets()) {
      const Memory actual = after(call, lenetpp::kernels_of<T>(name), Poison::not_a_number);
      INFO(name << ": " << call.description);
      CHECK(Memory::first_difference(expected, actual) == "");
    }
  }
}

}  // namespace

TEST_CASE_TEMPLATE("every kernel gives the bits of its twin on every instruction set", T, float, double) {
  check_against_twins<T>(Numbers::ordinary);
}

TEST_CASE_TEMPLATE("bits are those of the twin where many numbers are equal or zero", T, float, double) {
  check_against_twins<T>(Numbers::small_integers);
}

TEST_CASE_TEMPLATE("bits are those of the twin for infinities, NaN, signed zeros and subnormal numbers", T, float,
                   double) {
  check_against_twins<T>(Numbers::special);
}

TEST_CASE_TEMPLATE("a kernel writes what it owns, whatever was there, and nothing else", T, float, double) {
  const Kernels<T> twins = twins_of_all_kernels<T>();
  for (const KernelCall<T>& call : all_calls<T>(Numbers::ordinary)) {
    const Memory expected = after(call, twins, Poison::not_a_number);
    for (const std::string& name : lenetpp::available_instruction_sets()) {
      for (const Poison poison : {Poison::not_a_number, Poison::large_number}) {
        Memory before = call.memory;
        before.poison(poison);
        const Memory actual = after(call, lenetpp::kernels_of<T>(name), poison);
        INFO(name << ": " << call.description);
        CHECK(Memory::first_forbidden_write(before, actual) == "");
        CHECK(Memory::first_difference(expected, actual) == "");
      }
    }
  }
}

TEST_CASE_TEMPLATE("a kernel that adds adds exactly what it gives from zero", T, float, double) {
  for (const KernelCall<T>& call : all_calls<T>(Numbers::small_integers)) {
    KernelCall<T> from_zero = call;
    from_zero.memory.clear_sums();
    for (const std::string& name : lenetpp::available_instruction_sets()) {
      const Kernels<T> kernels = lenetpp::kernels_of<T>(name);
      Memory expected = after(from_zero, kernels, Poison::not_a_number);
      expected.add_to_sums(call.memory);
      INFO(name << ": " << call.description);
      CHECK(Memory::first_difference(expected, after(call, kernels, Poison::not_a_number)) == "");
    }
  }
}
