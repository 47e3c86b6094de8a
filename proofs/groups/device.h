// What a device can reach: S1, and with it S3 and S17.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_DEVICE_H_
#define MIRRORCHECK_PROOFS_GROUPS_DEVICE_H_

#include "model/safety.h"
#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// What the device has is what the mirror's own page table says, and the driver is registered for
// it. With `StaleTranslation`, which it implies, this is S1.
template <class D>
auto device_entries_are_owned(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      return s.device_frame(m, p) == kNoFrame || (s.engine(m) && D::contains(s.mirror_pages(m), p));
    });
  });
}

// Q7, S3: what a device gains was walked in a section that has passed its retry check, is
// undisturbed and still holds the update lock; and it may write only what was walked writable. Or
// it has the page for itself (P6).
template <class D>
typename D::template Of<bool> devices_gain_what_was_walked(const model::State<D>& s,
                                                           const typename D::Arguments& a,
                                                           const model::State<D>& t) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      const auto gained =
          t.device_frame(m, p) != kNoFrame && (t.device_frame(m, p) != s.device_frame(m, p) ||
                                               (t.device_write(m, p) && !s.device_write(m, p)));
      const auto its_own = s.update_lock(a.task, m) && s.cpu_frame(p) == t.device_frame(m, p) &&
                           (!t.device_write(m, p) || s.cpu_write(p)) && !present<D>(s, p) &&
                           usable_by<D>(s, m, p) && D::contains(s.mirror_pages(m), p);
      return !gained || its_own ||
             (s.section(a.task) == Section::kPassed && s.section_mirror(a.task) == m &&
              s.update_lock(a.task, m) && s.saved(a.task) == s.sub_epoch(m) &&
              s.walked_frame(a.task, p) == t.device_frame(m, p) &&
              (!t.device_write(m, p) || s.walked_write(a.task, p)) &&
              D::contains(s.mirror_pages(m), p));
    });
  });
}

// S3: where a device writes, the CPU entry may be written at that moment, and the frame is in use.
template <class D>
typename D::template Of<bool> device_accesses_are_justified(const model::State<D>& s,
                                                            const typename D::Arguments& a,
                                                            const model::State<D>&) {
  using namespace mirrorcheck::model;
  return s.cpu_frame(a.page) == s.device_frame(a.mirror, a.page) && s.used(s.cpu_frame(a.page)) &&
         (!a.write || s.cpu_write(a.page));
}

// S4 (a), (d): a frame of private memory that a device may write is mapped by that page alone, so
// that no child of fork maps it, and the zero page it never writes.
template <class D>
typename D::template Of<bool> devices_write_their_own(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      return s.device_frame(m, p) == kNoFrame || !s.device_write(m, p) ||
             (s.device_frame(m, p) != kZeroFrame && D::template all<Page>([&](const auto& q) {
                return p == q || s.slot(p) != kNoFilePage || s.slot(q) != kNoFilePage ||
                       s.cpu_frame(q) != s.device_frame(m, p);
              }));
    });
  });
}

// No device has a translation of the page, nor has one written it without having told.
template <class D>
typename D::template Of<bool> devices_are_done_with(const model::State<D>& s,
                                                    const typename D::template Of<model::Page>& p) {
  return D::template all<model::Mirror>(
      [&](const auto& m) { return s.device_frame(m, p) == model::kNoFrame && !s.unmarked(m, p); });
}

// S15': no device can write a page at the moment at which it begins to count as clean.
template <class D>
typename D::template Of<bool> pages_become_clean_behind_devices(const model::State<D>& s,
                                                                const typename D::Arguments& a,
                                                                const model::State<D>&) {
  return devices_are_done_with<D>(s, a.page);
}

// S15': what reclaim throws away nobody has written since MADV_FREE: neither the CPU, nor a device
// that has not told, nor one that still could.
template <class D>
typename D::template Of<bool> nothing_written_is_thrown_away(const model::State<D>& s,
                                                             const typename D::Arguments& a,
                                                             const model::State<D>&) {
  return s.discardable(s.cpu_frame(a.page)) && s.pins(s.cpu_frame(a.page)) == 0u &&
         devices_are_done_with<D>(s, a.page);
}

// S15': what is left to its slot of the swap device nobody has written since it came from there:
// neither the CPU, nor a device that has not told, nor one that still could.
template <class D>
typename D::template Of<bool> nothing_written_is_left_to_its_slot(const model::State<D>& s,
                                                                  const typename D::Arguments& a,
                                                                  const model::State<D>&) {
  using namespace mirrorcheck::model;
  const auto from = s.cpu_frame(a.page);
  return !a.flag || !D::is_swap(a.frame) || D::is_swap(from) ||
         (s.stored(from) && s.pins(from) == 0u && D::template all<Mirror>([&](const auto& m) {
            return D::template all<Page>(
                       [&](const auto& p) { return s.device_frame(m, p) != from; }) &&
                   !s.unmarked(m, a.page);
          }));
}

