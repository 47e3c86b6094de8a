// Entries of the CPU page tables: S4.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_PAGE_TABLES_H_
#define MIRRORCHECK_PROOFS_GROUPS_PAGE_TABLES_H_

#include "model/safety.h"
#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// X16: a block is mapped only as the page of a file; anonymous memory has no file page.
template <class D>
auto areas_know_their_file_pages(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    const auto of_file = s.area(p) == Area::kFile || s.area(p) == Area::kDax;
    return (!of_file || s.slot(p) != kNoFilePage) &&
           (of_file || s.area(p) == Area::kNone || s.area(p) == Area::kSpecial ||
            s.slot(p) == kNoFilePage) &&
           (!s.area_private(p) || s.slot(p) != kNoFilePage) &&
           (!s.copied(p) || s.cpu_frame(p) == kNoFrame || s.area_private(p)) &&
           (!maps_private_memory<D>(s, p) || !D::is_block(s.cpu_frame(p)));
  });
}

// What a special entry stands for is private memory: no file has to follow it.
template <class D>
auto special_entries_are_private(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return s.cpu_frame(p) == kNoFrame || s.cpu_kind(p) == EntryKind::kPresent ||
           (maps_private_memory<D>(s, p) && s.cpu_frame(p) != kZeroFrame);
  });
}

// P2: the CPU has no translation of the memory of a device.
template <class D>
auto device_memory_is_not_present(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return s.cpu_frame(p) == kNoFrame || s.cpu_kind(p) == EntryKind::kMigration ||
           (s.cpu_kind(p) == EntryKind::kDevicePrivate) == D::is_device(s.cpu_frame(p));
  });
}

// P5: nobody else maps what a device has for itself.
template <class D>
auto exclusive_entries_are_alone(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return s.cpu_frame(p) == kNoFrame || s.cpu_kind(p) != EntryKind::kDeviceExclusive ||
           D::template all<Page>(
               [&](const auto& q) { return p == q || s.cpu_frame(q) != s.cpu_frame(p); });
  });
}

// What is in swap nobody reaches: its entries are swap entries.
template <class D>
auto swap_is_not_present(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return !D::is_swap(s.cpu_frame(p)) || s.cpu_kind(p) == EntryKind::kSwap;
  });
}

// S12: what is in the memory of a device or in swap the CPU does not reach.
template <class D>
auto the_cpu_reaches_what_is_present(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    const auto frame = s.cpu_frame(p);
    return !present<D>(s, p) || (!D::is_device(frame) && !D::is_swap(frame));
  });
}

// What is gone allows nothing. The invariant does without it, for who makes an entry says what that
// allows; where one of them does not, this is why nothing comes of it.
template <class D>
auto absent_entries_allow_nothing(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return s.cpu_frame(p) != kNoFrame || (!s.cpu_read(p) && !s.cpu_write(p) && !s.copied(p));
  });
}

// What is not there is nothing in particular. The same: who makes an entry says of what kind it is.
template <class D>
auto absent_entries_are_of_no_kind(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return s.cpu_frame(p) != kNoFrame || s.cpu_kind(p) == EntryKind::kPresent;
  });
}

// S3: what a userfaultfd has write-protected nobody may write.
template <class D>
auto the_marked_are_read_only(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) { return !s.uffd_wp(p) || !s.cpu_write(p); });
}

// Where no area says that it is MAP_PRIVATE, each one of a file is shared: nothing is copied (X10).
template <class D>
auto areas_of_files_are_shared(const model::State<D>& s) {
  return D::template all<model::Page>([&](const auto& p) { return !s.area_private(p); });
}

// Nobody goes through it, so that it may name another frame without anybody being told.
template <class D, class P>
auto names_what_moves(const model::State<D>& s, const P& p) {
  return s.cpu_kind(p) == model::EntryKind::kMigration || s.cpu_kind(p) == model::EntryKind::kSwap;
}

// S1': whatever takes an entry away, or a permission of it, does so inside a window of its own that
// covers the page and in which every subscription that covers it has had its callback.
template <class D>
typename D::template Of<bool> entries_go_inside_windows(const model::State<D>& s,
                                                        const typename D::Arguments& a,
                                                        const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    const auto changed = !names_what_moves<D>(s, p) &&
                         (t.cpu_frame(p) != s.cpu_frame(p) || t.cpu_kind(p) != s.cpu_kind(p));
    const auto taken = s.cpu_frame(p) != kNoFrame &&
                       (t.cpu_frame(p) == kNoFrame || changed ||
                        (s.cpu_read(p) && !t.cpu_read(p)) || (s.cpu_write(p) && !t.cpu_write(p)));
    return !taken || !s.published(D::mm_of(p)) ||
           (s.phase(a.window) == WindowPhase::kStarted && s.owner(a.window) == a.task &&
            s.window_mm(a.window) == D::mm_of(p) && D::contains(s.window_pages(a.window), p) &&
            D::template all<Mirror>([&](const auto& m) {
              return s.registration(m) == Registration::kOut || s.mirror_mm(m) != D::mm_of(p) ||
                     !D::contains(s.mirror_pages(m), p) || s.acked(a.window, m);
            }));
  });
}

// M3: an entry is cleared, or a migration or swap entry, before another frame takes its place.
template <class D>
typename D::template Of<bool> entries_are_cleared_first(const model::State<D>& s,
                                                        const typename D::Arguments&,
                                                        const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return s.cpu_frame(p) == kNoFrame || t.cpu_frame(p) == kNoFrame ||
           t.cpu_frame(p) == s.cpu_frame(p) || names_what_moves<D>(s, p);
  });
}

