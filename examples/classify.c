/* Says what an image shows, by a model that lenetpp trained:
 *
 *   cc -std=c99 classify.c $(pkg-config --cflags --libs lenetpp) -o classify
 *
 * or with the shared library of the Python package, which a program finds again by its rpath:
 *
 *   library=$(python -m lenetpp --c-library)
 *   cc -std=c99 classify.c -I $(python -m lenetpp --include-dir) $library -Wl,-rpath,$(dirname $library) -o classify
 *
 *   classify model.safetensors image.raw        raw pixels [planes][height][width], a byte each */
#include <lenetpp/c.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char* message) {
  fprintf(stderr, "classify: %s\n", message);
  return 1;
}

int main(int count, char** arguments) {
  lenetpp_network* network;
  lenetpp_predictor* predictor;
  lenetpp_images image = {NULL, NULL, 1};
  lenetpp_status status;
  int shape[3];
  size_t size, outputs, i;
  uint8_t* pixels;
  double* probabilities;
  FILE* file;

  if (count != 3) return fail("give a model and an image");
  network = lenetpp_network_load(arguments[1]);
  if (!network) return fail(lenetpp_error());
  if (lenetpp_network_input(network, shape) != LENETPP_OK) return fail(lenetpp_error());
  size = (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
  outputs = lenetpp_network_outputs(network);
  pixels = malloc(size);
  probabilities = malloc(outputs * sizeof *probabilities);
  file = fopen(arguments[2], "rb");
  if (!pixels || !probabilities || !file || fread(pixels, 1, size, file) != size) return fail("cannot read the image");
  fclose(file);

  predictor = lenetpp_predictor_new(network, 1);
  image.bytes = pixels;
  status = predictor ? lenetpp_predictor_probabilities(predictor, image, probabilities) : LENETPP_OTHER_ERROR;
  if (status != LENETPP_OK) return fail(lenetpp_error());
  for (i = 0; i < outputs; ++i) {
    const char* name = lenetpp_network_class_name(network, i);
    printf("%5.1f %%  %s\n", 100 * probabilities[i], name ? name : "?");
  }
  lenetpp_predictor_free(predictor);
  lenetpp_network_free(network);
  free(probabilities);
  free(pixels);
  return 0;
}
