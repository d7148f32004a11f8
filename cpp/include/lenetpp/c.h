/* The interface for C, and for every language that calls C: networks, predictions, training, model files.
 *
 * Errors never leave as exceptions and never end the program: a function that makes something returns NULL, every other
 * one that can fail a status, and lenetpp_error() says in words what was wrong, lenetpp_error_status() in a number.
 * Null pointers and numbers out of range are such errors. Texts are UTF-8 and end with a zero byte.
 *
 * A predictor and a trainer keep their network alive: what was made may be freed in any order. One thread at a time may
 * use a predictor or a trainer; any number of predictors, each in a thread of its own, may share a network as long as
 * nobody changes it. */
#ifndef LENETPP_C_H
#define LENETPP_C_H

#include <lenetpp/export.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What became of a call. */
typedef enum lenetpp_status {
  LENETPP_OK = 0,
  LENETPP_INVALID_ARGUMENT = 1, /**< null, out of range, or a network without weights */
  LENETPP_FILE_ERROR = 2,       /**< a file that is not there, or that cannot be read or written */
  LENETPP_OUT_OF_MEMORY = 3,
  LENETPP_OTHER_ERROR = 4,
  LENETPP_MALFORMED_FILE = 5 /**< a file, or bytes of one, that is not what it should be: damaged, or no model */
} lenetpp_status;

/** What was wrong in this thread's last call that failed; "" before the first one. It stays until the next failure. */
LENETPP_API const char* lenetpp_error(void);
/** Of the same call, also of one that returned NULL, the status; LENETPP_OK before the first failure. */
LENETPP_API lenetpp_status lenetpp_error_status(void);

/** Of the library: "0.1.0". */
LENETPP_API const char* lenetpp_version(void);
/** Raised by any change of bits. */
LENETPP_API int lenetpp_numerics_version(void);
/** What the kernels are chosen for, "avx2" for example; NULL where LENETPP_INSTRUCTION_SET names nothing that runs. */
LENETPP_API const char* lenetpp_instruction_set(void);

/** A network: its shape, its weights, the normalization of its images, the names of its classes. */
typedef struct lenetpp_network lenetpp_network;

/** Of a text such as "1x28x28 | conv 6x5x5 relu | maxpool 2 | dense 10"; it has no weights yet. */
LENETPP_API lenetpp_network* lenetpp_network_parse(const char* text);
/** Of a model file. */
LENETPP_API lenetpp_network* lenetpp_network_load(const char* path);
/** Of a model file's bytes, of which nothing is kept. */
LENETPP_API lenetpp_network* lenetpp_network_load_bytes(const void* bytes, size_t size);
/** With weights of its own. */
LENETPP_API lenetpp_network* lenetpp_network_copy(const lenetpp_network* network);
/** NULL is nothing to free. */
LENETPP_API void lenetpp_network_free(lenetpp_network* network);
/** Writes a model file, whole or not at all, for lenetpp_network_load(), C++ and Python. */
LENETPP_API lenetpp_status lenetpp_network_save(const lenetpp_network* network, const char* path);

/** Draws the weights, a function of the seed; `scheme` is "he", "glorot", "lecun", "blog" or "identity". */
LENETPP_API lenetpp_status lenetpp_network_initialize(lenetpp_network* network, uint64_t seed, const char* scheme);
/** x = (pixel - mean) / deviation, one of each a plane. */
LENETPP_API lenetpp_status lenetpp_network_set_normalization(lenetpp_network* network, const float* mean,
                                                             const float* deviation, size_t planes);

/** The network's text, which lives as long as it; NULL without a network. */
LENETPP_API const char* lenetpp_network_text(const lenetpp_network* network);
/** Planes, height and width of its images. */
LENETPP_API lenetpp_status lenetpp_network_input(const lenetpp_network* network, int shape[3]);
/** Its classes: numbers that it says of an image; 0 without a network. */
LENETPP_API size_t lenetpp_network_outputs(const lenetpp_network* network);
/** The name of a class, which lives until others are set; NULL where there is none. */
LENETPP_API const char* lenetpp_network_class_name(const lenetpp_network* network, size_t index);
/** One an output. */
LENETPP_API lenetpp_status lenetpp_network_set_class_names(lenetpp_network* network, const char* const* names,
                                                           size_t count);

/** Its arrays of parameters, in the order of the layers, weights before biases; 0 without a network. */
LENETPP_API size_t lenetpp_network_parameters(const lenetpp_network* network);
/** "0.weight", for example, which lives as long as the network; NULL where there is no such array. */
LENETPP_API const char* lenetpp_network_parameter_name(const lenetpp_network* network, size_t index);
/** Numbers of an array; 0 where there is no such array. */
LENETPP_API size_t lenetpp_network_parameter_size(const lenetpp_network* network, size_t index);
/** Copies an array, in C order of its canonical shape, into `values`, which has room for `size` numbers: all of it. */
LENETPP_API lenetpp_status lenetpp_network_get_parameter(const lenetpp_network* network, size_t index, float* values,
                                                         size_t size);
