// Layers as text, by the list of fields of each kind.
#pragma once

#include <lenetpp/layers.h>

#include <string>

#include "network/text_cursor.h"

namespace lenetpp {

/// Reads a layer up to the bar behind it. Throws ParseError.
Layer read_layer(TextCursor& text);

/// Throws std::invalid_argument where a value cannot be, whatever the layer's input.
void check_fields(const Layer& layer);

}  // namespace lenetpp
