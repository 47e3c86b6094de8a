// Executions of a small concurrent program under C11's release/acquire model, as formulas.
//
// A program is a few threads of a few events each. An execution says which write each read reads
// from (rf) and in which order the writes of a location take effect (mo). Happens-before (hb) is
// the order within threads, and from a release to the acquire that reads from it, and from a
// critical section to the next one of its lock. An execution is one of the model when
//   - hb has no cycle;
//   - a read does not read from a write that comes after it, nor from one that was overwritten
//     before it, by hb (coherence); two reads of one location that are ordered by hb read in mo;
//   - RC11 only: nor has hb with rf a cycle, so that no value comes out of thin air. C11 proper
//     does not say so: it allows load buffering, and relaxed writes that justify each other.
// What is forbidden is therefore asked of C11, which allows more; what is possible, of RC11.
//
// A plain access that races is undefined in C11. Here it is one for which coherence of two reads
// does not hold: the compiler may load once more, or use what it loaded earlier.
//
// What Linux orders and RC11 does not: an access whose address comes from a read (`through`)
// follows the release that this read reads from. That is all: what comes after it in its thread
// does not follow, unlike after an acquire.
//
// Thread safety: one thread, that of the context.

#ifndef MIRRORCHECK_PROOFS_MEMORY_ORDER_EXECUTION_H_
#define MIRRORCHECK_PROOFS_MEMORY_ORDER_EXECUTION_H_

#include <z3++.h>

#include <cstddef>
#include <vector>

namespace mirrorcheck::proofs::memory_order {

enum class Model { kC11, kRc11 };

enum class Order { kPlain, kRelaxed, kAcquire, kRelease };

enum class Kind { kRead, kWrite, kLock, kUnlock };

struct Event {
  Kind kind;
  const char* location;  // or the lock
  Order order = Order::kRelaxed;
  int value = 0;  // that is written, or that the read returns in the execution that is looked for
  bool dependent = false;  // its address is what the read before it, in its thread, returned
};

constexpr Event read(const char* location, int value, Order order = Order::kRelaxed) {
  return {Kind::kRead, location, order, value};
}
constexpr Event write(const char* location, int value, Order order = Order::kRelaxed) {
  return {Kind::kWrite, location, order, value};
}
constexpr Event through(Event access) {
  access.dependent = true;
  return access;
}
constexpr Event lock(const char* name) { return {Kind::kLock, name}; }
constexpr Event unlock(const char* name) { return {Kind::kUnlock, name}; }

// Locations are 0 at first.
using Thread = std::vector<Event>;
using Program = std::vector<Thread>;

// That there is an execution in which every read returns the value that its event names and, for
// each (location, value) in `last`, the write of that value is the last one in mo.
struct Last {
  const char* location;
  int value;
};
// REQUIRES, and checked: each value is written to a location once, and none writes 0; who takes a
// lock releases it; a dependent access has a read before it; `last` names writes of the program.
z3::expr exists(z3::context& context, const Program& program, const std::vector<Last>& last,
                Model model);

}  // namespace mirrorcheck::proofs::memory_order

#endif  // MIRRORCHECK_PROOFS_MEMORY_ORDER_EXECUTION_H_
