// The device page table: D1, D6, Q7.

#ifndef MIRRORCHECK_MODEL_RULES_DEVICE_H_
#define MIRRORCHECK_MODEL_RULES_DEVICE_H_

#include "model/rules/clauses.h"
#include "model/rules/pages.h"
#include "model/rules/section.h"

namespace mirrorcheck::model {

// D1, Q7: under the update lock under which read_retry passed, the driver installs what it walked.
// Pages that the walk did not find valid keep the entry they have. huge: what it found to be parts
// of huge entries gets translations as large, which must not reach beyond what was walked (S16).
template <class D>
struct Install {
  static constexpr Rule kRule = Rule::kInstall;
  static constexpr std::string_view kName = "D1.install";
  static constexpr Clause kPassed{"Q7", Property::kS9Prime,
                                  "installs what it walked before read_retry has passed"};
  static constexpr Clause kLocked{"D1", Property::kS1,
                                  "the device page table changes without the update lock", true};
  static constexpr Clause kUndisturbed{
      "Q7", Property::kS1,
      "installs what it walked although a callback has run since: the translation is stale"};
  static constexpr Clause kInside{"I8", Property::kS1,
                                  "installs a page outside the subscription's interval"};
  static constexpr Clause kOpen{"D2", Property::kS8, "installs in a mirror that was closed"};
  static constexpr Clause kClamped{
      "S16", Property::kS16, "installs a huge translation that reaches beyond what was walked"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kPassed,
              s.section(a.task) == Section::kPassed && s.section_mirror(a.task) == a.mirror);
    c.require(kLocked, s.update_lock(a.task, a.mirror));
    c.require(kUndisturbed, undisturbed<D>(s, a));
    c.require(kInside, D::template all_in<Page>(a.pages, [&](const auto& p) {
                return D::contains(s.mirror_pages(a.mirror), p);
              }));
    c.require(kOpen, s.engine(a.mirror) && s.registration(a.mirror) != Registration::kOut);
    c.require(kClamped, D::template all_in<Page>(a.pages, [&](const auto& p) {
                return D::implies(becomes_huge(s, a, p), [&] {
                  return D::template all_in<Page>(D::huge_of(p), [&](const auto& q) {
                    return D::contains(a.pages, q) && becomes_huge(s, a, q);
                  });
                });
              }));
    c.require(kWholeTranslation, D::template all_in<Page>(a.pages, [&](const auto& p) {
                return D::implies(
                    s.walked_frame(a.task, p) != kNoFrame && s.device_huge(a.mirror, p), [&] {
                      return D::template all_in<Page>(D::huge_of(p), [&](const auto& q) {
                        return D::contains(a.pages, q) && s.walked_frame(a.task, q) != kNoFrame;
                      });
                    });
              }));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.device_huge.template set_in<Page>(a.mirror, a.pages, [&](const auto& p, const auto& old) {
      return D::template choose<bool>(s.walked_frame(a.task, p) != kNoFrame, becomes_huge(s, a, p),
                                      old);
    });
    s.device_frame.template set_in<Page>(a.mirror, a.pages, [&](const auto& p, const auto& old) {
      return D::template choose<Frame>(s.walked_frame(a.task, p) != kNoFrame,
                                       s.walked_frame(a.task, p), old);
    });
    s.device_write.template set_in<Page>(a.mirror, a.pages, [&](const auto& p, const auto& old) {
      return D::template choose<bool>(s.walked_frame(a.task, p) != kNoFrame,
                                      s.walked_write(a.task, p), old);
    });
  }

 private:
  template <class P>
  static auto becomes_huge(const State<D>& s, const Args<D>& a, const P& p) {
    return a.huge && s.walked_frame(a.task, p) != kNoFrame && s.walked_huge(a.task, p);
  }
};

