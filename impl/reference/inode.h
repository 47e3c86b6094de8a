// struct inode and its address_space: size, backing frames, entry locks, and the rmap of a file.
//
// An inode lives while anything refers to it: its name, mapped pages, and operations under way.
// With the last reference an unlinked one is evicted, which frees its pages and blocks. While
// somebody has one of its blocks pinned, through whichever file, that reference is the pin's. (That
// is more than Linux before 6.15 does; dax_break_layout_final waits instead.)
//
// Thread safety: the lock named at each field. Lock order: impl/reference/README.md.

#ifndef MIRRORCHECK_IMPL_REFERENCE_INODE_H_
#define MIRRORCHECK_IMPL_REFERENCE_INODE_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "impl/reference/current.h"
#include "impl/reference/page_set.h"
#include "impl/sync/mutex.h"
#include "impl/sync/section.h"
#include "impl/sync/shared_mutex.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

struct Inode {
  explicit Inode(model::File self)
      : Inode(self, std::make_index_sequence<model::kPagesPerFile>()) {}

  const model::File id;
  sync::SharedMutex rwsem;            // i_rwsem
  sync::SharedMutex invalidate_lock;  // mapping->invalidate_lock
  sync::SharedMutex i_mmap_rwsem;
  // The lock bit of a DAX entry; for the page cache, the folio lock. EntryLock knows which of them
  // is that of a page.
  std::array<sync::Mutex, model::kPagesPerFile> entry_locks;
  sync::Section section;

  // kUnmounted: its filesystem is about to go, and the one reference is that of the name.
  enum class Name : std::uint8_t { kAbsent, kLinked, kUnlinked, kUnmounted };
  struct State {
    // Under section.
    Name name = Name::kAbsent;
    model::Count references = 0;
    std::uint8_t size = 0;  // i_size, in cells. Changed under rwsem, too.
    // Constant in a run.
    bool dax = false;
    bool counted = false;  // blocks count the entries that map them (FileLayout)
    bool huge = false;     // blocks come in aligned runs (FileLayout)
    // Under the entry lock of the page. A zero entry tells that a hole was mapped (X8).
    std::array<model::Frame, model::kPagesPerFile> backing{};
    std::array<bool, model::kPagesPerFile> zero_entry{};
    // PAGECACHE_TAG_DIRTY: written, or writable through some entry, since the last write-back
    // (X11). Changed in `section`, too, for who asks without the entry lock.
    std::array<bool, model::kPagesPerFile> dirty{};
    // Pages whose shared blocks are claimed (Memory::look). Under rwsem, for write.
    std::uint8_t claimed = 0;
    // Of a block: that the file has it there is not on stable storage yet (IOMAP_F_DIRTY, X7).
    std::array<bool, model::kPagesPerFile> uncommitted{};
    // Of a page of the page cache: the disk has something else than zeros. Under the entry lock.
    std::array<bool, model::kPagesPerFile> on_disk{};
    // i_mmap, under i_mmap_rwsem: for each mm the pages that map this file, and 1 + which page of
    // it.
    std::array<PageSet, model::kMms> mapped{};
    std::array<std::array<std::uint8_t, model::kPagesPerMm>, model::kMms> mapped_index{};
    // vma_interval_tree_insert_after: a child's mapping is visited after its parent's, from which
    // copies may be on their way to it (X10).
    model::Mm visited_last{1};
  } state;

  // What the disk has of each page that is `on_disk`, under its entry lock.
  std::array<std::array<std::uint32_t, model::kCellsPerPage>, model::kPagesPerFile> disk{};

  model::FilePage page(unsigned index) const { return model::file_page(id, index); }
  model::FilePageRange pages(unsigned first, unsigned end) const {
    return first < end ? model::FilePageRange{page(first), page(end - 1)} : model::FilePageRange{};
  }
  std::uint8_t size() {
    const sync::SectionLock guard(section);
    return state.size;
  }
  // The pages that a file of `cells` has.
  static constexpr unsigned pages_of(unsigned cells) {
    constexpr unsigned kPage = model::kCellsPerPage;
    return (cells + kPage - 1) / kPage;
  }

  // Whether the page has a frame, a block or a zero entry, or is on disk. REQUIRES: nobody can add
  // one; reclaim may take it out of the page cache meanwhile.
  bool has_page(unsigned index) {
    const sync::SectionLock guard(section);
    return state.backing[index] != model::kNoFrame || state.zero_entry[index] ||
           state.on_disk[index];
  }
  // Reclaim: the page leaves the page cache. REQUIRES: its entry lock.
  void remove_from_cache(unsigned index) {
    const sync::SectionLock guard(section);
    state.backing[index] = model::kNoFrame;
  }
  // Whether some page has a frame, a block or a zero entry, or is on disk. REQUIRES: nobody can add
  // one.
  bool has_pages() const {
    return std::any_of(state.backing.begin(), state.backing.end(),
                       [](model::Frame frame) { return frame != model::kNoFrame; }) ||
           std::any_of(state.zero_entry.begin(), state.zero_entry.end(),
                       [](bool entry) { return entry; }) ||
           std::any_of(state.on_disk.begin(), state.on_disk.end(), [](bool page) { return page; });
  }

  // Whether its block was claimed; now it is not. REQUIRES: i_rwsem for write.
  bool take_claim(unsigned index) {
    const bool claimed = (state.claimed >> index & 1) != 0;
    state.claimed &= static_cast<std::uint8_t>(~(1u << index));
    return claimed;
  }

  // REQUIRES: the entry lock of the page.
  void set_dirty(unsigned index) {
    const sync::SectionLock guard(section);
    state.dirty[index] = true;
  }
  template <class Report>
  void clear_dirty(unsigned index, Report&& report) {
    const sync::SectionLock guard(section);
    state.dirty[index] = false;
    report();
  }

  // The DAX entry that `index` belongs to, [first, last]: in a file whose blocks come in runs a PMD
  // entry of the whole run, under one lock.
  unsigned entry_first(unsigned index) const {
    return state.huge ? index / model::kPagesPerHuge * model::kPagesPerHuge : index;
  }
  unsigned entry_last(unsigned index) const {
    return state.huge ? entry_first(index) + model::kPagesPerHuge - 1 : index;
  }

  // What open() does: one more reference if the name is there.
  bool get_by_name();
  void get(unsigned count);
  // Drops `count` references; the last one is evict()'s. REQUIRES: no lock of A12 is held.
  static void put(Current& current, Inode& inode, unsigned count);

 private:
  template <std::size_t... kIndex>
  Inode(model::File self, std::index_sequence<kIndex...>)
      : id(self),
        rwsem({sync::LockClass::kInodeRwsem, static_cast<std::uint8_t>(self)}),
        invalidate_lock({sync::LockClass::kInvalidateLock, static_cast<std::uint8_t>(self)}),
        i_mmap_rwsem({sync::LockClass::kImmapRwsem, static_cast<std::uint8_t>(self)}),
        entry_locks{sync::Mutex({sync::LockClass::kEntryLock,
                                 static_cast<std::uint8_t>(model::file_page(self, kIndex))})...} {}
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_INODE_H_
