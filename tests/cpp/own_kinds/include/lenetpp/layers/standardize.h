// Each plane minus its mean, over its deviation: of the batch while training, the running ones else. Batch
// normalization without its parameters, a layer of whole batches with state.
#pragma once

namespace lenetpp {

struct Standardize {
  bool operator==(const Standardize&) const = default;
};

}  // namespace lenetpp
