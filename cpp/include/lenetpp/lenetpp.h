// The whole public interface.
#pragma once

#include <lenetpp/activations.h>
#include <lenetpp/augmentation.h>
#include <lenetpp/class_names.h>
#include <lenetpp/evaluation.h>
#include <lenetpp/images.h>
#include <lenetpp/layer_outputs.h>
#include <lenetpp/layers.h>
#include <lenetpp/losses.h>
#include <lenetpp/model_file.h>
#include <lenetpp/network.h>
#include <lenetpp/optimizers.h>
#include <lenetpp/parse_error.h>
#include <lenetpp/predictor.h>
#include <lenetpp/random.h>
#include <lenetpp/runtime.h>
#include <lenetpp/shape.h>
#include <lenetpp/trainer.h>
#include <lenetpp/unit_activity.h>
#include <lenetpp/whitening.h>
#include <lenetpp/words.h>
