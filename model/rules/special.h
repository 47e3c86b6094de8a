// Special entries: what takes the place of a present entry while its page is on its way to another
// frame (A6 page migration, M3, S12), or in the memory of a device (P1, P2), or in swap (A6
// reclaim), or when its memory has failed (failure.h).
//
//   the one who moves the page              whoever touches it
//   present -> migration entry, in a window
//   (of every mm that maps it)              waits at the migration entry
//   copies, moves: the entries name
//   the new frame
//   migration entry -> present, or device
//   private: silent                         goes on with the new frame, or asks for it back

#ifndef MIRRORCHECK_MODEL_RULES_SPECIAL_H_
#define MIRRORCHECK_MODEL_RULES_SPECIAL_H_

#include "model/rules/pages.h"

namespace mirrorcheck::model {

// A present entry of private memory, or one of device memory, becomes a special one of a.kind,
// which names the same frame. A swap entry names the page in RAM as long as it is there, in what
// the kernel calls the swap cache.
// P5: of a present one, and what may be written by its mm alone, a.mirror may have an exclusive
// entry: its window leaves that mirror alone, or is nobody's, and what is exclusive counts as
// walked in the task's section. P3: a window that is for a mirror may leave it what it has; it lets
// go before the page moves.
template <class D>
struct Hide {
  static constexpr Rule kRule = Rule::kHide;
  static constexpr std::string_view kName = "M3.hide";
  static constexpr Clause kThere{
      "M3", Property::kS12, "makes a special entry of one that is not there, or of another kind"};
  static constexpr Clause kPrivate{
      "X16", Property::kS12,
      "takes the zero page, a page of a file, or one of hugetlb, for private memory to move"};
  static constexpr Clause kExclusive{
      "P5", Property::kS12Prime,
      "makes an entry exclusive that another one shares, that may not be written, or for another "
      "mirror than its window is for"};
  static constexpr Clause kFailed{
      "A6", Property::kS6,
      "gives up for failed what is in memory that has not: what it holds is lost"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto exclusive = a.kind == EntryKind::kDeviceExclusive;
    const auto replaced = a.kind == EntryKind::kSwap || a.kind == EntryKind::kPoisoned;
    c.require(kThere, s.cpu_frame(a.page) != kNoFrame &&
                          (((exclusive || replaced) && s.cpu_kind(a.page) == EntryKind::kPresent) ||
                           (a.kind == EntryKind::kMigration &&
                            (s.cpu_kind(a.page) == EntryKind::kPresent ||
                             s.cpu_kind(a.page) == EntryKind::kDevicePrivate))));
    c.require(kPrivate, maps_private_memory<D>(s, a.page) && s.cpu_frame(a.page) != kZeroFrame &&
                            s.area(a.page) != Area::kHugetlb);
    c.require(kInsideWindow, inside_window<D>(s, a, a.page));
    c.require(kNotKept, D::template choose<bool>(replaced, nobody_kept<D>(s, a, a.page),
                                                 no_callback_kept<D>(s, a, a.page)));
    c.require(kExclusive, D::implies(exclusive, [&] { return for_itself(s, a); }));
    c.require(kNotPart, !s.huge(a.page));
    c.require(kFailed, a.kind != EntryKind::kPoisoned || s.broken(s.cpu_frame(a.page)));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    const auto exclusive = a.kind == EntryKind::kDeviceExclusive;
    const auto walked =
        exclusive && s.section(a.task) == Section::kBegun && s.section_mirror(a.task) == a.mirror;
    s.walked_frame.set(
        a.task, a.page,
        D::template choose<Frame>(walked, s.cpu_frame(a.page), s.walked_frame(a.task, a.page)));
    s.walked_write.set(a.task, a.page, walked || s.walked_write(a.task, a.page));
    s.walked_huge.set(a.task, a.page, !walked && s.walked_huge(a.task, a.page));
    s.walked.set(a.task, a.page,
                 D::template choose<Outcome>(walked, Outcome::kValid, s.walked(a.task, a.page)));
    s.exclusive_to.set(a.page,
                       D::template choose<Mirror>(exclusive, a.mirror, s.exclusive_to(a.page)));
    s.cpu_kind.set(a.page, a.kind);
  }

