// The lock order of A12: the table against the contract's text, the guards and the implementations
// against the table, and each forbidden edge from U with a world that takes it.

#include "model/lock_order.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/harness/execution.h"
#include "fuzz/scheduler/random_strategy.h"
#include "impl/sync/mutex.h"
#include "model/rules.h"
#include "model/step.h"
#include "tests/harness/lying_world.h"
#include "tests/harness/scenario_of.h"

// After the scheduler, one of whose outcomes has the name of a clause: g++ warns of the reverse.
#include "fuzz/harness/assignment_step.h"
#include "fuzz/harness/clauses.h"

namespace mirrorcheck::fuzz {
namespace {

using impl::Call;
using model::Arguments;
using model::Concrete;
using model::LockRank;
using model::LockUse;
using model::Mirror;
using model::Property;
using model::Rule;
using model::Task;

// A lock that has steps.
struct Lock {
  LockRank rank;
  Rule take;
};
constexpr std::array<Lock, 6> kLocks{{{LockRank::kInode, Rule::kInodeLock},
                                      {LockRank::kMmap, Rule::kMmapRead},
                                      {LockRank::kInvalidate, Rule::kInvalidateShared},
                                      {LockRank::kEntry, Rule::kEntryLock},
                                      {LockRank::kWindow, Rule::kStart},
                                      {LockRank::kUpdate, Rule::kUpdateLock}}};

// What the order says of a step while a task holds one lock: '.' in order, 'x' against it.
struct Row {
  Rule step;
  const char* held;  // in the order of kLocks
};
constexpr std::array<Row, 14> kOrder{{{Rule::kInodeLock, ".xxxxx"},
                                      {Rule::kMmapRead, "..xxxx"},
                                      {Rule::kMmapWrite, "..xxxx"},
                                      {Rule::kInvalidateShared, "...xxx"},
                                      {Rule::kInvalidateExclusive, "...xxx"},
                                      {Rule::kEntryLock, "....xx"},
                                      {Rule::kStart, ".....x"},
                                      {Rule::kUpdateLock, "......"},
                                      {Rule::kReadBegin, "....xx"},
                                      {Rule::kRemove, "....xx"},
                                      {Rule::kAllocate, ".....x"},
                                      {Rule::kWalkPage, "..xxxx"},
                                      {Rule::kPutMm, ".xxxxx"},
                                      {Rule::kInstall, "......"}}};

// Arguments that are in bounds, of things that do not meet those of other steps.
Arguments arguments_of(Rule rule) {
  Arguments a;
  a.file_page = model::file_page(model::File(0), 0);
  a.file_pages = {a.file_page, a.file_page};
  a.pages = {model::Page(0), model::Page(0)};
  a.frame = model::Frame(3);
  a.flag = rule == Rule::kStart;
  return a;
}

template <class F>
void with_rule(Rule rule, F&& f) {
  model::visit_rule<Concrete>(rule, std::forward<F>(f));
}

TEST(LockOrder, TheHarnessHoldsEachStepToIt) {
  for (const Row& row : kOrder) {
    for (std::size_t i = 0; i < kLocks.size(); ++i) {
      Assignments assignments;
      assignments.begin(impl::Layout{}, {.device_memory = true});
      const model::ConcreteState state;
      with_rule(kLocks[i].take, [&]<class R>() {
        EXPECT_EQ(assignments.take<R>(arguments_of(R::kRule), state), nullptr);
      });
      EXPECT_EQ(assignments.innermost_lock(Task(0)), kLocks[i].rank);
      with_rule(row.step, [&]<class R>() {
        EXPECT_EQ(assignments.take<R>(arguments_of(R::kRule), state) == &kLockOrder,
                  row.held[i] == 'x')
            << R::kName << " while holding " << model::name(kLocks[i].rank);
      });
    }
  }
}

TEST(LockOrder, EachStepWithAPlaceInItIsTested) {
  std::set<Rule> tested;
  for (const Row& row : kOrder) tested.insert(row.step);
  for (std::size_t r = 0; r < model::kRules; ++r) {
    const LockUse use = model::lock_step(Rule(r)).use;
    if (use != LockUse::kTakes && use != LockUse::kWaits) continue;
    EXPECT_TRUE(tested.contains(Rule(r))) << model::rule_name(Rule(r));
  }
}

// The clauses about the order of locks that a guard breaks.
class OrderClauses {
 public:
  void require(const Clause& clause, bool condition) {
    if (!condition && clause.property == Property::kL1 && clause.protocol) broken_ = true;
  }
  bool broken() const { return broken_; }

