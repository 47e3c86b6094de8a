// Memory for tables that are looked at in no order at all: in huge pages where the kernel gives
// them, since otherwise most looks wait for the TLB.
//
// Thread safety: as std::allocator.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_HUGE_PAGES_H_
#define MIRRORCHECK_PROOFS_EXPLORE_HUGE_PAGES_H_

#include <cstddef>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace mirrorcheck::proofs::explore {

template <class T>
struct HugePages {
  using value_type = T;  // NOLINT(readability-identifier-naming): the name allocators have

  HugePages() = default;
  template <class U>
  explicit(false) HugePages(const HugePages<U>&) {}

  T* allocate(std::size_t n) {
    void* const memory = ::operator new(n * sizeof(T), kAlignment);
#if defined(__linux__)
    // Advice only: whether it is taken makes a difference to nothing but time.
    if (n * sizeof(T) >= kSize) ::madvise(memory, n * sizeof(T), MADV_HUGEPAGE);
#endif
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { ::operator delete(memory, kAlignment); }
  bool operator==(const HugePages&) const = default;

 private:
  static constexpr std::size_t kSize = std::size_t{1} << 21;
  static constexpr std::align_val_t kAlignment{kSize};
};

template <class T>
using HugeVector = std::vector<T, HugePages<T>>;

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_HUGE_PAGES_H_
