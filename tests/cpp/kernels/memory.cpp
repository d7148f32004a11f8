#include "memory.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>
#include <type_traits>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

namespace {

template <class E>
E poison_value(Poison poison) {
  if constexpr (std::is_floating_point_v<E>) {
    return poison == Poison::not_a_number ? std::numeric_limits<E>::quiet_NaN() : E(0x1.5a5p60);
  } else {
    return static_cast<E>(poison == Poison::not_a_number ? 0x5a5a5a5a : 0x25252525);
  }
}

template <class E>
bool same_bits(E a, E b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

template <class E>
bool same_value(E a, E b) {
  return same_bits(a, b) || (a != a && b != b);
}

template <class E>
std::string text(E value) {
  std::ostringstream stream;
  stream << std::hexfloat << +value;
  return stream.str();
}

bool is_result(Role role) { return role == Role::assigned || role == Role::added || role == Role::updated; }
bool is_writable(Role role) { return is_result(role) || role == Role::scratch; }

}  // namespace

void Memory::poison(Poison poison) {
  for (Array& array : arrays_) {
    std::visit(
        [&](auto& elements) {
          using E = typename std::decay_t<decltype(elements)>::value_type;
          for (std::size_t i = 0; i < elements.size(); ++i) {
            const Role role = array.roles[i];
            const bool means_nothing = role == Role::slack || role == Role::assigned || role == Role::scratch;
            if (means_nothing || role == Role::guard) elements[i] = poison_value<E>(poison);
          }
        },
        array.elements);
  }
}

void Memory::clear_sums() {
  for (Array& array : arrays_) {
    std::visit(
        [&](auto& elements) {
          for (std::size_t i = 0; i < elements.size(); ++i) {
            if (array.roles[i] == Role::added) elements[i] = 0;
          }
        },
        array.elements);
  }
}

void Memory::add_to_sums(const Memory& other) {
  for (std::size_t a = 0; a < arrays_.size(); ++a) {
    Array& array = arrays_[a];
    std::visit(
        [&](auto& elements) {
          const auto& others = std::get<std::decay_t<decltype(elements)>>(other.arrays_[a].elements);
          for (std::size_t i = 0; i < elements.size(); ++i) {
            if (array.roles[i] == Role::added) elements[i] += others[i];
          }
        },
        array.elements);
  }
}

Memory::Watch::Watch(const Memory& memory) : memory_(memory) {
  for (const Array& array : memory_.arrays_) {
    std::visit(
        [&](const auto& elements) {
          const std::size_t bytes = guard_zone * sizeof(elements[0]);
          ASAN_POISON_MEMORY_REGION(elements.data(), bytes);
          std::size_t end = elements.size();
          while (end > guard_zone && array.roles[end - 1] == Role::guard) --end;
          ASAN_POISON_MEMORY_REGION(elements.data() + end, (elements.size() - end) * sizeof(elements[0]));
        },
        array.elements);
  }
}

Memory::Watch::~Watch() {
  for (const Array& array : memory_.arrays_) {
    std::visit(
        [&](const auto& elements) {
          ASAN_UNPOISON_MEMORY_REGION(elements.data(), elements.size() * sizeof(elements[0]));
        },
        array.elements);
  }
}

/// The first place where difference(role, element of one, element of other) is not empty.
template <class Difference>
std::string Memory::find(const Memory& one, const Memory& other, const Difference& difference) {
  for (std::size_t a = 0; a < one.arrays_.size(); ++a) {
    const Array& array = one.arrays_[a];
    std::string found = std::visit(
        [&](const auto& elements) -> std::string {
          const auto& others = std::get<std::decay_t<decltype(elements)>>(other.arrays_[a].elements);
          for (std::size_t i = 0; i < elements.size(); ++i) {
            const std::string what = difference(array.roles[i], elements[i], others[i]);
            if (what.empty()) continue;
            const auto place = static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(guard_zone);
            return array.name + "[" + std::to_string(place) + "]: " + what;
          }
          return {};
        },
        array.elements);
    if (!found.empty()) return found;
  }
  return {};
}

std::string Memory::first_forbidden_write(const Memory& before, const Memory& after) {
  return find(before, after, [](Role role, auto was, auto is) {
    if (is_writable(role) || same_bits(was, is)) return std::string();
    return "must not be written, but " + text(was) + " became " + text(is);
  });
}

std::string Memory::first_difference(const Memory& expected, const Memory& actual) {
  return find(expected, actual, [](Role role, auto right, auto given) {
    if (!is_result(role) || same_value(right, given)) return std::string();
    return "expected " + text(right) + ", got " + text(given);
  });
}