 private:
  bool broken_ = false;
};

// What a guard forbids the table forbids, too: no rule asks for another order.
TEST(LockOrder, NoGuardForbidsWhatIsInOrder) {
  unsigned forbidden = 0;
  for (const Row& row : kOrder) {
    for (std::size_t i = 0; i < kLocks.size(); ++i) {
      model::ConcreteState state;
      with_rule(kLocks[i].take, [&]<class R>() { R::apply(state, arguments_of(R::kRule)); });
      OrderClauses clauses;
      with_rule(row.step, [&]<class R>() { R::guard(clauses, state, arguments_of(R::kRule)); });
      forbidden += clauses.broken();
      EXPECT_TRUE(!clauses.broken() || row.held[i] == 'x' || row.step == Rule::kRemove)
          << model::rule_name(row.step) << " while holding " << model::name(kLocks[i].rank);
    }
  }
  EXPECT_GE(forbidden, 5u);
}

// A rule whose effect is to hold a lock, or to let go of one, has its line in the table.
TEST(LockOrder, EachRuleThatMovesALockIsInTheTable) {
  const auto moved = [](const model::ConcreteState& a, const model::ConcreteState& b) {
    return a.mmap_lock != b.mmap_lock || a.inode_lock != b.inode_lock ||
           a.invalidate_lock != b.invalidate_lock || a.entry_lock != b.entry_lock ||
           a.update_lock != b.update_lock || a.phase != b.phase;
  };
  // With nothing held, and with everything.
  model::ConcreteState nothing;
  model::ConcreteState everything;
  for (const Lock& lock : kLocks) {
    with_rule(lock.take, [&]<class R>() { R::apply(everything, arguments_of(R::kRule)); });
  }
  unsigned movers = 0;
  model::AllRules::each<Concrete>([&]<class R>() {
    bool moves = false;
    for (const model::ConcreteState* before : {&nothing, &everything}) {
      model::ConcreteState after = *before;
      R::apply(after, arguments_of(R::kRule));
      moves = moves || moved(*before, after);
    }
    movers += moves;
    const LockUse use = model::lock_step(R::kRule).use;
    // Neither takes anything: a reader is still a holder, and a window that has started is open.
    if (R::kRule == Rule::kMmapDowngrade || R::kRule == Rule::kStarted) return;
    EXPECT_EQ(moves, use == LockUse::kTakes || use == LockUse::kGivesBack) << R::kName;
  });
  EXPECT_GE(movers, 15u);
}

// Each lock class that an implementation uses has a rank, or is one that A12 does not speak of.
TEST(LockOrder, EachLockOfAnImplementationHasARank) {
  using sync::LockClass;
  const std::vector<std::pair<std::string, LockClass>> classes{
      {"kDriver", LockClass::kDriver},
      {"kInodeRwsem", LockClass::kInodeRwsem},
      {"kMmapLock", LockClass::kMmapLock},
      {"kInvalidateLock", LockClass::kInvalidateLock},
      {"kEntryLock", LockClass::kEntryLock},
      {"kImmapRwsem", LockClass::kImmapRwsem},
      {"kAnonVma", LockClass::kAnonVma},
      {"kUpdateLock", LockClass::kUpdateLock},
      {"kSubscriptionsLock", LockClass::kSubscriptionsLock},
      {"kPageTableLock", LockClass::kPageTableLock},
      {"kAllocator", LockClass::kAllocator},
      {"kWaitQueue", LockClass::kWaitQueue},
      {"kPageLock", LockClass::kPageLock},
      {"kPinWait", LockClass::kPinWait},
      {"kSrcu", LockClass::kSrcu}};
  const std::set<std::string> own{"kDriver", "kAllocator", "kPinWait"};
  for (const auto& [name, lock_class] : classes) {
    EXPECT_EQ(rank_of(lock_class).has_value(), !own.contains(name)) << name;
  }
  unsigned uses = 0;
  const std::regex use("LockClass::(k[A-Za-z]+)");
  for (const char* folder : {"/impl/reference", "/impl/linux"}) {
    for (const auto& file :
         std::filesystem::directory_iterator(SOURCE_DIRECTORY + std::string(folder))) {
      std::ifstream in(file.path());
      const std::string text((std::istreambuf_iterator<char>(in)), {});
      for (std::sregex_iterator it(text.begin(), text.end(), use), end; it != end; ++it) {
        ++uses;
        const std::string name = (*it)[1];
        bool known = false;
        for (const auto& each : classes) known = known || each.first == name;
        EXPECT_TRUE(known) << name << " in " << file.path();
      }
    }
  }
  EXPECT_GT(uses, 10u);
}

// Takes one step of its work with an update lock held: that of a mirror which is nobody else's.
class HoldsUpdateLock final : public LyingWorld {
 public:
  explicit HoldsUpdateLock(Rule rule) : rule_(rule) {}

