// The safety properties as formulas over one state, and the state an execution begins with.
//
// Each property has an `at` for single things, so that the oracle can look at what a step touched;
// the property itself is `at` for all of them. Properties about steps (S1', S7, S8, S9', S10 ...)
// are clauses of the rules.
//
// S1 is stated stronger than it has to be: it allows no exception inside a window whose callback
// has not run, because until then the CPU entry is unchanged (M1). A special entry justifies
// nothing but what its kind says.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_MODEL_SAFETY_H_
#define MIRRORCHECK_MODEL_SAFETY_H_

#include "model/rules/pages.h"
#include "model/state.h"

namespace mirrorcheck::model {

// S1, S3, S17: what the device may use is what the CPU page table of the mirrored mm says.
template <class D>
struct StaleTranslation {
  static constexpr Property kProperty = Property::kS1;
  static constexpr Clause kClause{"M1", Property::kS1,
                                  "the device can use a translation that the CPU page table no "
                                  "longer justifies"};
  template <class M, class P>
  static auto at(const State<D>& s, const M& m, const P& p) {
    return s.device_frame(m, p) == kNoFrame ||
           (s.registration(m) != Registration::kOut && s.mirror_mm(m) == D::mm_of(p) &&
            s.cpu_frame(p) == s.device_frame(m, p) && usable_by<D>(s, m, p) && s.cpu_read(p) &&
            (!s.device_write(m, p) || s.cpu_write(p)));
  }
  static auto holds(const State<D>& s) {
    return D::template all<Mirror>([&](const auto& m) {
      return D::template all<Page>([&](const auto& p) { return at(s, m, p); });
    });
  }
};

// S2: neither a device nor a CPU translation nor a pin names what is free.
template <class D>
struct FreedTarget {
  static constexpr Property kProperty = Property::kS2;
  static constexpr Clause kClause{"M1", Property::kS2,
                                  "a frame or block is free while a translation or pin names it"};
  template <class F>
  static auto at(const State<D>& s, const F& f) {
    return s.used(f) || f == kNoFrame ||
           (D::nowhere(s.device_frame, f) && D::nowhere(s.cpu_frame, f) && s.pins(f) == 0u);
  }
  // Of the three kinds of names rather than of all frames: there are fewer to look at.
  static auto holds(const State<D>& s) {
    return D::template all<Page>([&](const auto& p) {
             return named(s, s.cpu_frame(p)) && D::template all<Mirror>([&](const auto& m) {
                      return named(s, s.device_frame(m, p));
                    });
           }) &&
           no_free_pins(s);
  }

  // The parts of holds(): a frame that an entry names, and pins.
  template <class F>
  static auto named(const State<D>& s, const F& f) {
    return f == kNoFrame || s.used(f);
  }
  static auto no_free_pins(const State<D>& s) {
    return D::template all<Frame>([&](const auto& f) { return s.pins(f) == 0u || s.used(f); });
  }
};

// S5: what was truncated or punched is reached by nobody. A punched page may be a hole again:
// zeros; and a private mapping keeps its copy (X10).
template <class D>
struct Truncation {
  static constexpr Property kProperty = Property::kS5;
  static constexpr Clause kClause{"X12", Property::kS5,
                                  "a mapping still reaches what truncate or punch has taken away"};
  template <class P>
  static auto at(const State<D>& s, const P& p) {
    const auto slot = s.slot(p);
    return slot == kNoFilePage || !s.cut(slot) || (s.copied(p) && s.within(slot)) ||
           (allowed(s, s.cpu_frame(p), slot) && D::template all<Mirror>([&](const auto& m) {
              return allowed(s, s.device_frame(m, p), slot);
            }));
  }
  static auto holds(const State<D>& s) {
    return D::template all<Page>([&](const auto& p) { return at(s, p); });
  }

