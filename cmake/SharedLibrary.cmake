# What a shared library of lenetpp's objects shows: what lenetpp/export.h says.

# lenetpp_export_interface(<target>): shows what the headers declare, and not the standard library's templates that were
# compiled here.
function(lenetpp_export_interface target)
  target_compile_definitions(${target} PUBLIC LENETPP_SHARED)
  set_target_properties(${target} PROPERTIES WINDOWS_EXPORT_ALL_SYMBOLS ON)
  if(UNIX AND NOT APPLE)
    set(exports ${PROJECT_SOURCE_DIR}/cmake/exports.map)
    target_link_options(${target} PRIVATE -Wl,--version-script=${exports})
    set_target_properties(${target} PROPERTIES LINK_DEPENDS ${exports})
  endif()
endfunction()

# lenetpp_add_shared_library(<target>): of the same objects as the static library, for what pip brings: every language
# that loads a library by its path and calls C, and the Python extension, which would be all of it once more.
function(lenetpp_add_shared_library target)
  target_compile_definitions(lenetpp PRIVATE LENETPP_SHARED)
  add_library(${target} SHARED $<TARGET_OBJECTS:lenetpp>)
  foreach(name IN LISTS _lenetpp_instruction_sets)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:lenetpp_${name}>)
  endforeach()
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/cpp/include)
  target_link_libraries(${target} PRIVATE Threads::Threads)
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX) # objects alone do not say it
  lenetpp_export_interface(${target})
  if(UNIX AND NOT APPLE)
    target_link_options(${target} PRIVATE -Wl,-z,defs) # an object that was forgotten is an error now, not as it is loaded
  endif()
endfunction()
