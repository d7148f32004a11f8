#include <algorithm>

#include "calls.h"

namespace {

std::size_t product(int a, int b) { return static_cast<std::size_t>(a) * static_cast<std::size_t>(b); }

/// Shapes whose rows fill vectors, or not, and units.
struct Planes {
  int planes, height, width, plane_stride, row_stride, images, image_stride, gradient_image_stride;

  explicit Planes(int n)
      : planes(n % 5 == 0 ? 1 + n % 40 : 1 + n % 3),
        height(n % 5 == 0 ? 1 : 1 + n % 4),
        width(n % 5 == 0 ? 1 : 1 + n * 7 % 51),
        plane_stride(0),
        row_stride(n % 3 == 0 ? width : width + n % 4),
        images(1 + n % 8),
        image_stride(planes * height * width + n % 5),
        gradient_image_stride(0) {
    plane_stride = height * row_stride + (n % 5 == 0 || n % 3 == 0 ? 0 : n % 7);
    if (n % 10 == 0) row_stride = plane_stride = 1;  // units without gaps
    gradient_image_stride = planes * plane_stride + n % 3;
  }
  [[nodiscard]] int area() const { return height * width; }
};

/// Calls use(images) for some images after the other, two times in three in more than one part.
template <class Use>
void for_each_part(int images, int n, const Use& use) {
  const int of_part = n % 3 == 0 ? images : n % 3;
  for (int first = 0; first < images; first += of_part) {
    use(lenetpp::SummedImages{first, std::min(first + of_part, images), images});
  }
}

template <class T>
KernelCall<T> moments_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const Planes shape(n);
  KernelCall<T> call{describe("plane_moments, ", shape.images, " images of ", shape.planes, "x", shape.area()), {}, {}};
  Memory& memory = call.memory;
  const auto input = memory.constant("input", generator.numbers<T>(product(shape.images, shape.image_stride), numbers));
  const auto means = memory.output<T>("means", product(1, shape.planes));
  const auto squares = memory.output<T>("squares", product(1, shape.planes));
  const auto of_images = memory.output<T>("of images", product(2 * shape.images, shape.planes), Role::scratch);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    for_each_part(shape.images, n, [&](const lenetpp::SummedImages& images) {
      kernels.plane_moments({.input = m[input],
                             .image_stride = shape.image_stride,
                             .images = images,
                             .planes = shape.planes,
                             .area = shape.area(),
                             .means = m[means],
                             .squares = m[squares],
                             .of_images = m[of_images]});
    });
  };
  return call;
}

template <class T>
lenetpp::ScaledPlane<T> scaled(const Planes& shape, int n, const T* input, const T* scale, const T* shift) {
  return {.input = input,
          .planes = shape.planes,
          .height = shape.height,
          .width = shape.width,
          .scale = scale,
          .shift = shift,
          .activation = activation_number(n),
          .plane_stride = shape.plane_stride,
          .row_stride = shape.row_stride};
}

template <class T>
KernelCall<T> scaled_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const Planes shape(n);
  KernelCall<T> call{describe("scaled_planes, ", shape.planes, "x", shape.height, "x", shape.width), {}, {}};
  Memory& memory = call.memory;
  const auto input = memory.constant("input", generator.numbers<T>(product(shape.planes, shape.area()), numbers));
  const auto scale = memory.bare_constant("scale", generator.numbers<T>(product(1, shape.planes), numbers));
  const auto shift = memory.bare_constant("shift", generator.numbers<T>(product(1, shape.planes), numbers));
  const auto output = memory.output<T>("output", product(shape.planes, shape.plane_stride), Role::guard);
  for (int p = 0; p < shape.planes; ++p) {
    for (int y = 0; y < shape.height; ++y) {
      memory.set_role(output, product(p, shape.plane_stride) + product(y, shape.row_stride), product(1, shape.width),
                      Role::assigned);
    }
  }
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.scaled_planes({scaled<T>(shape, n, m[input], m[scale], m[shift]), m[output]});
  };
  return call;
}

template <class T>
KernelCall<T> sums_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const Planes shape(n);
  KernelCall<T> call{describe("scaled_gradient_sums, ", shape.images, " images of ", shape.planes, "x", shape.height,
                              "x", shape.width),
                     {},
                     {}};
  Memory& memory = call.memory;
  const auto one_a_plane = [&](const char* name) {
    return memory.bare_constant(name, generator.numbers<T>(product(1, shape.planes), numbers));
  };
  const auto input = memory.constant("input", generator.numbers<T>(product(shape.images, shape.image_stride), numbers));
  const auto gradients =
      memory.constant("gradients", generator.numbers<T>(product(shape.images, shape.gradient_image_stride), numbers));
  const auto scale = one_a_plane("scale"), shift = one_a_plane("shift"), center = one_a_plane("center");
  const auto sums = memory.output<T>("sums", product(1, shape.planes));
  const auto products = memory.output<T>("products", product(1, shape.planes));
  const auto of_lanes = memory.output<T>("of lanes", product(2 * lenetpp::lanes, shape.planes), Role::scratch);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    for_each_part(shape.images, n, [&](const lenetpp::SummedImages& images) {
      kernels.scaled_gradient_sums({scaled<T>(shape, n, m[input], m[scale], m[shift]), shape.image_stride, images,
                                    m[gradients], shape.gradient_image_stride, m[center], m[sums], m[products],
                                    m[of_lanes]});
    });
  };
  return call;
}

template <class T>
KernelCall<T> gradients_call(int n, Numbers numbers, bool adds) {
  Generator generator(static_cast<std::uint64_t>(n));
  const Planes shape(n);
  KernelCall<T> call{describe("scaled_gradients, ", shape.planes, "x", shape.height, "x", shape.width), {}, {}};
  Memory& memory = call.memory;
  const auto one_a_plane = [&](const char* name) {
    return memory.bare_constant(name, generator.numbers<T>(product(1, shape.planes), numbers));
  };
  const std::size_t size = product(shape.planes, shape.area());
  const auto input = memory.constant("input", generator.numbers<T>(size, numbers));
  const auto gradients =
      memory.constant("gradients", generator.numbers<T>(product(shape.planes, shape.plane_stride), numbers));
  const auto scale = one_a_plane("scale"), shift = one_a_plane("shift"), center = one_a_plane("center");
  const auto slope = one_a_plane("slope"), offset = one_a_plane("offset");
  const auto input_gradient =
      memory.output("input gradient", generator.numbers<T>(size, numbers), adds ? Role::added : Role::assigned);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.scaled_gradients({scaled<T>(shape, n, m[input], m[scale], m[shift]), m[gradients], m[center], m[slope],
                              m[offset], m[input_gradient], adds});
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> scaled_planes_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 120; ++n) {
    calls.push_back(moments_call<T>(n, numbers));
    calls.push_back(scaled_call<T>(n, numbers));
    calls.push_back(sums_call<T>(n, numbers));
    calls.push_back(gradients_call<T>(n, numbers, n % 2 == 0));
  }
  return calls;
}
template std::vector<KernelCall<float>> scaled_planes_calls(Numbers);
template std::vector<KernelCall<double>> scaled_planes_calls(Numbers);
