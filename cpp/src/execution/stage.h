// A stage: one step of the execution, which the plan makes of a layer. Stages stand in one list. An ImageStage works on
// one image at a time, and shards of a batch are shared out among threads through all of its neighbours that do so too;
// a BatchStage works on a whole batch at once, and shares its work out itself. What a stage reads and writes lies at
// boundaries: values, and in the backward pass their gradients, which are cleared once and then added to, so that more
// than one stage may read a boundary.
#pragma once

#include <lenetpp/activations.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "aligned_array.h"
#include "execution/image_source.h"
#include "execution/part.h"
#include "execution/plane_stack.h"
#include "execution/sharing.h"
#include "execution/thread_pool.h"
#include "kernels/kernels.h"
#include "network/parameter_block.h"

namespace lenetpp {

/// An image of a batch.
struct Sample {
  std::size_t index = 0;  // among all images: what random numbers are drawn by
  Distortion distortion;
};

/// What one pass through the network is for. Random numbers of a stage are functions of (seed, purpose, epoch, index
/// of the sample), so that threads, batches and resumption decide none.
struct Pass {
  std::span<const Sample> samples;
  bool training = false;
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
};

/// Memory of one worker for one image in one stage, in numbers; stages use the same memory one after the other.
struct ScratchSize {
  std::size_t numbers = 0;
  std::size_t positions = 0;
  std::size_t visits = 0;  // lists

  void make_room_for(const ScratchSize& other);
};

template <class T>
struct Scratch {
  explicit Scratch(const ScratchSize& size)
      : numbers(size.numbers + slack), positions(size.positions + slack), visits(size.visits) {}

  AlignedArray<T> numbers;
  AlignedArray<std::int32_t> positions;
  std::vector<Visits<T>> visits;
};

/// What a stage reads beside what the stage before it gives.
struct SecondInput {
  std::size_t boundary = 0;
  PlaneStack stack;
  bool goes_below = false;  // as of a StagePlace
};

/// Where a stage stands.
struct StagePlace {
  std::size_t layer = 0;              // the first layer that it computes
  std::size_t input = 0, output = 0;  // boundaries
  bool goes_below = false;  // whether a stage before it has parameters, so that its input's gradient is wanted
  bool is_last = false;     // its activation is then left to the pass, which keeps the arguments for the loss
  PlaneStack input_stack, output_stack;
  std::size_t work = 0;  // forward, of an image (see sharing.h)
  std::optional<SecondInput> second{};
};

/// What all calls for one stage have in common.
template <class T>
struct StageCall {
  const Kernels<T>& kernels;
  const ParameterBlock<T>& parameters;
  const ParameterBlock<T>& state;
  const Pass& pass;
};

template <class T>
class ImageStage;
template <class T>
class BatchStage;

template <class T>
class Stage {
 public:
  explicit Stage(const StagePlace& where) : place(where) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  virtual ~Stage() = default;

  /// This, as what it is; the other one is null.
  [[nodiscard]] virtual const ImageStage<T>* as_image_stage() const { return nullptr; }
  [[nodiscard]] virtual const BatchStage<T>* as_batch_stage() const { return nullptr; }

  /// Indices of its parameter arrays, which follow each other.
  [[nodiscard]] virtual std::vector<std::size_t> parameters() const { return {}; }
  /// Numbers that it keeps of a batch, zero before the forward pass, which fills them: what its state is updated by, or
  /// its backward pass needs. Only in workspaces for training.
  [[nodiscard]] virtual std::size_t kept() const { return 0; }
  /// Numbers that a pass needs in another form than the parameters and the state have, the same for all images. Forward
  /// ones may serve many passes, as long as parameters and state are of the same version.
  [[nodiscard]] virtual std::size_t prepared_size() const { return 0; }
  virtual void prepare_forward(const StageCall<T>&, T* /*prepared*/) const {}
  /// The fewest images of a batch that it can be trained by.
  [[nodiscard]] virtual std::size_t least_samples() const { return 1; }
  /// Writes its state, by what it kept of the batch. Called once in a step of training, behind the backward pass, so
  /// that both passes have seen the state as it was.
  virtual void update_state(const StageCall<T>&, const T* /*kept*/, ParameterBlock<T>& /*state*/) const {}
  /// Places of an image's winners that backward needs to know, kept with the output while training.
  [[nodiscard]] virtual std::size_t winners() const { return 0; }
  /// The activation of its output, where its units are to be watched (see UnitActivity).
  [[nodiscard]] virtual std::optional<Activation> watched() const { return std::nullopt; }

