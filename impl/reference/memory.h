// Frames: pages of RAM and blocks of the DAX device, their contents, references and pins.
//
// Free lists, last in first out: what is freed is handed out next, so that a stale translation
// meets somebody else's data at once.
//
// A page of RAM lives as long as it has references: one for each entry that maps it, one of the
// page cache, one for each pin. A block is the file's, until the filesystem frees it (X16); its
// references are for who wants to know whether it is idle: each pin is one, and beyond that it has
// always one, or, where it is `counted`, one for each entry, until the TLB is flushed.
//
// Thread safety: every function may be called by several tasks at once, except reset(). Each access
// to a frame and its report are one step.

#ifndef MIRRORCHECK_IMPL_REFERENCE_MEMORY_H_
#define MIRRORCHECK_IMPL_REFERENCE_MEMORY_H_

#include <algorithm>
#include <array>
#include <cstdint>

#include "impl/reference/current.h"
#include "impl/sync/section.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

class Memory {
 public:
  Memory() { reset(); }

  void reset();

  // A zeroed page of RAM with one reference, or kNoFrame: out of memory.
  model::Frame allocate_page(Current& current);
  // The first of as many as a huge entry maps, aligned, each like that; or kNoFrame: no such run is
  // free.
  model::Frame allocate_huge(Current& current);
  // A zeroed block, or kNoFrame: no space left.
  model::Frame allocate_block(Current& current, bool counted);
  // The first of an aligned run of them, as allocate_huge().
  model::Frame allocate_huge_block(Current& current, bool counted);
  // A zeroed page of the memory of a device, likewise.
  model::Frame allocate_device_page(Current& current, model::Mirror owner);
  // The same of one that is free, as its driver has chosen it. REQUIRES: device memory.
  void take_device_page(Current& current, model::Frame frame);
  // A slot of the swap device, or kNoFrame: swap is full.
  model::Frame allocate_swap_slot(Current& current);
  // Whether an entry that maps the frame has a reference on it. REQUIRES: it is mapped.
  bool counts_entries(model::Frame frame) const {
    return frame != model::kZeroFrame && (!model::is_block(frame) || state_.counted[index(frame)]);
  }
  // The reference of an entry that is made, and the entry itself when it goes: its reference is
  // dropped afterwards, by put_page(). REQUIRES: counts_entries().
  void map(model::Frame frame);
  void unmap(model::Frame frame);
  // REQUIRES: a page of RAM or of a device, or a reference on a block.
  void get_page(model::Frame frame);
  // False: nobody has a reference on it, it is free or about to be.
  bool try_get_page(model::Frame frame);
  void put_page(Current& current, model::Frame frame);
  // X12.3: an entry of the block has gone whose TLB flush is still to come. REQUIRES: a block.
  bool flushing(model::Frame frame);
  // Whether the caller's is the only reference. REQUIRES: a page of RAM or of a device, or a slot.
  bool only_reference(model::Frame frame) { return only_references(frame, 1); }
  // Whether there are `count` and no more.
  bool only_references(model::Frame frame, unsigned count);
  unsigned references(model::Frame frame);
  // One of several goes. REQUIRES: it is not the last one.
  void drop_reference(model::Frame frame);
  // The folio lock of private memory: whoever moves a page has it. REQUIRES: a page of RAM or of a
  // device, or a swap slot, which cannot be freed: the caller has a reference, or holds the
  // page-table lock under which an entry maps it.
  bool try_lock_page(model::Frame frame);
  void unlock_page(model::Frame frame);
  bool page_locked(model::Frame frame);
  // MADV_FREE: a page is lazily free, and clean until somebody writes it or says that he has.
  // Whether it is lazily free is asked by who has it mapped: REQUIRES the page-table lock of an
  // entry that names it, or U of a mirror that translates to it.
  bool lazily_free(model::Frame frame) const { return state_.lazily_free[index(frame)]; }
  // REQUIRES: the page-table lock of the one entry that maps it; it has no slot.
  void free_lazily(model::Frame frame);
  // The swap cache: the slot of the swap device from which the page came, which holds the same as
  // long as the page is clean; kNoFrame: none. The page has a reference on it. REQUIRES: the folio
  // lock, except for may_be_clean().
  model::Frame slot_of(model::Frame frame) const { return state_.slot[index(frame)]; }
  // The page is clean from here on. The caller's reference goes to it. REQUIRES: nobody maps it
  // yet.
  void keep_slot(model::Frame frame, model::Frame slot);
  // The reference becomes the caller's; kNoFrame: there was none.
  model::Frame take_slot(model::Frame frame);
  // folio_free_swap: the slot goes, and the page is dirty. Who writes it says so all the same: that
  // it has lost its slot no step tells, and to the contract it is clean until then (S15').
  void free_swap(Current& current, model::Frame frame);
  // Its slot holds the same.
  bool stored(model::Frame frame);
  // vm_swap_full: slots are for who has no page in RAM.
  bool swap_is_scarce();
  // Whoever writes it has to say so. REQUIRES: as lazily_free().
  bool may_be_clean(model::Frame frame) const {
    return lazily_free(frame) || slot_of(frame) != model::kNoFrame ||
           state_.lost_slot[index(frame)];
  }
  // set_page_dirty, or the dirty bit of an entry. REQUIRES: as lazily_free().
  void set_dirty(model::Frame frame);
  // A page that has moved is what it was, its slot comes along. REQUIRES: both page-table locks;
  // memory of a device has no slot.
  void move_dirty(model::Frame from, model::Frame to);
  // It is lazily free, and nobody has written it since. REQUIRES: as lazily_free().
  bool discardable(model::Frame frame);
  // Gives one frame what another one holds. REQUIRES: nobody writes either.
  void copy(model::Frame from, model::Frame to) {
    copy(from, to, [] {});
  }
  // The same of a frame that others may write: report() is called when it is read. One after the
  // other, sections of frames do not nest. REQUIRES: `to` is the caller's own.
  template <class Report>
  void copy(model::Frame from, model::Frame to, Report&& report) {
    Cells cells;
    {
      const sync::SectionLock guard(sections_[index(from)]);
      cells = cells_[index(from)];
      report();
    }
    const sync::SectionLock guard(sections_[index(to)]);
    cells_[index(to)] = cells;
  }
  // What a disk gives and takes. REQUIRES: nobody writes the frame meanwhile; for write_to, it is
  // the caller's own.
  using Cells = std::array<std::uint32_t, model::kCellsPerPage>;
  Cells read_from(model::Frame frame) {
    const sync::SectionLock guard(sections_[index(frame)]);
    return cells_[index(frame)];
  }
  void write_to(model::Frame frame, const Cells& cells) {
    const sync::SectionLock guard(sections_[index(frame)]);
    cells_[index(frame)] = cells;
  }
  // Whether two frames hold the same. REQUIRES: nobody writes either.
  bool same(model::Frame one, model::Frame other);
  // Whether `own`, which nobody else knows, holds the same as a page that others may write: then
  // report() is called with that.
  template <class Report>
  bool same(model::Frame own, model::Frame other, Report&& report) {
    const Cells cells = read_from(own);
    const sync::SectionLock guard(sections_[index(other)]);
    if (cells != cells_[index(other)]) return false;
    report();
    return true;
  }
  // X9: one more file page has the block. REQUIRES: a block that some file page has, and claims if
  // it is shared already.
  void share_block(model::Frame frame);
  bool is_shared(model::Frame frame);
  // X12.3: who is about to take a shared block from a file page, or to share it once more, looks
  // whether somebody has it pinned, and claims it. A page that lets go of it for a copy leaves its
  // pins behind; from here on it may do so only if they are not left to pages that are claimed:
  //
  //   truncate f                       who has pinned the block through g
  //   nobody has it pinned, claimed
  //                                    pins it
  //                                    writes g: has made a copy, waits before g gets it
  //   f has the block no longer
  //                                    g has it alone, and keeps it
  enum class Look : std::uint8_t { kBusy, kIdle, kClaimed };
  // kIdle: nobody else has it, or `claims` is false. REQUIRES: the file page is unmapped and stays
  // so, by its file's locks.
  Look look(model::Frame frame, bool claims);
  // The same where only pins count; kBusy: unpin() tells when the last one goes.
  Look look_to_evict(model::Frame frame, model::File file);
  // One claim goes.
  void release_block(Current& current, model::Frame frame);
  // A file page has it no longer, and report() is called with that. True: no other has it, and it
  // is the caller's to free.
  template <class Report>
  bool remove_block(Current& current, model::Frame frame, bool claimed, Report&& report) {
    bool awaited = false;
    bool alone;
    {
      const sync::SectionLock guard(sections_[index(frame)]);
      alone = state_.shared[index(frame)] == 0;
      if (!alone) --state_.shared[index(frame)];
      if (claimed) awaited = drop_claim(frame);
      report();
    }
    if (awaited) wake_leavers(current);
    return alone;
  }
  // The same, with report(), of a page that gets a copy. kAlone, kNotYet: nothing has changed; it
  // is the only one, or must look again after a wake of Machine::blocks_idle.
  enum class Leave : std::uint8_t { kLeft, kAlone, kNotYet };
  template <class Report>
  Leave leave_shared(model::Frame frame, Report&& report) {
    const sync::SectionLock guard(sections_[index(frame)]);
    Claims& claims = state_.claims[block_index(frame)];
    if (state_.shared[index(frame)] == 0) return Leave::kAlone;
    if (state_.pins[index(frame)] != 0 && claims.count >= state_.shared[index(frame)]) {
      claims.awaited = true;
      return Leave::kNotYet;
    }
    --state_.shared[index(frame)];
    report();
    return Leave::kLeft;
  }
  // memory_failure: the block must not be mapped, nor read, until it is freed: whoever gets it then
  // writes all of it. report() is called with that; false: it had failed before.
  template <class Report>
  bool fail_block(model::Frame frame, Report&& report) {
    const sync::SectionLock guard(sections_[index(frame)]);
    if (state_.failed[block_index(frame)]) return false;
    state_.failed[block_index(frame)] = true;
    report();
    return true;
  }
  // Of any frame: whether it is such a block.
  bool failed(model::Frame frame);
  // REQUIRES: a block that no file page has; nothing else is asked, that is the filesystem's affair
  // (X12).
  void free_block(Current& current, model::Frame frame);

