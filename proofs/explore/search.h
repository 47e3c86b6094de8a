// The breadth-first search of explore.h, for one packed representation.
//
// Included by the files that instantiate it, one for each size of world.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_SEARCH_H_
#define MIRRORCHECK_PROOFS_EXPLORE_SEARCH_H_

#include <ctime>
#include <set>
#include <vector>

#include "model/safety.h"
#include "proofs/explore/canonical.h"
#include "proofs/explore/code.h"
#include "proofs/explore/explore.h"
#include "proofs/explore/steps.h"
#include "proofs/explore/symmetry.h"
#include "proofs/explore/visited.h"

namespace mirrorcheck::proofs::explore {

template <Bounds kRoom, std::size_t words>
class Search {
  using D = Packed<kRoom, words>;
  using State = model::State<D>;
  using StateCode = Code<D>;
  static_assert(kRoom.tasks + kRoom.mirrors + 1 <= kEpoch, "epochs need more bits");

 public:
  explicit Search(const ExploreOptions& options)
      : options_(options), world_(options_), symmetry_(coder_, options_.bounds) {
    model::AllRules::each<D>([&]<class R>() {
      if (options_.rules.test(static_cast<std::size_t>(R::kRule))) {
        expanders_.push_back(&Search::expand<R>);
      }
    });
  }

  ExploreResult run() {
    const std::clock_t begin = std::clock();
    State first = initial_state();
    canonicalise(first);
    add(model::Rule{}, {}, 0, first, kRoot);
    flush();
    walk();
    result_.seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    result_.states = visited_.size();
    result_.bytes = visited_.bytes();
    count_orbits();
    count_representatives();
    if (violation_ != kRoot) result_.trace = trace_to(violation_);
    if (breach_parent_ != kRoot) {
      result_.first_breach = trace_to(breach_parent_);
      result_.first_breach.push_back(breach_);
    }
    return std::move(result_);
  }

 private:
  using Number = typename Visited<StateCode>::Number;
  static constexpr Number kRoot = Visited<StateCode>::kNone;

  struct Found {
    StateCode code;
    std::uint32_t hash;
    Number parent;
  };

  State initial_state() const {
    State s{};
    s.used.set(model::kZeroFrame, true);
    for (unsigned m = 0; m < kRoom.mms; ++m) {
      s.epoch.set(model::Mm(m), options_.forget ? kEpoch : 1);
      s.users.set(model::Mm(m), options_.bounds.tasks);
    }
    world_.file_pages([&](model::FilePage p) { s.within.set(p, true); });
    return s;
  }

  void canonicalise(State& s) const {
    if (!options_.forget) return;
    simplify(s);
  }
  void simplify(State& s) const {
    Canonical<D>::forget(s, world_.returns_matter());
    Canonical<D>::level(s);
  }

  void walk() {
    std::size_t level_end = visited_.size();
    unsigned depth = 0;
    for (std::size_t next = 0; next < visited_.size() && !stop_; ++next) {
      if (next == level_end) {
        ++depth;
        level_end = visited_.size();
        if (options_.max_depth != 0 && depth >= options_.max_depth) {
          result_.verdict = ExploreResult::Verdict::kUnfinished;
          return;
        }
      }
      current_ = static_cast<Number>(next);
      current_code_ = visited_[next];
      const State s = coder_.decode(current_code_);
      for (const auto expander : expanders_) (this->*expander)(s);
      if (found_.size() >= kBatch) flush();
      if (next + 1 == level_end) flush();  // the last of a level: the next one has to be complete
      result_.depth = depth;
      if (options_.max_states != 0 && visited_.size() >= options_.max_states) return;
    }
    if (!stop_) result_.verdict = ExploreResult::Verdict::kHolds;
  }

  template <class R>
  void expand(const State& s) {
    take_all<D, R>(world_, s, options_.every_choice,
                   [&](const PackedArguments& a, std::uint32_t broken, State& next) {
                     ++result_.steps;
                     canonicalise(next);
                     add(R::kRule, a, broken, next, current_);
                   });
  }

  void add(model::Rule rule, const PackedArguments& a, std::uint32_t broken, const State& next,
           Number parent) {
    if (broken != 0 && breach_parent_ == kRoot) {
      breach_parent_ = parent;
      breach_ = {rule, unpacked(a), broken};
    }
    const StateCode code = options_.symmetry ? symmetry_.representative(next) : coder_.encode(next);
    if (parent != kRoot && code == current_code_) return;  // nothing changed
    if (parent != kRoot) result_.taken.set(static_cast<std::size_t>(rule));
    const std::uint32_t hash = Visited<StateCode>::hash(code);
    visited_.expect(hash);
    found_.push_back({code, hash, parent});
  }

