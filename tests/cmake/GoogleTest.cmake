# CMake's module of the same name, with the tree's prefix before each test: one ctest runs several build
# trees, and its report has to tell their tests apart.
include(${CMAKE_ROOT}/Modules/GoogleTest.cmake)

function(gtest_discover_tests target)
  _gtest_discover_tests(${target} TEST_PREFIX "${MIRRORCHECK_TEST_PREFIX}" ${ARGN})
endfunction()
