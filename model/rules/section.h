// The collision-retry section and the range fault: Q1-Q8, F1-F12, and the life of an mm: X1, X2.

#ifndef MIRRORCHECK_MODEL_RULES_SECTION_H_
#define MIRRORCHECK_MODEL_RULES_SECTION_H_

#include "model/rules/clauses.h"

namespace mirrorcheck::model {

// The task's section is about a.mirror and read_begin has returned.
template <class D>
auto in_section(const State<D>& s, const Args<D>& a) {
  return s.section(a.task) == Section::kBegun && s.section_mirror(a.task) == a.mirror;
}

// No callback has run for the section's mirror since read_begin.
template <class D>
auto undisturbed(const State<D>& s, const Args<D>& a) {
  return s.sub_epoch(s.section_mirror(a.task)) == s.saved(a.task);
}

// All pages of the row have the value that they had at first. A domain with more than a few pages
// knows which of them may have another one.
template <class M, class T, class V>
void forget_pages(M& map, const T& task, V first_value) {
  if constexpr (requires { map.clear_row(task); }) {
    map.clear_row(task);
  } else {
    map.template set_row<Page>([=](const auto&, const auto&) { return first_value; }, task);
  }
}

// Q2: busy is n.s == S, which can only be while S is odd. flag: read_begin has to wait.
template <class D>
struct ReadBegin {
  static constexpr Rule kRule = Rule::kReadBegin;
  static constexpr std::string_view kName = "Q2.read_begin";
  static constexpr Clause kFresh{"Q7", Property::kS9Prime,
                                 "a section begins inside another one of the same task"};
  static constexpr Clause kRegistered{"N5", Property::kS8,
                                      "read_begin on a subscription that is not registered"};
  static constexpr Clause kSequence{"Q2", Property::kS9,
                                    "read_begin returns another value than the subscription's"};
  static constexpr Clause kBusy{
      "Q3", Property::kS9Prime,
      "read_begin does not wait although its own sequence is being invalidated, "
      "or waits without need",
      true};
  static constexpr Clause kNoUpdateLock{"A12", Property::kL1,
                                        "read_begin waits while holding an update lock", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kFresh, s.section(a.task) == Section::kNone);
    c.require(kRegistered, s.registration(a.mirror) != Registration::kOut);
    c.require(kSequence, a.sequence == D::sequence(s.sub_epoch(a.mirror), true));
    c.require(kBusy, a.flag == busy(s, a));
    c.require(kNoUpdateLock, holds_no_update_lock<D>(s, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.section.set(a.task, D::template choose<Section>(a.flag, Section::kWaiting, Section::kBegun));
    s.section_mirror.set(a.task, a.mirror);
    s.saved.set(a.task, s.sub_epoch(a.mirror));
    s.last_outcome.set(a.task, Outcome::kNothing);
    forget_pages(s.asked, a.task, false);
    forget_pages(s.walked, a.task, Outcome::kNothing);
    forget_pages(s.walked_frame, a.task, kNoFrame);
    forget_pages(s.walked_write, a.task, false);
  }

 private:
  static auto busy(const State<D>& s, const Args<D>& a) {
    const auto mm = s.mirror_mm(a.mirror);
    return s.odd(mm) && s.epoch(mm) == s.sub_epoch(a.mirror);
  }
};

// Q3, Q4: read_begin waits once, until S has moved on.
template <class D>
struct ReadWake {
  static constexpr Rule kRule = Rule::kReadWake;
  static constexpr std::string_view kName = "Q3.read_wake";
  static constexpr Clause kWaiting{"Q4", Property::kL4, "read_begin waits more than once"};
  static constexpr Clause kMovedOn{"Q3", Property::kS9Prime,
                                   "read_begin returns while the invalidation that it was to wait "
                                   "for goes on: the next callback "
                                   "will store the same sequence and read_retry will miss it",
                                   true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto mm = s.mirror_mm(s.section_mirror(a.task));
    c.require(kWaiting, s.section(a.task) == Section::kWaiting);
    c.require(kMovedOn, !s.odd(mm) || s.epoch(mm) != s.saved(a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.section.set(a.task, Section::kBegun); }
};

// One row of the decision table (A4). required, write: what F3 asks of the page. frame, flag (the
// entry is writable) and huge (it is part of a huge one, F13) are told when the outcome is kValid.
// To tell a smaller map order than there is loses a device nothing but speed; but what hugetlb has
// is nothing smaller at any time.
template <class D>
struct WalkPage {
  static constexpr Rule kRule = Rule::kWalkPage;
  static constexpr std::string_view kName = "F6.walk_page";
  static constexpr Clause kInSection{"F1", Property::kS10,
                                     "hmm_range_fault walks without a section of its mirror"};
  static constexpr Clause kMmapHeld{"F1", Property::kS17, "hmm_range_fault walks without mmap_lock",
                                    true};
  static constexpr Clause kUsers{"X2", Property::kS17,
                                 "hmm_range_fault walks an mm that nobody uses any more"};
  static constexpr Clause kOwnMm{"F1", Property::kS17, "hmm_range_fault walks another mm"};
  static constexpr Clause kDecision{"F6", Property::kS10,
                                    "makes something else of a page than the decision table says"};
  static constexpr Clause kHole{
      "F6", Property::kS10,
      "faults a page that nobody asked for and that is in no hole with one that was asked for"};
  static constexpr Clause kEntry{"F10", Property::kS10,
                                 "reports another frame or permission than the entry has"};
  static constexpr Clause kMapOrder{"F13", Property::kS16,
                                    "reports a larger map order than the entry has, or a smaller "
                                    "one of hugetlb"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto mm = s.mirror_mm(a.mirror);
    c.require(kInSection, in_section<D>(s, a));
    c.require(kMmapHeld, s.mmap_lock(a.task, mm) != Hold::kNot);
    c.require(kUsers, s.users(mm) != 0u);
    c.require(kOwnMm, D::mm_of(a.page) == mm);
    c.require(kDecision, decided(s, a));
    c.require(kHole, D::implies(a.outcome == Outcome::kFault && !a.required,
                                [&] { return in_hole_that_was_asked_for(s, a); }));
    c.require(kEntry, a.outcome != Outcome::kValid ||
                          (valid_for<D>(s, a.mirror, a.page) && a.frame == s.cpu_frame(a.page) &&
                           s.cpu_read(a.page) && a.flag == s.cpu_write(a.page)));
    c.require(kMapOrder, a.outcome != Outcome::kValid ||
                             D::template choose<bool>(a.huge, s.huge(a.page),
                                                      s.area(a.page) != Area::kHugetlb));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    const auto valid = a.outcome == Outcome::kValid;
    s.last_outcome.set(a.task, a.outcome);
    s.asked.set(a.task, a.page, a.required);
    s.walked.set(a.task, a.page, a.outcome);
    s.walked_frame.set(a.task, a.page, D::template choose<Frame>(valid, a.frame, kNoFrame));
    s.walked_write.set(a.task, a.page, valid && a.flag);
    s.walked_huge.set(a.task, a.page, valid && a.huge);
  }

 private:
  // The pages of a hole are faulted together, also those that nobody asked for. A hole (pud or pmd
  // none) lies within one VMA and has no entry; the page on whose account it is faulted comes
  // first. How far a page table reaches is not in the state, nor where one VMA ends and another of
  // the same kind and protection begins: whoever says that a hole is larger than it is, but has no
  // entry in it, is believed. Too much is faulted then, and nothing stale comes of it.
  static auto in_hole_that_was_asked_for(const State<D>& s, const Args<D>& a) {
    const auto in_it = [&](const auto& p) {
      return D::mm_of(p) == D::mm_of(a.page) && s.area(p) == s.area(a.page) &&
             s.area_read(p) == s.area_read(a.page) && s.area_write(p) == s.area_write(a.page) &&
             s.cpu_frame(p) == kNoFrame;
    };
    return D::contains(a.pages, a.page) && D::template all_in<Page>(a.pages, in_it) &&
           !D::template all_in<Page>(a.pages, [&](const auto& p) {
             return !s.asked(a.task, p) || s.walked(a.task, p) != Outcome::kFault;
           });
  }

  // An entry that PROT_NONE keeps is none to the walk (protnone), as it is to the CPU. At a
  // migration entry the walk waits before it asks what the area allows. A page in the mirror's own
  // memory is as good as present. One whose memory has failed nobody makes valid, whatever the area
  // allows.
  static auto decided(const State<D>& s, const Args<D>& a) {
    const auto writing = a.required && a.write;
    const auto closed =
        s.area(a.page) == Area::kNone || s.area(a.page) == Area::kSpecial || !s.area_read(a.page);
    const auto absent = !valid_for<D>(s, a.mirror, a.page) || !s.cpu_read(a.page);
    const auto migrating =
        s.cpu_frame(a.page) != kNoFrame && s.cpu_kind(a.page) == EntryKind::kMigration;
    const auto lacking = writing && !s.cpu_write(a.page);
    const auto failed =
        s.cpu_frame(a.page) != kNoFrame && s.cpu_kind(a.page) == EntryKind::kPoisoned;
    const auto forbidden = writing && !s.area_write(a.page) && !migrating;
    const auto& o = a.outcome;
    return (closed &&
            ((a.required && o == Outcome::kBadAddress) || (!a.required && o == Outcome::kError))) ||
           (!closed && absent && !a.required && (o == Outcome::kNothing || o == Outcome::kFault)) ||
           (!closed && failed && a.required && o == Outcome::kBadAddress) ||
           (!closed && !failed && a.required && (absent || lacking) && forbidden &&
            o == Outcome::kNotPermitted) ||
           (!closed && !failed && a.required && (absent || lacking) && !forbidden &&
            o == Outcome::kFault) ||
           (!closed && !absent && !lacking && o == Outcome::kValid);
  }
};

// F8, F10, F11: what hmm_range_fault returns for a.pages.
template <class D>
struct FaultReturn {
  static constexpr Rule kRule = Rule::kFaultReturn;
  static constexpr std::string_view kName = "F10.fault_return";
  static constexpr Clause kInSection{"F1", Property::kS10,
                                     "hmm_range_fault returns outside a section of its mirror"};
  static constexpr Clause kAllMet{"F10", Property::kS10,
                                  "returns 0 although a page that was asked for is not valid"};
  static constexpr Clause kCollided{"F8", Property::kL2,
                                    "returns -EBUSY although no callback has run"};
  static constexpr Clause kDenied{"F6", Property::kS10,
                                  "returns -EPERM although no write was refused"};
  static constexpr Clause kUnfixable{"F10", Property::kS10,
                                     "returns -EFAULT although no page was unfixable"};
  static constexpr Clause kKnown{"F10", Property::kS10, "returns a code that F10 does not know"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto& o = a.outcome;
    const auto last = s.last_outcome(a.task);
    c.require(kInSection, in_section<D>(s, a));
    c.require(kAllMet, D::implies(o == Outcome::kValid, [&] {
                return D::template all_in<Page>(a.pages, [&](const auto& p) {
                  return s.walked(a.task, p) == Outcome::kValid ||
                         (!s.asked(a.task, p) && (s.walked(a.task, p) == Outcome::kNothing ||
                                                  s.walked(a.task, p) == Outcome::kError));
                });
              }));
    c.require(kCollided, o != Outcome::kBusy || !undisturbed<D>(s, a));
    c.require(kDenied, o != Outcome::kNotPermitted || last == Outcome::kNotPermitted);
    c.require(kUnfixable,
              o != Outcome::kBadAddress || last == Outcome::kBadAddress || last == Outcome::kFault);
    c.require(kKnown, o == Outcome::kValid || o == Outcome::kBusy || o == Outcome::kNotPermitted ||
                          o == Outcome::kBadAddress);
  }
  // What was walked stays what it was: only a deciding read_retry makes it good to use (F8).
  static void apply(State<D>& s, const Args<D>& a) { s.last_outcome.set(a.task, a.outcome); }
};

// Q7. flag: collided. Under the update lock the answer is exact; without it only "collided" is.
template <class D>
struct ReadRetry {
  static constexpr Rule kRule = Rule::kReadRetry;
  static constexpr std::string_view kName = "Q7.read_retry";
  static constexpr Clause kInSection{"Q7", Property::kS9Prime, "read_retry without its read_begin"};
  static constexpr Clause kLocked{
      "Q7", Property::kS9Prime,
      "read_retry decides without the update lock: a callback may run before the result is used",
      true};
  static constexpr Clause kExact{"Q7", Property::kS9Prime,
                                 "read_retry says the opposite of what the sequences say"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    const auto locked = s.update_lock(a.task, a.mirror);
    c.require(kInSection, in_section<D>(s, a));
    c.require(kLocked, locked);
    c.require(kExact, (a.flag == !undisturbed<D>(s, a)) || (!locked && !a.flag));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.section.set(a.task, D::template choose<Section>(a.flag, Section::kNone, Section::kPassed));
  }
};

// D9: the driver gives up: an error, or its bound is reached.
template <class D>
struct Abandon {
  static constexpr Rule kRule = Rule::kAbandon;
  static constexpr std::string_view kName = "D9.abandon";
  static constexpr Clause kInSection{"Q7", Property::kS9Prime,
                                     "gives up a section that is not open"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kInSection, in_section<D>(s, a));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.section.set(a.task, Section::kNone); }
};

// X2: mmget_not_zero. flag: it succeeded.
template <class D>
struct GetMm {
  static constexpr Rule kRule = Rule::kGetMm;
  static constexpr std::string_view kName = "X2.mmget_not_zero";
  static constexpr Clause kExact{"X2", Property::kS17,
                                 "mmget_not_zero brings a dead mm back, or refuses a live one"};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kExact, a.flag == (s.users(a.mm) != 0u));
  }
  static void apply(State<D>& s, const Args<D>& a) {
    s.users.set(a.mm, D::template choose<Integer>(a.flag, s.users(a.mm) + 1u, s.users(a.mm)));
  }
};

template <class D>
struct PutMm {
  static constexpr Rule kRule = Rule::kPutMm;
  static constexpr std::string_view kName = "X2.mmput";
  static constexpr Clause kUsed{"X2", Property::kS17, "mmput of an mm that nobody uses"};
  static constexpr Clause kNoUpdateLock{
      "X5", Property::kL1, "mmput, which may tear the mm down, while holding an update lock", true};
  template <class C>
  static void guard(C& c, const State<D>& s, const Args<D>& a) {
    c.require(kUsed, s.users(a.mm) != 0u);
    c.require(kNoUpdateLock, holds_no_update_lock<D>(s, a.task));
  }
  static void apply(State<D>& s, const Args<D>& a) { s.users.set(a.mm, s.users(a.mm) - 1u); }
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_RULES_SECTION_H_
