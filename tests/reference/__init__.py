"""What lenetpp computes, written down a second time: from the mathematics, in float64 NumPy, slow and obvious.

The tests hold the C++ core against this package, so nothing here may be taken from the core. One file says one thing:

================== ==================================================================
``architecture``   the layers as values, the shapes they give, the parameters they own
``network_text``   ``"1x28x28 | conv 6x5x5 relu | ..."`` read into an architecture
``convolution``    which filter sees which plane; forward and backward
``max_pooling``    windows, winners; forward and backward
``batch_normalization`` planes by a mean and a variance; forward and backward
``local_response`` planes by their neighbours; forward and backward
``subsampling``    sums of windows, scaled; forward and backward
``dense``          fully connected; forward and backward
``activations``    pointwise functions and their derivatives
``losses``         cross entropy, squared error, binary cross entropy
``network``        the layers in a row: outputs, loss, gradients, normalization
``sgd``            one update: clipping, weight decay, momentum, Nesterov
``schedules``      the learning rate at a moment
``random_numbers`` Philox, and the order of the images as a function of counters
``augmentation``   one image mirrored and moved
``training``       epochs of steps over shuffled batches
================== ==================================================================

Legend of the shapes: N samples, P planes, H height, W width, F filters, K kernel height or width, U units, I inputs,
O output planes.
"""
