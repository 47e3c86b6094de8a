// The few accesses of the protocol that no lock orders, or that a lock orders though they look as
// if none did: which memory orders they need, as litmus tests.
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_PROOFS_MEMORY_ORDER_LITMUS_H_
#define MIRRORCHECK_PROOFS_MEMORY_ORDER_LITMUS_H_

#include <string_view>
#include <vector>

#include "proofs/memory_order/execution.h"
#include "proofs/prove.h"

namespace mirrorcheck::proofs {

// One program and an outcome that must not be.
struct Litmus {
  std::string_view name;        // as comments refer to it
  std::string_view variant;     // which orders it has, in words
  std::string_view properties;  // that lean on it
  bool forbidden;               // that there is no such execution; else there is a witness of one
  memory_order::Program program;
  std::vector<memory_order::Last> last;
};

std::vector<Litmus> litmus_tests();

inline constexpr Group kMemoryOrderGroup{
    .name = "memory_order",
    .title = "plain and relaxed accesses of the protocol",
    .says =
        "set_seq and read_retry need no order beyond the update lock; check_retry may be wrong in "
        "one direction only; the subscriptions are published by a release; has_itree leans on the "
        "locks of registration; the wait of read_begin leans on the lock of the page table, or "
        "needs an acquire. Each weaker twin has an execution that goes wrong",
    .does_not_say = "that a compiler or processor keeps to the model; nothing about progress",
    .assumes =
        "C11's release and acquire, even where values come out of thin air (what goes wrong does "
        "so "
        "in RC11, where none do), and LKMM's address dependency where told",
};

std::vector<Obligation> prove_memory_order(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_MEMORY_ORDER_LITMUS_H_
