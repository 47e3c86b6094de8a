// A vector that grows without moving what it has: the millions of states that have been seen are
// neither copied nor is room for them asked for twice.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_CHUNKS_H_
#define MIRRORCHECK_PROOFS_EXPLORE_CHUNKS_H_

#include <cstddef>
#include <vector>

#include "proofs/explore/huge_pages.h"

namespace mirrorcheck::proofs::explore {

template <class T>
class Chunks {
 public:
  void push_back(const T& value) {
    if (size_ % kChunk == 0) {
      chunks_.emplace_back();
      chunks_.back().reserve(kChunk);
    }
    chunks_.back().push_back(value);
    ++size_;
  }
  // REQUIRES: i < size().
  const T& operator[](std::size_t i) const { return chunks_[i / kChunk][i % kChunk]; }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kChunk = std::size_t{1} << 19;

  std::vector<HugeVector<T>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_CHUNKS_H_
