// Frames, blocks and files: X6-X8 and the order of truncate and punch (X12-X17).

#ifndef MIRRORCHECK_MODEL_RULES_FILES_H_
#define MIRRORCHECK_MODEL_RULES_FILES_H_

#include "model/rules/clauses.h"
#include "model/rules/pages.h"

namespace mirrorcheck::model {

template <class D>
struct Allocate {
  static constexpr Rule kRule = Rule::kAllocate;
  static constexpr std::string_view kName = "M2.allocate";
  static constexpr Clause kFree{"M2", Property::kS2, "hands out a frame that is in use"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kFree, a.frame != kNoFrame && !s.used(a.frame));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.used.set(a.frame, true);
    s.discardable.set(a.frame, false);
    s.stored.set(a.frame, false);
  }
};

// What the core mm can know before it gives a frame away: no entry of its own maps it (map count),
// no file page has it, nobody has it pinned. That no *device* can reach it follows, it is not asked
// (M2, X13). A block has no map count (X16): for it, that its file page let go of it in the order
// of X12 has to be enough.
template <class D>
struct Free {
  static constexpr Rule kRule = Rule::kFree;
  static constexpr std::string_view kName = "M2.free";
  static constexpr Clause kUsed{"M2", Property::kS2, "frees a frame twice"};
  static constexpr Clause kUnmapped{"M1", Property::kS2, "frees a frame that the CPU still maps"};
  static constexpr Clause kDetached{"X12", Property::kS5Prime,
                                    "frees a frame or block that a file page still has"};
  static constexpr Clause kUnpinned{"X12.3", Property::kS2,
                                    "frees a frame or block that somebody has pinned"};
  static constexpr Clause kSound{
      "A6", Property::kS2, "frees memory that has failed: it would be given to somebody again"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kUsed, s.used(a.frame) && a.frame != kZeroFrame && a.frame != kNoFrame);
    c.require(kUnmapped,
              D::implies(!D::is_block(a.frame), [&] { return D::nowhere(s.cpu_frame, a.frame); }));
    c.require(kDetached, D::nowhere(s.backing, a.frame));
    c.require(kUnpinned, s.pins(a.frame) == 0u);
    c.require(kSound, !s.broken(a.frame) || D::is_block(a.frame));
  }
  // Whoever gets a block writes all of it, which mends it.
  static void apply(State<D>& s, const Args<D>& a) {
    s.used.set(a.frame, false);
    s.broken.set(a.frame, false);
  }
};

// GUP takes a reference on what the entry maps now. flag: for long (FOLL_LONGTERM), which a DAX
// file refuses, and the page cache where it is to be written: nobody could truncate it, or write it
// back, until the reference goes (X17).
template <class D>
struct Pin {
  static constexpr Rule kRule = Rule::kPin;
  static constexpr std::string_view kName = "X13.pin";
  static constexpr Clause kMapped{"X13", Property::kS2, "pins a frame that the page does not map"};
  static constexpr Clause kWritable{"X13", Property::kS3,
                                    "pins for write through a read-only entry"};
  // check_vma_flags wants VM_READ without FOLL_WRITE, and mmap_lock keeps the entries in step with
  // it: unlike a CPU, GUP does not read what can only be written.
  static constexpr Clause kReadable{"X13", Property::kS1,
                                    "pins for reading through an entry that may not be read"};
  static constexpr Clause kShared{
      "X13", Property::kS4,
      "pins a frame of private memory that another entry maps: the next write leaves it behind"};
  static constexpr Clause kShort{
      "X17", Property::kL3,
      "pins for long a page of a DAX file, or for writing one of the page cache"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kMapped, present<D>(s, a.page) && s.cpu_frame(a.page) == a.frame);
    c.require(kWritable, !a.write || s.cpu_write(a.page));
    c.require(kReadable, a.write || s.cpu_read(a.page));
    c.require(kShared, D::implies(maps_private_memory<D>(s, a.page) && a.frame != kZeroFrame,
                                  [&] { return maps_alone<D>(s, a.page); }));
    c.require(kShort,
              !a.flag || (s.area(a.page) != Area::kDax &&
                          (!a.write || s.area(a.page) != Area::kFile || s.area_private(a.page))));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.pins.set(a.frame, s.pins(a.frame) + 1u);
    make_needed<D>(s, a.frame, a.write);
  }
};

template <class D>
struct Unpin {
  static constexpr Rule kRule = Rule::kUnpin;
  static constexpr std::string_view kName = "X13.unpin";
  static constexpr Clause kPinned{"X13", Property::kS13, "drops a reference that nobody took"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kPinned, s.pins(a.frame) != 0u);
  }
  static void apply(State<D>& s, const Args<D>& a) { s.pins.set(a.frame, s.pins(a.frame) - 1u); }
};

