// Executions of a small concurrent program under C11's release/acquire model, as formulas.
//
// A program is a few threads of a few events each. An execution says which write each read reads
// from (rf) and in which order the writes of a location take effect (mo). Happens-before (hb) is
// the order within threads, and from a release to the acquire that reads from it, and from a
// critical section to the next one of its lock. An execution is one of the model when
//   - hb has no cycle, nor has hb with rf (no value comes out of thin air);
//   - a read does not read from a write that comes after it, nor from one that was overwritten
//     before it, by hb (coherence); two reads of one location that are ordered by hb read in mo.
//
// A plain access that races is undefined in C11. Here it is one for which the last axiom does not
// hold: the compiler may load once more, or use what it loaded earlier.
//
// What Linux orders and C11 does not: an access whose address comes from a read follows that read
// (kDependent), as LKMM has it.
//
// Thread safety: one thread, that of the context.

#ifndef MIRRORCHECK_PROOFS_MEMORY_ORDER_EXECUTION_H_
#define MIRRORCHECK_PROOFS_MEMORY_ORDER_EXECUTION_H_

#include <z3++.h>

#include <cstddef>
#include <vector>

namespace mirrorcheck::proofs::memory_order {

enum class Order { kPlain, kRelaxed, kDependent, kAcquire, kRelease };

enum class Kind { kRead, kWrite, kLock, kUnlock };

struct Event {
  Kind kind;
  const char* location;  // or the lock
  Order order = Order::kRelaxed;
  int value = 0;  // that is written, or that the read returns in the execution that is looked for
};

constexpr Event read(const char* location, int value, Order order = Order::kRelaxed) {
  return {Kind::kRead, location, order, value};
}
constexpr Event write(const char* location, int value, Order order = Order::kRelaxed) {
  return {Kind::kWrite, location, order, value};
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
// REQUIRES: each value is written to a location once; each lock is released by who took it.
z3::expr exists(z3::context& context, const Program& program, const std::vector<Last>& last);

}  // namespace mirrorcheck::proofs::memory_order

#endif  // MIRRORCHECK_PROOFS_MEMORY_ORDER_EXECUTION_H_
