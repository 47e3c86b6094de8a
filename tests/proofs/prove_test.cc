// What is proved, and that the proof leans on the contract: without a clause it fails.

#include "proofs/prove.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "model/rules.h"
#include "proofs/induction.h"
#include "proofs/invariant.h"
#include "proofs/progress.h"
#include "proofs/unbounded.h"
#include "tests/proofs/random_step.h"

namespace mirrorcheck::proofs::testing {
namespace {

// What a property says is only known from what it forbids: each property of steps and each
// consequence has a twin that is refuted.
void expect_twins(const std::vector<Obligation>& obligations) {
  std::set<std::string> properties;
  InvariantGroups::each([&]<class G>() {
    const auto name = [&](const auto& of) { properties.emplace(of.name); };
    if constexpr (requires { G::template each_step<Unbounded>(name); }) {
      G::template each_step<Unbounded>(name);
    }
    if constexpr (requires { G::template each_consequence<Unbounded>(name); }) {
      G::template each_consequence<Unbounded>(name);
    }
  });
  std::set<std::string> with_twin;
  for (const Obligation& o : obligations) {
    const std::string name = o.what.substr(0, o.what.find(' '));
    const bool twin =
        o.what.starts_with(name + " needs ") || o.what.starts_with(name + " fails of a step that ");
    if (twin && o.proved_by_sat && o.verdict == Verdict::kProved) with_twin.insert(name);
  }
  EXPECT_GE(properties.size(), 40u);
  EXPECT_EQ(with_twin, properties);
}

TEST(Prove, EveryPropertyHoldsAfterAnyNumberOfSteps) {
  const std::vector<Obligation> obligations = prove({});
  std::set<std::string> groups_with_any;
  std::set<std::string> fire;
  std::set<std::string> kept;
  for (const Obligation& o : obligations) {
    EXPECT_EQ(o.verdict, Verdict::kProved) << o.group << " " << o.rule << " " << o.what << "\n"
                                           << o.counterexample;
    groups_with_any.insert(o.group);
    if (o.what == "can fire") fire.insert(o.rule);
    if (o.what == "keeps") kept.insert(o.rule);
  }
  EXPECT_EQ(groups_with_any.size(), groups().size());
  EXPECT_EQ(fire.size(), model::kRules);
  // Accesses and locks change nothing that would have to be kept; most of the rest does.
  EXPECT_GE(kept.size(), model::kRules / 2);
  expect_twins(obligations);
}

// What they are, that is; whether they hold is asked above.
TEST(Prove, AGroupCanBeAskedForAlone) {
  constexpr unsigned kNoTime = 1;
  std::size_t all = 0;
  for (const Group* group : groups()) {
    const std::vector<Obligation> alone = prove(
        {.group = std::string(group->name), .timeout_milliseconds = kNoTime, .decide = false});
    EXPECT_FALSE(alone.empty());
    for (const Obligation& o : alone) EXPECT_EQ(o.group, group->name);
    all += alone.size();
  }
  const std::vector<Obligation> together =
      prove({.timeout_milliseconds = kNoTime, .decide = false});
  EXPECT_EQ(together.size(), all);
  for (const Obligation& o : together) EXPECT_EQ(o.verdict, Verdict::kUnknown) << o.what;
}

// The conjuncts listed for a property are inductive without the others. The groups beside the
// induction ask the same whatever the property is, which is asked above.
TEST(Prove, EachPropertyHasAProofOfItsOwn) {
  const std::vector<std::string> inductive = inductive_properties();
  for (const std::string& property : provable_properties()) {
    const bool by_induction =
        std::find(inductive.begin(), inductive.end(), property) != inductive.end();
    const auto any = [](const ProveOptions&, const Group&) { return true; };
    const std::vector<Obligation> obligations =
        by_induction ? prove_by_induction({.property = property}, any)
                     : prove({.property = property});
    EXPECT_FALSE(obligations.empty()) << property;
    for (const Obligation& o : obligations) {
      EXPECT_EQ(o.verdict, Verdict::kProved) << property << " " << o.rule << " " << o.what << "\n"
                                             << o.counterexample;
    }
  }
}

bool all_are_proved(const std::vector<Obligation>& obligations) {
  return std::all_of(obligations.begin(), obligations.end(),
                     [](const Obligation& o) { return o.verdict == Verdict::kProved; });
}

struct Dropped {
  const char* drop;
  const char* breaks;  // a conjunct that the counterexample has to break
};

class DroppedClause : public ::testing::TestWithParam<Dropped> {};

// GoogleTest looks for this name.
void PrintTo(const Dropped& dropped, std::ostream* out) {  // NOLINT(readability-identifier-naming)
  *out << dropped.drop;
}

// Each is a bug that somebody could make. Other rules do not change when one loses a clause.
TEST_P(DroppedClause, IsMissed) {
  const std::string drop = GetParam().drop;
  const std::string rule = drop.substr(0, drop.find('/'));
  const std::vector<Obligation> obligations = prove({.drop = drop, .rule = rule});
  std::set<std::string> broken;
  for (const Obligation& o : obligations) {
    if (o.what == "can fire") {
      EXPECT_EQ(o.verdict, Verdict::kProved);
    }
    if (o.verdict == Verdict::kProved) continue;
    ASSERT_EQ(o.verdict, Verdict::kRefuted) << o.group << " " << o.what;
    ASSERT_FALSE(o.broken.empty());
    broken.insert(o.broken.begin(), o.broken.end());
    EXPECT_NE(o.counterexample.find("step " + rule), std::string::npos) << o.counterexample;
  }
  EXPECT_TRUE(broken.contains(GetParam().breaks)) << ::testing::PrintToString(broken);
}

INSTANTIATE_TEST_SUITE_P(
    Prove, DroppedClause,
    ::testing::Values(
        Dropped{"D1.install/3", "StaleTranslation"}, Dropped{"D1.install/I8", "StaleTranslation"},
        Dropped{"Q3.read_wake/Q3", "sections_can_tell"},
        Dropped{"Q2.read_begin/Q3", "sections_can_tell"}, Dropped{"M1.zap/2", "StaleTranslation"},
        Dropped{"M1.zap/D3", "StaleTranslation"}, Dropped{"M1.write_protect/2", "StaleTranslation"},
        Dropped{"M1.write_protect/D3", "StaleTranslation"},
        Dropped{"F6.walk_page/F10", "undisturbed_walks_are_current"},
        Dropped{"I2.started/M1", "started_windows_are_acked"}, Dropped{"M2.free/2", "FreedTarget"},
        Dropped{"M2.free/X12", "FreedTarget"}, Dropped{"M2.free/X12.3", "FreedTarget"},
        Dropped{"M4.populate/2", "FreedTarget"}, Dropped{"M4.populate/X6", "Truncation"},
        Dropped{"M4.populate/X12.2", "unmapped_pages_stay_unmapped"},
        Dropped{"M3.hide/3", "StaleTranslation"}, Dropped{"M3.hide/D3", "StaleTranslation"},
        Dropped{"M3.hide/X16", "special_entries_are_private"},
        Dropped{"M3.hide/P5", "StaleTranslation"},
        Dropped{"P4.ignore/P4", "acked_mirrors_are_level"},
        Dropped{"M4.upgrade/M3", "SharedPrivately"},
        Dropped{"M4.upgrade/F7", "the_marked_are_read_only"},
        Dropped{"M5.copy_entry/8", "SharedPrivately"},
        Dropped{"X12.disconnect/X12.5", "OneLocation"},
        Dropped{"X12.truncated/X12.6", "cut_pages_have_no_block"},
        Dropped{"X12.truncated/X12.5", "Truncation"},
        Dropped{"X12.unmapped/X12.5", "unmapped_pages_stay_unmapped"},
        Dropped{"X12.invalidate_lock_exclusive", "truncates_exclude_faults"},
        Dropped{"N5.remove/D2", "StaleTranslation"}, Dropped{"N4.insert/N5", "sections_can_tell"},
        Dropped{"D2.invalidate/D3", "only_protection_is_kept"},
        Dropped{"D2.invalidate/D3", "callbacks_take_what_windows_take"},
        Dropped{"D2.invalidate/sub_epoch", "acked_mirrors_are_level"},
        Dropped{"D2.invalidate/device_frame", "acked_pages_are_gone"},
        Dropped{"M1.zap/2", "entries_go_inside_windows"},
        Dropped{"A6.munmap/A12", "areas_change_under_mmap_lock"},
        Dropped{"I6.end/odd", "FrozenByWindow"}, Dropped{"I6.end/epoch", "periods_pass_one_by_one"},
        Dropped{"N5.remove/1", "the_frozen_tree_stays_as_it_is"},
        Dropped{"I2.start/3", "release_comes_last"},
        Dropped{"D1.update_lock", "update_locks_have_one_owner"},
        Dropped{"F6.walk_page/F6", "requests_are_met_or_refused"},
        Dropped{"D6.device_access/D6", "device_accesses_are_justified"}),
    [](const auto& parameter) {
      std::string name = std::string(parameter.param.drop) + "_" + parameter.param.breaks;
      for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
      return name;
    });

TEST(Prove, EveryGroupStandsInTheReadme) {
  std::ifstream file(MIRRORCHECK_SOURCE_DIR "/proofs/README.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const Group* group : groups()) {
    EXPECT_NE(text.find("| `" + std::string(group->name) + "` |"), std::string::npos)
        << group->name;
    for (const std::string_view words : {group->title, group->says, group->does_not_say}) {
      EXPECT_FALSE(words.empty()) << group->name;
    }
  }
}

// Each clause is dropped once. What breaks without one breaks in a step of its rule, and of the
// clauses that enforce a property directly none may be missing from the table.
TEST(Prove, SaysWhichClausesItLeansOn) {
  std::set<std::string> leans;
  std::size_t needed = 0;
  for (const Leaning& l : what_the_proof_leans_on({})) {
    EXPECT_FALSE(l.unknown) << l.rule << "/" << l.number;
    if (l.breaks.empty()) continue;
    ++needed;
    leans.insert(l.rule + "/" + std::to_string(l.number));
  }
  EXPECT_GE(needed, 60u);
  for (const char* clause : {"M1.zap/2", "D1.install/3", "Q3.read_wake/2", "I2.started/4",
                             "M2.free/2", "X12.disconnect/3", "N5.remove/2", "A6.munmap/1"}) {
    EXPECT_TRUE(leans.contains(clause)) << clause;
  }
  // Follows from the order of sequences: a removed subscription is hit by no open window.
  EXPECT_FALSE(leans.contains("N5.removed/2"));
}

// Of each abstraction a variant that is wrong is asked about, too.
TEST(Prove, UnsoundAbstractionsAreRefuted) {
  const std::string inside_a_callback =
      "a cycle closes without the clause that keeps who holds an update lock from waiting for "
      "invalidate_lock";
  const std::multiset<std::string> wanted{
      "64 bits: end: S++ at every end would not do",
      "64 bits: insert: s = S - 1 while windows are open would not do",
      "64 bits: read_begin: S & 1 would not do",
      "2 bits: forgets: a section that sleeps too long passes its retry check",
      "2 bits: waits for nothing: a subscription that slept too long looks busy",
      "can tell when the callback does not hold the update lock",
      "can tell when the callback does not hold the update lock",
      "64 bits: a nested start: S += 2 would not do",
      "64 bits: a nested start: S |= 1 passes by a window that hit nobody",
      "hits less with a part of its range",
      "is more than what it is to a part",
      "is more than what it is to a part",
      "is more than what it is to a part",
      "is more than what it is to a part",
      "cannot be done in parts that overlap",
      "is not two parts that leave something out",
      "a cycle closes if a task that holds invalidate_lock waits for mmap_lock",
      inside_a_callback,
      "two locks of one rank may close a cycle"};
  std::multiset<std::string> found;
  for (const char* group : {"sequence_word", "callback_steps", "parts_of_ranges", "lock_order"}) {
    for (const Obligation& o : prove({.group = group})) {
      EXPECT_EQ(o.verdict, Verdict::kProved) << o.rule << " " << o.what;
      if (o.proved_by_sat && wanted.contains(o.what)) found.insert(o.what);
    }
  }
  EXPECT_EQ(found, wanted);
}

// Spacer knows no invariant and no attack. It finds the one, and each of the others; a run to harm
// has to come to harm, so none is shorter than a window that has begun.
TEST(Prove, TheInvariantIsFoundFromNothing) {
  std::size_t invariants = 0;
  std::size_t runs = 0;
  for (const Obligation& o : prove({.group = "rediscovery"})) {
    EXPECT_EQ(o.verdict, Verdict::kProved) << o.what << "\n" << o.counterexample;
    ++(o.proved_by_sat ? runs : invariants);
    if (o.what.find("Q3.read_wake") != o.what.npos) {
      EXPECT_NE(o.what.find("of 9 steps"), o.what.npos) << o.what;
    }
  }
  EXPECT_EQ(invariants, 1u);
  EXPECT_EQ(runs, 4u);
}

// The rules that read a range of pages, found in the concrete interpretation: what they say of a
// state, or do to it, depends on a range of their arguments.
std::set<std::string> rules_with_a_range() {
  using namespace mirrorcheck::model;
  Random random(11);
  std::set<std::string> rules;
  ConcreteState state;
  for (int steps = 0; steps < 20'000; ++steps) {
    if (steps % 500 == 0) initialise(state, random_initial(random));
    Arguments whole;
    const Rule rule = Rule(random.below(kRules));
    if (!find_enabled(random, rule, state, 100, whole)) continue;
    Arguments none = whole;
    none.pages = {};
    none.file_pages = {};
    ConcreteState all = state;
    ConcreteState nothing = state;
    concrete_apply(rule, all, whole);
    concrete_apply(rule, nothing, none);
    ConcreteState::each_pair(all, nothing, [&](const char*, const auto& one, const auto& other) {
      if (!(one == other)) rules.emplace(rule_name(rule));
    });
    state = all;
  }
  return rules;
}

TEST(Prove, NoRuleWithARangeIsForgotten) {
  std::set<std::string> asked;
  for (const Obligation& o : prove({.group = "parts_of_ranges"})) asked.insert(o.rule);
  const std::set<std::string> rules = rules_with_a_range();
  EXPECT_GE(rules.size(), 5u);
  for (const std::string& rule : rules) EXPECT_TRUE(asked.contains(rule)) << rule;
}

std::string section_of(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t at = text.find(begin);
  EXPECT_NE(at, text.npos) << begin;
  return at == text.npos ? "" : text.substr(at, text.find(end, at) - at);
}

// Whoever encodes a property proves it, or says in proofs/README.md that it is not proved.
TEST(Prove, EachEncodedPropertyIsProvedOrSaidNotToBe) {
  std::ifstream file(MIRRORCHECK_SOURCE_DIR "/proofs/README.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string not_proved = section_of(text, "**Not proved**", "\n## ");
  const std::string not_encoded = section_of(not_proved, "- no rule leans on", "\n- ");
  const auto mentions = [](const std::string& where, std::string_view id) {
    for (std::size_t at = where.find(id); at != where.npos; at = where.find(id, at + 1)) {
      const char before = at == 0 ? ' ' : where[at - 1];
      const std::size_t end = at + id.size();
      const char after = end < where.size() ? where[end] : ' ';
      if (std::isalnum(static_cast<unsigned char>(before)) == 0 &&
          std::isalnum(static_cast<unsigned char>(after)) == 0 && after != '\'') {
        return true;
      }
    }
    return false;
  };
  std::string encoded_only = not_proved;
  encoded_only.erase(encoded_only.find(not_encoded), not_encoded.size());
  std::size_t proved = 0;
  for (const model::PropertyInfo& property : model::kProperties) {
    proved += !groups_about(property.id).empty();
    EXPECT_TRUE(!groups_about(property.id).empty() || mentions(encoded_only, property.id))
        << property.id << " has neither a proof nor a line under 'Not proved'";
    EXPECT_FALSE(mentions(not_encoded, property.id)) << property.id << " is encoded by now";
  }
  EXPECT_GE(proved, 24u);
  for (const model::AbsentProperty& property : model::kAbsentProperties) {
    EXPECT_TRUE(mentions(not_encoded, property.id)) << property.id;
  }
}

TEST(Prove, RefusesNamesThatNothingHas) {
  EXPECT_THROW(prove({.group = "Windows"}), ProveError);
  EXPECT_THROW(prove({.property = "S99"}), ProveError);
  EXPECT_THROW(prove({.drop = "Z1.nothing"}), ProveError);
  EXPECT_THROW(prove({.drop = "D1.install/Z9"}), ProveError);
  EXPECT_THROW(prove({.drop = "D1.install/0"}), ProveError);
  EXPECT_THROW(prove({.rule = "Z1.nothing"}), ProveError);
}

TEST(Prove, ATimeoutIsNoSuccess) {
  // So short that the solver cannot even begin with the harder obligations.
  const auto obligations = prove({.rule = "D1.install", .timeout_milliseconds = 1});
  for (const Obligation& o : obligations) EXPECT_NE(o.verdict, Verdict::kRefuted);
}

void expect_step_properties(model::Rule rule, const model::ConcreteState& before,
                            const model::Arguments& arguments, const model::ConcreteState& after) {
  using model::Concrete;
  InvariantGroups::each([&]<class G>() {
    const auto step = [&](const StepProperty<Concrete>& property) {
      if (property.only && property.only != rule) return;
      EXPECT_TRUE(property.holds(before, arguments, after))
          << property.name << ": " << model::rule_name(rule);
    };
    const auto fact = [&](const Consequence<Concrete>& consequence) {
      EXPECT_TRUE(consequence.holds(after))
          << consequence.name << " after " << model::rule_name(rule);
    };
    if constexpr (requires { G::template each_step<Concrete>(step); }) {
      G::template each_step<Concrete>(step);
    }
    if constexpr (requires { G::template each_consequence<Concrete>(fact); }) {
      G::template each_consequence<Concrete>(fact);
    }
  });
}

// Who makes an entry need not say that it is read-only, for what was cleared before allows nothing:
// that is no part of the invariant, and a proof with it. No harm is proved away by it.
TEST(Prove, WhatIsHarmlessMayNeedAnotherInvariant) {
  for (const char* rule : {"M4.populate", "M5.copy_entry", "A6.merge"}) {
    const std::string drop = std::string(rule) + "/cpu_write";
    EXPECT_FALSE(all_are_proved(prove({.drop = drop, .rule = rule}))) << drop;
    EXPECT_TRUE(all_are_proved(prove({.drop = drop, .spare = true}))) << drop;
  }
  EXPECT_TRUE(all_are_proved(prove({.group = "page_tables", .spare = true})));
  EXPECT_FALSE(all_are_proved(prove({.drop = "D1.install/3", .spare = true})));
  EXPECT_FALSE(all_are_proved(prove({.drop = "M1.zap/cpu_write", .spare = true})));
}

// Without an effect something may hold that the contract's steps do not keep, and all else by it;
// its negative twins say both. What can not happen any more is told: it is harmless only where
// nobody waits for it.
TEST(Prove, WithoutAnEffectThereMayBeAnotherInvariant) {
  struct Expected {
    const char* drop;
    const char* refuted;
    bool nothing_else;
  };
  const std::string never = "M1.zap can be taken of each entry that the window covers";
  const std::string no_state = never + std::string(kThereAreSuchStates);
  for (const Expected& expected : {Expected{"I2.start/owned", "P4.ignore can fire", true},
                                   Expected{"A6.mmap/area_private", "X10.copy_page can fire", true},
                                   Expected{"I2.start/window_pages", no_state.c_str(), false}}) {
    const std::string drop = expected.drop;
    std::set<std::string> refuted;
    std::size_t twins = 0;
    for (const Obligation& o : prove({.drop = drop, .spare = true})) {
      EXPECT_NE(o.verdict, Verdict::kUnknown) << o.rule << " " << o.what;
      if (o.verdict == Verdict::kRefuted) refuted.insert(o.rule + " " + o.what);
      // There is no step or state; never one that should not be.
      EXPECT_TRUE(o.verdict == Verdict::kProved || o.proved_by_sat) << o.rule << " " << o.what;
      if (o.what.ends_with(" fails of the whole rule")) ++twins;
      if (o.what.starts_with("keeps the rest by ")) ++twins;
    }
    EXPECT_TRUE(refuted.contains(expected.refuted)) << drop;
    EXPECT_EQ(refuted.size() == 1, expected.nothing_else) << drop;
    EXPECT_EQ(twins, 2U) << drop;
    EXPECT_FALSE(all_are_proved(prove({.drop = drop, .rule = drop.substr(0, drop.find('/'))})));
  }
  // Of another drop nothing follows from it.
  EXPECT_FALSE(all_are_proved(prove({.drop = "I2.start/kept", .spare = true, .rule = "I2.start"})));
}

// The invariant is about the states that can be reached: random executions never leave it. Each
// conjunct also fails in some state that was tampered with, or it would say nothing.
TEST(Invariant, HoldsAlongRandomExecutions) {
  using namespace mirrorcheck::model;
  Random random(8);
  ConcreteState state;
  FieldNames fields;
  ConcreteState::each_field(state, [&](const char* name, const auto&) { fields.push_back(name); });
  std::set<std::string_view> fails;
  std::set<std::string_view> conjuncts;
  for (int steps = 0; steps < 40'000; ++steps) {
    if (steps % 500 == 0) initialise(state, random_initial(random));
    Arguments arguments;
    const Rule rule = Rule(random.below(kRules));
    if (!find_enabled(random, rule, state, 100, arguments)) continue;
    const ConcreteState before = state;
    concrete_apply(rule, state, arguments);
    expect_step_properties(rule, before, arguments, state);
    if (HasFailure()) return;
    each_conjunct<Concrete>([&](std::string_view name, std::string_view, auto holds) {
      conjuncts.insert(name);
      ASSERT_TRUE(holds(state)) << name << " after " << rule_name(rule);
    });
    if (HasFatalFailure()) return;
    // Several of each state: writable entries, and pages that a callback has dealt with, are
    // rare, and what is said of them fails only where the right two or three elements were changed.
    for (int changes = 3; changes < 8; ++changes) {
      ConcreteState tampered = state;
      for (int n = 0; n < changes; ++n) mutate(random, fields, arguments, tampered);
      // Entries that map something and are special are rarer than that.
      for (unsigned page = 0; page < kPages; ++page) {
        if (tampered.cpu_frame(Page(page)) == kNoFrame || !random.chance(10)) continue;
        tampered.cpu_kind.set(Page(page), EntryKind(random.below(6)));
      }
      each_conjunct<Concrete>([&](std::string_view name, std::string_view, auto holds) {
        if (!fails.contains(name) && !holds(tampered)) fails.insert(name);
      });
    }
  }
  EXPECT_EQ(fails, conjuncts);
}

}  // namespace
}  // namespace mirrorcheck::proofs::testing