// S12: what moves is where it moves to, by all entries that named it; what it left is named by no
// entry, pin or device, and what it goes to was named by nothing.
template <class D>
typename D::template Of<bool> nothing_is_left_where_a_page_was(const model::State<D>& s,
                                                               const typename D::Arguments& a,
                                                               const model::State<D>& t) {
  using namespace mirrorcheck::model;
  const auto from = s.cpu_frame(a.page);
  return t.cpu_frame(a.page) == a.frame && t.pins(from) == 0u &&
         D::template all<Page>([&](const auto& p) {
           return t.cpu_frame(p) != from &&
                  (s.cpu_frame(p) == from) == (t.cpu_frame(p) == a.frame) &&
                  (s.cpu_frame(p) != from || s.cpu_kind(p) == EntryKind::kMigration ||
                   s.cpu_kind(p) == EntryKind::kSwap);
         }) &&
         D::nowhere(t.device_frame, from) && D::nowhere(t.device_frame, a.frame);
}

// S3: an entry becomes writable only where its area allows it.
template <class D>
typename D::template Of<bool> write_permission_comes_from_the_area(const model::State<D>& s,
                                                                   const typename D::Arguments&,
                                                                   const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>(
      [&](const auto& p) { return s.cpu_write(p) || !t.cpu_write(p) || s.area_write(p); });
}

// S17: an entry is made where an area is, by somebody who keeps it from going away.
template <class D>
typename D::template Of<bool> entries_are_made_in_areas(const model::State<D>& s,
                                                        const typename D::Arguments& a,
                                                        const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return s.cpu_frame(p) != kNoFrame || t.cpu_frame(p) == kNoFrame ||
           (s.area(p) != Area::kNone && s.mmap_lock(a.task, D::mm_of(p)) != Hold::kNot);
  });
}

// A12: areas change under their own mm's mmap_lock, held for write.
template <class D>
typename D::template Of<bool> areas_change_under_mmap_lock(const model::State<D>& s,
                                                           const typename D::Arguments& a,
                                                           const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return (t.area(p) == s.area(p) && t.area_read(p) == s.area_read(p) &&
            t.area_write(p) == s.area_write(p)) ||
           s.mmap_lock(a.task, D::mm_of(p)) == Hold::kExclusive;
  });
}

struct PageTables {
  static constexpr Group kGroup{
      .name = "page_tables",
      .title = "entries of the CPU page tables",
      .says =
          "a frame of private memory that two entries map may be written through neither, and "
          "nobody writes the zero page (S4); what moves to another frame leaves nobody behind "
          "(S12); the CPU cannot reach the memory of a device (P2), nor what is in swap",
      .does_not_say = "which frame a copy on write leaves behind: frames have no contents here",
      .assumes = "a page-table entry changes in one step, as it does under its page-table lock",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    using namespace mirrorcheck::model;
    f("SharedPrivately", "S4 S12'", &SharedPrivately<D>::holds);
    f("special_entries_are_private", "S2 S4 S5 S6 S6' S12'", &special_entries_are_private<D>);
    f("device_memory_is_not_present", "S1 S2 S5 S12 S12'", &device_memory_is_not_present<D>);
    f("exclusive_entries_are_alone", "S12'", &exclusive_entries_are_alone<D>);
    f("swap_is_not_present", "S12 S12'", &swap_is_not_present<D>);
    f("areas_know_their_file_pages", "S2 S4 S5 S6 S6' S12'", &areas_know_their_file_pages<D>);
    f("the_marked_are_read_only", "S3", &the_marked_are_read_only<D>);
  }
  template <class D, class F>
  static void each_spare(F&& f) {
    f("absent_entries_allow_nothing", "S1 S2 S4 S5 S6 S6'", &absent_entries_allow_nothing<D>);
    f("absent_entries_are_of_no_kind", "L7", &absent_entries_are_of_no_kind<D>);
    f("areas_of_files_are_shared", "S2 S4 S5 S6 S6' S12'", &areas_of_files_are_shared<D>,
      "A6.mmap/area_private");
  }
  template <class D, class F>
  static void each_step(F&& f) {
    using Step = StepProperty<D>;
    f(Step{"entries_go_inside_windows", "S1'", "S1",
           "M1.zap/2 M1.write_protect/2 M3.hide/3 L7.reveal/2 A6.move_entry/8 "
           "A6.discard/4",
           &entries_go_inside_windows<D>});
    f(Step{"entries_are_cleared_first", "S4", "",
           "M4.populate/1 M5.copy_entry/3 A6.move_entry/3 A6.merge/2",
           &entries_are_cleared_first<D>});
    f(Step{"nothing_is_left_where_a_page_was", "S12", "S1",
           "S12.move/1 S12.move/2 S12.move/3 S12.move/4 S12.move/6",
           &nothing_is_left_where_a_page_was<D>, model::Rule::kMove});
    f(Step{"write_permission_comes_from_the_area", "S3", "",
           "M4.populate/5 M4.upgrade/4 M5.copy_entry/7 A6.move_entry/6",
           &write_permission_comes_from_the_area<D>});
    f(Step{"entries_are_made_in_areas", "S17", "",
           "M4.populate/3 M4.populate/4 M5.copy_entry/1 M5.copy_entry/6 A6.move_entry/1 "
           "A6.move_entry/5 A6.merge/1 A6.merge/6",
           &entries_are_made_in_areas<D>});
    f(Step{"areas_change_under_mmap_lock", "S17", "", "A6.mmap/1 A6.munmap/1 A6.mprotect/1",
           &areas_change_under_mmap_lock<D>});
  }
  template <class D, class F>
  static void each_consequence(F&& f) {
    using Fact = Consequence<D>;
    f(Fact{"the_cpu_reaches_what_is_present", "S12", "S1",
           "device_memory_is_not_present swap_is_not_present",
           &the_cpu_reaches_what_is_present<D>});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_PAGE_TABLES_H_
