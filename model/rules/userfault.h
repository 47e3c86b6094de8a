// Write-protection by a userfaultfd (F7): UFFDIO_WRITEPROTECT.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_MODEL_RULES_USERFAULT_H_
#define MIRRORCHECK_MODEL_RULES_USERFAULT_H_

#include "model/rules/pages.h"

namespace mirrorcheck::model {

// The entry of a page of anonymous memory is marked (flag), or no longer. Write permission was
// taken before, in a window (M1.write_protect), and comes back by a fault (M4.upgrade): the step
// itself takes nothing and gives nothing. A special entry is marked as well; the present one that
// comes in its place is (pte_swp_uffd_wp).
template <class D>
struct UffdWp {
  static constexpr Rule kRule = Rule::kUffdWp;
  static constexpr std::string_view kName = "A6.uffd_wp";
  static constexpr Clause kAnonymous{
      "F7", Property::kS3,
      "a userfaultfd write-protects, or gives up, what is not there or is no anonymous memory"};
  static constexpr Clause kReadOnly{
      "F7", Property::kS3, "a userfaultfd takes for write-protected what may still be written"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kMmapHeld, s.mmap_lock(a.task, D::mm_of(a.page)) != Hold::kNot);
    c.require(kAnonymous, s.cpu_frame(a.page) != kNoFrame && s.area(a.page) == Area::kAnon);
    c.require(kReadOnly, !a.flag || !s.cpu_write(a.page));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.uffd_wp.set(a.page, a.flag); }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_USERFAULT_H_