  // GUP. Pins of the zero page are not counted: it is never freed.
  // REQUIRES: the page-table lock under which `page` maps `frame` is held.
  void pin(Current& current, model::Page page, model::Frame frame, bool write, bool longterm);
  // Returns a bit for each file whose eviction waited for this.
  std::uint8_t unpin(Current& current, model::Frame frame);
  std::uint32_t pins(model::Frame frame);

  // A load or store and its report(value). REQUIRES: frame is not kNoFrame.
  template <class Report>
  std::uint32_t load(model::Frame frame, unsigned cell, Report&& report) {
    const sync::SectionLock guard(sections_[index(frame)]);
    const std::uint32_t value = cells_[index(frame)][cell];
    report(value);
    return value;
  }
  template <class Report>
  void store(model::Frame frame, unsigned cell, std::uint32_t value, Report&& report) {
    const sync::SectionLock guard(sections_[index(frame)]);
    cells_[index(frame)][cell] = value;
    report(value);
  }
  template <class Report>
  void zero_from(model::Frame frame, unsigned cell, Report&& report) {
    const sync::SectionLock guard(sections_[index(frame)]);
    for (unsigned c = cell; c < model::kCellsPerPage; ++c) cells_[index(frame)][c] = 0;
    report();
  }

  // For observers that know that nobody changes anything just now.
  bool peek_free(model::Frame frame) const { return !state_.used[index(frame)]; }
  std::uint32_t peek_pins(model::Frame frame) const { return state_.pins[index(frame)]; }
  void peek(std::array<bool, model::kFrames>& used,
            std::array<std::uint64_t, model::kFrames>& pins) const {
    used = state_.used;
    std::copy(state_.pins.begin(), state_.pins.end(), pins.begin());
  }
  std::uint32_t peek_cell(model::Frame frame, unsigned cell) const {
    return cells_[index(frame)][cell];
  }

