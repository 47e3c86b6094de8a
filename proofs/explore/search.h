// The breadth-first search of explore.h, for one packed representation.
//
// Included by the files that instantiate it, one for each size of world.
//
// Thread safety: one thread.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_SEARCH_H_
#define MIRRORCHECK_PROOFS_EXPLORE_SEARCH_H_

#include <ctime>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "model/safety.h"
#include "proofs/explore/canonical.h"
#include "proofs/explore/code.h"
#include "proofs/explore/explore.h"
#include "proofs/explore/harm.h"
#include "proofs/explore/recent.h"
#include "proofs/explore/step_harm.h"
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
    if (options_.forget) simplify(first);
    StateCode code = coder_.encode(first);
    if (options_.symmetry) code = symmetry_.representative(first, code);
    recent_ = Recent<StateCode>(code);
    found_[found_size_++] = {code, hash_of(code), kRoot};
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
    if (!result_.step_harm.name.empty() && !options_.symmetry) {
      result_.first_step_harm = trace_to(step_harm_parent_);
      result_.first_step_harm.push_back(step_harm_);
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
      expand_all(coder_.decode(current_code_));
      if (found_size_ >= kBatch) flush();
      if (next + 1 == level_end) flush();  // the last of a level: the next one has to be complete
      result_.depth = depth;
      if (options_.max_states != 0 && visited_.size() >= options_.max_states) return;
    }
    if (!stop_ && result_.cut == 0) result_.verdict = ExploreResult::Verdict::kHolds;
  }

  void expand_all(const State& s) {
    for (const auto expander : expanders_) (this->*expander)(s);
  }
  template <class R>
  void expand(const State& s) {
    if (options_.every_step || (options_.drop && options_.drop.rule == R::kRule)) {
      take_altered<D, R>(world_, s,
                         [&](const PackedArguments& a, std::uint32_t broken, const State& next) {
                           take_altered_step(R::kRule, a, broken, s, next);
                         });
      return;
    }
    take_all<D, R>(world_, s, options_.every_choice,
                   [&](const PackedArguments& a, const State& before, const State& next)
                       __attribute__((always_inline)) {
                         if (is_beyond(R::kRule, s, a)) {
                           ++result_.cut;
                           return;
                         }
                         const unsigned parts =
                             options_.forget ? Canonical<D>::parts_changed(before, next) : 0;
                         if (parts != 0) {
                           take_simplified(R::kRule, a, State(next), parts);
                         } else {
                           with_words(coder_.difference(before, next),
                                      [&](auto... change) __attribute__((always_inline)) {
                                        if ((change | ...) != 0) {
                                          take_words(R::kRule, a, change...);
                                        } else {
                                          result_.taken.set(static_cast<std::size_t>(R::kRule));
                                        }
                                      });
                         }
                       });
  }

  // Where epochs are not counted from the present one, there are no more than their bits can hold.
  [[gnu::always_inline]] bool is_beyond(model::Rule rule, const State& s,
                                        const PackedArguments& a) const {
    using enum model::Rule;
    return (rule == kEnd || rule == kStartFailed) && !options_.forget &&
           s.epoch(s.window_mm(a.window)) > kEpoch;
  }

  // The same for steps that are looked at one by one, and need not be as fast.
  [[gnu::noinline]] void take_altered_step(model::Rule rule, const PackedArguments& a,
                                           std::uint32_t broken, const State& before,
                                           const State& next) {
    if (is_beyond(rule, before, a)) {
      ++result_.cut;
      return;
    }
    State simple = next;
    const unsigned parts = options_.forget ? Canonical<D>::parts_changed(before, next) : 0;
    if (parts != 0) Canonical<D>::simplify(simple, parts, world_.returns_matter());
    const StateCode code = coder_.encode(simple);
    const ExploreStep step{rule, unpacked(a), broken};
    if (sought_ != nullptr) {
      if (!sought_step_ && code == *sought_) sought_step_ = step;
      return;
    }
    if (broken != 0 && breach_parent_ == kRoot) {
      breach_parent_ = current_;
      breach_ = step;
    }
    if (result_.step_harm.name.empty()) {
      result_.step_harm = step_properties_.broken_by(rule, before, a, next);
      step_harm_parent_ = current_;
      step_harm_ = step;
    }
    if (parts == 0 && code == current_code_) result_.taken.set(static_cast<std::size_t>(rule));
    with_words(code, [&](auto... word) { take(rule, a, word...); });
  }

  // REQUIRES: a copy of the state is given, so that the state itself need not be in memory.
  [[gnu::noinline]] void take_simplified(model::Rule rule, const PackedArguments& a, State next,
                                         unsigned parts) {
    Canonical<D>::simplify(next, parts, world_.returns_matter());
    with_words(coder_.encode(next),
               [&](auto... word) __attribute__((always_inline)) { take(rule, a, word...); });
  }
  [[gnu::noinline]] void take_words(model::Rule rule, const PackedArguments& a, auto... change) {
    const std::uint64_t* old = current_code_.data();
    (..., (change ^= *old++));
    take(rule, a, change...);
  }
  // Words stay in registers; a processor that loads two of an array at once just after they were
  // stored one by one has to wait.
  template <class F>
  [[gnu::always_inline]] static void with_words(const StateCode& code, F f) {
    [&]<std::size_t... i>(std::index_sequence<i...>)
        __attribute__((always_inline)) { f(code[i]...); }(std::make_index_sequence<words>());
  }
  static std::uint32_t hash_of(const StateCode& code) {
    std::uint32_t hash = 0;
    with_words(code, [&](auto... word) { hash = Visited<StateCode>::hash(word...); });
    return hash;
  }
  [[gnu::always_inline]] void take(model::Rule rule, const PackedArguments& a, auto... word) {
    if (sought_ != nullptr) [[unlikely]] {
      if (!sought_step_ && StateCode{word...} == *sought_) sought_step_ = {rule, unpacked(a), 0};
      return;
    }
    const std::uint64_t* old = current_code_.data();
    std::uint64_t changed = 0;
    (..., (changed |= word ^ *old++));
    if (changed == 0) return;
    ++result_.steps;
    result_.taken.set(static_cast<std::size_t>(rule));
    add(word...);
  }
  [[gnu::always_inline]] void add(auto... word) {
    const std::uint32_t hash = Visited<StateCode>::hash(word...);
    if (recent_.has(hash, word...)) return;
    if (options_.symmetry) {
      find_representative({word...});
    } else {
      find(hash, word...);
    }
  }
  [[gnu::noinline]] void find_representative(const StateCode& code) {
    with_words(symmetry_.representative(coder_.decode(code), code),
               [&](auto... word) { find(Visited<StateCode>::hash(word...), word...); });
  }
  [[gnu::always_inline]] void find(std::uint32_t hash, auto... word) {
    visited_.expect(hash);
    if (found_size_ == found_.size()) found_.resize(2 * found_.size());
    Found& found = found_[found_size_++];
    std::uint64_t* place = found.code.data();
    (..., (*place++ = word));
    found.hash = hash;
    found.parent = current_;
  }

  void flush() {
    const std::span found(found_.data(), found_size_);
    found_size_ = 0;
    for (const Found& f : found) visited_.approach(f.hash);
    for (const Found& f : found) {
      if (!visited_.insert(f.code, f.hash, f.parent)) continue;
      const State state = coder_.decode(f.code);
      const auto look = [&]<class P>() {
        if (violation_ != kRoot || P::holds(state)) return;
        violation_ = static_cast<Number>(visited_.size() - 1);
        result_.violated = &P::kClause;
        result_.verdict = ExploreResult::Verdict::kViolated;
        stop_ = options_.stop_at_violation;
      };
      model::each_safety_property<D>(look);
      if (options_.drop) each_harm<D>(look);
      if (options_.last_harms) each_last_harm<D>(look);
    }
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
  ExploreStep step_between(const StateCode& from, const StateCode& to) {
    current_code_ = from;
    sought_ = &to;
    sought_step_.reset();
    expand_all(coder_.decode(from));
    sought_ = nullptr;
    return sought_step_.value_or(ExploreStep{});
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
    if (D::is_device(frame)) {
      return model::device_frame(model::Mirror(0),
                                 i - (2 + kRoom.frames + kRoom.blocks + kRoom.swap_slots));
    }
    if (D::is_swap(frame)) {
      return model::Frame(static_cast<unsigned>(model::kFirstSwapSlot) + i -
                          (2 + kRoom.frames + kRoom.blocks));
    }
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
    out.huge = a.huge;
    return out;
  }

  static constexpr std::size_t kBatch = 256;

  ExploreOptions options_;
  World<D> world_;
  Coder<D> coder_;
  Symmetry<D> symmetry_;
  std::vector<void (Search::*)(const State&)> expanders_;
  Visited<StateCode> visited_;
  std::vector<Found> found_ = std::vector<Found>(2 * kBatch);
  std::size_t found_size_ = 0;
  Recent<StateCode> recent_{StateCode{}};
  Number current_ = 0;
  StateCode current_code_{};
  bool stop_ = false;
  Number violation_ = kRoot;
  Number breach_parent_ = kRoot;
  ExploreStep breach_;
  StepProperties<D> step_properties_;
  Number step_harm_parent_ = kRoot;
  ExploreStep step_harm_;
  const StateCode* sought_ = nullptr;  // the state to which a step is looked for, if any is
  std::optional<ExploreStep> sought_step_;
  ExploreResult result_;
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_SEARCH_H_