// X6, X8: a hole gets a frame or block of its own, in a fault or in write(2).
template <class D>
struct Fill {
  static constexpr Rule kRule = Rule::kFill;
  static constexpr std::string_view kName = "X6.fill";
  static constexpr Clause kHole{"X6", Property::kS6, "replaces the frame of a file page in place"};
  static constexpr Clause kFresh{"X6", Property::kS2,
                                 "gives a file page a frame that is free or somebody else's"};
  static constexpr Clause kExcluded{
      "X12.2", Property::kS5Prime,
      "gives a file page a block while a truncate of the file may run, or beyond its end", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto file = D::file_of(a.file_page);
    c.require(kHole, s.backing(a.file_page) == kNoFrame);
    c.require(kFresh, a.frame != kNoFrame && a.frame != kZeroFrame && s.used(a.frame) &&
                          !D::is_device(a.frame) && !D::is_swap(a.frame) && s.pins(a.frame) == 0u &&
                          !s.broken(a.frame) && D::nowhere(s.cpu_frame, a.frame) &&
                          D::nowhere(s.backing, a.frame));
    c.require(kExcluded, s.inode_lock(a.task, file) ||
                             (s.invalidate_lock(a.task, file) != Hold::kNot &&
                              s.entry_lock(a.file_page, a.task) && s.within(a.file_page)));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.backing.set(a.file_page, a.frame);
    s.cut.set(a.file_page, false);
    s.committed.set(a.file_page, false);
  }
};

// Range steps of truncate and punch lock one file; the pages that they speak of are its pages.
inline constexpr Clause kPagesOfFile{"X12", Property::kS5Prime,
                                     "truncates pages of another file than the one it has locked"};

// X12 step 4, or the file grows. flag: the pages came inside the file.
template <class D>
struct Resize {
  static constexpr Rule kRule = Rule::kResize;
  static constexpr std::string_view kName = "X12.resize";
  static constexpr Clause kInode{"X12.1", Property::kS5, "i_size changes without i_rwsem", true};
  static constexpr Clause kInvalidate{
      "X12.2", Property::kS5Prime,
      "the file shrinks while faults may insert entries: invalidate_lock is not held", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kInode, s.inode_lock(a.task, a.file));
    c.require(kPagesOfFile, D::pages_of_file(a.file_pages, a.file));
    c.require(kInvalidate, a.flag || s.invalidate_lock(a.task, a.file) == Hold::kExclusive);
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.within.template set_in<FilePage>(a.file_pages,
                                       [&](const auto&, const auto&) { return a.flag; });
    s.cut.template set_in<FilePage>(a.file_pages, [](const auto&, const auto&) { return false; });
    // S5': i_size goes down before the last unmap; what was unmapped earlier does not count.
    s.unmapped.template set_in<FilePage>(
        a.task, a.file_pages, [&](const auto&, const auto& old) { return a.flag && old; });
  }
};

// Nothing of a file is left in the entry of page `p`. even_cows: no copy of it either, nor is one
// on its way (X10).
template <class D, class P, class B>
auto unmapped_from_file(const State<D>& s, const P& p, const B& even_cows) {
  return (s.cpu_frame(p) == kNoFrame && (!even_cows || !s.replacing(p))) ||
         (s.copied(p) && !even_cows);
}

