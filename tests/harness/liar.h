// Worlds that do something else than they are asked to, and what they are tried with.

#ifndef MIRRORCHECK_TESTS_HARNESS_LIAR_H_
#define MIRRORCHECK_TESTS_HARNESS_LIAR_H_

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "fuzz/harness/assignment.h"
#include "fuzz/harness/clauses.h"
#include "fuzz/harness/execution.h"
#include "tests/harness/lying_world.h"
#include "tests/harness/scenario_of.h"

namespace mirrorcheck::fuzz {

using impl::Call;
using impl::Operation;
using impl::Result;
using model::Arguments;
using model::Outcome;
using model::Page;
using model::Rule;
using model::Task;

// Set-up operations and those of other calls than `call` are done as they should be.
struct Lie {
  Call call{};
  // Changes what is done.
  void (*does)(Operation&) = nullptr;
  // Changes what is told of a step; false: it is not told.
  bool (*tells)(Rule, Arguments&) = nullptr;
  void (*answers)(Result&) = nullptr;
};

class Liar final : public LyingWorld {
 public:
  explicit Liar(const Lie& lie) : lie_(lie) {}

  void apply(Task task, const Operation& operation, Result& result) override {
    lying_ = operation.call == lie_.call;
    Operation done = operation;
    if (lying_ && lie_.does != nullptr) lie_.does(done);
    truth().apply(task, done, result);
    if (lying_ && lie_.answers != nullptr) lie_.answers(result);
    lying_ = false;
  }

 protected:
  void step(Rule rule, const Arguments& arguments) override {
    Arguments told = arguments;
    if (lying_ && lie_.tells != nullptr && !lie_.tells(rule, told)) return;
    tell(rule, told);
  }

 private:
  Lie lie_;
  bool lying_ = false;
};

// Nothing is done, and that was it.
inline void nothing(Operation& operation) { operation = {.call = Call::kUnpin}; }
inline void success(Result& result) { result.error = 0; }
template <Rule... kRule>
bool not_told(Rule rule, Arguments&) {
  return ((rule != kRule) && ...);
}
template <int kError>
void error(Result& result) {
  result.error = kError;
}

// The same where doing nothing must not be an unpin.
inline void nothing_of_pins(Operation& operation) {
  operation = {.call = Call::kMirrorClose, .mirror = 3};
}

inline constexpr const char* kMemory =
    "tasks t0:mm0\n"
    "setup\n"
    "  t0 mmap_anon p0+4 rw\n"
    "  t0 mirror_open m0 p0+4\n"
    "  t0 device_write m0 p0+4 .0\n"
    "t0\n";
inline constexpr const char* kClassic = "tasks t0:mm0\nsetup\n  t0 notifier_register n0\nt0\n";
inline constexpr const char* kEmpty = "tasks t0:mm0\nt0\n";
// Eight pages of three files, and what is in two of them.
inline constexpr const char* kFiles =
    "tasks t0:mm0\n"
    "file f0 dax 32 cells\n"
    "file f1 cache 32 cells\n"
    "file f2 dax 6 cells\n"
    "setup\n"
    "  t0 pwrite f0@1 .3\n"
    "  t0 pwrite f0@2 .0\n"
    "  t0 pwrite f1@1 .3\n"
    "  t0 pwrite f2@1 .1\n"
    "t0\n";

inline constexpr const char* kOnDevice =
    "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\n"
    "  t0 migrate_to_device m0 p0+2 .0\nt0\n";

struct Case {
  const char* name;
  const Clause* clause;
  const char* setup;
  const char* operations;
  Lie lie;
};

inline std::string text_of(const Case& each) { return std::string(each.setup) + each.operations; }

inline void expect_caught(const Case& each) {
  Liar world(each.lie);
  Execution execution(world, {});
  const Verdict verdict = execution.replay(scenario_of(text_of(each)));
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
  // Of a breach of protocol, harm may come.
  EXPECT_EQ(each.clause->protocol && verdict.cause ? verdict.cause.clause : verdict.breach.clause,
            each.clause)
      << sentence_of(verdict);
}

inline void expect_not_slandered(const Case& each) {
  Liar honest(Lie{});
  Execution execution(honest, {.compare_everything = true});
  const Verdict verdict = execution.replay(scenario_of(text_of(each)));
  EXPECT_EQ(verdict.kind, VerdictKind::kHolds) << sentence_of(verdict);
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_HARNESS_LIAR_H_
