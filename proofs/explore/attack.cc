#include "proofs/explore/attack.h"

#include <algorithm>
#include <bit>

#include "proofs/explore/attack_worlds.h"
#include "proofs/explore/reads.h"

namespace mirrorcheck::proofs::explore {
namespace {

std::vector<Within> worlds(bool directed) {
  std::vector<Within> all(kAttackWorlds.begin(), kAttackWorlds.end());
  if (directed) all.insert(all.end(), kDirectedWorlds.begin(), kDirectedWorlds.end());
  return all;
}

bool has_what_it_reads(const Bounds& bounds, model::Rule rule) {
  const std::uint32_t needs = reads(rule);
  return ((needs & kMirror) == 0 || bounds.mirrors != 0) &&
         ((needs & kWindow) == 0 || bounds.windows != 0) &&
         ((needs & kClassic) == 0 || bounds.classics != 0) &&
         ((needs & (kFile | kFilePage | kFilePages)) == 0 || bounds.files != 0 ||
          rule == model::Rule::kMap) &&
         ((needs & kSource) == 0 || bounds.mms > 1 ||
          (rule != model::Rule::kCopyEntry && bounds.pages > 1));
}

// Whether it is of any use to look there for what comes of the drop.
bool is_for(const Within& world, const Drop& drop) {
  if (!has_what_it_reads(world.bounds, drop.rule)) return false;
  if (world.of.empty()) return true;
  if (world.of.find('/') != std::string_view::npos) return parse_drop(world.of) == drop;
  return parse_rules(world.of).test(static_cast<std::size_t>(drop.rule));
}

bool is_formula(model::Property property) {
  return (model::info(property).checked & model::kAsFormula) != 0;
}

ExploreOptions options_of(std::string_view drop, std::size_t max_states) {
  ExploreOptions options;
  options.drop = parse_drop(drop);
  options.symmetry = false;
  options.protections = false;
  options.max_states = max_states;
  return options;
}

void enter(const Within& world, ExploreOptions& options) {
  options.bounds = world.bounds;
  options.private_mappings = world.private_mappings;
  options.lock_order = world.lock_order;
  options.owned_windows = world.owned_windows;
  options.synchronous = world.synchronous;
  options.failures = world.failures;
  options.userfault = world.userfault;
  options.protections = world.protections;
  options.every_step = world.every_step;
  options.last_harms = world.last;
  options.rules = parse_rules(world.rules);
  options.rules.set(static_cast<std::size_t>(options.drop.rule));
}

// The clause that a step breaks, of those that were dropped; null where a field was.
const model::Clause* clause_of(const Drop& drop) {
  if (drop.clauses == 0) return nullptr;
  return clauses_of(drop.rule)[static_cast<std::size_t>(std::countr_zero(drop.clauses))];
}

}  // namespace

namespace {

Attack find_attack_with(const ExploreOptions& given, std::string_view text,
                        const std::function<bool(const Bounds&)>& where) {
  Attack attack;
  attack.drop = text;
  ExploreOptions options = given;
  bool complete = true;
  Attack step = attack;  // that breaks a property of steps, the shortest
  for (const Within& world : worlds(given.max_states > kNear)) {
    if (!is_for(world, options.drop) || (where && !where(world.bounds))) continue;
    enter(world, options);
    options.max_states = std::max(given.max_states, world.states);
    ExploreResult result = explore(options);
    attack.states += result.states;
    if (result.verdict == ExploreResult::Verdict::kViolated) {
      attack.outcome = Attack::Outcome::kBreaksProperty;
      attack.broken = result.violated;
      attack.world = world.bounds;
      attack.trace = std::move(result.trace);
      return attack;
    }
    complete = complete && result.verdict == ExploreResult::Verdict::kHolds;
    if (!result.first_step_harm.empty() &&
        (step.trace.empty() || result.first_step_harm.size() < step.trace.size())) {
      step.outcome = Attack::Outcome::kBreaksStep;
      step.step = result.step_harm;
      step.trace = std::move(result.first_step_harm);
      step.world = world.bounds;
    }
    if (!result.first_breach.empty() &&
        (attack.trace.empty() || result.first_breach.size() < attack.trace.size())) {
      attack.trace = std::move(result.first_breach);
      attack.world = world.bounds;
    }
  }
  step.states = attack.states;
  if (!step.trace.empty()) return step;
  attack.broken = clause_of(options.drop);
  const bool about_steps = attack.broken != nullptr && !is_formula(attack.broken->property);
  if (about_steps && !attack.trace.empty()) {
    attack.outcome = Attack::Outcome::kIsTheHarm;
  } else if (!complete) {
    attack.outcome = Attack::Outcome::kUnfinished;
  } else if (attack.trace.empty() && options.drop.field.empty()) {
    attack.outcome = Attack::Outcome::kNoDifference;
  } else {
    attack.outcome = Attack::Outcome::kHarmless;
  }
  return attack;
}

}  // namespace

Attack find_attack(std::string_view drop, std::size_t max_states,
                   const std::function<bool(const Bounds&)>& where) {
  ExploreOptions options = options_of(drop, max_states);
  Attack attack = find_attack_with(options, drop, where);
  if (attack.outcome == Attack::Outcome::kBreaksProperty ||
      (harms(attack) && options.drop.field.empty())) {
    return attack;
  }
  // What is not reset any more, or is looked at too late, must not be forgotten either; but then
  // there are more states.
  options.forget = false;
  Attack whole = find_attack_with(options, drop, where);
  whole.states += attack.states;
  const bool worse = whole.outcome == Attack::Outcome::kBreaksProperty || !harms(attack);
  return worse ? whole : attack;
}

std::vector<model::Rule> stopped_by(std::string_view drop, std::size_t max_states) {
  ExploreOptions options = options_of(drop, max_states);
  options.forget = false;
  options.stop_at_violation = false;
  ExploreOptions whole = options;
  whole.drop = {};
  RuleSet with;
  RuleSet without;
  for (const Within& world : worlds(true)) {
    if (!is_for(world, options.drop)) continue;
    enter(world, options);
    whole.bounds = options.bounds;
    whole.rules = options.rules;
    whole.private_mappings = options.private_mappings;
    whole.lock_order = options.lock_order;
    whole.owned_windows = options.owned_windows;
    whole.synchronous = options.synchronous;
    whole.failures = options.failures;
    whole.userfault = options.userfault;
    whole.protections = options.protections;
    with |= explore(whole).taken;
    without |= explore(options).taken;
  }
  std::vector<model::Rule> stopped;
  for (std::size_t i = 0; i < model::kRules; ++i) {
    if (with.test(i) && !without.test(i)) stopped.push_back(model::Rule(i));
  }
  return stopped;
}

bool breaks(const Attack& attack) {
  return attack.outcome == Attack::Outcome::kBreaksProperty ||
         attack.outcome == Attack::Outcome::kBreaksStep;
}

bool harms(const Attack& attack) {
  return breaks(attack) || attack.outcome == Attack::Outcome::kIsTheHarm;
}

const model::PropertyInfo& broken_property(const Attack& attack) {
  if (attack.outcome != Attack::Outcome::kBreaksStep) return model::info(attack.broken->property);
  return *std::find_if(
      model::kProperties.begin(), model::kProperties.end(),
      [&](const model::PropertyInfo& property) { return property.id == attack.step.property; });
}

std::string_view name(Attack::Outcome outcome) {
  switch (outcome) {
    case Attack::Outcome::kBreaksProperty:
    case Attack::Outcome::kBreaksStep:
      return "breaks";
    case Attack::Outcome::kIsTheHarm:
      return "is";
    case Attack::Outcome::kHarmless:
      return "harmless";
    case Attack::Outcome::kNoDifference:
      return "nothing";
    case Attack::Outcome::kUnfinished:
      break;
  }
  return "unknown";
}

}  // namespace mirrorcheck::proofs::explore
