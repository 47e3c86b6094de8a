// cvc5 says what Z3 says, of what holds and of what does not; and what it says is listened to.

#include "proofs/second_solver.h"

#include <gtest/gtest.h>

namespace mirrorcheck::proofs {
namespace {

constexpr unsigned kTimeout = 20'000;

// Z3 decides only where there is something to compare with.
std::vector<Obligation> obligations(const std::string& drop) {
  return prove({.drop = drop,
                .rule = drop.substr(0, drop.find('/')),
                .export_smt2 = true,
                .decide = !drop.empty()});
}

TEST(SecondSolver, AgreesOnEveryObligation) {
  const SecondSolver cvc5;
  for (const Obligation& o : obligations("")) {
    EXPECT_EQ(cvc5.decide(o, kTimeout), Verdict::kProved) << o.rule << " " << o.what;
  }
}

TEST(SecondSolver, AgreesOnWhatBreaksWithoutAClause) {
  const SecondSolver cvc5;
  for (const char* drop : {"D1.install", "D2.invalidate/sub_epoch", "M1.zap/D3"}) {
    unsigned refuted = 0;
    for (const Obligation& o : obligations(drop)) {
      EXPECT_EQ(cvc5.decide(o, kTimeout), o.verdict) << drop << ": " << o.rule << " " << o.what;
      refuted += o.verdict == Verdict::kRefuted;
    }
    EXPECT_GE(refuted, 1u) << drop;
  }
}

TEST(SecondSolver, ItsAnswerDecides) {
  const SecondSolver cvc5;
  Obligation o;
  o.smt2 = "(set-logic ALL)\n(declare-const p Bool)\n(assert p)\n(check-sat)\n";
  EXPECT_EQ(cvc5.decide(o, kTimeout), Verdict::kRefuted);
  o.proved_by_sat = true;
  EXPECT_EQ(cvc5.decide(o, kTimeout), Verdict::kProved);
  o.smt2 = "(set-logic ALL)\n(assert false)\n(check-sat)\n";
  EXPECT_EQ(cvc5.decide(o, kTimeout), Verdict::kRefuted);
  o.smt2 = "(assert\n";
  EXPECT_EQ(cvc5.decide(o, kTimeout), Verdict::kUnknown);
}

}  // namespace
}  // namespace mirrorcheck::proofs
