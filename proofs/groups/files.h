// Pages of files, and truncate: S5, S6.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_FILES_H_
#define MIRRORCHECK_PROOFS_GROUPS_FILES_H_

#include "model/safety.h"
#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// X12.2: who holds invalidate_lock exclusively holds it alone.
template <class D>
auto truncates_exclude_faults(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<File>([&](const auto& f) {
    return D::template all<Task>([&](const auto& t) {
      return D::template all<Task>([&](const auto& u) {
        return s.invalidate_lock(t, f) != Hold::kExclusive || t == u ||
               s.invalidate_lock(u, f) == Hold::kNot;
      });
    });
  });
}

// X12 step 5: what a truncate has unmapped stays unmapped while it holds the lock.
template <class D>
auto unmapped_pages_stay_unmapped(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& t) {
    return D::template all<FilePage>([&](const auto& f) {
             return !s.unmapped(t, f) || s.invalidate_lock(t, D::file_of(f)) == Hold::kExclusive;
           }) &&
           D::template all<Page>([&](const auto& p) {
             return s.slot(p) == kNoFilePage || !s.unmapped(t, s.slot(p)) ||
                    s.cpu_frame(p) == kNoFrame || s.copied(p);
           });
  });
}

// X12 step 6: what is cut has no block.
template <class D>
auto cut_pages_have_no_block(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<FilePage>(
      [&](const auto& f) { return !s.cut(f) || s.backing(f) == kNoFrame; });
}

// X16: a frame of a file is mapped as a page that has it or not at all; never as a copy (X10).
template <class D>
auto file_frames_have_their_pages(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<FilePage>([&](const auto& f) {
    return s.backing(f) == kNoFrame ||
           (s.backing(f) != kZeroFrame && D::template all<Page>([&](const auto& p) {
              return s.cpu_frame(p) != s.backing(f) ||
                     (s.slot(p) != kNoFilePage && s.backing(s.slot(p)) == s.backing(f) &&
                      !s.copied(p));
            }));
  });
}

// X9: what two file pages have is a block, and nobody may write it.
template <class D>
auto shared_blocks_are_read_only(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<FilePage>([&](const auto& f) {
    return D::template all<FilePage>([&](const auto& g) {
      return f == g || s.backing(f) == kNoFrame || s.backing(f) != s.backing(g) ||
             (D::is_block(s.backing(f)) && D::template all<Page>([&](const auto& p) {
                return s.cpu_frame(p) != s.backing(f) || !s.cpu_write(p);
              }));
    });
  });
}

// X10: beyond an end that truncate has returned for, no copy is on its way.
template <class D>
auto cut_pages_are_not_replaced(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return !s.replacing(p) || s.cpu_frame(p) != kNoFrame || s.slot(p) == kNoFilePage ||
           !s.cut(s.slot(p)) || s.within(s.slot(p));
  });
}

// S5': a page of a file is mapped only while it lies inside the file and no truncate of the file is
// under way. What goes on from another entry (a copy in the place of what it was made of; a child's
// from its parent's; one that mremap moves) is unmapped with that.
template <class D>
typename D::template Of<bool> faults_stay_inside_files(const model::State<D>& s,
                                                       const typename D::Arguments& a,
                                                       const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    const auto goes_on =
        s.replacing(p) || (s.slot(a.source) == s.slot(p) && s.cpu_frame(a.source) != kNoFrame &&
                           (s.area_private(p) || t.cpu_frame(a.source) == kNoFrame));
    return s.cpu_frame(p) != kNoFrame || t.cpu_frame(p) == kNoFrame || s.slot(p) == kNoFilePage ||
           goes_on || (s.within(s.slot(p)) && D::template all<Task>([&](const auto& u) {
                         return s.invalidate_lock(u, D::file_of(s.slot(p))) != Hold::kExclusive;
                       }));
  });
}

// S5': a file page lets go of its frame when it is mapped nowhere, by no CPU and no device, and no
// fault can map it again unless it has another one by then (X9), or reads what it held in again
// (A6): reclaim keeps faults away by the entry lock alone. Copies are not of that frame (X10).
template <class D>
typename D::template Of<bool> file_pages_let_go_unmapped(const model::State<D>& s,
                                                         const typename D::Arguments& a,
                                                         const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<FilePage>([&](const auto& f) {
    return s.backing(f) == kNoFrame || t.backing(f) == s.backing(f) ||
           (D::template all<Page>([&](const auto& p) {
              return s.slot(p) != f || f == kNoFilePage || s.copied(p) ||
                     (s.cpu_frame(p) == kNoFrame && D::template all<Mirror>([&](const auto& m) {
                        return s.device_frame(m, p) == kNoFrame;
                      }));
            }) &&
            (t.backing(f) != kNoFrame || (s.entry_lock(f, a.task) && !s.dirty(f)) ||
             D::template all<Task>([&](const auto& u) {
               return s.invalidate_lock(u, D::file_of(f)) != Hold::kShared;
             })));
  });
}

