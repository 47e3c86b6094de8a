// The inductive invariant: what is true between any two steps and is strong enough to show that the
// next step keeps it so.
//
// Conjuncts are templates over a Domain like the properties, so that the tests can evaluate them
// beside random executions of the concrete interpretation as well. Quantifiers lead from tasks,
// windows and mirrors to pages, from pages to frames, and never back.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_INVARIANT_H_
#define MIRRORCHECK_PROOFS_INVARIANT_H_

#include <string_view>

#include "model/safety.h"
#include "model/state.h"

namespace mirrorcheck::proofs {

// `f(w, m)` for all windows w and mirrors m.
template <class D, class F>
auto all_windows_mirrors(F f) {
  return D::template all<model::Window>([&](const auto& w) {
    return D::template all<model::Mirror>([&](const auto& m) { return f(w, m); });
  });
}

// The window is open in the mm of a registered mirror.
template <class D, class W, class M>
auto concerns(const model::State<D>& s, const W& w, const M& m) {
  return s.phase(w) != model::WindowPhase::kClosed &&
         s.registration(m) != model::Registration::kOut && s.window_mm(w) == s.mirror_mm(m);
}

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

// An engine that may run is registered and not on its way out.
template <class D>
auto engines_are_registered(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return !s.engine(m) || s.registration(m) == Registration::kTree ||
           s.registration(m) == Registration::kInsertDeferred;
  });
}

// N2: a subscription is in a published mm.
template <class D>
auto mirrors_are_published(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return s.registration(m) == Registration::kOut || s.published(s.mirror_mm(m));
  });
}

// N4: who waits on the deferred list is taken to be under invalidation, and has nothing.
template <class D>
auto deferred_inserts_are_excluded(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Mirror>([&](const auto& m) {
    return s.registration(m) != Registration::kInsertDeferred ||
           (s.odd(s.mirror_mm(m)) && s.sub_epoch(m) == s.epoch(s.mirror_mm(m)) &&
            D::template all<Page>([&](const auto& p) { return s.device_frame(m, p) == kNoFrame; }));
  });
}

// Q1, N5: while a window that reached a subscription is open, the tree is frozen with it inside.
template <class D>
auto hits_stay_in_the_frozen_tree(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return s.phase(w) == WindowPhase::kClosed || !s.hit(w, m) ||
           (s.odd(s.window_mm(w)) && s.window_mm(w) == s.mirror_mm(m) &&
            (s.registration(m) == Registration::kTree ||
             s.registration(m) == Registration::kRemoveDeferred));
  });
}

// I8: a window knows of every subscription that it overlaps.
template <class D>
auto windows_miss_nobody(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      return !concerns<D>(s, w, m) || !D::contains(s.window_pages(w), p) ||
             !D::contains(s.mirror_pages(m), p) || s.hit(w, m) || s.acked(w, m);
    });
  });
}

// M1: when start has returned, the callbacks are done.
template <class D>
auto started_windows_are_acked(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return s.phase(w) != WindowPhase::kStarted || !s.hit(w, m) || s.acked(w, m);
  });
}

// Q6: while a window is open whose callback is done, the subscription has the period's sequence.
template <class D>
auto acked_mirrors_are_level(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return !concerns<D>(s, w, m) || !s.acked(w, m) ||
           (s.odd(s.mirror_mm(m)) && s.sub_epoch(m) == s.epoch(s.mirror_mm(m)));
  });
}

// D2, D3: what an open window's callback took away stays away.
template <class D>
auto acked_pages_are_gone(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return D::template all<Page>([&](const auto& p) {
      return !concerns<D>(s, w, m) || !s.acked(w, m) || !D::contains(s.window_pages(w), p) ||
             s.device_frame(m, p) == kNoFrame || (s.kept(w, m) && !s.device_write(m, p));
    });
  });
}

// D3: only a window that takes no more than write permission lets a callback keep translations.
template <class D>
auto only_protection_is_kept(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return all_windows_mirrors<D>([&](const auto& w, const auto& m) {
    return !s.kept(w, m) || s.window_event(w) == WindowEvent::kProtectionVma ||
           s.window_event(w) == WindowEvent::kProtectionPage;
  });
}

// Q3, the key lemma: a section that has begun has not saved the sequence of a period that goes on,
// so that any later callback makes a difference.
//
//   task                         another
//   read_begin: saved = s
//                                start: S odd; callback: s := S, and S != saved
//   read_retry: s != saved
template <class D>
auto sections_can_tell(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& t) {
    const auto mm = s.mirror_mm(s.section_mirror(t));
    return s.section(t) == Section::kNone || s.saved(t) < s.epoch(mm) ||
           (s.section(t) == Section::kWaiting && s.saved(t) == s.epoch(mm) && s.odd(mm));
  });
}