 private:
  template <std::size_t kCapacity>
  struct FreeList {
    std::array<model::Frame, kCapacity> frames{};
    model::Below<kCapacity + 1> count = 0;
  };
  // Of a shared block.
  struct Claims {
    std::uint8_t count = 0;
    std::uint8_t evicted = 0;  // files, a bit for each, whose eviction waits for pins
    bool awaited = false;      // some page may leave when one goes
  };
  struct State {
    FreeList<model::kRamFrames> pages;
    FreeList<model::kBlocks> blocks;
    std::array<FreeList<model::kFramesPerDevice>, model::kMirrors> device_pages;
    FreeList<model::kSwapSlots> swap_slots;
    std::array<bool, model::kFrames> used{};
    std::array<model::Count, model::kFrames> references{};
    std::array<model::Count, model::kFrames> pins{};
    std::array<bool, model::kFrames> locked{};
    std::array<bool, model::kFrames> lazily_free{};     // !PG_swapbacked
    std::array<bool, model::kFrames> dirty{};           // of what may be clean
    std::array<model::Frame, model::kFrames> slot{};    // of the swap device
    std::array<bool, model::kFrames> lost_slot{};       // and nobody has written since
    std::array<bool, model::kFrames> counted{};         // blocks
    std::array<std::uint8_t, model::kFrames> shared{};  // of a block: file pages, less one
    std::array<model::Count, model::kFrames> mapped{};  // map count of a counted block
    std::array<Claims, model::kBlocks> claims{};
    std::array<bool, model::kBlocks> failed{};
  };
  static constexpr State initial_state();
  static constexpr std::size_t index(model::Frame frame) { return static_cast<std::size_t>(frame); }
  static constexpr std::size_t block_index(model::Frame frame) {
    return index(frame) - index(model::kFirstBlock);
  }

