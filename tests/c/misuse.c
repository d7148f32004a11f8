/* Whatever a caller gives, the interface for C says what was wrong, and goes on. Prints what it said; ends with 1 where
 * something was not refused. */
#include <lenetpp/c.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static void expect(int holds, const char* what) {
  if (!holds) {
    ++failures;
    printf("NOT REFUSED: %s\n", what);
  } else {
    printf("%s: %s\n", what, lenetpp_error());
  }
}

#define REFUSED(call) expect((call) == LENETPP_INVALID_ARGUMENT && *lenetpp_error(), #call)
#define NOT_MADE(call) expect(!(call) && *lenetpp_error(), #call)

static int stop(size_t done, void* data) {
  *(size_t*)data = done;
  return 0;
}

int main(int count, char** arguments) {
  const char* folder = count > 1 ? arguments[1] : ".";
  lenetpp_network *network, *empty, *copy;
  lenetpp_predictor* predictor;
  lenetpp_trainer* trainer;
  lenetpp_epoch_options epoch = lenetpp_epoch_defaults();
  lenetpp_training_result result;
  uint8_t bytes[8] = {0, 50, 100, 150, 200, 250, 30, 60};
  float floats[8] = {0};
  lenetpp_images images = {NULL, NULL, 2}, both, huge, none, infinite;
  int32_t labels[2] = {0, 1}, wrong[2] = {0, 2}, negative[2] = {-1, 0}, classes[2];
  double probabilities[4];
  const double weights[2] = {1, -1};
  const char* names[2] = {"left", "right"};
  const char* no_names[2] = {"left", NULL};
  const char* same_names[2] = {"left", "left"};
  char path[4096];
  FILE* file;
  int shape[3];
  size_t done = 0;

  if (strcmp(lenetpp_error(), "") != 0 || lenetpp_error_status() != LENETPP_OK) return 1;
  images.bytes = bytes;
  both = huge = none = infinite = images;
  both.floats = floats;
  huge.count = SIZE_MAX / 2;
  none.count = 0;
  floats[3] = (float)INFINITY;
  infinite.bytes = NULL;
  infinite.floats = floats;

  NOT_MADE(lenetpp_network_parse(NULL));
  NOT_MADE(lenetpp_network_parse("1x2x2 | dnse 2"));
  NOT_MADE(lenetpp_network_load(NULL));
  NOT_MADE(lenetpp_network_load("no such file"));
  expect(strstr(lenetpp_error(), "no such file") && lenetpp_error_status() == LENETPP_FILE_ERROR, "it is named");
  NOT_MADE(lenetpp_network_load_bytes(NULL, 100));
  NOT_MADE(lenetpp_network_load_bytes(bytes, sizeof bytes));
  NOT_MADE(lenetpp_network_load_bytes(bytes, 0));
  NOT_MADE(lenetpp_network_copy(NULL));
  NOT_MADE(lenetpp_network_text(NULL));
  NOT_MADE(lenetpp_network_outputs(NULL));
  NOT_MADE(lenetpp_network_parameters(NULL));
  NOT_MADE(lenetpp_predictor_new(NULL, 1));
  NOT_MADE(lenetpp_trainer_new(NULL, NULL));
  NOT_MADE(lenetpp_trainer_averaged_network(NULL));
  REFUSED(lenetpp_network_save(NULL, "x"));
  REFUSED(lenetpp_network_initialize(NULL, 1, "he"));
  REFUSED(lenetpp_network_input(NULL, shape));
  REFUSED(lenetpp_predictor_classes(NULL, images, classes));
  REFUSED(lenetpp_trainer_epoch(NULL, images, labels, NULL, NULL));
  REFUSED(lenetpp_trainer_step(NULL, images, labels, 0.1, 0, NULL));
  lenetpp_network_free(NULL);
  lenetpp_predictor_free(NULL);
  lenetpp_trainer_free(NULL);

  network = lenetpp_network_parse("1x2x2 | dense 2");
  empty = lenetpp_network_copy(network);
  if (!network || !empty) return 1;
  NOT_MADE(lenetpp_trainer_new(network, NULL)); /* no weights yet */
  REFUSED(lenetpp_network_save(network, "x"));
  REFUSED(lenetpp_network_initialize(network, 1, NULL));
  REFUSED(lenetpp_network_initialize(network, 1, "xavier"));
  REFUSED(lenetpp_network_input(network, NULL));
  REFUSED(lenetpp_network_set_normalization(network, floats, floats, 2));
  REFUSED(lenetpp_network_set_normalization(network, NULL, floats, 1));
  REFUSED(lenetpp_network_set_normalization(network, floats, floats, 1)); /* a deviation of 0 */
  NOT_MADE(lenetpp_network_class_name(network, 0));
  REFUSED(lenetpp_network_set_class_names(network, names, 3));
  REFUSED(lenetpp_network_set_class_names(network, NULL, 2));
  REFUSED(lenetpp_network_set_class_names(network, no_names, 2));
  REFUSED(lenetpp_network_set_class_names(network, same_names, 2));
  NOT_MADE(lenetpp_network_parameter_name(network, 2));
  NOT_MADE(lenetpp_network_parameter_size(network, SIZE_MAX));
  REFUSED(lenetpp_network_get_parameter(network, 2, floats, 8));
  REFUSED(lenetpp_network_get_parameter(network, 0, floats, 7));
  REFUSED(lenetpp_network_get_parameter(network, 0, NULL, 8));
  REFUSED(lenetpp_network_set_parameter(network, 2, floats, 8));
  REFUSED(lenetpp_network_set_parameter(network, 0, floats, 9));
  REFUSED(lenetpp_network_set_parameter(network, 0, NULL, 8));
  if (lenetpp_network_initialize(network, 1, "he") != LENETPP_OK) return 1;
  if (lenetpp_network_set_class_names(network, names, 2) != LENETPP_OK) return 1;
  NOT_MADE(lenetpp_network_class_name(network, 2));

  NOT_MADE(lenetpp_predictor_new(network, 0));
  NOT_MADE(lenetpp_predictor_new(network, INT_MAX));
  predictor = lenetpp_predictor_new(empty, 1);
  REFUSED(lenetpp_predictor_classes(predictor, images, classes));
  lenetpp_predictor_free(predictor);
  lenetpp_network_free(empty);
  predictor = lenetpp_predictor_new(network, 1);
  if (!predictor) return 1;
  REFUSED(lenetpp_predictor_classes(predictor, both, classes));
  REFUSED(lenetpp_predictor_classes(predictor, huge, classes));
  REFUSED(lenetpp_predictor_classes(predictor, none, classes));
  REFUSED(lenetpp_predictor_classes(predictor, infinite, classes));
  REFUSED(lenetpp_predictor_classes(predictor, images, NULL));
  REFUSED(lenetpp_predictor_outputs(predictor, images, NULL));
  REFUSED(lenetpp_predictor_probabilities(predictor, images, NULL));
  images.bytes = NULL;
  REFUSED(lenetpp_predictor_classes(predictor, images, classes));
  images.bytes = bytes;

  NOT_MADE(lenetpp_trainer_new(network, "batch_size=0"));
  NOT_MADE(lenetpp_trainer_new(network, "batch_size=-1"));
  NOT_MADE(lenetpp_trainer_new(network, "batch_size=1e3"));
  NOT_MADE(lenetpp_trainer_new(network, "loss=99"));
  NOT_MADE(lenetpp_trainer_new(network, "optimizer="));
  NOT_MADE(lenetpp_trainer_new(network, "momentum=nan"));
  NOT_MADE(lenetpp_trainer_new(network, "momentum=1"));
  NOT_MADE(lenetpp_trainer_new(network, "momentum=0,5"));
  NOT_MADE(lenetpp_trainer_new(network, "momentum"));
  NOT_MADE(lenetpp_trainer_new(network, "nesterov=yes"));
  NOT_MADE(lenetpp_trainer_new(network, "seed=18446744073709551616"));
  NOT_MADE(lenetpp_trainer_new(network, "seed=1, seed=2"));
  NOT_MADE(lenetpp_trainer_new(network, "momentun=0.5"));
  NOT_MADE(lenetpp_trainer_new(network, "=,="));
  trainer = lenetpp_trainer_new(network, NULL);
  if (!trainer) return 1;
  REFUSED(lenetpp_trainer_epoch(trainer, images, NULL, NULL, NULL));
  REFUSED(lenetpp_trainer_epoch(trainer, images, wrong, NULL, NULL));
  REFUSED(lenetpp_trainer_epoch(trainer, images, negative, NULL, NULL));
  epoch.schedule = 3;
  REFUSED(lenetpp_trainer_epoch(trainer, images, labels, &epoch, NULL));
  epoch = lenetpp_epoch_defaults();
  epoch.learning_rate = -1;
  REFUSED(lenetpp_trainer_epoch(trainer, images, labels, &epoch, NULL));
  epoch = lenetpp_epoch_defaults();
  epoch.weights = weights;
  REFUSED(lenetpp_trainer_epoch(trainer, images, labels, &epoch, NULL));
  REFUSED(lenetpp_trainer_step(trainer, images, labels, NAN, 0, NULL));
  REFUSED(lenetpp_trainer_step(trainer, images, wrong, 0.1, 0, NULL));

  /* What is right works, after all that. */
  epoch = lenetpp_epoch_defaults();
  epoch.progress = stop;
  epoch.data = &done;
  if (lenetpp_trainer_epoch(trainer, images, labels, &epoch, &result) != LENETPP_OK || done != 2) ++failures;
  NOT_MADE(lenetpp_trainer_averaged_network(trainer)); /* without an average_decay */
  if (lenetpp_trainer_step(trainer, images, labels, 0.001, 1, &result) != LENETPP_OK || result.images != 2) ++failures;
  if (lenetpp_trainer_step(trainer, images, labels, 1e300, 2, &result) != LENETPP_OK || !result.diverged) ++failures;
  if (lenetpp_network_initialize(network, 1, "he") != LENETPP_OK) ++failures;
  sprintf(path, "%.4000s/model.safetensors", folder);
  if (lenetpp_network_save(network, path) != LENETPP_OK) ++failures;
  copy = lenetpp_network_load(path);
  if (!copy || strcmp(lenetpp_network_class_name(copy, 1), "right") != 0) ++failures;
  if (lenetpp_predictor_probabilities(predictor, images, probabilities) != LENETPP_OK) ++failures;
  if (fabs(probabilities[2] + probabilities[3] - 1) > 1e-12) ++failures;
  expect(lenetpp_network_save(network, "no such folder/model") == LENETPP_FILE_ERROR, "a folder that there is not");
  NOT_MADE(lenetpp_network_load("no such folder/model"));
  expect(lenetpp_error_status() == LENETPP_FILE_ERROR, "a file that there is not");
  NOT_MADE(lenetpp_network_load_bytes(bytes, sizeof bytes));
  expect(lenetpp_error_status() == LENETPP_MALFORMED_FILE, "bytes that are no model");
  file = fopen(path, "r+b");
  if (!file || fseek(file, -4, SEEK_END) != 0 || fwrite(bytes, 4, 1, file) != 1 || fclose(file) != 0) ++failures;
  NOT_MADE(lenetpp_network_load(path));
  expect(lenetpp_error_status() == LENETPP_MALFORMED_FILE, "a damaged file");
  NOT_MADE(lenetpp_network_load(NULL));
  expect(lenetpp_error_status() == LENETPP_INVALID_ARGUMENT, "no path");
  lenetpp_network_free(network);
  lenetpp_network_free(copy);
  if (lenetpp_predictor_classes(predictor, images, classes) != LENETPP_OK) ++failures;
  lenetpp_trainer_free(trainer);
  lenetpp_predictor_free(predictor);
  return failures != 0;
}
