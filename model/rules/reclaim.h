// What reclaim may throw away: pages that MADV_FREE has given up, unless they were written since
// (A6, D6, S15, S15'), and clean pages of the page cache.
//
//   the CPU and devices                     reclaim
//                                           MADV_FREE p, in a window: p is clean
//   a device faults p in, for writing:
//   its entry may be written already,
//   nobody notices
//   the device stores to p
//                                           a window over p
//   callback: the driver marks p dirty,
//   and lets go of it
//                                           p is dirty: it stays
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_MODEL_RULES_RECLAIM_H_
#define MIRRORCHECK_MODEL_RULES_RECLAIM_H_

#include "model/rules/clauses.h"
#include "model/rules/pages.h"

namespace mirrorcheck::model {

// MADV_FREE, one page: what it holds need not be kept, until it is written again. The entry stays,
// writable if it was. From here on a device that may write it has to say that it did.
template <class D>
struct LazyFree {
  static constexpr Rule kRule = Rule::kLazyFree;
  static constexpr std::string_view kName = "A6.lazy_free";
  static constexpr Clause kPrivate{
      "A6", Property::kS15Prime,
      "gives up the contents of a page that is not there, or of what is no private memory"};
  static constexpr Clause kAlone{"A6", Property::kS15Prime,
                                 "gives up the contents of a page that another entry maps, too"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kPrivate, present<D>(s, a.page) && maps_private_memory<D>(s, a.page) &&
                            s.cpu_frame(a.page) != kZeroFrame);
    c.require(kAlone, maps_alone<D>(s, a.page));
    c.require(kInsideWindow, inside_window<D>(s, a, a.page));
    c.require(kNotKept, nobody_kept<D>(s, a, a.page));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.discardable.set(s.cpu_frame(a.page), true);
    s.stored.set(s.cpu_frame(a.page), false);
  }
};

// Reclaim clears the entry of such a page and forgets what it held.
template <class D>
struct Discard {
  static constexpr Rule kRule = Rule::kDiscard;
  static constexpr std::string_view kName = "A6.discard";
  static constexpr Clause kThere{"A6", Property::kS6, "discards an entry that is not there"};
  static constexpr Clause kClean{"D6", Property::kS15Prime,
                                 "throws away a page that was written, or never given up"};
  static constexpr Clause kUnpinned{"X13", Property::kS2,
                                    "throws away a page that somebody has pinned"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kThere, present<D>(s, a.page));
    c.require(kClean, s.discardable(s.cpu_frame(a.page)));
    c.require(kUnpinned, s.pins(s.cpu_frame(a.page)) == 0u);
    c.require(kInsideWindow, inside_window<D>(s, a, a.page));
    c.require(kNotKept, nobody_kept<D>(s, a, a.page));
    c.require(kNotPart, !s.huge(a.page));
  }
  static void apply(State<D>& s, const Args<D>& a) { clear_entry<D>(s, a.page, false); }
};

// Reclaim takes a page out of the page cache: what it holds is in the file, and whoever wants it
// reads it in again (X6.fill). It was unmapped in every mm before, in windows, as for a truncate,
// but without the locks of one: its folio lock keeps faults away. So does a collapse, which has
// copied the page, and gives the file another one under the same lock.
//
//   reclaim                                 a device, another mm
//                                           has page i of the file, and may write it
//   window over p: entry cleared
//                                           lets go of it
//   page i is dirty: written back
//   page i leaves the page cache
//                                           faults p: page i is read in, to another frame
template <class D>
struct EvictPage {
  static constexpr Rule kRule = Rule::kEvict;
  static constexpr std::string_view kName = "A6.evict";
  static constexpr Clause kCached{"A6", Property::kS6,
                                  "takes out of the page cache what is not there, or is a block"};
  static constexpr Clause kClean{
      "X11", Property::kS6Prime,
      "takes a page of a file out of the page cache that was written, and not written back"};
  static constexpr Clause kUnmapped{"M1", Property::kS6,
                                    "takes a page out of the page cache that an mm still maps"};
  static constexpr Clause kUnpinned{"X13", Property::kS6,
                                    "takes a page out of the page cache that somebody has pinned"};
  static constexpr Clause kLocked{
      "X6", Property::kS5Prime,
      "takes a page out of the page cache without its lock: a fault may be about to map it", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto frame = s.backing(a.file_page);
    c.require(kCached, a.file_page != kNoFilePage && frame != kNoFrame && !D::is_block(frame));
    c.require(kClean, !s.dirty(a.file_page));
    c.require(kUnmapped, D::template all<Page>([&](const auto& p) {
                return s.slot(p) != a.file_page || s.copied(p) || s.cpu_frame(p) == kNoFrame;
              }));
    c.require(kUnpinned, s.pins(frame) == 0u);
    c.require(kLocked, s.entry_lock(a.file_page, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.backing.set(a.file_page, kNoFrame); }
};

// set_page_dirty: a driver tells of what its device has written. It does so while the entry is
// there, in its callback at the latest; afterwards the page may be another one's (S15).
template <class D>
struct MarkDirty {
  static constexpr Rule kRule = Rule::kMarkDirty;
  static constexpr std::string_view kName = "D6.mark_dirty";
  static constexpr Clause kLocked{
      "D1", Property::kS15, "a page is marked dirty for a device without its update lock", true};
  static constexpr Clause kMapped{
      "D6", Property::kS15,
      "marks another page dirty than the one that is mapped there, or one whose entry is gone"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kLocked, s.update_lock(a.task, a.mirror));
    c.require(kMapped, a.frame != kNoFrame && s.device_frame(a.mirror, a.page) == a.frame &&
                           s.cpu_frame(a.page) == a.frame);
  }
  static void apply(State<D>& s, const Args<D>& a) {
    make_needed<D>(s, a.frame, true);
    s.unmarked.set(a.mirror, a.page, false);
  }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_RECLAIM_H_
