// Reflink: pages of files that share a block, and copy-on-write of blocks (X9).

#ifndef MIRRORCHECK_MODEL_RULES_REFLINK_H_
#define MIRRORCHECK_MODEL_RULES_REFLINK_H_

#include "model/rules/files.h"

namespace mirrorcheck::model {

// FICLONERANGE: a page of a file gets the block a.frame, which the one page of a.file_pages has, of
// the same file or another. From here on neither may be written before it has a block of its own:
// so nobody has an entry that lets it, nor a pin, but for one that came when the block was shared
// already and can only read; and the locks of both files keep it so, and keep the block the
// source's, until both are known to share it.
template <class D>
struct ShareBlock {
  static constexpr Rule kRule = Rule::kShare;
  static constexpr std::string_view kName = "X9.share";
  static constexpr Clause kHole{"X9", Property::kS6,
                                "shares a block with a file page that has one already"};
  static constexpr Clause kThere{
      "X9", Property::kS2,
      "shares a block that the page does not have from which it is taken, or no block"};
  static constexpr Clause kExcluded{
      "X9", Property::kS5Prime,
      "shares a block without the locks of the file that gets it, or beyond its end", true};
  static constexpr Clause kSourceExcluded{
      "X9", Property::kS5Prime,
      "shares a block without the locks of the file from which it is taken", true};
  static constexpr Clause kNotWritten{
      "X9", Property::kS6, "shares a block that may be written through an entry or a pin"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto file = D::file_of(a.file_page);
    c.require(kHole, s.backing(a.file_page) == kNoFrame && a.file_page != kNoFilePage);
    c.require(kThere, D::is_block(a.frame) && a.frame != kNoFrame && !D::is_device(a.frame) &&
                          !D::is_swap(a.frame) &&
                          !D::template all_in<FilePage>(a.file_pages, [&](const auto& f) {
                            return s.backing(f) != a.frame;
                          }));
    c.require(kExcluded, s.inode_lock(a.task, file) && s.within(a.file_page) &&
                             s.invalidate_lock(a.task, file) == Hold::kExclusive);
    c.require(kNotWritten,
              D::template all_in<FilePage>(a.file_pages,
                                           [&](const auto& f) {
                                             return D::implies(has_alone<D>(s, f), [&] {
                                               return s.pins(a.frame) == 0u;
                                             });
                                           }) &&
                  D::template all<Page>(
                      [&](const auto& p) { return s.cpu_frame(p) != a.frame || !s.cpu_write(p); }));
    c.require(kSourceExcluded, D::template all_in<FilePage>(a.file_pages, [&](const auto& f) {
                return D::implies(f != kNoFilePage, [&] {
                  return s.inode_lock(a.task, D::file_of(f)) &&
                         s.invalidate_lock(a.task, D::file_of(f)) == Hold::kExclusive;
                });
              }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.backing.set(a.file_page, a.frame);
    s.cut.set(a.file_page, false);
    s.committed.set(a.file_page, false);
  }
};

// Before a page of a file is written whose block another page has, it gets one of its own, where
// the data were copied. Whoever maps it, in whichever mm, has let go of the old block first.
template <class D>
struct UnshareBlock {
  static constexpr Rule kRule = Rule::kUnshare;
  static constexpr std::string_view kName = "X9.unshare";
  static constexpr Clause kBacked{"X9", Property::kS6,
                                  "copies the block of a file page that has none"};
  static constexpr Clause kFresh{"X9", Property::kS2,
                                 "gives a file page a block that is free or somebody else's"};
  static constexpr Clause kUnmapped{
      "X9", Property::kS6,
      "a page of a file gets another block while an mm still maps the old one"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto file = D::file_of(a.file_page);
    c.require(kBacked, s.backing(a.file_page) != kNoFrame && a.file_page != kNoFilePage);
    c.require(kFresh, D::is_block(a.frame) && !D::is_device(a.frame) && !D::is_swap(a.frame) &&
                          s.used(a.frame) && s.pins(a.frame) == 0u && a.frame != kNoFrame &&
                          D::nowhere(s.cpu_frame, a.frame) && D::nowhere(s.backing, a.frame));
    c.require(Fill<D>::kExcluded, s.inode_lock(a.task, file) ||
                                      (s.invalidate_lock(a.task, file) != Hold::kNot &&
                                       s.entry_lock(a.file_page, a.task) && s.within(a.file_page)));
    c.require(kUnmapped, D::template all<Page>([&](const auto& p) {
                return s.slot(p) != a.file_page || s.copied(p) || s.cpu_frame(p) == kNoFrame;
              }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.backing.set(a.file_page, a.frame);
    s.committed.set(a.file_page, false);
  }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_REFLINK_H_
