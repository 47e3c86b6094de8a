# CMake's module of the same name, for several build trees under one ctest, whose report has to tell their
# tests apart.
include(${CMAKE_ROOT}/Modules/GoogleTest.cmake)

# In the first tree each test is one for ctest, too. In the others each program is: to start one thousands of
# times takes longer than what it tests. What solvers and searches find does not depend on the compiler, and
# is left out there.
function(gtest_discover_tests target)
  if(NOT MIRRORCHECK_TEST_PREFIX)
    # A parameter printed as bytes has addresses in it, other ones each time.
    _gtest_discover_tests(${target} NO_PRETTY_VALUES ${ARGN})
    return()
  endif()
  # Of these nothing is left.
  if(target MATCHES "^(campaign|explore|tool)_test$")
    return()
  endif()
  set(name ${MIRRORCHECK_TEST_PREFIX}${target})
  set(left_out Prove*:SecondSolver*:Replay*:Attack*:Explore*:ToolTest*)
  # Branches are of one thread, and most of the time that the harness takes under ThreadSanitizer.
  if(MIRRORCHECK_SANITIZE STREQUAL "thread")
    string(APPEND left_out ":Branches*")
  endif()
  add_test(NAME ${name} COMMAND ${target} --gtest_brief=1 --gtest_filter=-${left_out})
  # What takes long begins early.
  set_tests_properties(${name} PROPERTIES COST 100 FAIL_REGULAR_EXPRESSION "\\] 0 tests from")
  cmake_parse_arguments(PARSE_ARGV 1 with "" "DISCOVERY_MODE" "PROPERTIES")
  if(with_PROPERTIES)
    set_tests_properties(${name} PROPERTIES ${with_PROPERTIES})
  endif()
endfunction()
