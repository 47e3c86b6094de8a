// Each liar against the clause that it breaks.

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>

#include "fuzz/harness/execution.h"
#include "tests/harness/lying_world.h"
#include "tests/harness/scenario_of.h"

// After the scheduler, one of whose outcomes has the name of a clause: g++ warns of the reverse.
#include "fuzz/harness/clauses.h"

namespace mirrorcheck::fuzz {
namespace {

using impl::Call;
using impl::Entry;
using model::Arguments;
using model::Frame;
using model::Mirror;
using model::Mm;
using model::Page;
using model::Rule;
using model::Task;

// State.

struct DeviceEntry : LyingWorld {
  Entry device_entry(Mirror mirror, Page page) const override {
    Entry entry = truth().device_entry(mirror, page);
    if (entry.frame != model::kNoFrame) entry.write = !entry.write;
    return entry;
  }
};
struct CpuEntry : LyingWorld {
  Entry cpu_entry(Page page) const override {
    Entry entry = truth().cpu_entry(page);
    if (entry.frame != model::kNoFrame) entry.frame = model::kZeroFrame;
    return entry;
  }
};
struct CpuEntryStillReadable : LyingWorld {
  Entry cpu_entry(Page page) const override {
    Entry entry = truth().cpu_entry(page);
    entry.read = entry.frame != model::kNoFrame;
    return entry;
  }
};
struct Backing : LyingWorld {
  Frame backing(model::FilePage) const override { return model::kNoFrame; }
};
struct Free : LyingWorld {
  bool is_free(Frame) const override { return true; }
};
struct Pins : LyingWorld {
  std::uint32_t pins(Frame) const override { return 0; }
};
struct Size : LyingWorld {
  std::uint8_t file_size(model::File file) const override {
    return static_cast<std::uint8_t>(truth().file_size(file) + model::kCellsPerPage);
  }
};
struct Users : LyingWorld {
  std::uint32_t users(Mm mm) const override { return truth().users(mm) + 1; }
};
struct Sequence : LyingWorld {
  impl::NotifierState notifiers(Mm mm) const override {
    impl::NotifierState state = truth().notifiers(mm);
    state.invalidate_seq |= 1;
    return state;
  }
};
struct Active : LyingWorld {
  impl::NotifierState notifiers(Mm mm) const override {
    impl::NotifierState state = truth().notifiers(mm);
    ++state.active_invalidate_ranges;
    return state;
  }
};
struct Registration : LyingWorld {
  impl::SubscriptionState subscription(Mirror mirror) const override {
    impl::SubscriptionState state = truth().subscription(mirror);
    if (state.registration == model::Registration::kTree) {
      state.registration = model::Registration::kInsertDeferred;
    }
    return state;
  }
};
struct SubscriptionSequence : LyingWorld {
  impl::SubscriptionState subscription(Mirror mirror) const override {
    impl::SubscriptionState state = truth().subscription(mirror);
    state.invalidate_seq += 2;
    return state;
  }
};

// Data.

struct StaleLoad : LyingWorld {
  void step(Rule rule, const Arguments& arguments) override {
    Arguments told = arguments;
    if (rule == Rule::kDeviceAccess && !told.write) told.value ^= 1;
    tell(rule, told);
  }
};
struct Memory : LyingWorld {
  std::uint32_t cell(Frame frame, unsigned cell) const override {
    return truth().cell(frame, cell) ^ 1;
  }
};

// Results.

template <Call kCall, int kError>
struct Returns : LyingWorld {
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    truth().apply(task, operation, result);
    if (operation.call == kCall) result.error = kError;
  }
};
template <Call kCall>
struct ReturnsOtherData : LyingWorld {
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    truth().apply(task, operation, result);
    if (operation.call == kCall) result.data[0] ^= 1;
  }
};
template <Call kCall>
struct ReturnsOtherPages : LyingWorld {
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    truth().apply(task, operation, result);
    if (operation.call == kCall) ++result.pages;
  }
};
struct ReturnsFewerPages : LyingWorld {
  void apply(Task task, const impl::Operation& operation, impl::Result& result) override {
    truth().apply(task, operation, result);
    if (operation.call == Call::kDeviceRead && result.pages > 0) --result.pages;
  }
};

// The end of a run: steps that do not come while the world is shut down. (What is not told is not
// compared either: the comparison of everything has been.)