// F8, Q7: what an undisturbed section has walked is what the page table says now.
template <class D>
auto undisturbed_walks_are_current(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& t) {
    const auto m = s.section_mirror(t);
    return D::template all<Page>([&](const auto& p) {
      return s.section(t) == Section::kNone || s.walked_frame(t, p) == kNoFrame ||
             s.registration(m) == Registration::kOut || !D::contains(s.mirror_pages(m), p) ||
             s.saved(t) != s.sub_epoch(m) ||
             (s.section(t) != Section::kWaiting && D::mm_of(p) == s.mirror_mm(m) &&
              s.cpu_frame(p) == s.walked_frame(t, p) && s.cpu_read(p) &&
              (!s.walked_write(t, p) || s.cpu_write(p)));
    });
  });
}

// F1: nothing is walked before read_begin has returned.
template <class D>
auto waiting_sections_are_empty(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Task>([&](const auto& t) {
    return D::template all<Page>([&](const auto& p) {
      return s.section(t) != Section::kWaiting || s.walked_frame(t, p) == kNoFrame;
    });
  });
}

// X16: a block is mapped only as the page of a file; anonymous memory has no file page.
template <class D>
auto areas_know_their_file_pages(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    const auto of_file = s.area(p) == Area::kFile || s.area(p) == Area::kDax;
    return (!of_file || s.slot(p) != kNoFilePage) &&
           (s.area(p) != Area::kAnon || s.slot(p) == kNoFilePage) &&
           (!s.area_private(p) || s.slot(p) != kNoFilePage) &&
           (!s.copied(p) || (s.area_private(p) && s.cpu_frame(p) != kNoFrame)) &&
           (!maps_private_memory<D>(s, p) || !D::is_block(s.cpu_frame(p)));
  });
}

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

// X10: beyond an end that truncate has returned for, no copy is on its way.
template <class D>
auto cut_pages_are_not_replaced(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    return !s.replacing(p) ||
           (s.cpu_frame(p) == kNoFrame &&
            (s.slot(p) == kNoFilePage || !s.cut(s.slot(p)) || s.within(s.slot(p))));
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

// X16, X13: what is mapped or pinned is in use.
template <class D>
auto mapped_frames_are_used(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>(
             [&](const auto& p) { return s.cpu_frame(p) == kNoFrame || s.used(s.cpu_frame(p)); }) &&
         D::template all<Frame>([&](const auto& f) { return s.pins(f) == 0u || s.used(f); });
}

// Calls f(name, for, holds) for every conjunct, the properties themselves among them: `for` lists
// the properties whose proof needs it, and holds(state) is its formula.
template <class D, class F>
void each_conjunct(F&& f) {
  using namespace mirrorcheck::model;
  constexpr std::string_view kMirror = "S1 S2 S5";
  f("StaleTranslation", kMirror, &StaleTranslation<D>::holds);
  f("FreedTarget", "S2", &FreedTarget<D>::holds);
  f("SharedPrivately", "S4", &SharedPrivately<D>::holds);
  f("Truncation", "S5", &Truncation<D>::holds);
  f("OneLocation", "S2 S6", &OneLocation<D>::holds);
  f("SequenceOrder", "S1 S2 S5 S9", &SequenceOrder<D>::holds);
  f("device_entries_are_owned", kMirror, &device_entries_are_owned<D>);
  f("engines_are_registered", kMirror, &engines_are_registered<D>);
  f("mirrors_are_published", kMirror, &mirrors_are_published<D>);
  f("deferred_inserts_are_excluded", kMirror, &deferred_inserts_are_excluded<D>);
  f("hits_stay_in_the_frozen_tree", "S1 S2 S5 S9", &hits_stay_in_the_frozen_tree<D>);
  f("windows_miss_nobody", kMirror, &windows_miss_nobody<D>);
  f("started_windows_are_acked", kMirror, &started_windows_are_acked<D>);
  f("acked_mirrors_are_level", kMirror, &acked_mirrors_are_level<D>);
  f("acked_pages_are_gone", kMirror, &acked_pages_are_gone<D>);
  f("only_protection_is_kept", kMirror, &only_protection_is_kept<D>);
  f("sections_can_tell", kMirror, &sections_can_tell<D>);
  f("undisturbed_walks_are_current", kMirror, &undisturbed_walks_are_current<D>);
  f("waiting_sections_are_empty", kMirror, &waiting_sections_are_empty<D>);
  f("mapped_frames_are_used", "S2", &mapped_frames_are_used<D>);
  f("areas_know_their_file_pages", "S2 S4 S5 S6", &areas_know_their_file_pages<D>);
  f("truncates_exclude_faults", "S2 S6", &truncates_exclude_faults<D>);
  f("unmapped_pages_stay_unmapped", "S2 S6", &unmapped_pages_stay_unmapped<D>);
  f("cut_pages_have_no_block", "S5", &cut_pages_have_no_block<D>);
  f("cut_pages_are_not_replaced", "S5", &cut_pages_are_not_replaced<D>);
}

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_INVARIANT_H_
