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

bool possible(const order::Program& program, const std::vector<order::Last>& last = {},
              order::Model model = order::Model::kC11) {
  z3::context context;
  z3::solver solver(context);
  solver.add(order::exists(context, program, last, model));
  return solver.check() == z3::sat;
}

TEST(Litmus, EachHasAnOrderThatIsEnoughAndATwinThatIsNot) {
  std::map<std::string_view, int> enough;
  std::map<std::string_view, int> not_enough;
  for (const Litmus& test : litmus_tests()) {
    for (const order::Model model : {order::Model::kC11, order::Model::kRc11}) {
      EXPECT_EQ(possible(test.program, test.last, model), !test.forbidden)
          << test.name << test.variant;
    }
    ++(test.forbidden ? enough : not_enough)[test.name];
  }
  EXPECT_EQ(enough.size(), 5U);
  for (const auto& [name, count] : enough) EXPECT_GT(not_enough[name], 0) << name;
}

// The textbook's programs, so that the axioms are those of C11 and RC11.
TEST(Litmus, TheModelsKnowTheTextbook) {
  using enum order::Order;
  using order::read;
  using order::write;
  for (const order::Model model : {order::Model::kC11, order::Model::kRc11}) {
    const auto is_possible = [model](const order::Program& program,
                                     const std::vector<order::Last>& last = {}) {
      return possible(program, last, model);
    };
    // Store buffering: both may read 0, also with release and acquire.
    EXPECT_TRUE(is_possible({{write("x", 1, kRelease), read("y", 0, kAcquire)},
                             {write("y", 1, kRelease), read("x", 0, kAcquire)}}));
    // Independent reads of independent writes may disagree; two readers of one location may not.
    EXPECT_TRUE(is_possible({{write("x", 1, kRelease)},
                             {write("y", 1, kRelease)},
                             {read("x", 1, kAcquire), read("y", 0, kAcquire)},
                             {read("y", 1, kAcquire), read("x", 0, kAcquire)}}));
    EXPECT_FALSE(is_possible({{write("x", 1)},
                              {write("x", 2)},
                              {read("x", 1), read("x", 2)},
                              {read("x", 2), read("x", 1)}}));
    // Message passing through a third thread.
    EXPECT_FALSE(is_possible({{write("x", 1), write("y", 1, kRelease)},
                              {read("y", 1, kAcquire), write("z", 1, kRelease)},
                              {read("z", 1, kAcquire), read("x", 0)}}));
    // Load buffering with acquires and releases: a cycle of hb.
    EXPECT_FALSE(is_possible({{read("x", 1, kAcquire), write("y", 1, kRelease)},
                              {read("y", 1, kAcquire), write("x", 1, kRelease)}}));
    // A thread does not read what it writes later.
    EXPECT_FALSE(is_possible({{read("x", 1), write("x", 1)}}));
    // Two writes: what is last is one of them.
    EXPECT_FALSE(is_possible({{write("x", 1), write("x", 2)}}, {{"x", 1}}));
    EXPECT_TRUE(is_possible({{write("x", 1)}, {write("x", 2)}}, {{"x", 1}}));
  }
}

// Load buffering, relaxed: what tells the two models apart.
TEST(Litmus, OnlyC11TakesValuesOutOfThinAir) {
  const order::Program program{{order::read("x", 1), order::write("y", 1)},
                               {order::read("y", 1), order::write("x", 1)}};
  EXPECT_TRUE(possible(program, {}, order::Model::kC11));
  EXPECT_FALSE(possible(program, {}, order::Model::kRc11));
}

// An address dependency orders the access that has it, and nothing after that.
TEST(Litmus, ADependencyOrdersOneAccess) {
  using enum order::Order;
  using order::read;
  using order::through;
  using order::write;
  const order::Thread writer{write("a", 1), write("b", 1), write("pointer", 1, kRelease)};
  EXPECT_FALSE(possible({writer, {read("pointer", 1), through(read("a", 0))}}));
  EXPECT_TRUE(possible({writer, {read("pointer", 1), through(read("a", 1)), read("b", 0)}}));
  EXPECT_FALSE(possible({writer, {read("pointer", 1, kAcquire), read("a", 1), read("b", 0)}}));
  // Of what a relaxed store publishes it says nothing.
  EXPECT_TRUE(possible(
      {{write("a", 1), write("pointer", 1)}, {read("pointer", 1), through(read("a", 0))}}));
}

// A program that does not say what it means is no test.
TEST(LitmusDeathTest, MalformedProgramsAreRefused) {
  using order::lock;
  using order::read;
  using order::through;
  using order::unlock;
  using order::write;
  EXPECT_DEATH(possible({{write("x", 1)}}, {{"x", 2}}), "never written");
  EXPECT_DEATH(possible({{write("x", 1)}}, {{"y", 1}}), "never written");
  EXPECT_DEATH(possible({{lock("U")}, {lock("U"), unlock("U")}}), "not released by the thread");
  EXPECT_DEATH(possible({{write("x", 1)}, {write("x", 1)}}), "twice");
  EXPECT_DEATH(possible({{write("x", 0)}}), "at first");
  EXPECT_DEATH(possible({{write("x", 1), through(read("y", 0))}}), "depends on a read");
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
