// A fixed number of numbers, zero at first, aligned to a cache line.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

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
  static constexpr std::align_val_t alignment{64};
  struct Release {
    void operator()(T* p) const { ::operator delete(p, alignment); }
  };
  using Pointer = std::unique_ptr<T, Release>;
  static Pointer allocate(std::size_t size) {
    return Pointer(static_cast<T*>(::operator new(size * sizeof(T), alignment)));
  }

  std::size_t size_ = 0;
  Pointer data_;
};

}  // namespace lenetpp
