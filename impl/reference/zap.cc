#include "impl/reference/zap.h"

#include "impl/reference/huge.h"
#include "impl/reference/machine.h"
#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::Rule;
using model::WindowEvent;

void Gather::finish(Current& current) {
  for (unsigned i = 0; i < count_; ++i) current.machine.memory.put_page(current, frames_[i]);
  count_ = 0;
}

void clear_entry(Current& current, const NotifierRange& range, unsigned page, Gather& gather,
                 bool copied) {
  PageTableEntry& entry = range.mm.state.entries[page];
  const Frame frame = entry.frame;
  Memory& memory = current.machine.memory;
  const bool counted = counts(entry.kind) && memory.counts_entries(frame);
  if (counted) memory.unmap(frame);
  entry = {};
  current.step(Rule::kZap, {.window = range.window, .page = range.mm.page(page), .flag = copied});
  if (counted) gather.add(frame);
}

void hide_entry(Current& current, const NotifierRange& range, unsigned page, model::EntryKind kind,
                model::Mirror owner) {
  range.mm.state.entries[page].kind = kind;
  current.step(
      Rule::kHide,
      {.mirror = owner, .window = range.window, .page = range.mm.page(page), .kind = kind});
}

void zap_entries(Current& current, const NotifierRange& range, Gather& gather, bool even_cows) {
  const sync::MutexLock guard(range.mm.page_table_lock);
  for (unsigned page = range.first; page <= range.last; ++page) {
    const PageTableEntry& entry = range.mm.state.entries[page];
    if (entry.empty() || (entry.copied && !even_cows)) continue;
    // A fault has made it since the caller has split those, with mmap_lock for read as the caller
    // has. So that fault came after this.
    if (entry.huge && (huge_first(page) < range.first || huge_last(page) > range.last)) continue;
    // zap_huge_pmd: all of it goes.
    if (entry.huge) split_huge_entry(current, range, page);
    clear_entry(current, range, page, gather);
  }
}

void zap_page_range(Current& current, AddressSpace& mm, unsigned first, unsigned last,
                    bool even_cows) {
  Gather gather;
  NotifierRange range{.mm = mm, .first = first, .last = last, .event = WindowEvent::kClear};
  invalidate_range_start(current, range);
  split_huge_ends(current, mm, first, last);
  zap_entries(current, range, gather, even_cows);
  invalidate_range_end(current, range);
  gather.finish(current);
}

void unmap_mapping(Current& current, Inode& inode, unsigned first, unsigned end, bool even_cows) {
  const sync::SharedLock guard(inode.i_mmap_rwsem);
  for (const model::Mm mm_id :
       {model::other_mm(inode.state.visited_last), inode.state.visited_last}) {
    AddressSpace& mm = current.machine.mm(mm_id);
    const std::size_t id = static_cast<std::size_t>(mm.id);
    const auto& index = inode.state.mapped_index[id];
    const auto affected = [&](unsigned page) {
      return index[page] != 0 && index[page] - 1u >= first && index[page] - 1u < end;
    };
    PageSet mapped = inode.state.mapped[id];
    while (ids::any(mapped)) {
      const unsigned from = ids::first(mapped);
      unsigned to = from;
      if (affected(from)) {
        // One VMA: pages of the file in sequence.
        while (to + 1 < model::kPagesPerMm && index[to + 1] == index[to] + 1 && affected(to + 1)) {
          ++to;
        }
        zap_page_range(current, mm, from, to, even_cows);
      }
      ids::drop_through(mapped, to);
    }
  }
}

}  // namespace mirrorcheck::impl::reference
