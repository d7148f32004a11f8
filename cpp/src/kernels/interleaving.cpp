// From planes to interleaved numbers and back, in blocks of 16 planes x 16 places that are transposed in registers.
#include "activation_functions.h"
#include "kernel_tables.h"
#include "vectors_of_row.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
using Block = Lanes<T, lanes>;

/// v[i] lane k <-> v[k] lane i. Taking 32 neighbours apart into those at even and at odd places moves the lowest bit of
/// the lane to the number of the vector; four rounds move them all.
template <class T>
LENETPP_INLINE void transpose(Block<T> (&v)[lanes]) {
  if constexpr (Block<T>::width == 1) {
    for (int i = 0; i < lanes; ++i) {
      for (int k = 0; k < i; ++k) {
        const T x = v[i].r[k];
        v[i].r[k] = v[k].r[i];
        v[k].r[i] = x;
      }
    }
  } else {
    Block<T> w[lanes];
    LENETPP_UNROLL for (int round = 0; round < 4; ++round) {
      LENETPP_UNROLL for (int k = 0; k < lanes / 2; ++k) {
        deinterleave(v[2 * k], v[2 * k + 1], w[k], w[k + lanes / 2]);
      }
      LENETPP_UNROLL for (int k = 0; k < lanes; ++k) v[k] = w[k];
    }
  }
}

constexpr int smaller(int a, int b) { return a < b ? a : b; }

/// Calls use(first plane, first place in the planes, first place interleaved, planes, places) for each block.
template <class Use>
LENETPP_INLINE void for_each_block_of_rows(const Interleaving& layout, int height, int width, const Use& use) {
  for (int plane = 0; plane < layout.planes; plane += lanes) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; x += lanes) {
        use(plane, y * layout.row_stride + x, (y * std::ptrdiff_t{width} + x) * layout.place_stride + plane,
            smaller(layout.planes - plane, lanes), smaller(width - x, lanes));
      }
    }
  }
}

/// The same, where rows without gaps are one.
template <class Use>
LENETPP_INLINE void for_each_block(const Interleaving& layout, const Use& use) {
  const bool is_one_row = layout.row_stride == layout.width;
  for_each_block_of_rows(layout, is_one_row ? 1 : layout.height,
                         is_one_row ? layout.height * layout.width : layout.width, use);
}

/// 16 places of so many planes, as vectors over the planes of one place each; planes that are not there are zero.
template <class T, class Load>
LENETPP_INLINE void load_planes(int planes, const Load& load, Block<T> (&v)[lanes]) {
  if (planes == lanes) {
    LENETPP_UNROLL for (int p = 0; p < lanes; ++p) v[p] = load(p);
  } else {
    for (int p = 0; p < lanes; ++p) v[p] = p < planes ? load(p) : Block<T>::splat(T(0));
  }
  transpose(v);
}

/// Numbers of a place that may be written from `plane` on: up to 16, where what lies behind the last plane is nobody's,
/// or in ascending order is overwritten by the next place; else as many as there are planes.
inline int numbers_to_write(const Interleaving& layout, int plane, int planes) {
  return layout.planes <= lanes || plane + lanes <= layout.place_stride ? lanes : planes;
}

template <class T>
LENETPP_INLINE void store_places(const Block<T> (&v)[lanes], T* to, std::ptrdiff_t place_stride, int places,
                                 int numbers) {
  if (places == lanes && numbers == lanes) {
    LENETPP_UNROLL for (int x = 0; x < lanes; ++x) v[x].store(to + x * place_stride);
  } else {
    for (int x = 0; x < places; ++x) v[x].store_first(to + x * place_stride, numbers);
  }
}

template <class T>
void interleave(const Interleaving& layout, const T* planes, T* interleaved) {
  for_each_block(layout, [&](int plane, std::ptrdiff_t place, std::ptrdiff_t to, int count, int places) {
    const T* from = planes + plane * layout.plane_stride + place;
    Block<T> v[lanes];
    load_planes(count, [&](int p) LENETPP_INLINE_LAMBDA { return Block<T>::load(from + p * layout.plane_stride); }, v);
    store_places(v, interleaved + to, layout.place_stride, places, numbers_to_write(layout, plane, count));
  });
}