 private:
  void step(Rule rule, const Arguments& arguments) override {
    const Arguments update{.task = arguments.task, .mirror = Mirror(3)};
    const bool lies = rule == rule_ && !shutting_down();
    if (lies) tell(Rule::kUpdateLock, update);
    tell(rule, arguments);
    if (lies) tell(Rule::kUpdateUnlock, update);
  }
  Rule rule_;
};
constexpr const char* kEverything =
    "tasks t0:mm0\n"
    "file f0 dax 8 cells\n"
    "t0\n"
    "  mmap_anon p0+2 rw\n"
    "  mmap_file p4+2 rw f0@0\n"
    "  mirror_open m0 p0+2\n"
    "  device_fault m0 p0+1 requests f default - mask f\n"
    "  store p4 .0\n"
    "  ftruncate f0 4 cells\n"
    "  madvise_dontneed p0+1\n"
    "  mirror_close m0\n";

struct Edge {
  const char* name;
  Rule step;
};
constexpr Edge kEdges[] = {{"InodeLock", Rule::kInodeLock},
                           {"MmapRead", Rule::kMmapRead},
                           {"MmapWrite", Rule::kMmapWrite},
                           {"InvalidateShared", Rule::kInvalidateShared},
                           {"InvalidateExclusive", Rule::kInvalidateExclusive},
                           {"EntryLock", Rule::kEntryLock},
                           {"Window", Rule::kStart},
                           {"Allocation", Rule::kAllocate},
                           {"Mmput", Rule::kPutMm},
                           {"ReadBegin", Rule::kReadBegin},
                           {"Remove", Rule::kRemove},
                           {"HmmRangeFault", Rule::kWalkPage}};

class ForbiddenEdge : public testing::TestWithParam<Edge> {};

TEST_P(ForbiddenEdge, FromTheUpdateLockIsSeen) {
  HoldsUpdateLock world(GetParam().step);
  Execution execution(world, {});
  const Verdict verdict = execution.replay(scenario_of(kEverything));
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
  EXPECT_EQ(verdict.breach.clause->property, Property::kL1) << sentence_of(verdict);
  EXPECT_TRUE(verdict.breach.clause->protocol) << sentence_of(verdict);
  EXPECT_EQ(verdict.breach.rule, GetParam().step);
  EXPECT_NE(verdict.detail.find("while it holds an update lock"), std::string::npos)
      << verdict.detail;
}

TEST(LockOrder, TheSameWithoutAnUpdateLockHolds) {
  LyingWorld honest;
  Execution execution(honest, {});
  const Verdict verdict = execution.replay(scenario_of(kEverything));
  EXPECT_EQ(verdict.kind, VerdictKind::kHolds) << sentence_of(verdict);
}

INSTANTIATE_TEST_SUITE_P(All, ForbiddenEdge, testing::ValuesIn(kEdges),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

// A load takes an outer lock and then an inner one; a store the other way round.
class Inverts final : public LyingWorld {
 public:
  Inverts(sync::LockClass outer, sync::LockClass inner) : outer_({outer, 0}), inner_({inner, 3}) {}
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    outer_.reset();
    inner_.reset();
    LyingWorld::reset(layout, observer);
  }
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    const bool reverse = operation.call == Call::kStore;
    const sync::MutexLock first(reverse ? inner_ : outer_);
    const sync::MutexLock second(reverse ? outer_ : inner_);
    truth().apply(task, operation, result);
  }

