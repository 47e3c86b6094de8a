// The epoch pair against the kernel's machine word.
//
// The contract counts periods: invalidate_seq is 2 * epoch + odd, and an epoch never wraps. The
// kernel has words of 64 bits, which do. Each step of mm/mmu_notifier.c on these words, written
// here as the kernel computes it, is shown to lead to the words that belong to the state after the
// contract's step; and each comparison of words to say what the contract's comparison says, as long
// as fewer than 2^63 periods lie between the two values.
//
// Thread safety: each call is on its own.

#ifndef MIRRORCHECK_PROOFS_SEQUENCE_WORD_H_
#define MIRRORCHECK_PROOFS_SEQUENCE_WORD_H_

#include <vector>

#include "proofs/prove.h"

namespace mirrorcheck::proofs {

inline constexpr Group kSequenceWordGroup{
    .name = "sequence_word",
    .title = "the contract's epochs are the kernel's invalidate_seq",
    .says =
        "start, end, insert, set_seq, read_begin, its wait and read_retry do with a word of 64 "
        "bits that wraps around what the contract's steps do with epochs; of a word of 2 bits "
        "that is not so, and the solver finds the state",
    .does_not_say =
        "anything about a section that sleeps for 2^63 periods: its retry check may pass",
    .assumes =
        "what the kernel does under its subscriptions lock is one step (the words that are "
        "read without it are the memory_order group's)",
};

std::vector<Obligation> prove_sequence_word(const ProveOptions& options);

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_SEQUENCE_WORD_H_
