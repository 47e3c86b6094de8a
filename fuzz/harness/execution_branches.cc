// What the runs of one input have in common: kept, put back, recognised (branches.h).

#include <algorithm>
#include <span>
#include <type_traits>

#include "fuzz/harness/execution.h"
#include "fuzz/scheduler/bulk.h"
#include "fuzz/scheduler/segment_strategy.h"
#include "impl/sync/check.h"

namespace mirrorcheck::fuzz {

using model::Task;

static_assert(model::kLargeWorld || std::is_trivially_copyable_v<Judge>,
              "it is copied and compared as bytes");

Verdict Execution::replay(const Scenario& scenario, Branches& branches, History* history) {
  checkpoint_count_ = 0;
  end_count_ = 0;
  for (Knowledge& knowledge : alone_) knowledge.kept = false;
  const bool may_meet = can_branch() && history == nullptr && !branches.stops().empty();
  meetings_ = may_meet ? Meetings::kKept : Meetings::kNone;
  branching_.follow({scenario.schedule.data(), scenario.schedule.size()}, branches.stops(),
                    can_branch(), branches);
  Verdict verdict = run(scenario, branching_, history);
  if (!held_to_its_end(verdict)) end_count_ = 0;
  meetings_ = Meetings::kNone;
  return verdict;
}

Verdict Execution::replay_branch(const Branch& branch, const Scenario& scenario, History* history) {
  if (!can_branch()) return replay(scenario, history);
  sync::check(branch.stop < checkpoint_count_ && checkpoint_count_ - branch.stop <= Branches::kMost,
              "a run goes on from where one came to");
  begin(scenario, history);
  go_back(checkpoints_[branch.stop % Branches::kMost]);
  meetings_ = end_count_ != 0 && history == nullptr ? Meetings::kSought : Meetings::kNone;
  const std::span<const Segment> schedule(scenario.schedule.data(), scenario.schedule.size());
  SegmentStrategy rest(schedule.subspan(branch.made));
  rest.begin(scenario.layout.tasks);
  const std::size_t ends = end_count_;
  run_to_end(scheduler_.resume(rest));
  if (!held_to_its_end(verdict_)) end_count_ = ends;
  meetings_ = Meetings::kNone;
  return std::move(verdict_);
}

bool Execution::held_to_its_end(const Verdict& verdict) const {
  return ran_to_end_ && verdict.kind == VerdictKind::kHolds &&
         points_ < scheduler_.point_limit() / 4;
}

// A large world's runs are as long as there is something to measure: none is made of another.
bool Execution::can_branch() const {
  return !model::kLargeWorld && Scheduler::can_pause() && !world_.memory()[0].empty();
}

void Execution::keep(Knowledge& knowledge) const {
  const impl::WorldMemory memory = world_.memory();
  std::size_t size = bulk::room_for(sizeof judge_);
  for (const std::span<std::byte> part : memory) size += bulk::room_for(part.size());
  knowledge.kept = true;
  knowledge.bytes.resize(size);
  std::byte* to = knowledge.bytes.data();
  const auto take = [&](std::span<const std::byte> part) {
    to = bulk::alike(to, part.data());
    bulk::copy(to, part.data(), part.size());
    to += part.size();
  };
  for (const std::span<std::byte> part : memory) take(part);
  take(std::as_bytes(std::span(&judge_, 1)));
  knowledge.place_of_task = place_of_task_;
}

// Bytes that mean nothing may differ where all else is alike. Then a run goes on that need not.
// What the judge can forget matters only where the implementation knows the same.
bool Execution::knows(const Knowledge& knowledge) {
  const std::byte* from = knowledge.bytes.data();
  const auto same = [&](std::span<const std::byte> part) {
    from = bulk::alike(from, part.data());
    const bool equal = bulk::equal(from, part.data(), part.size());
    from += part.size();
    return equal;
  };
  if (place_of_task_ != knowledge.place_of_task) return false;
  for (const std::span<std::byte> part : world_.memory()) {
    if (!same(part)) return false;
  }
  judge_.forget_what_is_over();
  return same(std::as_bytes(std::span(&judge_, 1)));
}

void Execution::keep_checkpoint() {
  const std::size_t place = checkpoint_count_++ % Branches::kMost;
  if (place == checkpoints_.size()) checkpoints_.emplace_back();
  Checkpoint& checkpoint = checkpoints_[place];
  checkpoint.tasks_left = tasks_left_;
  scheduler_.save(checkpoint.scheduler);
  keep(checkpoint.knowledge);
  // Nearly always there is nothing in it.
  if (verdict_.kind != VerdictKind::kHolds || checkpoint.verdict.kind != VerdictKind::kHolds) {
    checkpoint.verdict = verdict_;
  }
  if (history_ != nullptr) checkpoint.history = *history_;
  checkpoint.last = coverage_.last();
  checkpoint.steps = steps_;
  checkpoint.last_end = last_end_;
}

void Execution::go_back(const Checkpoint& checkpoint) {
  scheduler_.restore(checkpoint.scheduler);
  const std::byte* from = checkpoint.knowledge.bytes.data();
  const auto put_back = [&](std::span<std::byte> part) {
    from = bulk::alike(from, part.data());
    bulk::copy(part.data(), from, part.size());
    from += part.size();
  };
  for (const std::span<std::byte> part : world_.memory()) put_back(part);
  put_back(std::as_writable_bytes(std::span(&judge_, 1)));
  place_of_task_ = checkpoint.knowledge.place_of_task;
  if (checkpoint.verdict.kind != VerdictKind::kHolds) verdict_ = checkpoint.verdict;
  if (history_ != nullptr) *history_ = checkpoint.history;
  coverage_.go_on_from(checkpoint.last);
  tasks_left_ = checkpoint.tasks_left;
  steps_ = steps_put_back_ = checkpoint.steps;
  last_end_ = checkpoint.last_end;
}

// Before an operation of a task that is alone by now: what follows depends on nothing but what is
// known here.
void Execution::meet(Task task, std::size_t index) {
  if (tasks_left_ != 1 || meetings_ == Meetings::kNone || checkpoint_count_ == 0) return;
  Knowledge& knowledge = alone_[index];
  if (meetings_ == Meetings::kKept) {
    last_task_ = task;
    judge_.forget_what_is_over();
    keep(knowledge);
  } else if (task == last_task_ && knowledge.kept &&
             comes_to(knowledge, scheduler_.points_passed())) {
    scheduler_.abandon();
  }
}

// The run has held so far, and goes on as one that held. Far from the limit on points, what is left
// of it does not matter.
bool Execution::comes_to(const Knowledge& knowledge, std::uint32_t points) {
  return verdict_.kind == VerdictKind::kHolds && points < scheduler_.point_limit() / 4 &&
         knows(knowledge);
}

bool Execution::comes_to_an_end(std::uint32_t points) {
  return std::ranges::any_of(std::span(ends_).first(end_count_),
                             [&](const Knowledge& end) { return comes_to(end, points); });
}

void Execution::keep_end() {
  if (end_count_ == ends_.size()) ends_.emplace_back();
  judge_.forget_what_is_over();
  keep(ends_[end_count_++]);
}

}  // namespace mirrorcheck::fuzz