// P6: without a section, the driver programs a page that is its device's alone: exclusive to it, or
// in its memory, or on the way there. Nobody else changes the entry while the page is locked, but a
// window may be about to take it away, whose callback has come and gone. kNoFrame: it lets go of
// the page, which it may at any time.
template <class D>
struct Program {
  static constexpr Rule kRule = Rule::kProgram;
  static constexpr std::string_view kName = "P6.program";
  static constexpr Clause kUsers{"X2", Property::kS17,
                                 "programs a device for an mm that nobody uses any more"};
  static constexpr Clause kItsOwn{
      "P6", Property::kS1,
      "programs, without a section, a page that its device has not for itself"};
  static constexpr Clause kNotTold{
      "P6", Property::kS1,
      "programs, without a section, a page that an open window has told it to let go of, or does "
      "not tell it of"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto gains = a.frame != kNoFrame;
    const auto mm = D::mm_of(a.page);
    c.require(Install<D>::kLocked, !gains || s.update_lock(a.task, a.mirror));
    c.require(Install<D>::kInside, !gains || (D::contains(s.mirror_pages(a.mirror), a.page) &&
                                              s.mirror_mm(a.mirror) == mm));
    c.require(Install<D>::kOpen,
              !gains || (s.engine(a.mirror) && s.registration(a.mirror) != Registration::kOut));
    c.require(kUsers, !gains || s.users(mm) != 0u);
    c.require(kItsOwn, !gains || its_own(s, a));
    c.require(kNotTold, !gains || not_told(s, a));
    c.require(kMarked,
              a.frame == s.device_frame(a.mirror, a.page) || !s.unmarked(a.mirror, a.page));
    c.require(kWholeTranslation, !s.device_huge(a.mirror, a.page));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.device_frame.set(a.mirror, a.page, a.frame);
    s.device_write.set(a.mirror, a.page, a.write && a.frame != kNoFrame);
  }

 private:
  static auto not_told(const State<D>& s, const Args<D>& a) {
    return s.registration(a.mirror) != Registration::kInsertDeferred &&
           D::template all_but<WindowPhase::kClosed>(s.phase, [&](const auto& w) {
             return s.window_mm(w) != D::mm_of(a.page) || !D::contains(s.window_pages(w), a.page) ||
                    !s.acked(w, a.mirror) || (s.owned(w) && s.window_mirror(w) == a.mirror);
           });
  }
  static auto its_own(const State<D>& s, const Args<D>& a) {
    const auto kind = s.cpu_kind(a.page);
    return s.cpu_frame(a.page) == a.frame && s.cpu_read(a.page) &&
           (!a.write || s.cpu_write(a.page)) &&
           ((kind == EntryKind::kDeviceExclusive && s.exclusive_to(a.page) == a.mirror) ||
            ((kind == EntryKind::kMigration || kind == EntryKind::kDevicePrivate) &&
             D::owns(a.mirror, a.frame)));
  }
};

// D6: the device loads and stores through its own page table only.
template <class D>
struct DeviceAccess {
  static constexpr Rule kRule = Rule::kDeviceAccess;
  static constexpr std::string_view kName = "D6.device_access";
  static constexpr Clause kLocked{"D1", Property::kS1,
                                  "the device page table is used without the update lock", true};
  static constexpr Clause kPresent{"D2", Property::kS1,
                                   "the device goes through a translation that was taken away"};
  static constexpr Clause kWritable{"D6", Property::kS3,
                                    "the device writes through a read-only translation"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kLocked, s.update_lock(a.task, a.mirror));
    c.require(kPresent, s.engine(a.mirror) && s.device_frame(a.mirror, a.page) != kNoFrame);
    c.require(kWritable, !a.write || s.device_write(a.mirror, a.page));
    c.require(kDirty, !a.write || !maps_file_memory<D>(s, a.page) || s.dirty(s.slot(a.page)));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.unmarked.set(a.mirror, a.page,
                   s.unmarked(a.mirror, a.page) ||
                       (a.write && (s.discardable(s.device_frame(a.mirror, a.page)) ||
                                    s.stored(s.device_frame(a.mirror, a.page)))));
  }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_DEVICE_H_
