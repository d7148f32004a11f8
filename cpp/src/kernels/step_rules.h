// The optimizers' rules, one file each in step_rules/. A rule is a plain value with the numbers of one step:
//   state_names(options)         of the arrays that it keeps, numbers for each parameter, zero at first
//   at_step(options, step)       the rule of a step, counted from 0 since training began
//   direction(gradient, state)   for the parameters at hand, on lanes; `state` points to their numbers, or holds null
//                                pointers. The step is -learning_rate * direction, fused with the sum.
//   decouples_decay              whether weight decay is added to the direction, instead of to the gradient
// All of them are templates, so that no instruction set's copy of their code can be another one's.
#pragma once

#include <lenetpp/optimizers.h>

#include "compiler.h"
#include "step_rules/adam.h"
#include "step_rules/sgd.h"

namespace lenetpp {

/// Arrays that a rule may keep.
inline constexpr int most_state_arrays = 2;

/// A rule of each optimizer, of which one is used.
template <class T>
struct StepRules {
  SgdRule<T> sgd;
  AdamRule<T> adam;
};

/// Calls use(the optimizer's own rule).
template <class Rules, class Use>
LENETPP_INLINE auto with_rule(Optimizer optimizer, Rules& rules, const Use& use) {
  switch (optimizer) {
    case Optimizer::adam:
    case Optimizer::adamw:
      return use(rules.adam);
    case Optimizer::sgd:
      break;
  }
  return use(rules.sgd);
}

}  // namespace lenetpp
