// Batch normalization in training. It goes over a batch twice in either direction: forward once for the moments of each
// plane, which stays in the cache for the second of its sums, and once to scale; backward once for the sums of the
// gradients and once for the input's. The second time is image by image, as the stages that come next take them. Shards
// are put together in their order, in float64.
#pragma once

#include <optional>
#include <vector>

#include "layers/normalized_planes.h"

namespace lenetpp {

template <class T>
class BatchNormalizationStage final : public BatchStage<T> {
 public:
  BatchNormalizationStage(const NormalizedPlanes& own, const StagePlace& where) : BatchStage<T>(where), own_(own) {}

  [[nodiscard]] std::vector<std::size_t> parameters() const override { return {own_.weight, own_.bias}; }
  [[nodiscard]] std::optional<Activation> watched() const override { return own_.layer.activation; }
  [[nodiscard]] std::size_t kept() const override;
  [[nodiscard]] std::size_t prepared_size() const override { return 2 * own_.room; }
  [[nodiscard]] std::size_t least_samples() const override { return own_.area() > 1 ? 1 : 2; }
  [[nodiscard]] bool can_write_input_gradient() const override { return true; }

  void prepare_forward(const StageCall<T>& call, T* prepared) const override;
  void forward(const BatchForward<T>& call) const override;
  void backward(const BatchBackward<T>& call) const override;
  [[nodiscard]] bool goes_by_image() const override { return true; }
  void gather_image(const BatchForward<T>& call, std::size_t b) const override;
  void gather_image(const BatchBackward<T>& call, std::size_t b) const override;
  void finish_image(const BatchForward<T>& call, std::size_t b) const override;
  void finish_image(const BatchBackward<T>& call, std::size_t b, T* input_gradient) const override;
  void update_state(const StageCall<T>& call, const T* kept, ParameterBlock<T>& state) const override;

 private:
  /// What is kept, one number a plane each: of each shard, and of the batch in the first row. Scratch memory follows.
  enum Kept { shard_means, shard_squares, means, variances, scales, shifts, kept_arrays };
  // Backward, where moments of shards are no longer needed:
  static constexpr Kept gradient_sums = shard_means, products = shard_squares, slopes = shard_means,
                        offsets = shard_squares;

  /// Of which mean and by which numbers a pass normalizes.
  struct Figures {
    const T *mean, *variance, *scale, *shift;
  };
  template <class Call>
  Figures figures(const Call& call) const;
  [[nodiscard]] std::size_t scratch_of_plane() const;
  [[nodiscard]] double values_of_plane(const Pass& pass) const;

  /// Some images of a shard and some planes.
  struct ShardPart {
    std::size_t first;  // image of the shard
    SummedImages images;
    Range planes;
    T *kept, *scratch;  // of these planes
  };
  template <class Call>
  ShardPart part_of_shard(const Call& call, std::size_t shard, const Range& planes) const;
  /// Image b alone.
  template <class Call>
  ShardPart part_of_image(const Call& call, std::size_t b) const;
  /// Calls use(part) for parts of all shards, which threads share.
  template <class Call, class Use>
  void for_each_part(const Call& call, const Use& use) const;
  template <class Call>
  [[nodiscard]] std::size_t shares(const Call& call) const;

  void measure(const BatchForward<T>& call, const ShardPart& part) const;
  void finish_moments(const BatchForward<T>& call) const;
  [[nodiscard]] Activation activation_of(const BatchBackward<T>& call) const {
    return call.activation_is_done ? Activation{} : own_.layer.activation;
  }
  void add_up(const BatchBackward<T>& call, const ShardPart& part) const;
  void finish_gradients(const BatchBackward<T>& call) const;

  NormalizedPlanes own_;
};

}  // namespace lenetpp
