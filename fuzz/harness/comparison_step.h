// The comparisons themselves, inlined into the path of every step.
//
// Thread safety: pure. REQUIRES: as comparison.h.

#ifndef MIRRORCHECK_FUZZ_HARNESS_COMPARISON_STEP_H_
#define MIRRORCHECK_FUZZ_HARNESS_COMPARISON_STEP_H_

#include <algorithm>

#include "fuzz/harness/clauses.h"
#include "fuzz/harness/judge.h"
#include "impl/world.h"

namespace mirrorcheck::fuzz::comparison {

using model::Arguments;
using model::ConcreteState;
using model::File;
using model::FilePage;
using model::Frame;
using model::Mirror;
using model::Mm;
using model::Page;
using model::PageRange;
using model::Registration;
using model::Rule;

// Each comparison returns the clause that fails, or null.

// Of as many pages at once as a task's stack has room for.
inline constexpr unsigned kDevicePages = model::sized<unsigned>(model::kPages, 64);
inline const Clause* device_part(const impl::World& world, const ConcreteState& s, Mirror m,
                                 PageRange pages) {
  std::array<impl::Entry, kDevicePages> entries;
  world.device_entries(m, pages, entries.data());
  const impl::Entry* entry = entries.data();
  for (unsigned p = static_cast<unsigned>(pages.first); p <= static_cast<unsigned>(pages.last);
       ++p, ++entry) {
    if (entry->frame != s.device_frame(m, Page(p)) || entry->write != s.device_write(m, Page(p)) ||
        entry->huge != s.device_huge(m, Page(p))) {
      return &kDeviceEntryDiffers;
    }
  }
  return nullptr;
}

inline const Clause* device(const impl::World& world, const ConcreteState& s, Mirror m,
                            PageRange pages) {
  if (pages.first > pages.last) return nullptr;
  if constexpr (model::kLargeWorld) {
    for (; static_cast<unsigned>(pages.last) - static_cast<unsigned>(pages.first) >= kDevicePages;
         pages.first = Page(static_cast<unsigned>(pages.first) + kDevicePages)) {
      const Page last = Page(static_cast<unsigned>(pages.first) + kDevicePages - 1);
      if (const Clause* c = device_part(world, s, m, {pages.first, last})) return c;
    }
  }
  return device_part(world, s, m, pages);
}

inline const Clause* cpu(const impl::World& world, const ConcreteState& s, Page p) {
  const impl::Entry entry = world.cpu_entry(p);
  return entry.frame == s.cpu_frame(p) && entry.kind == s.cpu_kind(p) &&
                 entry.write == s.cpu_write(p) && entry.read == s.cpu_read(p) &&
                 entry.huge == s.huge(p)
             ? nullptr
             : &kCpuEntryDiffers;
}

inline const Clause* backing(const impl::World& world, const ConcreteState& s, FilePage f) {
  return world.backing(f) == s.backing(f) ? nullptr : &kBackingDiffers;
}

inline const Clause* frame(const impl::World& world, const ConcreteState& s, Frame f) {
  if (world.is_free(f) == s.used(f)) return &kFreeDiffers;
  return world.pins(f) == s.pins(f) ? nullptr : &kPinsDiffer;
}

inline const Clause* notifiers(const impl::World& world, const Judge& judge, Mm mm) {
  const ConcreteState& s = judge.state();
  const impl::NotifierState actual = world.notifiers(mm);
  if (actual.active_invalidate_ranges != judge.open_windows(mm)) return &kActiveDiffers;
  return actual.invalidate_seq == model::Concrete::sequence(s.epoch(mm), s.odd(mm))
             ? nullptr
             : &kSequenceDiffers;
}

inline const Clause* subscription(const impl::SubscriptionState& actual, const ConcreteState& s,
                                  Mirror m) {
  if (actual.registration != s.registration(m)) return &kSubscriptionDiffers;
  return actual.registration == Registration::kOut ||
                 actual.invalidate_seq == model::Concrete::sequence(s.sub_epoch(m), true)
             ? nullptr
             : &kSubscriptionSequenceDiffers;
}

inline const Clause* subscription(const impl::World& world, const ConcreteState& s, Mirror m) {
  return subscription(world.subscription(m), s, m);
}

inline const Clause* subscriptions(const impl::World& world, const ConcreteState& s) {
  std::array<impl::SubscriptionState, model::kMirrors> actual;
  world.subscriptions(actual);
  for (std::size_t m = 0; m < model::kMirrors; ++m) {
    if (const Clause* c = subscription(actual[m], s, Mirror(m))) return c;
  }
  return nullptr;
}

inline const Clause* size(const impl::World& world, const Judge& judge, File file) {
  const ConcreteState& s = judge.state();
  const unsigned cells = world.file_size(file);
  if (cells != judge.file_size(file)) return &kSizeDiffers;
  const std::size_t pages = (cells + model::kCellsPerPage - 1) / model::kCellsPerPage;
  for (unsigned i = 0; i < model::kPagesPerFile; ++i) {
    if (s.within(model::file_page(file, i)) != (i < pages)) return &kSizeDiffers;
  }
  return nullptr;
}

inline const Clause* memory(const impl::World& world, Frame frame, const Arguments& a) {
  return frame == model::kNoFrame || world.cell(frame, a.cell) == a.value ? nullptr
                                                                          : &kMemoryDiffers;
}

// What `frame` holds, which is that of a page of a file, or else of `page`.
inline const Clause* contents(const impl::World& world, const Judge& judge, Frame frame, Page page,
                              FilePage file_page) {
  if (frame == model::kNoFrame) return nullptr;
  for (unsigned c = 0; c < model::kCellsPerPage; ++c) {
    if (world.cell(frame, c) != judge.newest(page, file_page, c)) return &kMemoryDiffers;
  }
  return nullptr;
}

// A switch that the compiler folds where the rule is known.
[[gnu::always_inline]] inline const Clause* touched(const impl::World& world, const Judge& judge,
                                                    Rule rule, const Arguments& a) {
  const ConcreteState& s = judge.state();
  switch (rule) {
    case Rule::kInvalidate: {
      const PageRange window = s.window_pages(a.window);
      const PageRange mirror = s.mirror_pages(a.mirror);
      const PageRange both{std::max(window.first, mirror.first),
                           std::min(window.last, mirror.last)};
      if (const Clause* c = device(world, s, a.mirror, both)) return c;
      return subscription(world, s, a.mirror);
    }
    case Rule::kInstall:
      return device(world, s, a.mirror, a.pages);
    case Rule::kProgram:
      return device(world, s, a.mirror, {a.page, a.page});
    case Rule::kDropHuge:
      return device(world, s, a.mirror, model::huge_of(a.page));
    case Rule::kJoin:
    case Rule::kSplit:
    case Rule::kWriteProtect:
    case Rule::kUpgrade: {
      const bool whole = rule == Rule::kJoin || rule == Rule::kSplit;
      const PageRange all = whole ? model::huge_of(a.page) : model::changed_by(a);
      for (unsigned p = static_cast<unsigned>(all.first); p <= static_cast<unsigned>(all.last);
           ++p) {
        if (const Clause* c = cpu(world, s, Page(p))) return c;
      }
      return nullptr;
    }
    case Rule::kQuiesce:
      return device(world, s, a.mirror, s.mirror_pages(a.mirror));
    case Rule::kZap:
    case Rule::kHide:
    case Rule::kReveal:
    case Rule::kLazyFree:
    case Rule::kDiscard:
      return cpu(world, s, a.page);
    case Rule::kPopulate:
    case Rule::kCopyEntry:
    case Rule::kMerge:
      if (const Clause* c = cpu(world, s, a.page)) return c;
      return Shadow::is_private(s, a.page)
                 ? contents(world, judge, s.cpu_frame(a.page), a.page, model::kNoFilePage)
                 : nullptr;
    case Rule::kMove:
      // All entries that name the frame.
      for (unsigned p = 0; p < model::kPages; ++p) {
        if (s.cpu_frame(model::Page(p)) != a.frame) continue;
        if (const Clause* c = cpu(world, s, model::Page(p))) return c;
      }
      return contents(world, judge, a.frame, a.page, model::kNoFilePage);
    case Rule::kMoveEntry:
      if (const Clause* c = cpu(world, s, a.page)) return c;
      return cpu(world, s, a.source);
    case Rule::kAllocate:
    case Rule::kFree:
    case Rule::kBreak:
    case Rule::kPin:
    case Rule::kUnpin:
      return frame(world, s, a.frame);
    case Rule::kUnshare:
      if (const Clause* c = backing(world, s, a.file_page)) return c;
      return contents(world, judge, s.backing(a.file_page), Page{}, a.file_page);
    case Rule::kFill:
      // What reclaim has taken out of the page cache is read in again.
      if (const Clause* c = backing(world, s, a.file_page)) return c;
      return contents(world, judge, s.backing(a.file_page), Page{}, a.file_page);
    case Rule::kShare:
    case Rule::kDisconnect:
    case Rule::kEvict:
      return backing(world, s, a.file_page);
    case Rule::kResize:
      return size(world, judge, a.file);
    case Rule::kInsert:
      if (const Clause* c = subscription(world, s, a.mirror)) return c;
      return notifiers(world, judge, a.mm);
    case Rule::kRemove:
    case Rule::kRemoved:
      return subscription(world, s, a.mirror);
    case Rule::kStart:
      return notifiers(world, judge, a.mm);
    case Rule::kEnd:
    case Rule::kStartFailed:
      if (const Clause* c = subscriptions(world, s)) return c;
      return notifiers(world, judge, s.window_mm(a.window));
    case Rule::kGetMm:
    case Rule::kPutMm:
      return world.users(a.mm) == s.users(a.mm) ? nullptr : &kUsersDiffer;
    case Rule::kCpuAccess:
      return memory(world, s.cpu_frame(a.page), a);
    case Rule::kDeviceAccess:
      return memory(world, s.device_frame(a.mirror, a.page), a);
    case Rule::kFileAccess:
      return memory(world, s.backing(a.file_page), a);
    case Rule::kZeroTail:
      return contents(world, judge, s.backing(a.file_page), Page{}, a.file_page);
    default:
      return nullptr;
  }
}

}  // namespace mirrorcheck::fuzz::comparison

#endif  // MIRRORCHECK_FUZZ_HARNESS_COMPARISON_STEP_H_