 private:
  static auto for_itself(const State<D>& s, const Args<D>& a) {
    const auto mm = D::mm_of(a.page);
    return s.mmap_lock(a.task, mm) != Hold::kNot && s.users(mm) != 0u && s.cpu_read(a.page) &&
           s.cpu_write(a.page) && maps_alone<D>(s, a.page) && s.mirror_mm(a.mirror) == mm &&
           s.published(mm) && (!s.owned(a.window) || s.window_mirror(a.window) == a.mirror);
  }
};

// S12: from here on a.frame, and no longer the frame that the migration entry of a.page names, is
// where the page is. All entries that name it change together. What it held was copied before, and
// has to be the newest: nobody could write it since its entries were hidden.
// Reclaim: a page whose entries are swap entries goes out to a slot of the swap device, or comes in
// from there. flag: it comes in and the slot goes on holding the same, or it goes out to such a
// slot and nothing has to be written.
//
//   a device, by way of its mirror          reclaim
//                                           p comes in, its slot stays: p is clean
//   faults p in, for writing: the entry
//   may be written already
//   stores to p
//                                           a window over p
//   callback: the driver marks p dirty
//                                           p is not what the slot holds: it is written out again
template <class D>
struct Move {
  static constexpr Rule kRule = Rule::kMove;
  static constexpr std::string_view kName = "S12.move";
  static constexpr Clause kHidden{"P1", Property::kS12,
                                  "moves a page whose entry is no migration entry"};
  static constexpr Clause kEverywhere{
      "P1", Property::kS12, "moves a page that another entry still maps in its old place"};
  static constexpr Clause kUnpinned{"P1", Property::kS12, "moves a page that somebody has pinned"};
  static constexpr Clause kLetGo{
      "P3", Property::kS12,
      "moves a page that a device can still use where it was: what it stores there is lost"};
  static constexpr Clause kNotWalked{
      "P4", Property::kS9Prime,
      "moves a page that a section has walked and nothing has disturbed since: its driver may "
      "install the frame that the page has left"};
  static constexpr Clause kOwn{"M3", Property::kS4,
                               "moves private memory into a frame that is free or somebody else's"};
  static constexpr Clause kSwaps{
      "A6", Property::kS12,
      "moves a page into swap or out of it by other entries than swap entries, or elsewhere by "
      "those"};
  // migrate_vma_setup looks at the area alone: the copies of a private mapping stay, too.
  static constexpr Clause kTaken{"X17", Property::kS12,
                                 "moves a page of a DAX mapping into the memory of a device"};
  static constexpr Clause kUnwritten{
      "D6", Property::kS15Prime,
      "leaves a page to a slot of swap that does not hold it any more: it was written since"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto from = s.cpu_frame(a.page);
    const auto swaps = s.cpu_kind(a.page) == EntryKind::kSwap;
    c.require(kHidden, from != kNoFrame && (swaps || s.cpu_kind(a.page) == EntryKind::kMigration));
    c.require(kEverywhere, D::template all<Page>([&](const auto& q) {
                return q == a.page || s.cpu_frame(q) != from || s.cpu_kind(q) == s.cpu_kind(a.page);
              }));
    c.require(kUnpinned, s.pins(from) == 0u);
    c.require(kOwn, a.frame != kNoFrame && a.frame != kZeroFrame && s.used(a.frame) &&
                        !s.broken(a.frame) && !D::is_block(a.frame) &&
                        D::nowhere(s.cpu_frame, a.frame) && D::nowhere(s.backing, a.frame));
    c.require(kSwaps, swaps == (D::is_swap(a.frame) || D::is_swap(from)) &&
                          !(D::is_swap(a.frame) && D::is_swap(from)) &&
                          !(swaps && D::is_device(a.frame)));
    c.require(kLetGo, D::nowhere(s.device_frame, from));
    c.require(
        kNotWalked, D::template all<Task>([&](const auto& t) {
          return s.section(t) == Section::kNone || s.sub_epoch(s.section_mirror(t)) != s.saved(t) ||
                 D::template all<Page>([&](const auto& q) { return s.walked_frame(t, q) != from; });
        }));
    c.require(kUnwritten, !a.flag || D::is_swap(from) || (D::is_swap(a.frame) && s.stored(from)));
    c.require(kTaken, !D::is_device(a.frame) || s.area(a.page) != Area::kDax);
  }
  static void apply(State<D>& s, const Args<D>& a) {
    const auto from = s.cpu_frame(a.page);
    s.cpu_frame.template set_row<Page>([&](const auto&, const auto& old) {
      return D::template choose<Frame>(old == from && from != kNoFrame, a.frame, old);
    });
    // C-M4: dirty is dirty there, too. What is written to a slot has not been given up.
    s.discardable.set(a.frame, s.discardable(from) && !D::is_swap(a.frame));
    // So is what is clean, until it is in a slot itself.
    s.stored.set(a.frame, !D::is_swap(a.frame) &&
                              (D::template choose<bool>(D::is_swap(from), a.flag, s.stored(from))));
  }
};

// remove_migration_pte: the entry is present again, or device-private if its page is in the memory
// of a device now. A gain, so silent (M4). So is do_swap_page, for a page that is in RAM.
template <class D>
struct Reveal {
  static constexpr Rule kRule = Rule::kReveal;
  static constexpr std::string_view kName = "L7.reveal";
  static constexpr Clause kHidden{"P1", Property::kS12,
                                  "resolves an entry that is neither migrating nor exclusive, nor "
                                  "one of a page that swap has let go of"};
  static constexpr Clause kDeviceGone{
      "P5", Property::kS12Prime,
      "gives an exclusive entry back to the CPU while its device may still use it"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto exclusive = s.cpu_kind(a.page) == EntryKind::kDeviceExclusive;
    c.require(kHidden,
              s.cpu_frame(a.page) != kNoFrame &&
                  (exclusive || s.cpu_kind(a.page) == EntryKind::kMigration ||
                   (s.cpu_kind(a.page) == EntryKind::kSwap && !D::is_swap(s.cpu_frame(a.page)))));
    c.require(kDeviceGone,
              !exclusive || (inside_window<D>(s, a, a.page) && nobody_kept<D>(s, a, a.page)));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.cpu_kind.set(a.page, kind_for<D>(s.cpu_frame(a.page)));
  }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_SPECIAL_H_
