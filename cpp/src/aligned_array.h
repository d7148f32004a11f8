// A fixed number of numbers, zero at first, aligned to a cache line; many of them lie in large pages where the system
// has some, so that a pass over a batch waits less for translations of addresses.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace lenetpp {

template <class T>
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(std::size_t size) : size_(size), data_(allocate(size)) { std::fill_n(data(), size, T{}); }
  AlignedArray(const AlignedArray& other) : size_(other.size_), data_(allocate(other.size_)) {
    std::copy_n(other.data(), size_, data());
  }
  AlignedArray& operator=(const AlignedArray& other) {
    if (this != &other) *this = AlignedArray(other);
    return *this;
  }
  AlignedArray(AlignedArray&&) noexcept = default;
  AlignedArray& operator=(AlignedArray&&) noexcept = default;
  ~AlignedArray() = default;

  [[nodiscard]] T* data() { return data_.get(); }
  [[nodiscard]] const T* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t cache_line = 64, large_page = std::size_t{1} << 21;
  struct Release {
    std::align_val_t alignment{cache_line};
    void operator()(T* p) const { ::operator delete(p, alignment); }
  };
  using Pointer = std::unique_ptr<T, Release>;
  static Pointer allocate(std::size_t size) {
    const std::size_t bytes = size * sizeof(T);
    const std::align_val_t alignment{bytes < 2 * large_page ? cache_line : large_page};
    Pointer array(static_cast<T*>(::operator new(bytes, alignment)), Release{alignment});
#if defined(__linux__)
    // A wish: without it everything works as well.
    if (bytes >= 2 * large_page) madvise(array.get(), bytes, MADV_HUGEPAGE);
#endif
    return array;
  }

  std::size_t size_ = 0;
  Pointer data_;
};

}  // namespace lenetpp
