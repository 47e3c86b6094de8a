// States that were found a moment ago.
//
// Two steps that have nothing to do with each other lead to the same state in either order, and
// that soon: nearly half of the states that are found were found just before. To know it of some of
// them saves looking for these where every look is a wait for memory (visited.h). Each is kept
// whole, so that nothing is taken for another; where two would have one place, the former is
// forgotten.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_RECENT_H_
#define MIRRORCHECK_PROOFS_EXPLORE_RECENT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mirrorcheck::proofs::explore {

template <class Code>
class Recent {
 public:
  // `seen`: some state that has been found.
  explicit Recent(const Code& seen) : codes_(kPlaces, seen) {}

  // Whether the state with these words is among them; if not, it now is.
  [[gnu::always_inline]] bool has(std::uint32_t hash, auto... word) {
    Code& code = codes_[hash % kPlaces];
    std::uint64_t* place = code.data();
    std::uint64_t different = 0;
    (..., (different |= word ^ *place++));
    if (different == 0) return true;
    place = code.data();
    (..., (*place++ = word));
    return false;
  }

 private:
  // As many as a cache of the processor holds beside all else.
  static constexpr std::size_t kPlaces = 4096;

  std::vector<Code> codes_;
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_RECENT_H_
