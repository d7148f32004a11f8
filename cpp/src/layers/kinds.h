// All kinds of layers, complete: what includes this may dispatch over the variant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "layers/activation.h"
#include "layers/average_pooling.h"
#include "layers/batch_normalization.h"
#include "layers/convolution.h"
#include "layers/dense.h"
#include "layers/dropout.h"
#include "layers/global_average_pooling.h"
#include "layers/kind.h"
#include "layers/local_response_normalization.h"
#include "layers/max_pooling.h"
#include "layers/residual.h"
#include "layers/subsample.h"

namespace lenetpp {

template <class Kind>
constexpr bool is_complete() {
  static_assert(
      CompleteLayerKind<Kind>,
      "this kind of layer lacks a part: the concepts of layers/kind.h say which, and kinds.h includes its file");
  return true;
}

static_assert([]<class... Kinds>(std::type_identity<std::variant<Kinds...>>) {
  return (is_complete<Kinds>() && ...);
}(std::type_identity<Layer>{}));

/// Calls use.operator()<Kind>() for each kind, in the order of the variant.
template <class Use>
void for_each_kind(const Use& use) {
  [&]<class... Kinds>(std::type_identity<std::variant<Kinds...>>) {
    (use.template operator()<Kinds>(), ...);
  }(std::type_identity<Layer>{});
}

/// Calls use(layer's value, its LayerKind).
template <class Use>
auto visit_kind(const Layer& layer, const Use& use) {
  return std::visit([&]<class Kind>(const Kind& value) { return use(value, LayerKind<Kind>{}); }, layer);
}

/// "conv, maxpool or dense": the words of those kinds for which choose(LayerKind) is true, without the bracket that
/// ends a residual.
template <class Choose>
std::string kind_list(const Choose& choose) {
  std::vector<std::string_view> words;
  for_each_kind([&]<class Kind>() {
    if (!std::is_same_v<Kind, ResidualEnd> && choose(LayerKind<Kind>{})) words.push_back(LayerKind<Kind>::word);
  });
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) list += i + 1 < words.size() ? ", " : " or ";
    list += words[i];
  }
  return list;
}

}  // namespace lenetpp
