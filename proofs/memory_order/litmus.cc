#include "proofs/memory_order/litmus.h"

#include <string>
#include <utility>

#include "proofs/questions.h"

namespace mirrorcheck::proofs {
namespace {

using memory_order::lock;
using memory_order::Order;
using memory_order::Program;
using memory_order::read;
using memory_order::Thread;
using memory_order::through;
using memory_order::unlock;
using memory_order::write;

// D1, Q6, Q7. The sequence s and the device's entry are both under the update lock U.
//
//   callback                      driver, about to install what it walked
//   lock U                        lock U
//     s := 1   (set_seq)            s == 0 ?   (read_retry: no collision)
//     entry := 1   (torn down)      entry := 2   (installed)
//   unlock U                      unlock U
//
// Must not be: no collision was seen, and yet what was installed stays.
Program set_seq(const Thread& driver) {
  return {{lock("U"), write("s", 1), write("entry", 1), unlock("U")}, driver};
}

// F8. The lockless hint: what it says once, that there was a collision, it does not take back.
Program check_retry(const Thread& driver) {
  return {{lock("U"), write("s", 1), write("entry", 1), unlock("U")}, driver};
}

// N2. Must not be: the pointer is seen, but not what it points to.
Program publish(Order store, const Thread& reader) {
  return {{write("lock", 1), write("subscriptions", 1, store)}, reader};
}

// N2. Who looks at has_itree holds one of the locks that registration takes all of. Must not be:
// the subscriptions are seen, and the tree is not.
Program has_itree(const Thread& invalidating) {
  return {{lock("mmap"), write("subscriptions", 1, Order::kRelease), write("has_itree", 1),
           unlock("mmap")},
          invalidating};
}

// Q3, M1. A reader that waits for the end of a period; then it walks.
//
//   kernel                        driver
//   entry := 1   (cleared)        S == 1 ?   (wait_event: the period is over)
//   lock; S := 1 (end); unlock    entry == 0 ?   (walks what was cleared)
//
// Must not be: the walk sees the old entry, for no later callback tells.
Program wait(const Thread& clear, Order end, const Thread& driver) {
  Thread kernel = clear;
  kernel.insert(kernel.end(), {lock("subscriptions"), write("S", 1, end), unlock("subscriptions")});
  return {kernel, driver};
}

}  // namespace

std::vector<Litmus> litmus_tests() {
  const Thread cleared_under_ptl{lock("ptl"), write("entry", 1), unlock("ptl")};
  const Thread cleared{write("entry", 1)};
  return {
      {"set_seq",
       "relaxed, read_retry under the update lock",
       "S9'",
       true,
       set_seq({lock("U"), read("s", 0), write("entry", 2), unlock("U")}),
       {{"entry", 2}}},
      {"set_seq",
       "read_retry before the update lock is taken",
       "S9'",
       false,
       set_seq({read("s", 0, Order::kAcquire), lock("U"), write("entry", 2), unlock("U")}),
       {{"entry", 2}}},
      {"set_seq",
       "read_retry under the lock, installed after it",
       "S9'",
       false,
       set_seq({lock("U"), read("s", 0), unlock("U"), write("entry", 2)}),
       {{"entry", 2}}},
      {"check_retry",
       "READ_ONCE, looking twice",
       "S9'",
       true,
       check_retry({read("s", 1), read("s", 0)}),
       {}},
      {"check_retry",
       "READ_ONCE, then the decision under the lock",
       "S9'",
       true,
       check_retry({read("s", 1), lock("U"), read("s", 0), unlock("U")}),
       {}},
      {"check_retry",
       "plain, looking twice",
       "S9'",
       false,
       check_retry({read("s", 1, Order::kPlain), read("s", 0, Order::kPlain)}),
       {}},
      // It says "no collision" although what the callback tore down is already seen.
      {"check_retry",
       "READ_ONCE, for a decision",
       "S9'",
       false,
       check_retry({read("entry", 1), read("s", 0)}),
       {}},
      {"publish",
       "release and acquire",
       "S1",
       true,
       publish(Order::kRelease, {read("subscriptions", 1, Order::kAcquire), read("lock", 0)}),
       {}},
      {"publish",
       "release, address dependency (Linux)",
       "S1",
       true,
       publish(Order::kRelease, {read("subscriptions", 1), through(read("lock", 0))}),
       {}},
      // The field is read through the pointer; what is read next is not.
      {"publish",
       "release, address dependency of another access (Linux)",
       "S1",
       false,
       publish(Order::kRelease,
               {read("subscriptions", 1), through(read("list", 0)), read("lock", 0)}),
       {}},
      {"publish",
       "release, relaxed load (C11)",
       "S1",
       false,
       publish(Order::kRelease, {read("subscriptions", 1), read("lock", 0)}),
       {}},
      {"publish",
       "relaxed store",
       "S1",
       false,
       publish(Order::kRelaxed, {read("subscriptions", 1, Order::kAcquire), read("lock", 0)}),
       {}},
      {"has_itree",
       "relaxed, under a lock that registration takes",
       "S1",
       true,
       has_itree({lock("mmap"), read("subscriptions", 1), read("has_itree", 0), unlock("mmap")}),
       {}},
      {"has_itree",
       "acquire of the pointer, no lock",
       "S1",
       false,
       has_itree({read("subscriptions", 1, Order::kAcquire), read("has_itree", 0)}),
       {}},
      {"read_begin_wait",
       "relaxed, the walk takes the page-table lock",
       "S9'",
       true,
       wait(cleared_under_ptl, Order::kRelaxed,
            {read("S", 1), lock("ptl"), read("entry", 0), unlock("ptl")}),
       {}},
      {"read_begin_wait",
       "relaxed, the walk takes no lock",
       "S9'",
       false,
       wait(cleared_under_ptl, Order::kRelaxed, {read("S", 1), read("entry", 0)}),
       {}},
      {"read_begin_wait",
       "release and acquire, no lock at all",
       "S9'",
       true,
       wait(cleared, Order::kRelease, {read("S", 1, Order::kAcquire), read("entry", 0)}),
       {}},
      {"read_begin_wait",
       "acquire, but the end stores relaxed",
       "S9'",
       false,
       wait(cleared, Order::kRelaxed, {read("S", 1, Order::kAcquire), read("entry", 0)}),
       {}},
      {"read_begin_wait",
       "the wait looks at S under its lock",
       "S9'",
       true,
       wait(cleared, Order::kRelaxed,
            {lock("subscriptions"), read("S", 1), unlock("subscriptions"), read("entry", 0)}),
       {}},
  };
}

std::vector<Obligation> prove_memory_order(const ProveOptions& options) {
  z3::context context;
  Questions questions(options);
  // They are about accesses, not about a step.
  if (!options.rule.empty()) return {};
  for (const Litmus& test : litmus_tests()) {
    z3::solver solver = questions.solver(context);
    // Each answer is the harder one: nothing in the model that allows more, something in the one
    // that allows less.
    solver.add(memory_order::exists(
        context, test.program, test.last,
        test.forbidden ? memory_order::Model::kC11 : memory_order::Model::kRc11));
    Obligation o;
    o.group = kMemoryOrderGroup.name;
    o.what = std::string(test.name) + ": " + std::string(test.variant) +
             (test.forbidden ? " is enough" : " is not enough");
    o.properties = test.properties;
    questions.ask(std::move(o), solver, test.forbidden ? z3::unsat : z3::sat);
  }
  return questions.take();
}

}  // namespace mirrorcheck::proofs
