#include "walk.h"

namespace lenetpp {

template <class T>
void forward(Workspace<T>& workspace, const ParameterBlock<T>& parameters, const ImageSource<T>& images,
             std::span<const Sample> samples) {
  workspace.batch = samples.size();
  forward_planes(workspace, parameters, images, samples);
  forward_dense(workspace, parameters);
  const Plan& plan = workspace.plan;
  if (plan.last_activation.kind == ActivationKind::identity) return;
  for (std::size_t b = 0; b < workspace.batch; ++b) {
    workspace.kernels.activation_forward({.activation = plan.last_activation,
                                          .values = workspace.value(plan.stages(), b),
                                          .arguments = workspace.delta(plan.stages(), b),
                                          .count = plan.outputs});
  }
}

template <class T>
double loss_of_outputs(Workspace<T>& workspace, Loss loss, std::span<const std::int32_t> labels, T scale, double sum) {
  const Plan& plan = workspace.plan;
  workspace.output_gradient_is_complete = loss == Loss::binary_cross_entropy;
  for (std::size_t b = 0; b < workspace.batch; ++b) {
    sum += workspace.kernels.sample_loss({.loss = loss,
                                          .sigmoid_slope = plan.last_activation.slope,
                                          .outputs = workspace.output(b),
                                          .arguments = workspace.delta(plan.stages(), b),
                                          .count = plan.outputs,
                                          .label = static_cast<std::size_t>(labels[b]),
                                          .scale = scale,
                                          .gradients = workspace.delta(plan.stages(), b)});
  }
  return sum;
}

template <class T>
void backward(Workspace<T>& workspace, const ParameterBlock<T>& parameters, T* gradients) {
  backward_dense<T>(workspace, parameters, gradients, nullptr);
  if (workspace.plan.plane_parameters > 0) backward_planes(workspace, parameters, gradients);
}

template <class T>
void backward_and_step(Workspace<T>& workspace, ParameterBlock<T>& parameters, T* gradients, SgdUpdate<T> step) {
  backward_dense<T>(workspace, parameters, gradients, &step);
  if (workspace.plan.plane_parameters == 0) return;
  backward_planes(workspace, parameters, gradients);
  step.count = workspace.plan.plane_parameters;
  workspace.kernels.sgd_update(step);
}

#define LENETPP_INSTANTIATE(T)                                                                                    \
  template void forward(Workspace<T>&, const ParameterBlock<T>&, const ImageSource<T>&, std::span<const Sample>); \
  template double loss_of_outputs(Workspace<T>&, Loss, std::span<const std::int32_t>, T, double);                 \
  template void backward(Workspace<T>&, const ParameterBlock<T>&, T*);                                            \
  template void backward_and_step(Workspace<T>&, ParameterBlock<T>&, T*, SgdUpdate<T>);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