  // A reference goes: whether put_last() is due. REQUIRES: the frame's section.
  bool drop(model::Frame frame);
  void put_last(Current& current, model::Frame frame);
  // kClaimed if `claims` and it is shared. REQUIRES: the frame's section, and that it is idle.
  Look claim(model::Frame frame, bool claims);
  // Whether wake_leavers() is due. REQUIRES: the frame's section.
  bool drop_claim(model::Frame frame);
  static void wake_leavers(Current& current);
  template <class List>
  model::Frame take(Current& current, List& list, model::Frame wanted = model::kNoFrame);
  // allocate_huge() of any list.
  template <class List>
  model::Frame take_run(Current& current, List& list);
  void count_entries(model::Frame block);
  // The last frame of the list is handed out. REQUIRES: lists_; there is one.
  template <class List>
  model::Frame take_last(Current& current, List& list);
  // Puts `wanted` at the end. REQUIRES: lists_; it is in the list.
  template <class List>
  static void bring_last(List& list, model::Frame wanted);
  template <class List>
  void give_back(Current& current, List& list, model::Frame frame);

  sync::Section lists_;                                 // the free lists and `used`
  std::array<sync::Section, model::kFrames> sections_;  // one frame's references, pins and cells
  State state_;
  std::array<Cells, model::kFrames> cells_{};  // zeroed when a frame is handed out
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_MEMORY_H_
