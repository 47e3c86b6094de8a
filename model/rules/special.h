// Special entries: what takes the place of a present entry while its page is on its way to another
// frame (A6 page migration, M3, S12).
//
//   the one who moves the page              whoever touches it
//   present -> migration entry, in a window
//   (of every mm that maps it)              waits at the migration entry
//   copies, moves: the entries name
//   the new frame
//   migration entry -> present: silent      goes on with the new frame

#ifndef MIRRORCHECK_MODEL_RULES_SPECIAL_H_
#define MIRRORCHECK_MODEL_RULES_SPECIAL_H_

#include "model/rules/pages.h"

namespace mirrorcheck::model {

// A present entry of private memory becomes a special one of a.kind, which names the same frame.
template <class D>
struct Hide {
  static constexpr Rule kRule = Rule::kHide;
  static constexpr std::string_view kName = "M3.hide";
  static constexpr Clause kWasPresent{
      "M3", Property::kS12, "makes a special entry where none is present, or a present one of it"};
  static constexpr Clause kPrivate{
      "X16", Property::kS12,
      "takes the zero page, or a page of a file, for private memory to move"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kWasPresent, present<D>(s, a.page) && a.kind != EntryKind::kPresent);
    c.require(kPrivate, maps_private_memory<D>(s, a.page) && s.cpu_frame(a.page) != kZeroFrame);
    c.require(kInsideWindow, inside_window<D>(s, a, a.page));
    c.require(kNotKept, nobody_kept<D>(s, a, a.page));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.cpu_kind.set(a.page, a.kind); }
};

// S12: from here on a.frame, and no longer the frame that the migration entry of a.page names, is
// where the page is. All entries that name it change together. What it held was copied before, and
// has to be the newest: nobody could write it since its entries were hidden.
template <class D>
struct Move {
  static constexpr Rule kRule = Rule::kMove;
  static constexpr std::string_view kName = "S12.move";
  static constexpr Clause kHidden{"P1", Property::kS12,
                                  "moves a page whose entry is no migration entry"};
  static constexpr Clause kEverywhere{
      "P1", Property::kS12, "moves a page that another entry still maps in its old place"};
  static constexpr Clause kUnpinned{"P1", Property::kS12, "moves a page that somebody has pinned"};
  static constexpr Clause kOwn{"M3", Property::kS4,
                               "moves private memory into a frame that is free or somebody else's"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto from = s.cpu_frame(a.page);
    c.require(kHidden, from != kNoFrame && s.cpu_kind(a.page) == EntryKind::kMigration);
    c.require(kEverywhere, D::template all<Page>([&](const auto& q) {
                return q == a.page || s.cpu_frame(q) != from ||
                       s.cpu_kind(q) == EntryKind::kMigration;
              }));
    c.require(kUnpinned, s.pins(from) == 0u);
    c.require(kOwn, a.frame != kNoFrame && a.frame != kZeroFrame && s.used(a.frame) &&
                        !D::is_block(a.frame) && D::nowhere(s.cpu_frame, a.frame) &&
                        D::nowhere(s.backing, a.frame));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    const auto from = s.cpu_frame(a.page);
    s.cpu_frame.template set_row<Page>([&](const auto&, const auto& old) {
      return D::template choose<Frame>(old == from && from != kNoFrame, a.frame, old);
    });
  }
};

// remove_migration_pte: the entry is present again. A gain, so silent (M4).
template <class D>
struct Reveal {
  static constexpr Rule kRule = Rule::kReveal;
  static constexpr std::string_view kName = "L7.reveal";
  static constexpr Clause kHidden{"P1", Property::kS12,
                                  "resolves an entry that is no migration entry"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kHidden,
              s.cpu_frame(a.page) != kNoFrame && s.cpu_kind(a.page) == EntryKind::kMigration);
  }
  static void apply(State<D>& s, const Args<D>& a) { s.cpu_kind.set(a.page, EntryKind::kPresent); }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_SPECIAL_H_
