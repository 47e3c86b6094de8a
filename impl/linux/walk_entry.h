// One call of hmm_range_fault: what its walk finds of the world, and what it makes of it.
//
// The walk takes no lock to read an entry, and says nothing of what it decides. Both are seen from
// outside: the page-table primitives that it uses tell when it reads, and hmm_pfns[] has its
// answers. Between a read and the answer the walk uses no primitive, so that nobody else runs in
// between: answers are reported at the next primitive, as steps of the moment of the read.
//
//   primitive                          what is known then
//   pmd_addr_end, ptep_get             the answers to what was read before
//   handle_mm_fault                    these, and that the page (or the hole) is faulted in
//   hmm_range_fault returns            these, and why it gave up
//
// On threads the page-table lock is held from the read to the report.
//
// Thread safety: an entry is its task's own.

#ifndef MIRRORCHECK_IMPL_LINUX_WALK_ENTRY_H_
#define MIRRORCHECK_IMPL_LINUX_WALK_ENTRY_H_

#include <array>
#include <cstdint>

#include "impl/linux/entry.h"
#include "impl/linux/kernel_walk.h"
#include "impl/linux/tables.h"
#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/mirror.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::linux_kernel {

class WalkEntry final : public Entry, public PageTables {
 public:
  WalkEntry(reference::Current& current, reference::DeviceMirror& mirror, const mc_range& range);

  // What the kernel's primitives ask for.
  WalkEntry& walk() override { return *this; }
  PageTables& tables() override { return *this; }
  page* device_page(unsigned frame) override;
  void look_at_table(unsigned long address, unsigned long next) override;
  void look_at_entry() override;
  bool fault(unsigned long address, bool write);
  void wait_at_migration_entry(unsigned long address);
  void looked_for_collision(bool collided) { may_walk_ = !collided; }

  // What the kernel's function has returned: reported, and handed on.
  int returned(int error);

 private:
  unsigned long& pfn(unsigned page) { return range_.pfns[page - first_]; }
  bool answered(unsigned page) { return (pfn(page) & kMcPfnUnanswered) == 0; }
  bool asked(unsigned page, unsigned long flag) const {
    return (requests_[page - first_] & flag) != 0;
  }

  void begin_look();
  void end_look();
  void step(model::Rule rule, const model::Arguments& arguments);
  void report(unsigned page, model::Outcome outcome, unsigned long pfn_and_flags = 0);
  void report_fault(unsigned page);
  void report_answer(unsigned page);
  void report_answers();
  unsigned first_unanswered(unsigned long flag);

  reference::Current& current_;
  reference::DeviceMirror& mirror_;
  const mc_range range_;
  const unsigned first_;
  const unsigned last_;

  std::array<unsigned long, model::kPagesPerMm> requests_{};  // F3, of each page
  unsigned reported_ = 0;          // answers were reported before this page
  unsigned chunk_last_ = 0;        // the last page of what one pmd is for
  unsigned pmd_ = 0;               // what that is, or a table where an entry of one is looked at
  model::PageRange hole_pages_{};  // while its pages are reported
  bool looking_ = false;           // something was read and not yet reported. On threads: lock held
  bool faulting_ = false;          // what is faulted in was reported
  bool failed_ = false;            // handle_mm_fault said no
  bool may_walk_ = false;          // F8: it looked, and had not collided
};

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_WALK_ENTRY_H_
