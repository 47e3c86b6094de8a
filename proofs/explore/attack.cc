#include "proofs/explore/attack.h"

#include <algorithm>
#include <array>
#include <bit>

#include "proofs/explore/reads.h"

namespace mirrorcheck::proofs::explore {
namespace {

struct Within {
  Bounds bounds;
  std::string_view rules;
  bool private_mappings = false;
  bool lock_order = true;  // fork holds the mmap_lock of two address spaces, one inside the other
};

// A mapping, its mirror and a window, with nothing that only undoes: small enough for two of a
// thing.
constexpr std::string_view kLean =
    "A12.mmap_write,N2.publish,N4.insert,I2.start,D2.invalidate,I2.started,I6.end,A6.mmap,"
    "M4.populate,M1.zap,M1.write_protect,Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,"
    "D1.install";

// A single task can be the driver and the kernel in turn: most harm needs no second one.
constexpr std::array kWorlds{
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 1}, "notifier"},
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 1},
           "notifier,M1.write_protect,A6.mprotect,D7.refuse,I5.start_failed,X13.pin,X13.unpin"},
    Within{{.pages = 1, .files = 1, .frames = 0, .blocks = 1, .tasks = 1, .mirrors = 0}, "core"},
    Within{{.pages = 2, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0},
           "notifier,M1.write_protect"},
    Within{{.mms = 2, .pages = 1, .files = 0, .frames = 2, .tasks = 1, .mirrors = 0, .windows = 0},
           "notifier,M5.copy_entry,M1.write_protect,X13.pin"},
    Within{{.pages = 1, .files = 1, .frames = 0, .blocks = 1, .tasks = 1}, "core,X13.pin"},
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 2, .windows = 2}, "notifier"},
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 2, .classics = 1},
           "notifier,N8.register,N8.unregister,I1.classic_start,I1.classic_end,D7.refuse,"
           "I5.start_failed"},
    Within{{.pages = 1, .files = 1, .frames = 0, .blocks = 1, .tasks = 2}, "all"},
    Within{{.pages = 2, .files = 0, .frames = 0, .tasks = 1}, kLean},
    Within{{.mms = 2, .pages = 1, .files = 0, .frames = 0, .tasks = 1}, kLean},
    // Two address spaces that have something to do with each other.
    Within{{.mms = 2, .pages = 1, .files = 0, .frames = 1, .tasks = 1},
           "notifier,M5.copy_entry,A6.move_entry,M1.write_protect"},
    Within{{.mms = 2, .pages = 1, .files = 1, .frames = 0, .blocks = 1, .tasks = 1}, "core"},
    Within{{.pages = 2, .files = 1, .frames = 0, .blocks = 1, .tasks = 1, .mirrors = 0},
           "core,A6.move_entry"},
    Within{{.pages = 1, .files = 1, .frames = 1, .blocks = 1, .tasks = 1, .mirrors = 0},
           "core,X10.copy_page",
           true},
    Within{
        {.pages = 1, .files = 1, .frames = 1, .blocks = 1, .tasks = 1}, "core,X10.copy_page", true},
    Within{{.pages = 1, .files = 0, .frames = 0, .tasks = 1},
           "A12.mmap_write,N2.publish,N4.insert,I2.start,D2.invalidate,I2.started,I6.end,A6.mmap,"
           "M4.populate,M1.zap,Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,D1.install,"
           "D9.abandon"},
    Within{{.pages = 2, .files = 0, .frames = 0, .tasks = 1},
           "A12.mmap_write,N2.publish,N4.insert,I2.start,D2.invalidate,I2.started,A6.mmap,"
           "M4.populate,Q2.read_begin,F6.walk_page,D1.update_lock,D1.update_unlock,Q7.read_retry,"
           "D1.install,A6.move_entry"},
    // Two files, of which a truncate may take one for the other.
    Within{{.pages = 1, .files = 2, .frames = 0, .blocks = 1, .tasks = 2, .mirrors = 0},
           "A12.mmap_write,X6.invalidate_lock_shared,X12.invalidate_lock_exclusive,"
           "X12.invalidate_unlock,X6.entry_lock,A6.mmap,M2.allocate,X6.fill,M4.populate,"
           "X12.unmapped,X12.disconnect"},
    Within{{.pages = 1, .files = 1, .frames = 1, .blocks = 0, .tasks = 1, .mirrors = 0},
           "A12.inode_lock,A12.mmap_write,X6.invalidate_lock_shared,X12.invalidate_lock_exclusive,"
           "X12.invalidate_unlock,X6.entry_lock,X6.entry_unlock,A6.mmap,M2.allocate,M4.populate,"
           "X12.resize,X12.unmapped,X12.truncated",
           true},
    // What is mapped where something else was.
    Within{{.pages = 1, .files = 1, .frames = 1, .tasks = 1, .mirrors = 0, .windows = 0},
           "A12.mmap_write,A6.mmap,A6.munmap,M2.allocate,M4.populate",
           true},
    // Parent and child.
    Within{{.mms = 2, .pages = 1, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0, .windows = 0},
           "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.upgrade,M5.copy_entry,"
           "M1.write_protect,M1.zap,M2.free,X13.pin",
           false,
           false},
};

