// SHA-256 against the examples of FIPS 180-4 and the lengths where the padding changes. The suite's Python side
// compares whole model files with hashlib.
#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "files/sha256.h"

namespace {

std::string digest_of(const std::string& bytes) {
  lenetpp::Sha256 sum;
  sum.update(bytes);
  return sum.hex_digest();
}

}  // namespace

TEST_CASE("SHA-256 gives the digests of FIPS 180-4") {
  CHECK(digest_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(digest_of(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 pads every length as others do") {
  // From Python's hashlib, of so many bytes 0xFF.
  const std::vector<std::pair<std::size_t, std::string>> digests{
      {55, "aadaed00a3c5fbb8072ae7f1984ba8199fbe5272de427d11eaf31583af37db51"},
      {56, "528ff50ab05e77bbbd224a9ec86165dbb6824a9a9efb544be0a1d57d5b416457"},
      {63, "d12449c8124182545ae91924286cc6af13528bcf62a5ddbd5e00b891fffc1b48"},
      {64, "8667e718294e9e0df1d30600ba3eeb201f764aad2dad72748643e4a285e1d1f7"},
      {65, "855c9a28fff2bbbd71327165554a00c6fdd44d5d58c1f12b8fdff29b5d67f001"},
      {119, "b863f94597d433ef2280e3b4656f13ea265a79bb8047287321c218905b03c99b"},
      {120, "9088fee917e5a748c2f0b4f5458c1cbdabbd696291c69be6e605bae0ef779e8f"},
      {128, "e9175db65a9789096ca9cb5524d3abc2107df03e3c9ba3af1aca628f9c5d3bd2"},
  };
  for (const auto& one : digests) {
    CAPTURE(one.first);
    CHECK(digest_of(std::string(one.first, '\xFF')) == one.second);
  }
}

TEST_CASE("SHA-256 does not depend on how the bytes are cut into parts") {
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes += static_cast<char>(i * 7);
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    lenetpp::Sha256 sum;
    sum.update(bytes.substr(0, first));
    static_cast<void>(sum.hex_digest());  // asking changes nothing
    sum.update({});
    sum.update(bytes.substr(first, 70));
    if (first + 70 < bytes.size()) sum.update(bytes.substr(first + 70));
    CHECK(sum.hex_digest() == digest_of(bytes));
  }
}