template <Rule... kNotTold>
struct ShutsDownWithout : LyingWorld {
  void step(Rule rule, const Arguments& arguments) override {
    if (shutting_down() && ((rule == kNotTold) || ...)) return;
    tell(rule, arguments);
  }
};
// Of the two windows of a process' end, RELEASE and UNMAP, the second stays open.
struct LeavesWindow : LyingWorld {
  void reset(const impl::Layout& layout, impl::Observer& observer) override {
    ends_ = 0;
    LyingWorld::reset(layout, observer);
  }
  void step(Rule rule, const Arguments& arguments) override {
    if (shutting_down() && rule == Rule::kEnd && ++ends_ == 2) return;
    tell(rule, arguments);
  }

 private:
  int ends_ = 0;
};
struct LeavesSection : LyingWorld {
  void step(Rule rule, const Arguments& arguments) override {
    if (rule != Rule::kAbandon) tell(rule, arguments);
  }
};

struct Complains : LyingWorld {
  const char* complaint() const override { return "a lock is not held"; }
};

struct Lie {
  const char* name;
  const Clause* clause;
  std::unique_ptr<impl::World> (*liar)();
  const char* scenario;
};

template <class World>
std::unique_ptr<impl::World> make() {
  return std::make_unique<World>();
}

constexpr const char* kMirrored =
    "tasks t0:mm0\n"
    "setup\n"
    "  t0 mmap_anon p0+2 rw\n"
    "  t0 mirror_open m0 p0+2\n"
    "t0\n"
    "  device_write m0 p0+2 .0\n"
    "  device_read m0 p0+2 .0\n"
    "  load p0 .0\n";
constexpr const char* kFile =
    "tasks t0:mm0\n"
    "file f0 dax 8 cells\n"
    "t0\n"
    "  pwrite f0@0 .0\n"
    "  ftruncate f0 4 cells\n";
constexpr const char* kPinned =
    "tasks t0:mm0\n"
    "setup\n"
    "  t0 mmap_anon p0+1 rw\n"
    "t0\n"
    "  store p0 .0\n"
    "  pin p0 w\n";
constexpr const char* kNothingMapped =
    "tasks t0:mm0\n"
    "setup\n"
    "  t0 mirror_open m0 p0+2\n"
    "t0\n"
    "  load p0 .0\n"
    "  device_read m0 p0+1 .0\n";
constexpr const char* kClassic =
    "tasks t0:mm0\n"
    "setup\n"
    "  t0 mmap_anon p0+1 rw\n"
    "  t0 notifier_register n0\n"
    "t0\n"
    "  store p0 .0\n";

