// The states that have been seen, in the order in which they were found.
//
// A hash table of 32-bit numbers of states, with open addressing: a slot holds the number of a
// state and 32 bits of its hash, of which the lower ones say where it is, so that a slot that is
// taken by another state is mostly known as such without looking at it, and a table that grows need
// not look at states. Nothing is lost to hashing: equal is what is equal bit by bit.
//
// Looking is slow because each look is at another place. Whoever has several states to insert says
// so early: expect() all of them, then approach() all of them, then insert().
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_VISITED_H_
#define MIRRORCHECK_PROOFS_EXPLORE_VISITED_H_

#include <cstddef>
#include <cstdint>
#include <limits>

#include "proofs/check.h"
#include "proofs/explore/chunks.h"
#include "proofs/explore/huge_pages.h"

namespace mirrorcheck::proofs::explore {

template <class Code>
class Visited {
 public:
  using Number = std::uint32_t;
  static constexpr Number kNone = ~Number{0};

  Visited() : slots_(std::size_t{1} << 20) {}

  // The words of a code, one by one.
  static std::uint32_t hash(auto... word) {
    std::uint64_t h = 0x9E3779B97F4A7C15;
    (..., (h = (h ^ word) * 0xFF51AFD7ED558CCD, h ^= h >> 32));
    return static_cast<std::uint32_t>(h ^ (h >> 29));
  }
  // Brings the slot that insert() will look at first closer.
  void expect(std::uint32_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }
  // Then the state that is there.
  void approach(std::uint32_t hash) const {
    const Slot& slot = slots_[hash & (slots_.size() - 1)];
    if (slot.state != 0 && slot.hash == hash) __builtin_prefetch(&codes_[slot.state - 1]);
  }

  // Whether the state is new; it then has the number size() - 1. REQUIRES: size() < kNone.
  bool insert(const Code& code, std::uint32_t hash, Number parent) {
    if (codes_.size() >= slots_.size() / 4 * 3) grow();
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    for (; slots_[at].state != 0; at = (at + 1) & mask) {
      if (slots_[at].hash == hash && codes_[slots_[at].state - 1] == code) return false;
    }
    codes_.push_back(code);
    parents_.push_back(parent);
    slots_[at] = {static_cast<Number>(codes_.size()), hash};
    return true;
  }

  std::size_t size() const { return codes_.size(); }
  const Code& operator[](std::size_t number) const { return codes_[number]; }
  Number parent(std::size_t number) const { return parents_[number]; }
  std::size_t bytes() const {
    return (codes_.size() * (sizeof(Code) + sizeof(Number))) + (slots_.size() * sizeof(Slot));
  }

 private:
  struct Slot {
    Number state = 0;  // its number + 1
    std::uint32_t hash = 0;
  };

  void grow() {
    check(slots_.size() <= std::numeric_limits<std::uint32_t>::max(),
          "more states than there are numbers for them");
    HugeVector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    const std::size_t mask = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.state == 0) continue;
      std::size_t at = slot.hash & mask;
      while (slots_[at].state != 0) at = (at + 1) & mask;
      slots_[at] = slot;
    }
  }

  HugeVector<Slot> slots_;
  Chunks<Code> codes_;
  Chunks<Number> parents_;
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_VISITED_H_