 private:
  template <class F, class S>
  static auto allowed(const State<D>& s, const F& frame, const S& slot) {
    return frame == kNoFrame || (frame == kZeroFrame && s.within(slot));
  }
};

// S4: nobody writes the zero page, a frame of private memory that two entries map is one that
// neither may write, and a private mapping writes copies only (X10). With S1, so does a device.
template <class D>
struct SharedPrivately {
  static constexpr Property kProperty = Property::kS4;
  static constexpr Clause kClause{"M3", Property::kS4,
                                  "private memory is writable through one entry and mapped by "
                                  "another, or is not private at all"};
  template <class P, class Q>
  static auto at(const State<D>& s, const P& p, const Q& q) {
    return p == q || s.cpu_frame(p) != s.cpu_frame(q) || s.cpu_frame(p) == kNoFrame ||
           !maps_private_memory<D>(s, p) || !maps_private_memory<D>(s, q) ||
           (!s.cpu_write(p) && !s.cpu_write(q));
  }
  static auto holds(const State<D>& s) {
    return D::template all<Page>([&](const auto& p) { return writes_own(s, p); }) &&
           D::template all<Page>([&](const auto& p) {
             return D::template all<Page>([&](const auto& q) { return at(s, p, q); });
           });
  }
  // What is writable is neither the zero page nor, in a private mapping, the file's.
  template <class P>
  static auto writes_own(const State<D>& s, const P& p) {
    return !s.cpu_write(p) || s.cpu_frame(p) == kNoFrame ||
           (s.cpu_frame(p) != kZeroFrame && (!s.area_private(p) || s.copied(p)));
  }
};

// S6: a page of a file that is mapped at all is mapped to the one frame that backs it.
template <class D>
struct OneLocation {
  static constexpr Property kProperty = Property::kS6;
  static constexpr Clause kClause{
      "X12", Property::kS6, "a page maps another frame than the one that backs the file page"};
  template <class P>
  static auto at(const State<D>& s, const P& p) {
    return maps_private_memory<D>(s, p) || s.cpu_frame(p) == kNoFrame ||
           s.cpu_frame(p) == kZeroFrame || s.backing(s.slot(p)) == s.cpu_frame(p);
  }
  static auto holds(const State<D>& s) {
    return D::template all<Page>([&](const auto& p) { return at(s, p); });
  }
};

// S6': a page of a file that may be written is dirty. With S1, so is one that a device may write.
template <class D>
struct WritableIsDirty {
  static constexpr Property kProperty = Property::kS6Prime;
  static constexpr Clause kClause{
      "X11", Property::kS6Prime, "a page of a file may be written that write-back takes for clean"};
  template <class P>
  static auto at(const State<D>& s, const P& p) {
    return s.cpu_frame(p) == kNoFrame || !s.cpu_write(p) || !maps_file_memory<D>(s, p) ||
           s.dirty(s.slot(p));
  }
  static auto holds(const State<D>& s) {
    return D::template all<Page>([&](const auto& p) { return at(s, p); });
  }
};

// S15': what a device has written, and nobody has marked dirty, is still behind its translation:
// its driver will be asked before the page can go.
template <class D>
struct MarkedInTime {
  static constexpr Property kProperty = Property::kS15Prime;
  static constexpr Clause kClause{
      "D6", Property::kS15Prime,
      "a device has let go of a page that it has written, and reclaim takes it for clean"};
  template <class M, class P>
  static auto at(const State<D>& s, const M& m, const P& p) {
    return !s.unmarked(m, p) || s.device_frame(m, p) != kNoFrame;
  }
  static auto holds(const State<D>& s) {
    return D::template all<Mirror>([&](const auto& m) {
      return D::template all<Page>([&](const auto& p) { return at(s, m, p); });
    });
  }
};

// S6': a hole is clean. Were it dirty, nobody would notice that the first write after it was filled
// has made nothing dirty.
template <class D>
struct HolesAreClean {
  static constexpr Property kProperty = Property::kS6Prime;
  static constexpr Clause kClause{"X11", Property::kS6Prime,
                                  "a page of a file that has no frame or block counts as dirty"};
  template <class P>
  static auto at(const State<D>& s, const P& f) {
    return s.backing(f) != kNoFrame || !s.dirty(f);
  }
  static auto holds(const State<D>& s) {
    return D::template all<FilePage>([&](const auto& f) { return at(s, f); });
  }
};

// F13: the parts of a huge entry are one entry.
template <class D>
struct WholeEntry {
  static constexpr Property kProperty = Property::kS16;
  static constexpr Clause kClause{"F13", Property::kS16,
                                  "a huge entry maps what is not contiguous, or not all alike"};
  template <class P>
  static auto at(const State<D>& s, const P& p) {
    return !s.huge(p) || D::template all_in<Page>(D::huge_of(p), [&](const auto& q) {
      return s.huge(q) && alike<D>(s, p, q);
    });
  }
  static auto holds(const State<D>& s) {
    return D::template all<Page>([&](const auto& p) { return at(s, p); });
  }
};

// S16: what a device translates at once the CPU maps at once. With S1 and F13, to the same frames.
template <class D>
struct LargeTranslation {
  static constexpr Property kProperty = Property::kS16;
  static constexpr Clause kClause{"S16", Property::kS16,
                                  "a device translation is larger than what the CPU maps"};
  template <class M, class P>
  static auto at(const State<D>& s, const M& m, const P& p) {
    return !s.device_huge(m, p) || (s.huge(p) && s.device_frame(m, p) != kNoFrame &&
                                    D::template all_in<Page>(D::huge_of(p), [&](const auto& q) {
                                      return s.device_huge(m, q);
                                    }));
  }
  static auto holds(const State<D>& s) {
    return D::template all<Mirror>([&](const auto& m) {
      return D::template all<Page>([&](const auto& p) { return at(s, m, p); });
    });
  }
};

// S9: a subscription is never ahead of its mm, and level with it only while the period lasts.
template <class D>
struct SequenceOrder {
  static constexpr Property kProperty = Property::kS9;
  static constexpr Clause kClause{"Q5", Property::kS9,
                                  "a subscription's sequence is ahead of its mm's"};
  template <class M>
  static auto at(const State<D>& s, const M& m) {
    const auto mm = s.mirror_mm(m);
    return s.registration(m) == Registration::kOut || s.sub_epoch(m) < s.epoch(mm) ||
           (s.sub_epoch(m) == s.epoch(mm) && s.odd(mm));
  }
  static auto holds(const State<D>& s) {
    return D::template all<Mirror>([&](const auto& m) { return at(s, m); });
  }
};

// S7: the tree is frozen only while some window is open.
template <class D>
struct FrozenByWindow {
  static constexpr Property kProperty = Property::kS7;
  static constexpr Clause kClause{"N7", Property::kS7,
                                  "invalidate_seq is odd although no window is open"};
  template <class M>
  static auto at(const State<D>& s, const M& mm) {
    return !s.odd(mm) || any_window_open<D>(s, mm);
  }
  static auto holds(const State<D>& s) {
    return D::template all<Mm>([&](const auto& mm) { return at(s, mm); });
  }
};

// Calls f.template operator()<P>() for every property with a formula.
template <class D, class F>
void each_safety_property(F&& f) {
  f.template operator()<StaleTranslation<D>>();
  f.template operator()<FreedTarget<D>>();
  f.template operator()<SharedPrivately<D>>();
  f.template operator()<Truncation<D>>();
  f.template operator()<OneLocation<D>>();
  f.template operator()<WritableIsDirty<D>>();
  f.template operator()<MarkedInTime<D>>();
  f.template operator()<WholeEntry<D>>();
  f.template operator()<LargeTranslation<D>>();
  f.template operator()<HolesAreClean<D>>();
  f.template operator()<SequenceOrder<D>>();
  f.template operator()<FrozenByWindow<D>>();
}

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_SAFETY_H_