 private:
  sync::Mutex outer_;
  sync::Mutex inner_;
};

// The detail of a deadlock of the two, in some schedule.
std::string deadlock_of(sync::LockClass outer, sync::LockClass inner) {
  Inverts world(outer, inner);
  Execution execution(world, {});
  RandomStrategy strategy(0);
  const Scenario scenario = scenario_of(
      "tasks t0:mm0 t1:mm0\n"
      "t0\n  load p0 .0\n"
      "t1\n  store p0 .0\n");
  for (unsigned seed = 0; seed < 500; ++seed) {
    strategy.reseed(seed);
    const Verdict verdict = execution.run(scenario, strategy);
    if (verdict.breach.clause == &kDeadlock) return verdict.detail;
  }
  return "no deadlock";
}

TEST(LockOrder, ACycleNamesTheForbiddenEdge) {
  using sync::LockClass;
  const struct {
    LockClass outer;
    const char* name;
  } kOuter[] = {{LockClass::kInodeRwsem, "i_rwsem(inode 0)"},
                {LockClass::kMmapLock, "mmap_lock(mm 0)"},
                {LockClass::kInvalidateLock, "invalidate_lock(inode 0)"},
                {LockClass::kEntryLock, "entry lock(file page 0)"},
                {LockClass::kImmapRwsem, "i_mmap_rwsem(inode 0)"}};
  for (const auto& each : kOuter) {
    const std::string detail = deadlock_of(each.outer, LockClass::kUpdateLock);
    EXPECT_NE(detail.find("A12 forbids t1 to wait for " + std::string(each.name) +
                          " while it holds update lock(mirror 3)"),
              std::string::npos)
        << detail;
  }
}

TEST(LockOrder, ACycleOfOneRankIsToldAsSuch) {
  const std::string detail =
      deadlock_of(sync::LockClass::kUpdateLock, sync::LockClass::kUpdateLock);
  EXPECT_NE(detail.find("locks of one rank, in two orders"), std::string::npos) << detail;
}

// i_mmap_rwsem has no step: that it is wanted inside a window is seen where somebody waits for it.
class WantsImmapInCallback final : public LyingWorld {
 public:
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    lock_.reset();
    LyingWorld::reset(layout, observer);
  }
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    if (operation.call != Call::kLoad) return truth().apply(task, operation, result);
    const sync::MutexLock guard(lock_);
    truth().apply(task, operation, result);
  }

 private:
  void step(Rule rule, const Arguments& arguments) override {
    tell(rule, arguments);
    if (rule == Rule::kInvalidate) const sync::MutexLock guard(lock_);
  }
  sync::Mutex lock_{{sync::LockClass::kImmapRwsem, 0}};
};

TEST(LockOrder, ALockWithoutAStepIsSeenWhereItIsWaitedFor) {
  WantsImmapInCallback world;
  Execution execution(world, {});
  RandomStrategy strategy(0);
  const Scenario scenario = scenario_of(
      "tasks t0:mm0 t1:mm0\n"
      "setup\n"
      "  t0 mmap_anon p0+1 rw\n"
      "  t0 mirror_open m0 p0+1\n"
      "  t0 store p0 .0\n"
      "t0\n  load p0 .0\n"
      "t1\n  madvise_dontneed p0+1\n");
  unsigned seen = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    strategy.reseed(seed);
    const Verdict verdict = execution.run(scenario, strategy);
    if (verdict.kind == VerdictKind::kHolds) continue;
    ++seen;
    EXPECT_EQ(verdict.breach.clause, &kLockOrder) << sentence_of(verdict);
    EXPECT_EQ(verdict.detail, "t1 waits for i_mmap_rwsem(inode 0) while it holds an update lock");
  }
  EXPECT_GT(seen, 0u);
}

// A driver that begins a read section inside a callback of its own, and so waits for itself.
TEST(LockOrder, AWaitForOnesOwnWindowIsACycle) {
  Deadlock deadlock;
  deadlock.count = 2;
  deadlock.blocked[0] = {0, {sync::LockClass::kWaitQueue, 0}, 2};
  deadlock.blocked[1] = {1, {sync::LockClass::kUpdateLock, 2}, 1};
  EXPECT_TRUE(has_cycle(deadlock));
  EXPECT_EQ(describe(deadlock),
            "t0 waits for subscriptions->wq(mm 0), for a window of t1; t1 waits for update "
            "lock(mirror 2) held by t0; A12 forbids t0 to wait for subscriptions->wq(mm 0) while "
            "it holds update lock(mirror 2)");
}

}  // namespace
}  // namespace mirrorcheck::fuzz
