#include "proofs/progress.h"

#include <string>
#include <string_view>
#include <utility>

#include "model/rules/clauses.h"
#include "proofs/hypothesis.h"
#include "proofs/special_proof.h"

namespace mirrorcheck::proofs {
namespace {

using model::EntryKind;
using model::Registration;
using model::Rule;
using model::WindowEvent;
using model::WindowPhase;

class Progress : SpecialProof {
 public:
  explicit Progress(const ProveOptions& options)
      : SpecialProof(kProgressGroup, "", options),
        drop_(options.drop),
        invariant_(whole_invariant(state_)) {
    if (!options.spare) return;
    for (const z3::expr& e : spare_invariant(state_, options.drop)) invariant_.push_back(e);
  }

  std::vector<Obligation> run() {
    the_dead_are_left_alone();
    windows_go_on();
    entries_go();
    subscriptions_go();
    migration_entries_are_resolved();
    return obligations();
  }

 private:
  using Arguments = SymbolicArguments;

  static const SymbolicRule& rule_of(Rule rule) {
    return symbolic_rules()[static_cast<std::size_t>(rule)];
  }
  // The step may be taken. What it reports of invalidate_seq is an answer, not a condition.
  Term<bool> can(Rule rule, const State& s, const Arguments& a) const {
    ClauseList clauses;
    rule_of(rule).guard(clauses, s, a);
    Term<bool> all(true);
    std::size_t number = 0;
    for (const ClauseTerm& c : clauses.terms()) {
      if (drop_.clause(rule_of(rule).name, *c.clause, ++number)) continue;
      const auto is_sequence = [&](unsigned side) {
        return z3::eq(c.holds.arg(side), a.sequence.expr());
      };
      if (c.holds.is_eq() && (is_sequence(0) || is_sequence(1))) continue;
      all = all && Term<bool>(c.holds);
    }
    return all;
  }
  static Term<bool> no_window_is_open(const State& s, const Term<model::Mm>& mm) {
    return !model::any_window_open<Unbounded>(s, mm);
  }

  void the_dead_are_left_alone() {
    Arguments a("argument ");
    const auto dead = state_.users(a.mm) == 0u;
    const auto fresh =
        state_.phase(a.window) == WindowPhase::kClosed &&
        Unbounded::all<model::Classic>([&](const auto& n) { return !state_.owed(a.window, n); });
    Arguments release = a;
    release.event = Term<WindowEvent>(WindowEvent::kRelease);
    always(Rule::kStart, "L6", "RELEASE can begin when nobody uses the mm", dead && fresh,
           can(Rule::kStart, state_, release));
    never(Rule::kStart, "L6", "RELEASE cannot begin before", !dead,
          can(Rule::kStart, state_, release));
    Arguments get = a;
    get.flag = Term<bool>(true);
    never(Rule::kGetMm, "L6", "cannot succeed when nobody uses the mm", dead,
          can(Rule::kGetMm, state_, get));
    never(Rule::kInsert, "L6", "cannot be taken when nobody uses the mm", dead,
          can(Rule::kInsert, state_, a));
    never(Rule::kWalkPage, "L6", "cannot be taken when nobody uses the mm",
          state_.users(state_.mirror_mm(a.mirror)) == 0u, can(Rule::kWalkPage, state_, a));
  }

  void windows_go_on() {
    Arguments a("argument ");
    a.task = state_.owner(a.window);
    a.flag = Term<bool>(false);
    const auto due =
        state_.phase(a.window) == WindowPhase::kStarting && state_.hit(a.window, a.mirror) &&
        !state_.acked(a.window, a.mirror) &&
        Unbounded::all<model::Classic>([&](const auto& n) { return !state_.told(a.window, n); });
    const auto locked = due && state_.update_lock(a.task, a.mirror);
    const auto marked =
        Unbounded::all<model::Page>([&](const auto& p) { return !state_.unmarked(a.mirror, p); });
    always(
        Rule::kInvalidate, "L4 L6",
        "can follow once the update lock is there, what the device wrote is marked, and no "
        "huge translation is cut",
        locked && marked &&
            model::whole_translations<Unbounded>(state_, a.mirror, state_.window_pages(a.window)),
        can(Rule::kInvalidate, state_, a));
    always(Rule::kDropHuge, "L4 L6", "can be taken of a huge translation once all is marked",
           locked && marked && state_.device_huge(a.mirror, a.page),
           can(Rule::kDropHuge, state_, a));
    Arguments mark = a;
    mark.frame = state_.cpu_frame(a.page);
    always(Rule::kMarkDirty, "L4 L6", "can be taken of what the device wrote",
           locked && state_.unmarked(a.mirror, a.page), can(Rule::kMarkDirty, state_, mark));
    sometimes_not(Rule::kInvalidate, "L4 L6", "has to wait for the update lock", due,
                  can(Rule::kInvalidate, state_, a));
    always(Rule::kEnd, "L4 L6", "can follow whenever a window has started",
           state_.phase(a.window) == WindowPhase::kStarted, can(Rule::kEnd, state_, a));
  }