// S6', X7: an entry of a synchronous mapping becomes writable when the file is known to have the
// block after a crash, too.
template <class D>
typename D::template Of<bool> synchronous_pages_are_committed(const model::State<D>& s,
                                                              const typename D::Arguments&,
                                                              const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return (s.cpu_frame(p) != kNoFrame && s.cpu_write(p)) || t.cpu_frame(p) == kNoFrame ||
           !t.cpu_write(p) || !t.area_sync(p) || !maps_file_memory<D>(t, p) ||
           t.committed(t.slot(p));
  });
}

// S5': i_size goes down under both locks, and what was unmapped before does not count any more.
template <class D>
typename D::template Of<bool> files_shrink_before_the_last_unmap(const model::State<D>& s,
                                                                 const typename D::Arguments& a,
                                                                 const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<FilePage>([&](const auto& f) {
    return !s.within(f) || t.within(f) ||
           (s.inode_lock(a.task, D::file_of(f)) &&
            s.invalidate_lock(a.task, D::file_of(f)) == Hold::kExclusive &&
            D::template all<Task>([&](const auto& u) { return !t.unmapped(u, f); }));
  });
}

// S5: truncate returns when the file has no block there, nobody maps the page, and nobody has been
// able to since i_size was written.
template <class D>
typename D::template Of<bool> truncate_returns_last(const model::State<D>& s,
                                                    const typename D::Arguments& a,
                                                    const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<FilePage>([&](const auto& f) {
    return s.cut(f) || !t.cut(f) ||
           (s.backing(f) == kNoFrame && s.unmapped(a.task, f) &&
            s.invalidate_lock(a.task, D::file_of(f)) == Hold::kExclusive);
  });
}

// S6: what a file page gets is where the CPU and every device can reach it: no memory of a device
// (P1).
template <class D>
typename D::template Of<bool> files_get_no_device_memory(const model::State<D>& s,
                                                         const typename D::Arguments&,
                                                         const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<FilePage>([&](const auto& f) {
    return t.backing(f) == s.backing(f) || t.backing(f) == kNoFrame || !D::is_device(t.backing(f));
  });
}

struct Files {
  static constexpr Group kGroup{
      .name = "files",
      .title = "pages of files, truncate and punch",
      .says =
          "a page of a file is mapped to the one frame that backs it, but for copies in private "
          "mappings (S6), what truncate has taken away is reached by nobody (S5), and what may be "
          "written is dirty (S6')",
      .does_not_say =
          "that a hole that was mapped before it was filled is unmapped: the zero page may still "
          "be there",
      .assumes =
          "faults hold invalidate_lock shared and the entry lock, truncate holds i_rwsem and "
          "invalidate_lock exclusively",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    using namespace mirrorcheck::model;
    f("Truncation", "S5 S12'", &Truncation<D>::holds);
    f("OneLocation", "S2 S6 S6' S12'", &OneLocation<D>::holds);
    f("WritableIsDirty", "S6' S12'", &WritableIsDirty<D>::holds);
    f("HolesAreClean", "S6' S12'", &HolesAreClean<D>::holds);
    f("truncates_exclude_faults", "S2 S6 S6' S12'", &truncates_exclude_faults<D>);
    f("unmapped_pages_stay_unmapped", "S2 S6 S6' S12'", &unmapped_pages_stay_unmapped<D>);
    f("cut_pages_have_no_block", "S5 S12'", &cut_pages_have_no_block<D>);
    f("file_frames_have_their_pages", "L3 S12'", &file_frames_have_their_pages<D>);
    f("shared_blocks_are_read_only", "S6 S6' S12'", &shared_blocks_are_read_only<D>);
    f("cut_pages_are_not_replaced", "S5 S12'", &cut_pages_are_not_replaced<D>);
  }
  template <class D, class F>
  static void each_step(F&& f) {
    using Step = StepProperty<D>;
    f(Step{"faults_stay_inside_files", "S5'", "S2", "M4.populate/8 M4.populate/10",
           &faults_stay_inside_files<D>});
    f(Step{"file_pages_let_go_unmapped", "S5'", "S1 S2",
           "X12.disconnect/3 X6.fill/1 X9.unshare/4 A6.evict/3 A6.evict/5",
           &file_pages_let_go_unmapped<D>});
    f(Step{"files_shrink_before_the_last_unmap", "S5'", "S2",
           "X12.resize/1 X12.resize/2 X12.resize/3", &files_shrink_before_the_last_unmap<D>});
    f(Step{"truncate_returns_last", "S5'", "S2", "X12.truncated/3 X12.truncated/5",
           &truncate_returns_last<D>});
    f(Step{"synchronous_pages_are_committed", "S6'", "",
           "M4.populate/14 M4.upgrade/9 A6.move_entry/10", &synchronous_pages_are_committed<D>});
    f(Step{"files_get_no_device_memory", "S6", "", "X6.fill/2", &files_get_no_device_memory<D>});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_FILES_H_