// S15: what is marked dirty is in use, and what the entry names at that moment.
template <class D>
typename D::template Of<bool> marks_are_of_what_is_mapped(const model::State<D>& s,
                                                          const typename D::Arguments& a,
                                                          const model::State<D>&) {
  using namespace mirrorcheck::model;
  return s.cpu_frame(a.page) == a.frame && s.used(a.frame);
}

// S6: two devices that can use a page of an mm use the same frame; so do two pages of one file
// page, where neither is a hole.
template <class D>
typename D::template Of<bool> devices_agree(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return D::template all<Mirror>([&](const auto& n) {
      return D::template all<Page>([&](const auto& p) {
        return s.device_frame(m, p) == kNoFrame || s.device_frame(n, p) == kNoFrame ||
               s.device_frame(m, p) == s.device_frame(n, p);
      });
    });
  });
}

// S12': what a device has for itself nobody else has a translation of: not the CPU, through this
// page (the entry is not present) or any other, and no other device, through this page or any
// other.
template <class D>
auto exclusive_pages_have_one_user(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return s.cpu_frame(p) == kNoFrame || s.cpu_kind(p) != EntryKind::kDeviceExclusive ||
           (!present<D>(s, p) && D::template all<Page>([&](const auto& q) {
             return p == q || s.cpu_frame(q) != s.cpu_frame(p);
           }) &&
            D::template all<Mirror>([&](const auto& m) {
              return D::template all<Page>([&](const auto& q) {
                return s.device_frame(m, q) != s.cpu_frame(p) || (p == q && m == s.exclusive_to(p));
              });
            }));
  });
}

// P2, F5: what is in the memory of a device only that one reaches.
template <class D>
auto device_memory_has_one_user(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return s.cpu_frame(p) == kNoFrame || s.cpu_kind(p) != EntryKind::kDevicePrivate ||
           D::template all<Mirror>([&](const auto& m) {
             return s.device_frame(m, p) == kNoFrame || D::owns(m, s.device_frame(m, p));
           });
  });
}

struct Device {
  static constexpr Group kGroup{
      .name = "device",
      .title = "what a device can reach",
      .says =
          "a translation that a device can use names the frame that the CPU entry of the mirrored "
          "page names, and writes only where that entry may be written (S1, S3, S17); what it "
          "wrote "
          "reclaim knows of before it can throw the page away (S15, S15')",
      .does_not_say =
          "that the device drops what it has cached of a translation: clearing an entry stands for "
          "that, too",
      .assumes =
          "the driver tears down and installs under its update lock, so that each is one step (the "
          "abstraction group says why that is enough)",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    using namespace mirrorcheck::model;
    f("StaleTranslation", "S1 S2 S5 S12'", &StaleTranslation<D>::holds);
    f("device_entries_are_owned", "S1 S2 S5 S12'", &device_entries_are_owned<D>);
    f("MarkedInTime", "S15' S12'", &MarkedInTime<D>::holds);
  }
  template <class D, class F>
  static void each_step(F&& f) {
    using Step = StepProperty<D>;
    f(Step{"devices_gain_what_was_walked", "S3", "",
           "D1.install/1 D1.install/2 D1.install/3 D1.install/4",
           &devices_gain_what_was_walked<D>});
    f(Step{"device_accesses_are_justified", "S3", "S1 S2", "D6.device_access/2 D6.device_access/3",
           &device_accesses_are_justified<D>, model::Rule::kDeviceAccess});
    f(Step{"pages_become_clean_behind_devices", "S15'", "S1", "A6.lazy_free/3 A6.lazy_free/4",
           &pages_become_clean_behind_devices<D>, model::Rule::kLazyFree});
    f(Step{"nothing_written_is_thrown_away", "S15'", "S1",
           "A6.discard/2 A6.discard/3 A6.discard/4 A6.discard/5",
           &nothing_written_is_thrown_away<D>, model::Rule::kDiscard});
    f(Step{"nothing_written_is_left_to_its_slot", "S15'", "S1", "S12.move/3 S12.move/8",
           &nothing_written_is_left_to_its_slot<D>, model::Rule::kMove});
    f(Step{"marks_are_of_what_is_mapped", "S15", "S1 S2", "D6.mark_dirty/2",
           &marks_are_of_what_is_mapped<D>, model::Rule::kMarkDirty});
  }
  template <class D, class F>
  static void each_consequence(F&& f) {
    using Fact = Consequence<D>;
    f(Fact{"devices_write_their_own", "S4", "S1", "StaleTranslation SharedPrivately",
           &devices_write_their_own<D>});
    f(Fact{"devices_agree", "S6", "S1", "StaleTranslation", &devices_agree<D>});
    f(Fact{"exclusive_pages_have_one_user", "S12'", "S1",
           "StaleTranslation exclusive_entries_are_alone", &exclusive_pages_have_one_user<D>});
    f(Fact{"device_memory_has_one_user", "S12", "S1", "StaleTranslation",
           &device_memory_has_one_user<D>});
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_DEVICE_H_