// X12 step 5: unmap_mapping_range has been through every mm. flag: even_cows, copies that private
// mappings have went, too (X10).
template <class D>
struct Unmapped {
  static constexpr Rule kRule = Rule::kUnmapped;
  static constexpr std::string_view kName = "X12.unmapped";
  static constexpr Clause kExclusive{
      "X12.2", Property::kS5Prime,
      "unmaps a file while faults may map it again: invalidate_lock is not held", true};
  static constexpr Clause kEverywhere{
      "X12.5", Property::kS5, "an mm still maps a page of the file that was to be unmapped"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kExclusive, s.invalidate_lock(a.task, a.file) == Hold::kExclusive);
    c.require(kPagesOfFile, D::pages_of_file(a.file_pages, a.file));
    c.require(kEverywhere, D::all_valued_in(s.slot, a.file_pages, [&](const auto& p) {
                return s.slot(p) == kNoFilePage || unmapped_from_file(s, p, a.flag);
              }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.unmapped.template set_in<FilePage>(a.task, a.file_pages,
                                         [](const auto&, const auto&) { return true; });
  }
};

// X12 step 5: the entry is deleted; from here on nothing ties the block to the file.
template <class D>
struct Disconnect {
  static constexpr Rule kRule = Rule::kDisconnect;
  static constexpr std::string_view kName = "X12.disconnect";
  static constexpr Clause kBacked{"X12.5", Property::kS5Prime,
                                  "deletes an entry that is not there"};
  static constexpr Clause kExclusive{"X12.2", Property::kS5Prime,
                                     "deletes an entry without holding invalidate_lock", true};
  static constexpr Clause kUnmapped{
      "X12.5", Property::kS5Prime,
      "deletes an entry before the page is unmapped in every mm, after i_size", true};
  static constexpr Clause kIdle{
      "X12.3", Property::kS2,
      "takes a block away from its only file page while somebody has it pinned"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto frame = s.backing(a.file_page);
    c.require(kBacked, frame != kNoFrame);
    c.require(kExclusive, s.invalidate_lock(a.task, D::file_of(a.file_page)) == Hold::kExclusive);
    c.require(kUnmapped, s.unmapped(a.task, a.file_page));
    // X9: pins of a block that another page has, too, come and go with that page's mappings.
    c.require(kIdle, D::implies(D::is_block(frame) && s.pins(frame) != 0u,
                                [&] { return !has_alone<D>(s, a.file_page); }));
  }
  // What was written there is gone: the page is as clean as a hole (S6').
  static void apply(State<D>& s, const Args<D>& a) {
    s.backing.set(a.file_page, kNoFrame);
    s.dirty.set(a.file_page, false);
  }
};

// X12 step 7: truncate or punch of these whole pages returns success.
template <class D>
struct Truncated {
  static constexpr Rule kRule = Rule::kTruncated;
  static constexpr std::string_view kName = "X12.truncated";
  static constexpr Clause kGone{"X12.6", Property::kS5,
                                "truncate returns while the file still has a block there"};
  static constexpr Clause kNobody{"X12.5", Property::kS5,
                                  "truncate returns while an mm still maps the old page"};
  static constexpr Clause kUnmappedAfterSize{
      "X12.5", Property::kS5Prime,
      "truncate returns without having unmapped the pages since i_size was written", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(Unmapped<D>::kExclusive, s.invalidate_lock(a.task, a.file) == Hold::kExclusive);
    c.require(kPagesOfFile, D::pages_of_file(a.file_pages, a.file));
    c.require(kGone, D::template all_in<FilePage>(
                         a.file_pages, [&](const auto& f) { return s.backing(f) == kNoFrame; }));
    // A copy lives on in a hole (even_cows=0), beyond the end it does not.
    c.require(kNobody, D::all_valued_in(s.slot, a.file_pages, [&](const auto& p) {
                return s.slot(p) == kNoFilePage || unmapped_from_file(s, p, !s.within(s.slot(p)));
              }));
    // Also where there is no entry to disconnect: what was unmapped while i_size still allowed a
    // fault may have been mapped again.
    c.require(kUnmappedAfterSize, D::template all_in<FilePage>(a.file_pages, [&](const auto& f) {
                return s.unmapped(a.task, f);
              }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.cut.template set_in<FilePage>(a.file_pages, [](const auto&, const auto&) { return true; });
  }
};

// X15: the tail of the page that holds the new end reads as zeros.
template <class D>
struct ZeroTail {
  static constexpr Rule kRule = Rule::kZeroTail;
  static constexpr std::string_view kName = "X15.zero_tail";
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(Resize<D>::kInode, s.inode_lock(a.task, D::file_of(a.file_page)));
    c.require(kBlockIsOwn, D::implies(D::is_block(s.backing(a.file_page)),
                                      [&] { return has_alone<D>(s, a.file_page); }));
  }
  static void apply(State<D>&, const Args<D>&) {}
};

// X11: fsync has written a page of a file out, and it is clean from here on. What is written later
// has to make it dirty again: so nobody may have an entry that is still writable, nor get one
// before the flush is done.
template <class D>
struct Clean {
  static constexpr Rule kRule = Rule::kClean;
  static constexpr std::string_view kName = "X11.clean";
  static constexpr Clause kWriteProtected{
      "X11", Property::kS6Prime,
      "calls a page of a file clean that may still be written through an entry"};
  static constexpr Clause kLocked{
      "X11", Property::kS6Prime,
      "writes a page of a file back without its entry lock: a fault may let it be written again",
      true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kWriteProtected, D::template all<Page>([&](const auto& p) {
                return s.slot(p) != a.file_page || s.copied(p) || s.cpu_frame(p) == kNoFrame ||
                       !s.cpu_write(p);
              }));
    c.require(kLocked, s.entry_lock(a.file_page, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.dirty.set(a.file_page, false); }
};

// X7: that the file has the block is on stable storage: by fsync, or in a write fault of a
// synchronous mapping (vfs_fsync_range).
template <class D>
struct CommitBlock {
  static constexpr Rule kRule = Rule::kCommit;
  static constexpr std::string_view kName = "X7.commit";
  static constexpr Clause kBacked{"X7", Property::kS6Prime,
                                  "commits the block of a file page that has none"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kBacked, s.backing(a.file_page) != kNoFrame);
  }
  static void apply(State<D>& s, const Args<D>& a) { s.committed.set(a.file_page, true); }
};

// pread and pwrite.
template <class D>
struct FileAccess {
  static constexpr Rule kRule = Rule::kFileAccess;
  static constexpr std::string_view kName = "X8.file_access";
  static constexpr Clause kInode{"X12.1", Property::kS6, "write(2) without i_rwsem", true};
  static constexpr Clause kBacked{"X8", Property::kS6, "write(2) goes into a hole"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kInode, !a.write || s.inode_lock(a.task, D::file_of(a.file_page)));
    c.require(kBacked, !a.write || s.backing(a.file_page) != kNoFrame);
    c.require(kBlockIsOwn, D::implies(a.write && D::is_block(s.backing(a.file_page)),
                                      [&] { return has_alone<D>(s, a.file_page); }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.dirty.set(a.file_page, s.dirty(a.file_page) || a.write);
  }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_FILES_H_