/** The inverse; the network has weights then. */
LENETPP_API lenetpp_status lenetpp_network_set_parameter(lenetpp_network* network, size_t index, const float* values,
                                                         size_t size);

/** Raw pixels [count][planes][height][width] of the network's input, as lenetpp_network_input() gives it; exactly one
 * of the two pointers is not NULL. Nothing says how much memory is behind it: fewer numbers are read beyond their end.
 */
typedef struct lenetpp_images {
  const uint8_t* bytes;
  const float* floats;
  size_t count;
} lenetpp_images;

/** What a network says about images, with the memory for it. */
typedef struct lenetpp_predictor lenetpp_predictor;

/** `threads` from 1 on; results do not depend on it. */
LENETPP_API lenetpp_predictor* lenetpp_predictor_new(const lenetpp_network* network, int threads);
LENETPP_API void lenetpp_predictor_free(lenetpp_predictor* predictor);
/** The class of each image: `classes` has room for one an image. */
LENETPP_API lenetpp_status lenetpp_predictor_classes(lenetpp_predictor* predictor, lenetpp_images images,
                                                     int32_t* classes);
/** [count][outputs], each row with the sum 1. */
LENETPP_API lenetpp_status lenetpp_predictor_probabilities(lenetpp_predictor* predictor, lenetpp_images images,
                                                           double* probabilities);
/** [count][outputs] of the last layer. */
LENETPP_API lenetpp_status lenetpp_predictor_outputs(lenetpp_predictor* predictor, lenetpp_images images,
                                                     float* outputs);

/** As lenetpp::ScheduleKind. */
enum lenetpp_schedule { LENETPP_CONSTANT = 0, LENETPP_STEP = 1, LENETPP_COSINE = 2, LENETPP_ONE_CYCLE = 3 };

/** As lenetpp::LearningRate and lenetpp::EpochOptions. */
typedef struct lenetpp_epoch_options {
  double learning_rate;
  int schedule; /**< a lenetpp_schedule */
  double epochs;
  int step_epochs;
  double step_factor;
  double warmup_epochs;
  uint32_t epoch;
  const double* weights; /**< one an image, or NULL */
  /** Called now and then with the number of images done, and at the end; 0 stops. Or NULL. */
  int (*progress)(size_t images, void* data);
  void* data; /**< handed on to it */
} lenetpp_epoch_options;

/** A constant rate, the first epoch. */
LENETPP_API lenetpp_epoch_options lenetpp_epoch_defaults(void);

/** Of an epoch or a step. */
typedef struct lenetpp_training_result {
  double loss;     /**< mean over the images, each measured before its step */
  size_t correct;  /**< images whose class was said, likewise */
  size_t images;   /**< trained with */
  int interrupted; /**< by `progress` */
  int diverged;    /**< numbers that are not finite came up, first in layer `diverged_layer` */
  size_t diverged_layer;
} lenetpp_training_result;

/** Trains a network, which has weights already. While it does, nobody else may use the network. */
typedef struct lenetpp_trainer lenetpp_trainer;

/** `options` are a text, "batch_size=32, optimizer=adam, nesterov=true", with the names, words and usual values of
 * lenetpp::TrainerOptions and lenetpp::Augmentation; "" or NULL for the usual ones. */
LENETPP_API lenetpp_trainer* lenetpp_trainer_new(lenetpp_network* network, const char* options);
LENETPP_API void lenetpp_trainer_free(lenetpp_trainer* trainer);
/** One pass over all images; `labels` has one an image, each below the number of outputs. `options` and `result` may be
 * NULL. */
LENETPP_API lenetpp_status lenetpp_trainer_epoch(lenetpp_trainer* trainer, lenetpp_images images, const int32_t* labels,
                                                 const lenetpp_epoch_options* options, lenetpp_training_result* result);
/** One step with at most a batch of images, in their order; `number` counts from 0 since training began. `result` may
 * be NULL. */
LENETPP_API lenetpp_status lenetpp_trainer_step(lenetpp_trainer* trainer, lenetpp_images images, const int32_t* labels,
                                                double learning_rate, uint32_t number, lenetpp_training_result* result);
/** A new network with the average of the weights along the way, where the trainer has an `average_decay`; else NULL. */
LENETPP_API lenetpp_network* lenetpp_trainer_averaged_network(const lenetpp_trainer* trainer);

#ifdef __cplusplus
}
#endif

#endif
