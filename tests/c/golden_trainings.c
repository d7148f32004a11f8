/* Two of the trainings of tests/python/numerics/digests.py through the interface for C; prints the bits of parameters,
 * outputs and losses. */
#include <lenetpp/c.h>
#include <stdio.h>
#include <stdlib.h>

enum { images = 40 };

typedef struct {
  const char* name;
  const char* text;
  const char* scheme;
  int are_floats;
  const char* options;
} training;

static void check(lenetpp_status status) {
  if (status != LENETPP_OK) {
    fprintf(stderr, "status %d: %s\n", (int)status, lenetpp_error());
    exit(1);
  }
}

static void print_floats(const char* what, const float* values, size_t count) {
  size_t i;
  for (i = 0; i < count; ++i) printf("%s %a\n", what, (double)values[i]);
}

static void train(const training* chosen) {
  lenetpp_network* network = lenetpp_network_parse(chosen->text);
  lenetpp_trainer* trainer;
  lenetpp_predictor* predictor;
  lenetpp_images view = {NULL, NULL, images};
  lenetpp_epoch_options epoch = lenetpp_epoch_defaults();
  lenetpp_training_result result;
  const float mean[3] = {120, 120, 120}, deviation[3] = {70, 70, 70};
  int shape[3];
  size_t size, i, outputs;
  uint8_t* bytes;
  float *floats, *values;
  int32_t labels[images];

  if (!network) check(LENETPP_OTHER_ERROR);
  check(lenetpp_network_initialize(network, 7, chosen->scheme));
  check(lenetpp_network_input(network, shape));
  size = (size_t)images * (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
  outputs = lenetpp_network_outputs(network);
  bytes = malloc(size);
  floats = malloc(size * sizeof *floats);
  values = malloc(images * outputs * sizeof *values);
  if (!bytes || !floats || !values) exit(1);
  for (i = 0; i < size; ++i) {
    bytes[i] = (uint8_t)((uint32_t)i * 2654435761u >> 24);
    floats[i] = ((float)bytes[i] - 128.0f) / 64.0f;
  }
  for (i = 0; i < images; ++i) labels[i] = (int32_t)(i / 3 % outputs);
  if (chosen->are_floats) {
    view.floats = floats;
  } else {
    view.bytes = bytes;
    check(lenetpp_network_set_normalization(network, mean, deviation, (size_t)shape[0]));
  }

  printf("training %s\n", chosen->name);
  trainer = lenetpp_trainer_new(network, chosen->options);
  if (!trainer) check(LENETPP_OTHER_ERROR);
  epoch.learning_rate = 0.05;
  epoch.schedule = LENETPP_COSINE;
  epoch.epochs = 3;
  epoch.warmup_epochs = 0.5;
  for (epoch.epoch = 0; epoch.epoch < 2; ++epoch.epoch) {
    check(lenetpp_trainer_epoch(trainer, view, labels, &epoch, &result));
    if (result.diverged || result.images != images) exit(1);
    printf("losses %a\n", result.loss);
  }
  predictor = lenetpp_predictor_new(network, 2);
  check(lenetpp_predictor_outputs(predictor, view, values));
  print_floats("outputs", values, images * outputs);
  free(values);
  for (i = 0; i < lenetpp_network_parameters(network); ++i) {
    const size_t count = lenetpp_network_parameter_size(network, i);
    values = malloc(count * sizeof *values);
    if (!values) exit(1);
    check(lenetpp_network_get_parameter(network, i, values, count));
    print_floats("parameters", values, count);
    free(values);
  }
  lenetpp_network_free(network); /* first: the others keep what they need */
  lenetpp_predictor_free(predictor);
  lenetpp_trainer_free(trainer);
  free(bytes);
  free(floats);
}

int main(void) {
  training lenet5 = {"lenet5",
                     "1x28x28 | conv 6x5x5 pad2 relu | maxpool 2 | conv 16x5x5 relu | maxpool 2 | dense 120 relu | "
                     "dense 84 relu | dense 10",
                     "he", 0, "batch_size=12, flip_horizontally=true, shift_pixels=2, momentum=0.9, seed=3"};
  training table = {"table, strides and padding",
                    "3x17x23 | conv 5x3x4 stride2x1 pad1x3 leaky_relu(0.1) | maxpool 3x2/2x1 | "
                    "conv 4x2x3 table(0,1;1,2,4;3;0,1,2,3,4) nobias tanh | dense 19 scaled_tanh | dense 7 sigmoid",
                    "glorot", 1,
                    "batch_size=7,loss=binary_cross_entropy,nesterov=true,weight_decay=1e-3,momentum=0.9,seed=3"};
  train(&lenet5);
  train(&table);
  return 0;
}
