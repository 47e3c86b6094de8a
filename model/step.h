// One concrete step: the rule's guard, its effect, and the safety properties of what it touched.
//
// A template over the rule, so that whoever wraps a step (the judge of a run does) pays for one
// dispatch, not for one at each layer.
//
// Thread safety: pure functions of their arguments. Nothing allocates.

#ifndef MIRRORCHECK_MODEL_STEP_H_
#define MIRRORCHECK_MODEL_STEP_H_

#include "model/cold.h"
#include "model/concrete.h"
#include "model/rules.h"
#include "model/safety.h"
#include "model/state.h"

namespace mirrorcheck::model {

using ConcreteState = State<Concrete>;

// Remembers the first clause that fails, an effective one rather than one of protocol.
class FirstFailure {
 public:
  void require(const Clause& clause, bool condition) {
    if (!condition) [[unlikely]]
      clause_ = first(clause_, clause);
  }
  const Clause* clause() const { return clause_; }

 private:
  MIRRORCHECK_COLD static const Clause* first(const Clause* before, const Clause& clause) {
    return before == nullptr || (before->protocol && !clause.protocol) ? &clause : before;
  }

  const Clause* clause_ = nullptr;
};

// S6 at the step that deletes an entry: the page was not unmapped first, which is S5'.
inline constexpr Clause kGoneWhileMapped{"X12.5", Property::kS5Prime,
                                         "an entry is deleted while an mm still maps the page"};

// The safety properties that a step can break are those of the things that it changes.
template <class R>
[[gnu::always_inline]] inline void check_touched(FirstFailure& c, const ConcreteState& s,
                                                 const Arguments& a) {
  using S1 = StaleTranslation<Concrete>;
  using S2 = FreedTarget<Concrete>;
  using S4 = SharedPrivately<Concrete>;
  using S5 = Truncation<Concrete>;
  using S6 = OneLocation<Concrete>;
  using S6Prime = WritableIsDirty<Concrete>;
  using S9 = SequenceOrder<Concrete>;
  using S16 = LargeTranslation<Concrete>;
  constexpr Rule rule = R::kRule;
  if constexpr (rule == Rule::kZap || rule == Rule::kWriteProtect || rule == Rule::kPopulate ||
                rule == Rule::kCopyEntry || rule == Rule::kHide || rule == Rule::kMoveEntry ||
                rule == Rule::kMerge || rule == Rule::kDiscard) {
    for (std::size_t m = 0; m < kMirrors; ++m) c.require(S1::kClause, S1::at(s, Mirror(m), a.page));
    if constexpr (rule == Rule::kWriteProtect) {
      for (std::size_t m = 0; a.huge && m < kMirrors; ++m) {
        Concrete::all_in(huge_of(a.page), [&](Page p) {
          c.require(S1::kClause, S1::at(s, Mirror(m), p));
          return true;
        });
      }
    } else if constexpr (rule == Rule::kPopulate) {
      c.require(S5::kClause, S5::at(s, a.page));
      c.require(S6::kClause, S6::at(s, a.page));
    } else if constexpr (rule == Rule::kCopyEntry || rule == Rule::kMerge) {
      c.require(S4::kClause, S4::at(s, a.page, a.source));
    } else if constexpr (rule == Rule::kMoveEntry) {
      c.require(S6Prime::kClause, S6Prime::at(s, a.page));
      for (std::size_t m = 0; m < kMirrors; ++m) {
        c.require(S1::kClause, S1::at(s, Mirror(m), a.source));
      }
    }
  } else if constexpr (rule == Rule::kInstall) {
    Concrete::all_in(a.pages, [&](Page p) {
      c.require(S1::kClause, S1::at(s, a.mirror, p));
      c.require(S2::kClause, S2::at(s, s.device_frame(a.mirror, p)));
      c.require(S5::kClause, S5::at(s, p));
      c.require(S16::kClause, S16::at(s, a.mirror, p));
      return true;
    });
  } else if constexpr (rule == Rule::kJoin) {
    c.require(WholeEntry<Concrete>::kClause, WholeEntry<Concrete>::at(s, a.page));
  } else if constexpr (rule == Rule::kSplit) {
    for (std::size_t m = 0; m < kMirrors; ++m) {
      c.require(S16::kClause, S16::at(s, Mirror(m), a.page));
    }
  } else if constexpr (rule == Rule::kProgram) {
    c.require(S1::kClause, S1::at(s, a.mirror, a.page));
    c.require(S2::kClause, S2::at(s, a.frame));
    c.require(S5::kClause, S5::at(s, a.page));
  } else if constexpr (rule == Rule::kDeviceAccess) {
    c.require(S1::kClause, S1::at(s, a.mirror, a.page));
  } else if constexpr (rule == Rule::kFree) {
    c.require(S2::kClause, S2::at(s, a.frame));
  } else if constexpr (rule == Rule::kTruncated) {
    Concrete::all_valued_in(s.slot, a.file_pages, [&](Page p) {
      c.require(S5::kClause, S5::at(s, p));
      return true;
    });
  } else if constexpr (rule == Rule::kDisconnect || rule == Rule::kEvict) {
    c.require(kGoneWhileMapped, S6::holds(s));
  } else if constexpr (rule == Rule::kInsert || rule == Rule::kInvalidate) {
    c.require(S9::kClause, S9::at(s, a.mirror));
  } else if constexpr (rule == Rule::kEnd || rule == Rule::kStartFailed) {
    c.require(FrozenByWindow<Concrete>::kClause,
              FrozenByWindow<Concrete>::at(s, s.window_mm(a.window)));
  }
}

// Takes one step of rule R. Returns the clause that it broke, null for none. REQUIRES: ids in
// bounds.
template <class R>
[[gnu::always_inline]] inline const Clause* take_step(ConcreteState& s, const Arguments& a) {
  FirstFailure failure;
  R::guard(failure, s, a);
  R::apply(s, a);
  check_touched<R>(failure, s, a);
  return failure.clause();
}

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_STEP_H_
