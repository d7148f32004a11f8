#include <doctest/doctest.h>
#include <lenetpp/class_names.h>

#include <stdexcept>
#include <string>
#include <vector>

using lenetpp::ClassNames;

TEST_CASE("classes are found by index and by name") {
  const ClassNames names({"airplane", "\xE8\x88\xB9"});
  CHECK(names.size() == 2);
  CHECK(names.at(1) == "\xE8\x88\xB9");
  CHECK(names.find("airplane") == 0);
  CHECK_FALSE(names.find("ship").has_value());
  CHECK(std::vector(names.begin(), names.end()) == std::vector<std::string>{"airplane", "\xE8\x88\xB9"});
  CHECK(ClassNames().empty());
}

TEST_CASE("an index out of range throws and says how many classes there are") {
  const ClassNames names({"a", "b"});
  CHECK_THROWS_WITH_AS(static_cast<void>(names.at(2)), "class 2: there are names of 2 classes", std::out_of_range);
  CHECK_THROWS_AS(static_cast<void>(ClassNames().at(0)), std::out_of_range);
}

TEST_CASE("names that are empty, not UTF-8 or there twice are refused") {
  CHECK_THROWS_WITH_AS(ClassNames({"a", ""}), "classes: the name of class 1 is empty", std::invalid_argument);
  CHECK_THROWS_WITH_AS(ClassNames({"\xFF"}), "classes: the name of class 0 is not UTF-8", std::invalid_argument);
  CHECK_THROWS_WITH_AS(ClassNames({"a", "b", "a"}), "classes: the name of class 2 is that of class 0 too: \"a\"",
                       std::invalid_argument);
}
