// One state for all that behave alike.
//
// forget(): what no later step reads before it writes it becomes 0: the descriptions of windows
// that are closed, sections that are over, subscriptions that are out and nobody's section. Events
// of which no rule makes a difference become one.
//
// level(): epochs count without end, but the rules compare those of one mm only, and the only new
// values are the mm's epoch, the one before and the one after. So the mm's epoch can always be
// kEpoch: what is as far away as the one before keeps its distance, what is older keeps its order.
//
// Both lead to a state from which the same steps are possible, to states that behave alike again.
// A test compares the states so reached with those that are reached without.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_CANONICAL_H_
#define MIRRORCHECK_PROOFS_EXPLORE_CANONICAL_H_

#include <bit>
#include <cstdint>

#include "model/state.h"
#include "proofs/explore/packed.h"

namespace mirrorcheck::proofs::explore {

// The epoch of every mm between steps: the one after it still has kCounterBits bits.
inline constexpr std::uint64_t kEpoch = (1U << kCounterBits) - 2;

template <class D>
struct Canonical {
  using State = model::State<D>;
  using Task = model::Task;
  using Mirror = model::Mirror;
  using Window = model::Window;
  using Page = model::Page;
  using Classic = model::Classic;

  // `returns_matter`: steps that read what the walk was asked for and what it found can be taken.
  static void forget(State& s, bool returns_matter) {
    forget_windows(s);
    forget_sections(s, returns_matter);
    forget_mirrors(s);
    forget_classics(s);
    forget_pages(s);
  }

  // Both are of several parts. Which of them may not be as they should after a step from a state to
  // which both were applied: those of which the step has changed a field that is read or written
  // there. Where the compiler sees that a rule changes none, it sees that this is 0.
  [[gnu::always_inline]] static unsigned parts_changed(const State& before, const State& s) {
    const auto changed = [&](auto... fields) __attribute__((always_inline)) {
      return (... || !(before.*fields == s.*fields));
    };
    unsigned parts = 0;
    if (changed(&State::phase, &State::owner, &State::window_mm, &State::window_pages,
                &State::window_event, &State::owned, &State::window_mirror, &State::blockable,
                &State::refused, &State::hit, &State::acked, &State::kept, &State::told,
                &State::owed)) {
      parts |= kWindows;
    }
    if (changed(&State::section, &State::section_mirror, &State::saved, &State::last_outcome,
                &State::asked, &State::walked, &State::walked_frame, &State::walked_write,
                &State::walked_huge)) {
      parts |= kSections;
    }
    if (changed(&State::registration, &State::mirror_mm, &State::mirror_pages, &State::sub_epoch,
                &State::hit, &State::acked, &State::section, &State::section_mirror)) {
      parts |= kMirrors;
    }
    if (changed(&State::listed, &State::classic_mm, &State::can_fail)) parts |= kClassics;
    if (changed(&State::area, &State::cpu_frame, &State::device_frame, &State::slot)) {
      parts |= kPages;
    }
    if (changed(&State::epoch, &State::registration, &State::mirror_mm, &State::sub_epoch,
                &State::section, &State::section_mirror, &State::saved)) {
      parts |= kEpochs;
    }
    return parts;
  }
  static void simplify(State& s, unsigned parts, bool returns_matter) {
    if ((parts & kWindows) != 0) forget_windows(s);
    if ((parts & kSections) != 0) forget_sections(s, returns_matter);
    if ((parts & kMirrors) != 0) forget_mirrors(s);
    if ((parts & kClassics) != 0) forget_classics(s);
    if ((parts & kPages) != 0) forget_pages(s);
    if ((parts & kEpochs) != 0) level(s);
  }

  static void forget_owners(State& s) {
    for (unsigned i = 0; i < D::template count<Window>(); ++i) {
      if (s.phase(Window(i)) == model::WindowPhase::kClosed) forget_owner(s, Window(i));
    }
  }

  static void level(State& s) {
    for (unsigned i = 0; i < D::template count<model::Mm>(); ++i) level_mm(s, model::Mm(i));
  }

 private:
  static constexpr unsigned kWindows = 1, kSections = 2, kMirrors = 4, kClassics = 8, kPages = 16,
                            kEpochs = 32;

  static void forget_windows(State& s) {
    for (unsigned i = 0; i < D::template count<Window>(); ++i) forget_window(s, Window(i));
  }
  static void forget_sections(State& s, bool returns_matter) {
    for (unsigned i = 0; i < D::template count<Task>(); ++i) {
      forget_section(s, Task(i), returns_matter);
    }
  }
  static void forget_mirrors(State& s) {
    for (unsigned i = 0; i < D::template count<Mirror>(); ++i) forget_mirror(s, Mirror(i));
  }
  static void forget_classics(State& s) {
    for (unsigned i = 0; i < D::template count<Classic>(); ++i) {
      if (s.listed(Classic(i))) continue;
      s.classic_mm.set(Classic(i), {});
      s.can_fail.set(Classic(i), false);
    }
  }
  static void forget_pages(State& s) {
    for (unsigned i = 0; i < D::template count<Page>(); ++i) forget_page(s, Page(i));
  }