const Lie kLies[] = {
    {"DeviceEntryDiffers", &kDeviceEntryDiffers, make<DeviceEntry>, kMirrored},
    {"CpuEntryDiffers", &kCpuEntryDiffers, make<CpuEntry>, kMirrored},
    {"CpuEntryDiffers_Read", &kCpuEntryDiffers, make<CpuEntryStillReadable>,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+1 rw\nt0\n  store p0 .0\n  mprotect p0+1 none\n"},
    {"BackingDiffers", &kBackingDiffers, make<Backing>, kFile},
    {"FreeDiffers", &kFreeDiffers, make<Free>, kMirrored},
    {"PinsDiffer", &kPinsDiffer, make<Pins>, kPinned},
    {"SizeDiffers", &kSizeDiffers, make<Size>, kFile},
    {"UsersDiffer", &kUsersDiffer, make<Users>, kMirrored},
    {"SequenceDiffers", &kSequenceDiffers, make<Sequence>, kMirrored},
    {"ActiveDiffers", &kActiveDiffers, make<Active>, kMirrored},
    {"SubscriptionDiffers", &kSubscriptionDiffers, make<Registration>, kMirrored},
    {"SubscriptionSequenceDiffers", &kSubscriptionSequenceDiffers, make<SubscriptionSequence>,
     kMirrored},
    {"StaleLoad", &kStaleLoad, make<StaleLoad>, kMirrored},
    {"MemoryDiffers", &kMemoryDiffers, make<Memory>, kMirrored},
    {"ResultUnearned_Load", &kResultUnearned, make<Returns<Call::kLoad, 0>>, kNothingMapped},
    {"ResultUnearned_Read", &kResultUnearned, make<Returns<Call::kDeviceRead, 0>>, kNothingMapped},
    {"ResultUnearned_LoadDenied", &kResultUnearned, make<Returns<Call::kLoad, -EFAULT>>, kMirrored},
    {"ResultUnearned_Pages", &kResultUnearned, make<ReturnsFewerPages>, kMirrored},
    {"ErrorUnearned_Permission", &kErrorUnearned, make<Returns<Call::kDeviceRead, -EPERM>>,
     kMirrored},
    {"ErrorUnearned_Address", &kErrorUnearned, make<Returns<Call::kDeviceWrite, -EFAULT>>,
     kMirrored},
    {"ResultData_Device", &kResultData, make<ReturnsOtherData<Call::kDeviceRead>>, kMirrored},
    {"ResultData_Cpu", &kResultData, make<ReturnsOtherData<Call::kLoad>>, kMirrored},
    {"UnexpectedResult_Pages", &kUnexpectedResult, make<ReturnsOtherPages<Call::kMmapAnon>>,
     "tasks t0:mm0\nt0\n  mmap_anon p0+1 rw = 0 pages 0\n"},
    {"UnexpectedResult_Data", &kUnexpectedResult, make<ReturnsOtherData<Call::kMmapAnon>>,
     "tasks t0:mm0\nt0\n  mmap_anon p0+1 rw = 0 pages 0 faults 0 data 0\n"},
    {"Complaint", &kComplaint, make<Complains>, kMirrored},
    {"LeakedFrame", &kLeakedFrame, make<ShutsDownWithout<Rule::kFree>>, kMirrored},
    {"LeakedPin", &kLeakedPin, make<ShutsDownWithout<Rule::kUnpin, Rule::kFree>>, kPinned},
    {"LeakedWindow", &kLeakedWindow, make<LeavesWindow>, kClassic},
    {"LeakedNotifier_Interval", &kLeakedNotifier,
     make<ShutsDownWithout<Rule::kRemove, Rule::kRemoved>>, kMirrored},
    {"LeakedNotifier_Classic", &kLeakedNotifier, make<ShutsDownWithout<Rule::kClassicUnregister>>,
     "tasks t0:mm0\nt0\n  notifier_register n0\n"},
    {"LeakedSection", &kLeakedSection, make<LeavesSection>, kNothingMapped},
    {"LeakedLock", &kLeakedLock, make<ShutsDownWithout<Rule::kInodeUnlock>>, kFile},
    {"LeakedUser", &kLeakedUser, make<ShutsDownWithout<Rule::kPutMm>>,
     "tasks t0:mm0\nt0\n  mmap_anon p0+1 rw\n"},
};

class Liar : public testing::TestWithParam<Lie> {};

TEST_P(Liar, IsCaught) {
  const auto world = GetParam().liar();
  Execution execution(*world, {});
  const Verdict verdict = execution.replay(scenario_of(GetParam().scenario));
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
  EXPECT_EQ(verdict.breach.clause, GetParam().clause) << sentence_of(verdict);
}

// What was touched is compared at once; what nobody touches, at the latest when all is at rest.
TEST_P(Liar, IsCaughtByComparisonOfEverything) {
  const auto world = GetParam().liar();
  Execution execution(*world, {.compare_everything = true, .coverage = nullptr});
  EXPECT_EQ(execution.replay(scenario_of(GetParam().scenario)).kind, VerdictKind::kViolated);
}

TEST_P(Liar, IsNotSlandered) {
  LyingWorld honest;
  Execution execution(honest, {});
  const Verdict verdict = execution.replay(scenario_of(GetParam().scenario));
  EXPECT_EQ(verdict.kind, VerdictKind::kHolds) << sentence_of(verdict);
}

INSTANTIATE_TEST_SUITE_P(All, Liar, testing::ValuesIn(kLies),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

// A clause that nobody has seen broken may be one that cannot break.
TEST(Clauses, EachIsInATable) {
  std::ifstream header(SOURCE_DIRECTORY "/fuzz/harness/clauses.h");
  ASSERT_TRUE(header.is_open());
  std::string others;
  for (const char* table : {"atomic_test.cc", "progress_test.cc", "uprobe_test.cc"}) {
    std::ifstream file(std::string(SOURCE_DIRECTORY "/tests/harness/") + table);
    others.append(std::istreambuf_iterator<char>(file), {});
  }
  std::set<std::string> tested;
  for (const Lie& each : kLies) {
    const std::string name = each.name;
    tested.insert(name.substr(0, name.find('_')));
  }
  constexpr std::string_view kBefore = "inline constexpr Clause k";
  unsigned clauses = 0;
  for (std::string line; std::getline(header, line);) {
    if (!line.starts_with(kBefore)) continue;
    ++clauses;
    const std::string name = line.substr(kBefore.size(), line.find('{') - kBefore.size());
    EXPECT_TRUE(tested.contains(name) || others.find("&k" + name + ")") != std::string::npos ||
                others.find("{\"" + name + "\"") != std::string::npos)
        << name << " is in no test";
  }
  EXPECT_GT(clauses, 25u);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