template <class T>
void interleaved_deltas(const InterleavedDeltas<T>& a) {
  const Interleaving& layout = a.layout;
  with_activation<T>(a.activation, [&](auto function) {
    const auto interleave_block = [&](int plane, std::ptrdiff_t place, std::ptrdiff_t to, int count, int places) {
      const std::ptrdiff_t from = plane * layout.plane_stride + place;
      T* row = nullptr;
      if (a.rows) {
        const std::ptrdiff_t at = to / layout.place_stride, y = at / layout.width;
        row = a.rows + (y * layout.planes + plane) * layout.width + at % layout.width;
      }
      const auto delta = [&](int p) LENETPP_INLINE_LAMBDA {
        const std::ptrdiff_t at = from + p * layout.plane_stride;
        const Block<T> slope = function.derivative(Block<T>::load(a.outputs + at));
        const Block<T> d = flush_subnormals(Block<T>::load(a.gradients + at) * slope);
        if (row) d.store_first(row + std::ptrdiff_t{p} * layout.width, places);
        return d;
      };
      Block<T> v[lanes];
      load_planes(count, delta, v);
      store_places(v, a.interleaved + to, layout.place_stride, places, numbers_to_write(layout, plane, count));
    };
    if (a.rows) {
      for_each_block_of_rows(layout, layout.height, layout.width, interleave_block);
    } else {
      for_each_block(layout, interleave_block);
    }
  });
}

/// Calls use(16 places of one plane, where they lie among `planes`, places) for all planes.
template <class T, class Number, class Use>
LENETPP_INLINE void for_each_part_of_planes(const Interleaving& layout, const T* interleaved, Number* planes,
                                            const Use& use) {
  for_each_block(layout, [&](int plane, std::ptrdiff_t place, std::ptrdiff_t from, int count, int places) {
    const std::ptrdiff_t stride = layout.plane_stride, place_stride = layout.place_stride;
    const T* values = interleaved + from;
    Number* to = planes + plane * stride + place;
    Block<T> v[lanes];
    if (places == lanes) {
      LENETPP_UNROLL for (int x = 0; x < lanes; ++x) v[x] = Block<T>::load(values + x * place_stride);
    } else {
      // Behind the last place the first one again: it is not looked at.
      for (int x = 0; x < lanes; ++x) v[x] = Block<T>::load(values + (x < places ? x : 0) * place_stride);
    }
    transpose(v);
    if (count == lanes && places == lanes) {
      LENETPP_UNROLL for (int p = 0; p < lanes; ++p) use(v[p], to + p * stride, lanes);
    } else {
      for (int p = 0; p < count; ++p) use(v[p], to + p * stride, places);
    }
  });
}

template <class T>
void separate(const Interleaving& layout, const T* interleaved, Activation activation, T* planes) {
  with_activation<T>(activation, [&](auto function) {
    for_each_part_of_planes(layout, interleaved, planes,
                            [&](const Block<T>& v, T* to, int places)
                                LENETPP_INLINE_LAMBDA { store(function(v), to, places); });
  });
}

template <class T>
void separate_integers(const Interleaving& layout, const T* interleaved, std::int32_t* planes) {
  for_each_part_of_planes(layout, interleaved, planes,
                          [&](const Block<T>& v, std::int32_t* to, int places)
                              LENETPP_INLINE_LAMBDA { v.store_integers_first(to, places); });
}

template <class T>
void add_separated(const Interleaving& layout, const T* interleaved, T* planes) {
  for_each_part_of_planes(layout, interleaved, planes, [&](const Block<T>& v, T* to, int places) LENETPP_INLINE_LAMBDA {
    store(load(to, places) + v, to, places);
  });
}

}  // namespace

template <class T>
void add_interleaving(Kernels<T>& table) {
  table.interleave = interleave<T>;
  table.interleaved_deltas = interleaved_deltas<T>;
  table.separate = separate<T>;
  table.separate_integers = separate_integers<T>;
  table.add_separated = add_separated<T>;
}
template void add_interleaving(Kernels<float>&);
template void add_interleaving(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
