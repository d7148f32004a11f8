// What stands behind the pointers of lenetpp/c.h, and the border that no exception crosses.
#pragma once

#include <lenetpp/c.h>
#include <lenetpp/class_names.h>
#include <lenetpp/images.h>
#include <lenetpp/model_file.h>
#include <lenetpp/predictor.h>
#include <lenetpp/trainer.h>

#include <concepts>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

// NOLINTBEGIN(readability-identifier-naming): names of C

/// Predictors and trainers share the model, so that it may be freed before them.
struct lenetpp_network {
  explicit lenetpp_network(lenetpp::Model given)
      : model(std::make_shared<lenetpp::Model>(std::move(given))), text(model->network.text()) {}

  std::shared_ptr<lenetpp::Model> model;
  std::string text;
};

struct lenetpp_predictor {
  lenetpp_predictor(std::shared_ptr<const lenetpp::Model> shared, int threads)
      : model(std::move(shared)), predictor(model->network, threads) {}

  std::shared_ptr<const lenetpp::Model> model;
  lenetpp::Predictor predictor;
};

struct lenetpp_trainer {
  lenetpp_trainer(std::shared_ptr<lenetpp::Model> shared, const lenetpp::TrainerOptions& options)
      : model(std::move(shared)), trainer(model->network, options) {}

  std::shared_ptr<lenetpp::Model> model;
  lenetpp::Trainer trainer;
};

// NOLINTEND(readability-identifier-naming)

namespace lenetpp::c {

/// Keeps what was wrong for lenetpp_error(); to be called while an exception is handled.
lenetpp_status keep_error() noexcept;

/// Calls use(); what it throws becomes a status.
template <class Use>
lenetpp_status status_of(const Use& use) noexcept {
  try {
    use();
    return LENETPP_OK;
  } catch (...) {
    return keep_error();
  }
}

/// What use() returns, or `otherwise` where it throws.
template <class Result, class Use>
Result result_of(Result otherwise, const Use& use) noexcept {
  status_of([&] { otherwise = use(); });
  return otherwise;
}

template <class T>
T& required(T* pointer, const char* name) {
  if (pointer == nullptr) throw std::invalid_argument(std::string(name) + ": expected a pointer, got NULL");
  return *pointer;
}

/// A view of a caller's images for a network.
Images view_of(const lenetpp_images& images, const Network& network);

/// As many as there are images.
template <class T>
std::span<const T> one_an_image(const T* values, const char* name, const Images& images) {
  return {&required(values, name), images.count()};
}

/// The item of a list that an enumerator or an index of C stands for.
template <class List, std::integral Index>
auto& item_of(List& list, Index index, const char* name) {
  if (static_cast<std::size_t>(index) < std::size(list)) return list[static_cast<std::size_t>(index)];
  throw std::out_of_range(std::string(name) + ": expected a number below " + std::to_string(std::size(list)) +
                          ", got " + std::to_string(index));
}

}  // namespace lenetpp::c
