// The fields of layers: one list a kind says what its text, its parser, its checks and the extension's description know
// of it.
//
// A text begins with the fields that every layer of the kind has, in their order ("conv 6x5x5", "maxpool 3/2"); options
// follow in any order and are written in that of the list ("stride2 nobias relu"). A leading field has
//
//   void read(TextCursor&, Kind&, const std::string& example)    `example` is a text of the kind, for messages
//
// and an option has
//
//   bool read(TextCursor&, std::string_view word, Kind&)          false: the option does not begin with this word
//   std::string examples()                                        "separate, table(0,1;1,2)", for messages
//
// and each has a name, that of Python's argument, `what`, its name in sentences, and
//
//   void write(std::string& text, const Kind&)                   nothing where an option has its usual value
//   void check(const Kind&)                                      throws std::invalid_argument
//   FieldValue value(const Kind&)
#pragma once

#include <lenetpp/layers.h>

#include <string>
#include <string_view>

#include "layers/checks.h"
#include "network/number_text.h"
#include "network/text_cursor.h"

namespace lenetpp {

struct FieldNames {
  std::string_view name;  ///< "kernel_size"
  std::string_view what;  ///< "the kernel"
};

template <class Kind>
struct LeadingField : FieldNames {
  static constexpr bool is_option = false;
};

template <class Kind>
struct OptionField : FieldNames {
  static constexpr bool is_option = true;
};

/// "3" or "3x2"; `example` says how it looks in a layer's text.
Extent read_extent(TextCursor& text, int least, std::string_view what, const std::string& example = {});
/// "3" for 3x3.
std::string short_text(const Extent& extent);
/// "sigmoid(2)": reads behind the name `word`; false if that is no activation's.
bool read_activation(TextCursor& text, std::string_view word, Activation& activation);
std::string activation_text(const Activation& activation);
std::string activation_list();

/// A whole number from 1: "dense 10".
template <class Kind>
struct Count : LeadingField<Kind> {
  int Kind::* member;

  void read(TextCursor& text, Kind& layer, const std::string& example) const {
    layer.*member = text.whole_number(1, std::string(this->what) + ", as in " + example);
  }
  void write(std::string& text, const Kind& layer) const { text += std::to_string(layer.*member); }
  void check(const Kind& layer) const { require_at_least(this->what, layer.*member, 1); }
  FieldValue value(const Kind& layer) const { return layer.*member; }
};

/// A real number from `least` to below `limit`: "dropout 0.5".
template <class Kind>
struct Number : LeadingField<Kind> {
  double Kind::* member;
  double least, limit;

  void read(TextCursor& text, Kind& layer, const std::string& example) const {
    layer.*member = text.number(std::string(this->what) + ", as in " + example);
  }
  void write(std::string& text, const Kind& layer) const { text += number_text(layer.*member); }
  void check(const Kind& layer) const { require_from_to_below(this->what, layer.*member, least, limit); }
  FieldValue value(const Kind& layer) const { return layer.*member; }
};

/// A whole number that is odd: "lrn 5".
template <class Kind>
struct OddCount : Count<Kind> {
  void check(const Kind& layer) const {
    Count<Kind>::check(layer);
    if (layer.*(this->member) % 2 == 0) {
      refuse(std::string(this->what) + " must be odd, not " + std::to_string(layer.*(this->member)));
    }
  }
};

/// Height and width behind a number, always both: "conv 6x5x5".
template <class Kind>
struct Sides : LeadingField<Kind> {
  Extent Kind::* member;

  void read(TextCursor& text, Kind& layer, const std::string& example) const {
    const auto read_side = [&](const char* side) {
      const std::string expectation = std::string(this->what) + "'s " + side + ", as in " + example;
      text.expect('x', "\"x\" and " + expectation);
      return text.whole_number(1, expectation);
    };
    const int height = read_side("height");
    layer.*member = {height, read_side("width")};
  }
  void write(std::string& text, const Kind& layer) const { text += "x" + extent_text(layer.*member); }
  void check(const Kind& layer) const { require_sides(this->what, layer.*member, 1); }
  FieldValue value(const Kind& layer) const { return layer.*member; }
};

/// Height and width, or one number for both: "maxpool 3".
template <class Kind>
struct Size : LeadingField<Kind> {
  Extent Kind::* member;

