// SHA-256 (FIPS 180-4), so that damage to a file is noticed.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace lenetpp {

class Sha256 {
 public:
  /// Appends to what is summed.
  void update(std::string_view bytes);
  /// The digest of everything so far, as 64 lower-case hexadecimal digits.
  [[nodiscard]] std::string hex_digest() const;

 private:
  void add_block(std::string_view block);

  std::array<std::uint32_t, 8> state_{0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                      0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
  std::string rest_;  // of the bytes so far, what makes no whole block yet
  std::uint64_t length_ = 0;
};

}  // namespace lenetpp
