// The states that have been seen, in the order in which they were found.
//
// A hash table of 32-bit numbers of states, with open addressing: a slot holds the number of a
// state and 32 bits of its hash, so that a slot that is taken by another state is mostly known as
// such without looking at it. Nothing is lost to hashing: equal is what is equal bit by bit.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_VISITED_H_
#define MIRRORCHECK_PROOFS_EXPLORE_VISITED_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mirrorcheck::proofs::explore {

template <class Code>
class Visited {
 public:
  using Number = std::uint32_t;
  static constexpr Number kNone = ~Number{0};

  Visited() : slots_(std::size_t{1} << 20) {}

  static std::uint64_t hash(const Code& code) {
    std::uint64_t h = 0x9E3779B97F4A7C15;
    for (const std::uint64_t word : code) {
      h = (h ^ word) * 0xFF51AFD7ED558CCD;
      h ^= h >> 32;
    }
    return h;
  }
  // Brings what insert() will look at first closer.
  void expect(std::uint64_t hash) const { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }

  // Whether the state is new; it then has the number size() - 1. REQUIRES: size() < kNone.
  bool insert(const Code& code, std::uint64_t hash, Number parent) {
    if (2 * codes_.size() >= slots_.size()) grow();
    const std::size_t mask = slots_.size() - 1;
    const auto mark = static_cast<std::uint32_t>(hash >> 32);
    std::size_t at = hash & mask;
    for (; slots_[at].state != 0; at = (at + 1) & mask) {
      if (slots_[at].mark == mark && codes_[slots_[at].state - 1] == code) return false;
    }
    codes_.push_back(code);
    parents_.push_back(parent);
    slots_[at] = {static_cast<Number>(codes_.size()), mark};
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
    std::uint32_t mark = 0;
  };

  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    const std::size_t mask = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.state == 0) continue;
      std::size_t at = hash(codes_[slot.state - 1]) & mask;
      while (slots_[at].state != 0) at = (at + 1) & mask;
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::vector<Code> codes_;
  std::vector<Number> parents_;
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_VISITED_H_
