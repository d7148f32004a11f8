// How every kind of layer is executed.
#pragma once

#include "convolution_stage.h"
#include "dense_stage.h"
#include "max_pooling_stage.h"
