#include "machine.h"

#include <lenetpp/runtime.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <thread>

#include "table.h"

namespace {

std::string date() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M+00:00", std::gmtime(&now));
  return text;
}

/// As Linux tells it.
std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "a processor that does not say its name";
}

std::string load() {
#if defined(__unix__) || defined(__APPLE__)
  double average = 0;
  if (getloadavg(&average, 1) == 1) return ", load average before " + three_digits(average);
#endif
  return "";
}

}  // namespace

std::string circumstances() {
  std::string sets;
  for (const std::string& set : lenetpp::available_instruction_sets()) sets += (sets.empty() ? "" : ", ") + set;
  return "- " + date() + "; " + processor() + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores" +
         load() + "\n- lenetpp " + std::string(lenetpp::version()) + ", numerics " +
         std::to_string(lenetpp::numerics_version()) + ", compiled by " + std::string(lenetpp::compiler()) +
         "; instruction sets " + sets + "\n";
}