  static void forget_window(State& s, Window w) {
    if (s.phase(w) != model::WindowPhase::kClosed) {
      s.window_event.set(w, representative(s.window_event(w)));
      return;
    }
    forget_owner(s, w);
    s.window_mm.set(w, {});
    s.window_pages.set(w, {});
    s.window_event.set(w, {});
    s.owned.set(w, false);
    s.window_mirror.set(w, {});
    s.blockable.set(w, false);
    s.refused.set(w, false);
    for (unsigned m = 0; m < D::template count<Mirror>(); ++m) {
      s.hit.set(w, Mirror(m), false);
      s.acked.set(w, Mirror(m), false);
      s.kept.set(w, Mirror(m), false);
    }
    for (unsigned n = 0; n < D::template count<Classic>(); ++n) s.told.set(w, Classic(n), false);
  }
  static void forget_owner(State& s, Window w) {
    bool owed = false;  // a classic end that is due is its owner's to call
    for (unsigned n = 0; n < D::template count<Classic>(); ++n) owed |= s.owed(w, Classic(n));
    if (!owed) s.owner.set(w, {});
  }
  static model::WindowEvent representative(model::WindowEvent event) {
    using enum model::WindowEvent;
    if (event == kUnmap || event == kSoftDirty) return kClear;
    return event == kProtectionPage ? kProtectionVma : event;
  }

  static void forget_section(State& s, Task t, bool returns_matter) {
    const auto section = s.section(t);
    if (section == model::Section::kNone) {
      s.section_mirror.set(t, {});
      s.saved.set(t, 0);
    }
    const bool walked = section == model::Section::kBegun || section == model::Section::kPassed;
    const bool returns = returns_matter && section == model::Section::kBegun;
    if (!returns) s.last_outcome.set(t, {});
    if (!returns) {
      s.asked.clear_row(t);
      s.walked.clear_row(t);
    }
    if (!walked) {
      s.walked_frame.clear_row(t);
      s.walked_write.clear_row(t);
      s.walked_huge.clear_row(t);
    }
  }

  static bool in_a_section(const State& s, Mirror m) {
    bool found = false;
    for (unsigned t = 0; t < D::template count<Task>(); ++t) {
      found |= s.section(Task(t)) != model::Section::kNone && s.section_mirror(Task(t)) == m;
    }
    return found;
  }

  static void forget_mirror(State& s, Mirror m) {
    if (s.registration(m) != model::Registration::kOut) return;
    s.mirror_pages.set(m, {});
    for (unsigned w = 0; w < D::template count<Window>(); ++w) {
      if (!s.hit(Window(w), m)) s.acked.set(Window(w), m, false);
    }
    if (in_a_section(s, m)) return;
    s.mirror_mm.set(m, {});
    s.sub_epoch.set(m, 0);
  }

  // rmap has no use for a page that neither an area nor an entry is left of.
  static void forget_page(State& s, Page p) {
    if (s.area(p) != model::Area::kNone || s.cpu_frame(p) != model::kNoFrame) return;
    for (unsigned m = 0; m < D::template count<Mirror>(); ++m) {
      if (s.device_frame(Mirror(m), p) != model::kNoFrame) return;
    }
    s.slot.set(p, model::kNoFilePage);
  }

  // Whether the epoch of m is one that is compared with that of mm.
  static bool counts_in(const State& s, Mirror m, model::Mm mm) {
    return s.mirror_mm(m) == mm &&
           (s.registration(m) != model::Registration::kOut || in_a_section(s, m));
  }
  static bool counts_in(const State& s, Task t, model::Mm mm) {
    return s.section(t) != model::Section::kNone && s.mirror_mm(s.section_mirror(t)) == mm;
  }

  // How far back `old` is; nothing is ahead of an mm unless a rule was broken on purpose.
  static unsigned back(std::uint64_t epoch, std::uint64_t old) {
    return static_cast<unsigned>(epoch - old) % 32;
  }

  static void level_mm(State& s, model::Mm mm) {
    const std::uint64_t epoch = s.epoch(mm);
    // How far back each epoch in use is; what is further back than the one before closes up.
    std::uint32_t used = 0b11;
    for (unsigned m = 0; m < D::template count<Mirror>(); ++m) {
      if (counts_in(s, Mirror(m), mm)) used |= 1U << back(epoch, s.sub_epoch(Mirror(m)));
    }
    for (unsigned t = 0; t < D::template count<Task>(); ++t) {
      if (counts_in(s, Task(t), mm)) used |= 1U << back(epoch, s.saved(Task(t)));
    }
    const std::uint32_t closed = used & (used + 1);  // bits above the run of ones from bit 0
    if (epoch == kEpoch && closed == 0) return;
    const auto moved = [&](std::uint64_t old) {
      const std::uint32_t nearer = used & ((1U << back(epoch, old)) - 1);
      return kEpoch - static_cast<std::uint64_t>(std::popcount(nearer));
    };
    for (unsigned m = 0; m < D::template count<Mirror>(); ++m) {
      if (counts_in(s, Mirror(m), mm)) s.sub_epoch.set(Mirror(m), moved(s.sub_epoch(Mirror(m))));
    }
    for (unsigned t = 0; t < D::template count<Task>(); ++t) {
      if (counts_in(s, Task(t), mm)) s.saved.set(Task(t), moved(s.saved(Task(t))));
    }
    s.epoch.set(mm, kEpoch);
  }
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_CANONICAL_H_
