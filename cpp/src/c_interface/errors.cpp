#include <lenetpp/runtime.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <filesystem>
#include <limits>
#include <new>

#include "c_interface/handles.h"
#include "files/file_system.h"

namespace lenetpp::c {
namespace {

/// Without memory of its own: there may be none left.
thread_local char error_text[1024] = "";
thread_local lenetpp_status error_status = LENETPP_OK;

lenetpp_status keep(lenetpp_status status, const char* text) noexcept {
  std::size_t length = std::min(std::strlen(text), sizeof error_text - 1);
  if (text[length] != '\0') {  // cut before a character's first byte
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  }
  std::memcpy(error_text, text, length);
  error_text[length] = '\0';
  return error_status = status;
}

}  // namespace

lenetpp_status keep_error() noexcept {
  try {
    throw;
  } catch (const FileError& error) {
    return keep(LENETPP_MALFORMED_FILE, error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    return keep(LENETPP_FILE_ERROR, error.what());
  } catch (const std::logic_error& error) {
    return keep(LENETPP_INVALID_ARGUMENT, error.what());
  } catch (const std::bad_alloc&) {
    return keep(LENETPP_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& error) {
    return keep(LENETPP_OTHER_ERROR, error.what());
  } catch (...) {
    return keep(LENETPP_OTHER_ERROR, "an exception of an unknown kind");
  }
}

Images view_of(const lenetpp_images& images, const Network& network) {
  const Shape& shape = network.architecture().input;
  if ((images.bytes == nullptr) == (images.floats == nullptr)) {
    throw std::invalid_argument("images: expected either bytes or floats, got " +
                                std::string(images.bytes ? "both" : "neither"));
  }
  if (images.count > std::numeric_limits<std::size_t>::max() / sizeof(float) / shape.size()) {
    throw std::invalid_argument("images: " + std::to_string(images.count) + " are more than memory holds");
  }
  const std::size_t pixels = images.count * shape.size();
  return images.bytes ? Images(std::span(images.bytes, pixels), shape)
                      : Images(std::span(images.floats, pixels), shape);
}

}  // namespace lenetpp::c

using namespace lenetpp;
using namespace lenetpp::c;

const char* lenetpp_error(void) { return error_text; }

lenetpp_status lenetpp_error_status(void) { return error_status; }

const char* lenetpp_version(void) { return version().data(); }

int lenetpp_numerics_version(void) { return numerics_version(); }

const char* lenetpp_instruction_set(void) {
  return result_of<const char*>(nullptr, [] { return instruction_set().data(); });
}
