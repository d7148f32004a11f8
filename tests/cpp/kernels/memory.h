// The memory of one kernel call: arrays between guard zones, with a role for every element that says what the call
// may do with it. test_kernels.cpp holds the kernels to that.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "kernels/kernels.h"

enum class Role : std::uint8_t {
  guard,     ///< never touched
  constant,  ///< read, never written
  slack,     ///< behind a constant array: may be read, means nothing, never written
  assigned,  ///< means nothing before the call
  added,     ///< the call adds to what is there
  updated,   ///< the call makes a new value of what is there
  scratch,   ///< means nothing before and after
};

/// What is written over everything that means nothing before a call.
enum class Poison { not_a_number, large_number };

/// An array of E in a Memory.
template <class E>
struct Handle {
  std::size_t index;
};

class Memory {
 public:
  /// Constant values, with the slack that arrays have which vectors run over.
  template <class E>
  Handle<E> constant(std::string name, const std::vector<E>& values) {
    return add(std::move(name), values, Role::constant, lenetpp::slack);
  }
  /// Constant values that nothing follows: offsets, and memory that is not the library's own.
  template <class E>
  Handle<E> bare_constant(std::string name, const std::vector<E>& values) {
    return add(std::move(name), values, Role::constant, 0);
  }
  /// An array that the call writes; nothing may be written behind it.
  template <class E>
  Handle<E> output(std::string name, std::size_t size, Role role = Role::assigned) {
    return add(std::move(name), std::vector<E>(size), role, 0);
  }
  template <class E>
  Handle<E> output(std::string name, const std::vector<E>& values, Role role) {
    return add(std::move(name), values, role, 0);
  }

  template <class E>
  void set_role(Handle<E> handle, std::size_t first, std::size_t count, Role role) {
    for (std::size_t i = first; i < first + count; ++i) arrays_[handle.index].roles[guard_zone + i] = role;
  }

  template <class E>
  E* operator[](Handle<E> handle) {
    return std::get<std::vector<E>>(arrays_[handle.index].elements).data() + guard_zone;
  }

  void poison(Poison poison);
  /// Zeroes every element that is added to.
  void clear_sums();
  /// Adds the other's elements that are added to.
  void add_to_sums(const Memory& other);

  /// While it lives, an address sanitizer reports every access to a guard zone.
  class Watch {
   public:
    explicit Watch(const Memory& memory);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    const Memory& memory_;
  };

  /// The first element that `after` has other bits in though its role forbids it; empty when there is none.
  static std::string first_forbidden_write(const Memory& before, const Memory& after);
  /// The first result that differs in its bits (all NaN are equal); empty when there is none.
  static std::string first_difference(const Memory& expected, const Memory& actual);

 private:
  static constexpr std::size_t guard_zone = 64;  // elements

  struct Array {
    std::string name;
    std::variant<std::vector<float>, std::vector<double>, std::vector<std::int32_t>, std::vector<std::uint8_t>>
        elements;
    std::vector<Role> roles;  // one an element
  };

  template <class E>
  Handle<E> add(std::string name, const std::vector<E>& values, Role role, std::size_t slack) {
    const std::size_t size = guard_zone + values.size() + slack + guard_zone;
    Array array{std::move(name), std::vector<E>(size), std::vector<Role>(size, Role::guard)};
    std::copy(values.begin(), values.end(), std::get<std::vector<E>>(array.elements).begin() + guard_zone);
    std::fill_n(array.roles.begin() + guard_zone, values.size(), role);
    arrays_.push_back(std::move(array));
    const Handle<E> handle{arrays_.size() - 1};
    set_role(handle, values.size(), slack, Role::slack);
    return handle;
  }

  template <class Difference>
  static std::string find(const Memory& one, const Memory& other, const Difference& difference);

  std::vector<Array> arrays_;
};