  void read(TextCursor& text, Kind& layer, const std::string& example) const {
    layer.*member = read_extent(text, 1, this->what, example);
  }
  void write(std::string& text, const Kind& layer) const { text += short_text(layer.*member); }
  void check(const Kind& layer) const { require_sides(this->what, layer.*member, 1); }
  FieldValue value(const Kind& layer) const { return layer.*member; }
};

/// The distance of windows behind their size, which it usually is: "maxpool 3/2".
template <class Kind>
struct StridesBehindSize : LeadingField<Kind> {
  Extent Kind::* member;
  Extent Kind::* size;

  void read(TextCursor& text, Kind& layer, const std::string& example) const {
    layer.*member = text.accept('/') ? read_extent(text, 1, this->what, example) : layer.*size;
  }
  void write(std::string& text, const Kind& layer) const {
    if (layer.*member != layer.*size) text += "/" + short_text(layer.*member);
  }
  void check(const Kind& layer) const { require_sides(this->what, layer.*member, 1); }
  FieldValue value(const Kind& layer) const { return layer.*member; }
};

/// A word and an extent that is usually `usual`, twice, and at least `least`: "stride2", "pad2x1".
template <class Kind>
struct ExtentOption : OptionField<Kind> {
  Extent Kind::* member;
  std::string_view word;
  int usual, least;

  [[nodiscard]] std::string examples() const { return std::string(word) + "2"; }
  bool read(TextCursor& text, std::string_view given, Kind& layer) const {
    if (given != word) return false;
    layer.*member = read_extent(text, least, this->what);
    return true;
  }
  void write(std::string& text, const Kind& layer) const {
    if (layer.*member != Extent{usual, usual}) text += " " + std::string(word) + short_text(layer.*member);
  }
  void check(const Kind& layer) const { require_sides(this->what, layer.*member, least); }
  FieldValue value(const Kind& layer) const { return layer.*member; }
};

/// A word and a real number from `least` to below `limit` that is usually `usual`: "momentum 0.2".
template <class Kind>
struct NumberOption : OptionField<Kind> {
  double Kind::* member;
  std::string_view word;
  double usual, least, limit;

  [[nodiscard]] std::string examples() const { return std::string(word) + " " + number_text(usual); }
  bool read(TextCursor& text, std::string_view given, Kind& layer) const {
    if (given != word) return false;
    text.skip_space();
    layer.*member = text.number(std::string(this->what) + ", as in " + examples());
    return true;
  }
  void write(std::string& text, const Kind& layer) const {
    if (layer.*member != usual) text += " " + std::string(word) + " " + number_text(layer.*member);
  }
  void check(const Kind& layer) const { require_from_to_below(this->what, layer.*member, least, limit); }
  FieldValue value(const Kind& layer) const { return layer.*member; }
};

/// Likewise a quarter, a half, three quarters or one: "beta 0.5".
template <class Kind>
struct QuarterOption : NumberOption<Kind> {
  void check(const Kind& layer) const {
    const double value = layer.*(this->member);
    for (const double quarters : {0.25, 0.5, 0.75, 1.0}) {
      if (value == quarters) return;
    }
    refuse(std::string(this->what) + " must be 0.25, 0.5, 0.75 or 1, not " + number_text(value));
  }
};

/// A word that says no: "nobias".
template <class Kind>
struct Refusal : OptionField<Kind> {
  bool Kind::* member;
  std::string_view word;

  [[nodiscard]] std::string examples() const { return std::string(word); }
  bool read(TextCursor&, std::string_view given, Kind& layer) const {
    if (given != word) return false;
    layer.*member = false;
    return true;
  }
  void write(std::string& text, const Kind& layer) const {
    if (!(layer.*member)) text += " " + std::string(word);
  }
  void check(const Kind&) const {}
  FieldValue value(const Kind& layer) const { return layer.*member; }
};

/// The layer's activation; identity is not written.
template <class Kind>
struct ActivationOption : OptionField<Kind> {
  [[nodiscard]] std::string examples() const { return activation_list(); }
  bool read(TextCursor& text, std::string_view word, Kind& layer) const {
    return read_activation(text, word, layer.activation);
  }
  void write(std::string& text, const Kind& layer) const {
    if (layer.activation != Activation{}) text += " " + activation_text(layer.activation);
  }
  void check(const Kind& layer) const { require_slope(layer.activation); }
  FieldValue value(const Kind& layer) const { return activation_text(layer.activation); }
};

}  // namespace lenetpp
