// The litmus tests themselves: what is enough is enough, each has a weaker twin that is not, and
// the implementation says which test its accesses lean on.

#include "proofs/memory_order/litmus.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace mirrorcheck::proofs {
namespace {

namespace order = memory_order;

bool possible(const order::Program& program, const std::vector<order::Last>& last = {}) {
  z3::context context;
  z3::solver solver(context);
  solver.add(order::exists(context, program, last));
  return solver.check() == z3::sat;
}

TEST(Litmus, EachHasAnOrderThatIsEnoughAndATwinThatIsNot) {
  std::map<std::string_view, int> enough;
  std::map<std::string_view, int> not_enough;
  for (const Litmus& test : litmus_tests()) {
    EXPECT_EQ(possible(test.program, test.last), !test.forbidden) << test.name << test.variant;
    ++(test.forbidden ? enough : not_enough)[test.name];
  }
  EXPECT_EQ(enough.size(), 5U);
  for (const auto& [name, count] : enough) EXPECT_GT(not_enough[name], 0) << name;
}

// The textbook's programs, so that the axioms are those of C11.
TEST(Litmus, TheModelKnowsTheTextbook) {
  using enum order::Order;
  using order::read;
  using order::write;
  // Store buffering: both may read 0, also with release and acquire.
  EXPECT_TRUE(possible({{write("x", 1, kRelease), read("y", 0, kAcquire)},
                        {write("y", 1, kRelease), read("x", 0, kAcquire)}}));
  // Load buffering: not out of thin air.
  EXPECT_FALSE(possible({{read("x", 1), write("y", 1)}, {read("y", 1), write("x", 1)}}));
  // Independent reads of independent writes may disagree; two readers of one location may not.
  EXPECT_TRUE(possible({{write("x", 1, kRelease)},
                        {write("y", 1, kRelease)},
                        {read("x", 1, kAcquire), read("y", 0, kAcquire)},
                        {read("y", 1, kAcquire), read("x", 0, kAcquire)}}));
  EXPECT_FALSE(possible({{write("x", 1)},
                         {write("x", 2)},
                         {read("x", 1), read("x", 2)},
                         {read("x", 2), read("x", 1)}}));
  // Message passing through a third thread.
  EXPECT_FALSE(possible({{write("x", 1), write("y", 1, kRelease)},
                         {read("y", 1, kAcquire), write("z", 1, kRelease)},
                         {read("z", 1, kAcquire), read("x", 0)}}));
  // Two writes: what is last is one of them.
  EXPECT_FALSE(possible({{write("x", 1), write("x", 2)}}, {{"x", 1}}));
}

TEST(Litmus, TheReferenceRefersToEach) {
  std::string source;
  for (const char* file : {"interval_notifier.h", "address_space.h"}) {
    std::ifstream in(std::string(MIRRORCHECK_SOURCE_DIR "/impl/reference/") + file);
    source.append(std::istreambuf_iterator<char>(in), {});
  }
  for (const Litmus& test : litmus_tests()) {
    EXPECT_NE(source.find(std::string(test.name)), std::string::npos) << test.name;
  }
}

}  // namespace
}  // namespace mirrorcheck::proofs
