// struct mm_struct: areas, a two-level page table, notifiers, users.
//
// Areas are kept page by page; a VMA is a run of neighbours that Linux would merge: same kind, same
// protection, file pages in sequence. The page table is kPagesPerMm / kPagesPerTable tables; one
// that is not populated is a hole to hmm_range_fault and to mprotect.
//
// Thread safety: the lock named at each field.

#ifndef MIRRORCHECK_IMPL_REFERENCE_ADDRESS_SPACE_H_
#define MIRRORCHECK_IMPL_REFERENCE_ADDRESS_SPACE_H_

#include <array>
#include <cstdint>

#include "impl/reference/notifier_core.h"
#include "impl/sync/mutex.h"
#include "impl/sync/section.h"
#include "impl/sync/shared_mutex.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

inline constexpr unsigned kPagesPerTable = 4;

// Whether an entry of that kind has a reference on the page that it names, if that has any.
constexpr bool counts(model::EntryKind kind) {
  return kind != model::EntryKind::kMigration && kind != model::EntryKind::kPoisoned;
}

// One page of a VMA. The protection is VM_READ and VM_WRITE as mmap and mprotect set them.
struct AreaPage {
  model::Area area = model::Area::kNone;
  bool read = false;
  bool write = false;
  model::FilePage file_page = model::kNoFilePage;
  bool is_private = false;  // MAP_PRIVATE, of a file
  bool sync = false;        // MAP_SYNC, of a DAX file (X7)
  bool operator==(const AreaPage&) const = default;
};

// A page-table entry. Not accessible: PROT_NONE keeps the frame where it is. `read` is VM_READ of
// the area as the entry knows it; a CPU that may write may also read. `exclusive` speaks of private
// memory (PageAnonExclusive): no other entry maps the frame, so it may be written where it is. An
// entry that is neither empty nor present is a special one: the rest of it is what the present
// entry will be like that comes in its place.
// `copied`: the frame is this mm's copy of a page of the file that is mapped (X10). `merged`: the
// page was joined with others by KSM; whoever writes it gets a copy, the last one, too. `huge`: it
// is part of an entry of the directory, which maps an aligned run of pages; all of them say so.
// `tracked`: clear_refs has been here, and nobody has written since (!pte_soft_dirty, in a VMA
// without VM_SOFTDIRTY): whoever writes first is to fault. `uffd_wp`: a userfaultfd has
// write-protected it (F7): whoever writes is refused.
struct PageTableEntry {
  model::Frame frame = model::kNoFrame;
  model::EntryKind kind = model::EntryKind::kPresent;
  bool read = false;
  bool write = false;
  bool accessible = false;
  bool exclusive = false;
  bool copied = false;
  bool merged = false;
  bool huge = false;
  bool tracked = false;
  bool uffd_wp = false;
  bool operator==(const PageTableEntry&) const = default;
  bool empty() const { return frame == model::kNoFrame; }
  bool present() const { return !empty() && kind == model::EntryKind::kPresent; }
  bool allows(bool for_write) const { return present() && accessible && (write || !for_write); }
};

struct AddressSpace {
  explicit AddressSpace(model::Mm self)
      : id(self),
        mmap_lock({sync::LockClass::kMmapLock, static_cast<std::uint8_t>(self)}),
        page_table_lock({sync::LockClass::kPageTableLock, static_cast<std::uint8_t>(self)}),
        intervals(static_cast<std::uint8_t>(self)),
        classics(static_cast<std::uint8_t>(self)) {}

  const model::Mm id;
  sync::SharedMutex mmap_lock;
  sync::Mutex page_table_lock;
  sync::Section users_section;
  IntervalSubscriptions intervals;
  ClassicNotifiers classics;

  struct State {
    // Changed with mmap_lock held for write.
    std::array<AreaPage, model::kPagesPerMm> areas{};
    // Changed under mmap_lock for write and the i_mmap_rwsem of every file that is mapped: whoever
    // may open a window holds one of them, so it need take neither to look (N2). Litmus publish and
    // has_itree (proofs/memory_order): with one of the locks held, no release or acquire is needed.
    bool notifiers_published = false;
    // Some entry is or was huge: changed with mmap_lock held for write and the anon_vma lock
    // exclusively, so that who has one of them may look, and need not take the page-table lock. Of
    // a file it is changed with mmap_lock and the file's invalidate_lock held for read and its
    // entry lock: who has one of them so that no such fault is under way may look, too. Who has
    // mmap_lock for read alone may miss what such a fault makes, which then comes after. Atomic,
    // relaxed.
    bool ever_huge = false;
    // Under the page-table lock.
    std::array<PageTableEntry, model::kPagesPerMm> entries{};
    std::array<bool, model::kPagesPerMm / kPagesPerTable> populated{};  // by table
    // hugetlb: the first frame of each huge page that is set aside and not mapped yet. With
    // mmap_lock for write, that alone.
    std::array<model::Frame, model::kPagesPerMm / model::kPagesPerHuge> reserved{};
    // Under users_section.
    std::uint8_t users = 0;  // mm_users
    bool intervals_published =
        false;  // has_itree: notifiers_published was made with an interval in view
  } state;

  static constexpr unsigned table_of(unsigned page) { return page / kPagesPerTable; }
  static constexpr unsigned table_end(unsigned page) {
    return table_of(page) * kPagesPerTable + kPagesPerTable - 1;
  }
  // REQUIRES: mmap_lock and the page-table lock are held; the entry is present.
  bool maps_private_memory(unsigned page) const {
    return state.entries[page].frame != model::kZeroFrame &&
           (state.areas[page].file_page == model::kNoFilePage || state.entries[page].copied);
  }
  bool table_populated(unsigned page) const { return state.populated[table_of(page)]; }

  // The last page, `limit` at most, of the VMA or gap that `page` lies in.
  // REQUIRES: mmap_lock is held.
  unsigned area_end(unsigned page, unsigned limit) const {
    AreaPage expected = state.areas[page];
    while (page < limit) {
      if (expected.file_page != model::kNoFilePage) {
        const model::File file = model::file_of(expected.file_page);
        expected.file_page = model::FilePage(static_cast<unsigned>(expected.file_page) + 1);
        // After the last page of one file comes the first of another, which is not mapped by the
        // same VMA.
        if (model::file_of(expected.file_page) != file) break;
      }
      if (state.areas[page + 1] != expected) break;
      ++page;
    }
    return page;
  }
  // Whether something is mapped in [first, last]. REQUIRES: mmap_lock is held.
  bool any_area(unsigned first, unsigned last) const {
    for (unsigned page = first; page <= last; ++page) {
      if (state.areas[page].area != model::Area::kNone) return true;
    }
    return false;
  }
  model::Page page(unsigned page_index) const { return model::page_of(id, page_index); }
  model::PageRange pages(unsigned first, unsigned last) const { return {page(first), page(last)}; }
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_ADDRESS_SPACE_H_
