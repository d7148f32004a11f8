// Raw pixels to normalized numbers: fused, one multiply-add a pixel.
#include "kernel_tables.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
void normalize_bytes(const std::uint8_t* in, T* out, std::size_t count, T scale, T shift) {
  using L = Lanes<T, lanes>;
  const L scales = L::splat(scale), shifts = L::splat(shift);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) muladd(L::load_bytes(in + i), scales, shifts).store(out + i);
  if (i == count) return;
  std::uint8_t last[lanes] = {};
  for (std::size_t k = 0; i + k < count; ++k) last[k] = in[i + k];
  muladd(L::load_bytes(last), scales, shifts).store_first(out + i, static_cast<int>(count - i));
}

template <class T>
void normalize_floats(const float* in, T* out, std::size_t count, T scale, T shift) {
  using L = Lanes<T, lanes>;
  const L scales = L::splat(scale), shifts = L::splat(shift);
  for (std::size_t i = 0; i < count; i += lanes) {
    const int columns = static_cast<int>(count - i < lanes ? count - i : lanes);
    T pixels[lanes] = {};
    for (int k = 0; k < columns; ++k) pixels[k] = static_cast<T>(in[i + static_cast<std::size_t>(k)]);
    muladd(L::load(pixels), scales, shifts).store_first(out + i, columns);
  }
}

}  // namespace

template <class T>
void add_pixels(Kernels<T>& table) {
  table.normalize_bytes = normalize_bytes<T>;
  table.normalize_floats = normalize_floats<T>;
}
template void add_pixels(Kernels<float>&);
template void add_pixels(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