  void flush() {
    for (const Found& f : found_) visited_.approach(f.hash);
    for (const Found& f : found_) {
      if (!visited_.insert(f.code, f.hash, f.parent)) continue;
      const State state = coder_.decode(f.code);
      model::each_safety_property<D>([&]<class P>() {
        if (violation_ != kRoot || P::holds(state)) return;
        violation_ = static_cast<Number>(visited_.size() - 1);
        result_.violated = &P::kClause;
        result_.verdict = ExploreResult::Verdict::kViolated;
        stop_ = options_.stop_at_violation;
      });
    }
    found_.clear();
  }

  void count_orbits() {
    if (!options_.symmetry) return;
    for (std::size_t i = 0; i < visited_.size(); ++i) {
      result_.orbit_states += symmetry_.orbit(coder_.decode(visited_[i]));
    }
  }

  void count_representatives() {
    if (options_.forget) return;
    std::set<StateCode> codes;
    for (std::size_t i = 0; i < visited_.size(); ++i) {
      State s = coder_.decode(visited_[i]);
      simplify(s);
      codes.insert(coder_.encode(s));
    }
    result_.representatives = codes.size();
  }

  // REQUIRES: without symmetry; with it a step leads to a state with other names.
  std::vector<ExploreStep> trace_to(Number state) {
    if (options_.symmetry) return {};
    std::vector<Number> path{state};
    while (visited_.parent(path.back()) != kRoot) path.push_back(visited_.parent(path.back()));
    std::vector<ExploreStep> trace;
    for (std::size_t i = path.size() - 1; i > 0; --i) {
      trace.push_back(step_between(visited_[path[i]], visited_[path[i - 1]]));
    }
    return trace;
  }
  ExploreStep step_between(const StateCode& from, const StateCode& to) const {
    const State s = coder_.decode(from);
    ExploreStep step;
    bool found = false;
    model::AllRules::each<D>([&]<class R>() {
      if (found || !options_.rules.test(static_cast<std::size_t>(R::kRule))) return;
      take_all<D, R>(world_, s, options_.every_choice,
                     [&](const PackedArguments& a, std::uint32_t broken, State& next) {
                       if (found) return;
                       canonicalise(next);
                       if (coder_.encode(next) != to) return;
                       found = true;
                       step = {R::kRule, unpacked(a), broken};
                     });
    });
    return step;
  }

  static model::Page unpacked(model::Page page) {
    const auto i = static_cast<unsigned>(page);
    return model::page_of(model::Mm(i / kRoom.pages), i % kRoom.pages);
  }
  static model::FilePage unpacked(model::FilePage page) {
    const auto i = static_cast<unsigned>(page);
    if (i == 0) return page;
    return model::file_page(model::File((i - 1) / kRoom.file_pages), (i - 1) % kRoom.file_pages);
  }
  static model::Frame unpacked(model::Frame frame) {
    const auto i = static_cast<unsigned>(frame);
    return D::is_block(frame) ? model::Frame(2 + model::kRamFrames + (i - 2 - kRoom.frames))
                              : frame;
  }
  // The range from the first to the last of the set. Sets with holes have no other name outside.
  template <class Id>
  static model::Range<Id> unpacked(Set<Id> set) {
    if (set.bits == 0) return {};
    return {unpacked(Id(std::countr_zero(set.bits))),
            unpacked(Id(31 - std::countl_zero(set.bits)))};
  }
  static model::Arguments unpacked(const PackedArguments& a) {
    model::Arguments out;
    out.task = a.task;
    out.mm = a.mm;
    out.mirror = a.mirror;
    out.window = a.window;
    out.classic = a.classic;
    out.page = unpacked(a.page);
    out.source = unpacked(a.source);
    out.pages = unpacked(a.pages);
    out.file_page = unpacked(a.file_page);
    out.file_pages = unpacked(a.file_pages);
    out.file = a.file;
    out.frame = unpacked(a.frame);
    out.area = a.area;
    out.kind = a.kind;
    out.event = a.event;
    out.outcome = a.outcome;
    out.write = a.write;
    out.read = a.read;
    out.flag = a.flag;
    out.required = a.required;
    return out;
  }

  static constexpr std::size_t kBatch = 256;

  ExploreOptions options_;
  World<D> world_;
  Coder<D> coder_;
  Symmetry<D> symmetry_;
  std::vector<void (Search::*)(const State&)> expanders_;
  Visited<StateCode> visited_;
  std::vector<Found> found_;
  Number current_ = 0;
  StateCode current_code_{};
  bool stop_ = false;
  Number violation_ = kRoot;
  Number breach_parent_ = kRoot;
  ExploreStep breach_;
  ExploreResult result_;
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_SEARCH_H_