  const StagePlace place;
};

template <class T>
struct ImageForward : StageCall<T> {
  std::size_t sample;  // of pass.samples
  const T* input;
  const T* second;  // null where the stage has no second input
  T* output;
  std::int32_t* winners;  // null where nobody will go back
  const T* prepared;      // what prepare_forward() made
  T* kept;                // of the sample's shard, added to: shards are summed in their order; null as winners
  Scratch<T>& scratch;
  Part part{};  // of forward_parts(): only this one is computed
};

template <class T>
struct ImageBackward : StageCall<T> {
  std::size_t sample;
  const T* input;
  const T* second;  // null where the stage has no second input
  const T* output;
  const std::int32_t* winners;
  const T* output_gradient;
  bool activation_is_done;  // the output's gradient holds the activation's derivative already
  T* input_gradient;        // added to; null unless place.goes_below
  /// Another stage, which also reads the input, has added to its gradient already.
  bool input_gradient_is_begun;
  T* second_gradient;      // added to; null where nobody wants it
  const T* prepared;       // what prepare_forward() and prepare_backward() made
  T* parameter_gradients;  // added to, [gradient_size()] in the stage's own layout
  Scratch<T>& scratch;
  Part part{};  // of backward_parts()
};

/// Into how many parts a stage can cut its backward pass; none where it has only the whole one.
struct BackwardParts {
  std::size_t parameters = 0, input = 0;
};

template <class T>
class ImageStage : public Stage<T> {
 public:
  using Stage<T>::Stage;
  [[nodiscard]] const ImageStage* as_image_stage() const final { return this; }

  [[nodiscard]] virtual ScratchSize scratch(bool /*training*/) const { return {}; }
  virtual void forward(const ImageForward<T>& call) const = 0;
  /// Into how many parts forward() of an image can be cut, for threads at the same time: each writes outputs of its
  /// own.
  [[nodiscard]] virtual std::size_t forward_parts() const { return 1; }

  virtual void prepare_backward(const StageCall<T>&, T* /*prepared*/) const {}
  [[nodiscard]] virtual std::size_t gradient_size() const { return 0; }
  virtual void backward(const ImageBackward<T>& call) const = 0;
  /// backward() in parts, for threads at the same time. Of the gradients of the parameters, for one image of a shard
  /// after the other; of the gradient of the input, for each image by itself, and there a part is cleared, unless
  /// another stage has begun it, and then added to. With the bits of backward().
  [[nodiscard]] virtual BackwardParts backward_parts() const { return {}; }
  virtual void backward_parameters(const ImageBackward<T>&) const {}
  virtual void backward_input(const ImageBackward<T>&) const {}
  /// Writes the gradients of its parameters, in the block's layout, from the sums over the batch in its own.
  virtual void finish_gradients(const StageCall<T>&, const T* /*sums*/, T* /*gradients*/) const {}
};

/// Numbers of a whole batch, such as values or gradients at a boundary: [batch][stride].
template <class T>
struct Batch {
  T* values;
  std::ptrdiff_t stride;

  [[nodiscard]] T* row(std::size_t index) const { return values + static_cast<std::ptrdiff_t>(index) * stride; }
};

template <class T>
struct BatchForward : StageCall<T> {
  ThreadPool& pool;
  const Sharing& sharing;
  Batch<const T> input;
  Batch<T> output;
  const T* prepared;  // what prepare_forward() made
  Batch<T> kept;      // [shards][kept()], of the batch in the first row; null where nobody will go back
  bool gathered;      // of a stage that goes by image
};

template <class T>
struct BatchBackward : StageCall<T> {
  ThreadPool& pool;
  const Sharing& sharing;
  Batch<const T> input, output;
  const T* prepared;
  Batch<T> kept;             // as forward() left it; what is no longer needed may be written over
  bool gathered;             // of a stage that goes by image
  Batch<T> output_gradient;  // may be changed
  bool activation_is_done;
  Batch<T> input_gradient;      // null unless place.goes_below, and where one that goes by image has a worker's
  bool adds_to_input_gradient;  // or it is written: see can_write_input_gradient()
  T* gradients;                 // of all parameters, in the block's layout; those of the stage are written
  /// Not null: a step of the whole block, which the stage makes for its own parameters as soon as it knows their
  /// gradients; these need then not be written.
  const Step<T>* step;
};

template <class T>
class BatchStage : public Stage<T> {
 public:
  using Stage<T>::Stage;
  [[nodiscard]] const BatchStage* as_batch_stage() const final { return this; }

  virtual void forward(const BatchForward<T>& call) const = 0;
  virtual void backward(const BatchBackward<T>& call) const = 0;
  /// Whether it can write the gradient of its input as well as add to it: then nobody clears it for the first to come.
  [[nodiscard]] virtual bool can_write_input_gradient() const { return false; }

  /// Whether the batch is gone over twice, image by image: gather_image() adds an image to what must be known of the
  /// batch, forward() or backward() finds it out, and finish_image() goes on with each. The runs of image stages beside
  /// it call the first and the last, while an image is in the cache.
  [[nodiscard]] virtual bool goes_by_image() const { return false; }
  /// For the images of a shard in their order. Where nobody did so (`gathered`), forward() and backward() do it.
  virtual void gather_image(const BatchForward<T>&, std::size_t /*b*/) const {}
  virtual void gather_image(const BatchBackward<T>&, std::size_t /*b*/) const {}
  virtual void finish_image(const BatchForward<T>&, std::size_t /*b*/) const {}
  /// Writes or adds to an image's input gradient, which may be a worker's.
  virtual void finish_image(const BatchBackward<T>&, std::size_t /*b*/, T* /*input_gradient*/) const {}
};

}  // namespace lenetpp