bool has_what_it_reads(const Bounds& bounds, model::Rule rule) {
  const std::uint32_t needs = reads(rule);
  return ((needs & kMirror) == 0 || bounds.mirrors != 0) &&
         ((needs & kWindow) == 0 || bounds.windows != 0) &&
         ((needs & kClassic) == 0 || bounds.classics != 0) &&
         ((needs & (kFile | kFilePage | kFilePages)) == 0 || bounds.files != 0 ||
          rule == model::Rule::kMap) &&
         ((needs & kSource) == 0 || bounds.mms > 1);
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

Attack find_attack_with(const ExploreOptions& given, std::string_view text) {
  Attack attack;
  attack.drop = text;
  ExploreOptions options = given;
  bool complete = true;
  for (const Within& world : kWorlds) {
    if (!has_what_it_reads(world.bounds, options.drop.rule)) continue;
    enter(world, options);
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
    if (!result.first_breach.empty() &&
        (attack.trace.empty() || result.first_breach.size() < attack.trace.size())) {
      attack.trace = std::move(result.first_breach);
      attack.world = world.bounds;
    }
  }
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

Attack find_attack(std::string_view drop, std::size_t max_states) {
  ExploreOptions options = options_of(drop, max_states);
  Attack attack = find_attack_with(options, drop);
  if (harms(attack) || options.drop.field.empty()) return attack;
  // What is not reset any more must not be forgotten either; but then there are more states.
  options.forget = false;
  const std::size_t states = attack.states;
  attack = find_attack_with(options, drop);
  attack.states += states;
  return attack;
}

std::vector<model::Rule> stopped_by(std::string_view drop, std::size_t max_states) {
  ExploreOptions options = options_of(drop, max_states);
  options.forget = false;
  options.stop_at_violation = false;
  ExploreOptions whole = options;
  whole.drop = {};
  RuleSet with;
  RuleSet without;
  for (const Within& world : kWorlds) {
    if (!has_what_it_reads(world.bounds, options.drop.rule)) continue;
    enter(world, options);
    whole.bounds = options.bounds;
    whole.rules = options.rules;
    whole.private_mappings = options.private_mappings;
    whole.lock_order = options.lock_order;
    with |= explore(whole).taken;
    without |= explore(options).taken;
  }
  std::vector<model::Rule> stopped;
  for (std::size_t i = 0; i < model::kRules; ++i) {
    if (with.test(i) && !without.test(i)) stopped.push_back(model::Rule(i));
  }
  return stopped;
}

bool harms(const Attack& attack) {
  return attack.outcome == Attack::Outcome::kBreaksProperty ||
         attack.outcome == Attack::Outcome::kIsTheHarm;
}

std::string_view name(Attack::Outcome outcome) {
  switch (outcome) {
    case Attack::Outcome::kBreaksProperty:
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