  void entries_go() {
    Arguments a("argument ");
    a.task = state_.owner(a.window);
    a.flag = Term<bool>(false);  // nothing takes the place of what goes
    const auto inside = state_.phase(a.window) == WindowPhase::kStarted &&
                        state_.window_mm(a.window) == Unbounded::mm_of(a.page) &&
                        Unbounded::contains(state_.window_pages(a.window), a.page) &&
                        state_.cpu_frame(a.page) != model::kNoFrame;
    const auto takes_all = (state_.window_event(a.window) == WindowEvent::kUnmap ||
                            state_.window_event(a.window) == WindowEvent::kRelease) &&
                           !state_.owned(a.window);
    const auto takes_write = state_.window_event(a.window) == WindowEvent::kProtectionVma ||
                             state_.window_event(a.window) == WindowEvent::kProtectionPage;
    always(Rule::kZap, "L6", "can be taken of each entry that the window covers",
           inside && takes_all && !state_.huge(a.page), can(Rule::kZap, state_, a));
    const auto all_inside = Unbounded::all_in<model::Page>(
        Unbounded::huge_of(a.page),
        [&](const auto& p) { return Unbounded::contains(state_.window_pages(a.window), p); });
    always(Rule::kSplit, "L6", "can be taken of each huge entry that the window covers",
           inside && takes_all && all_inside && state_.huge(a.page), can(Rule::kSplit, state_, a));
    sometimes_not(Rule::kZap, "L6", "cannot always inside a window that takes no more than write",
                  inside && takes_write, can(Rule::kZap, state_, a));
  }

  void subscriptions_go() {
    Arguments a("argument ");
    const auto mm = state_.mirror_mm(a.mirror);
    const auto quiet = (state_.registration(a.mirror) == Registration::kTree ||
                        state_.registration(a.mirror) == Registration::kInsertDeferred) &&
                       !state_.engine(a.mirror) &&
                       model::holds_no_update_lock<Unbounded>(state_, a.task);
    State removed = state_;
    apply_without(rule_of(Rule::kRemove), drop_, removed, a);
    always(Rule::kRemove, "L4 L6", "can be taken of a mirror that is quiet, and is over at once",
           quiet && no_window_is_open(state_, mm),
           can(Rule::kRemove, state_, a) && can(Rule::kRemoved, removed, a));
    sometimes_not(Rule::kRemoved, "L4 L6", "has to wait while a window is open",
                  quiet && can(Rule::kRemove, state_, a), can(Rule::kRemoved, removed, a));
  }

  void migration_entries_are_resolved() {
    Arguments a("argument ");
    const auto hidden = state_.cpu_frame(a.page) != model::kNoFrame &&
                        state_.cpu_kind(a.page) == EntryKind::kMigration;
    always(Rule::kReveal, "L7", "can be taken of each migration entry, whoever holds what", hidden,
           can(Rule::kReveal, state_, a));
    sometimes_not(Rule::kMove, "L7", "has to wait for pins, and may be left out", hidden,
                  can(Rule::kMove, state_, a));

    // Somebody in hmm_range_fault comes to the page, and comes again when the entry is resolved.
    // What hugetlb has nobody moves (M3.hide).
    const auto mm = state_.mirror_mm(a.mirror);
    const auto walks = state_.section(a.task) == model::Section::kBegun &&
                       state_.section_mirror(a.task) == a.mirror &&
                       state_.mmap_lock(a.task, mm) != model::Hold::kNot &&
                       state_.users(mm) != 0u && Unbounded::mm_of(a.page) == mm && a.required &&
                       state_.area(a.page) != model::Area::kNone &&
                       state_.area(a.page) != model::Area::kSpecial &&
                       state_.area(a.page) != model::Area::kHugetlb && state_.area_read(a.page);
    // F5: what has gone into the memory of a device its own walks find, and no other's.
    const auto frame = state_.cpu_frame(a.page);
    const auto reached = !Unbounded::is_device(frame) || Unbounded::owns(a.mirror, frame);
    Arguments waits = a;
    waits.outcome = Term<model::Outcome>(model::Outcome::kFault);
    Arguments finds = a;
    finds.outcome = Term<model::Outcome>(model::Outcome::kValid);
    finds.frame = state_.cpu_frame(a.page);
    finds.flag = state_.cpu_write(a.page);
    finds.huge = Term<bool>(false);
    State revealed = state_;
    apply_without(rule_of(Rule::kReveal), drop_, revealed, a);
    always(Rule::kWalkPage, "L7", "can wait at a migration entry", walks && hidden,
           can(Rule::kWalkPage, state_, waits));
    never(Rule::kWalkPage, "L7", "finds no page at a migration entry", walks && hidden,
          can(Rule::kWalkPage, state_, finds));
    always(Rule::kWalkPage, "L7", "finds the page once the entry is resolved",
           walks && hidden && reached && state_.cpu_read(a.page) &&
               (!a.write || state_.cpu_write(a.page)),
           can(Rule::kWalkPage, revealed, finds));
  }

  void always(Rule rule, const char* properties, const char* what, const Term<bool>& given,
              const Term<bool>& can) {
    ask(rule, properties, what, given && !can, z3::unsat);
    ask(rule, properties, std::string(what) + std::string(kThereAreSuchStates), given, z3::sat);
  }
  void never(Rule rule, const char* properties, const char* what, const Term<bool>& given,
             const Term<bool>& can) {
    ask(rule, properties, what, given && can, z3::unsat);
  }
  void sometimes_not(Rule rule, const char* properties, const char* what, const Term<bool>& given,
                     const Term<bool>& can) {
    ask(rule, properties, what, given && !can, z3::sat);
  }
  void ask(Rule rule, const char* properties, std::string what, const Term<bool>& formula,
           z3::check_result wanted) {
    z3::solver solver = with(invariant_);
    solver.add(formula.expr());
    SpecialProof::ask(rule_of(rule).name, std::move(what), solver, wanted, properties);
  }

  Drop drop_;
  std::vector<z3::expr> invariant_;
};

}  // namespace

std::vector<Obligation> prove_progress(const ProveOptions& options) {
  if (!options.rule.empty()) return {};
  return Progress(options).run();
}

}  // namespace mirrorcheck::proofs
