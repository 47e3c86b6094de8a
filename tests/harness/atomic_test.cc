// Worlds whose devices do atomic operations otherwise than they are asked to, or not atomically.

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "tests/harness/liar.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr const char* kForItself =
    "tasks t0:mm0\n"
    "setup\n"
    "  t0 mmap_anon p0+2 rw\n"
    "  t0 store p0 .0\n"
    "  t0 store p1 .0\n"
    "  t0 mirror_open m0 p0+2\n"
    "  t0 device_exclusive m0 p0+2 .0\n"
    "t0\n";
constexpr const char* kNotYet =
    "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\nt0\n";
constexpr const char* kOne = "  device_atomic m0 p0 .0\n";

bool no_device_access(Rule rule, Arguments&) { return rule != Rule::kDeviceAccess; }

const Case kAtomics[] = {
    {"OtherAccess_AtomicPage",
     &kOtherAccess,
     kForItself,
     kOne,
     {Call::kDeviceAtomic, [](Operation& o) { ++o.page; }}},
    {"OtherAccess_AtomicCell",
     &kOtherAccess,
     kForItself,
     kOne,
     {Call::kDeviceAtomic, [](Operation& o) { ++o.cell; }}},
    {"OtherAccess_AtomicValue",
     &kOtherAccess,
     kForItself,
     kOne,
     {Call::kDeviceAtomic, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kDeviceAccess && a.write) ++a.value;
        return true;
      }}},
    {"OtherAccess_AtomicWithoutRead",
     &kOtherAccess,
     "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+1 rw\n  t0 mirror_open m0 p0+1\nt0\n",
     kOne,
     {Call::kDeviceAtomic, nullptr,
      [](Rule rule, Arguments& a) { return rule != Rule::kDeviceAccess || a.write; }}},
    {"OtherMove_AtomicPage",
     &kOtherMove,
     kNotYet,
     kOne,
     {Call::kDeviceAtomic, [](Operation& o) { ++o.page; }}},
    {"ResultUnearned_AtomicNothing",
     &kResultUnearned,
     kForItself,
     kOne,
     {Call::kDeviceAtomic, nothing, nullptr, success}},
    {"ResultUnearned_AtomicExclusiveOnly",
     &kResultUnearned,
     kNotYet,
     kOne,
     {Call::kDeviceAtomic, [](Operation& o) { o.call = Call::kDeviceExclusive; }}},
    {"ResultUnearned_AtomicNotTold",
     &kResultUnearned,
     kForItself,
     kOne,
     {Call::kDeviceAtomic, nullptr, no_device_access}},
    {"ResultData_Atomic",
     &kResultData,
     kForItself,
     kOne,
     {Call::kDeviceAtomic, nullptr, nullptr, [](Result& r) { r.data[0] += impl::kAtomicAddend; }}},
    {"OtherCount_Atomic",
     &kOtherCount,
     kForItself,
     kOne,
     {Call::kDeviceAtomic, nullptr, nullptr, [](Result& r) { r.pages = 0; }}},
    {"ErrorUnexplained_AtomicBusy",
     &kErrorUnexplained,
     kForItself,
     kOne,
     {Call::kDeviceAtomic, nullptr, nullptr, error<-EBUSY>}},
    {"ErrorUnexplained_AtomicBusyWithThePage",
     &kErrorUnexplained,
     kNotYet,
     kOne,
     {Call::kDeviceAtomic, [](Operation& o) { o.call = Call::kDeviceExclusive; }, nullptr,
      error<-EBUSY>}},
    {"ErrorUnexplained_AtomicBusyAtOnce",
     &kErrorUnexplained,
     kNotYet,
     kOne,
     {Call::kDeviceAtomic, nothing, nullptr, error<-EBUSY>}},
    {"ErrorUnexplained_AtomicGone",
     &kErrorUnexplained,
     kNotYet,
     kOne,
     {Call::kDeviceAtomic, nullptr, nullptr, error<-ENOENT>}},
    {"ErrorUnexplained_AtomicFault",
     &kErrorUnexplained,
     kNotYet,
     kOne,
     {Call::kDeviceAtomic, nullptr, nullptr, error<-EFAULT>}},
    {"ErrorUnexplained_AtomicNoMemory",
     &kErrorUnexplained,
     kNotYet,
     kOne,
     {Call::kDeviceAtomic, nullptr, nullptr, error<-ENOMEM>}},
    {"ErrorUnexplained_AtomicInvalid",
     &kErrorUnexplained,
     kNotYet,
     kOne,
     {Call::kDeviceAtomic, nullptr, nullptr, error<-EINVAL>}},
};

class Atomic : public testing::TestWithParam<Case> {};
TEST_P(Atomic, LieIsCaught) { expect_caught(GetParam()); }
TEST_P(Atomic, HonestWorldIsNotSlandered) { expect_not_slandered(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, Atomic, testing::ValuesIn(kAtomics),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

// What the device has is mapped as for any write, and so is it by the CPU.
class ReadsAndWrites final : public LyingWorld {
 public:
  void apply(Task task, const Operation& operation, Result& result) override {
    if (operation.call != Call::kDeviceAtomic) {
      truth().apply(task, operation, result);
      return;
    }
    Operation access = operation;
    access.call = Call::kDeviceRead;
    truth().apply(task, access, result);
    access.call = Call::kDeviceWrite;
    access.value = result.data[0] + impl::kAtomicAddend;
    Result unused;
    truth().apply(task, access, unused);
  }
};

constexpr const char* kBesideStore =
    "tasks t0:mm0 t1:mm0\nsetup\n  t0 mmap_anon p0+1 rw\n  t0 mirror_open m0 p0+1\n"
    "  t0 device_write m0 p0+1 .0\nt0\n  device_atomic m0 p0 .0\nt1\n  store p0 .0\nschedule t0*";

TEST(AtomicOperation, IsDoneOnAPageThatTheDeviceHasForItself) {
  ReadsAndWrites world;
  Execution execution(world, {});
  const Verdict verdict = execution.replay(scenario_of(std::string(kBesideStore) + "100\n"));
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
  EXPECT_EQ(verdict.breach.clause, &kNotForItself) << sentence_of(verdict);
}

TEST(AtomicOperation, NobodyStoresInBetween) {
  ReadsAndWrites world;
  unsigned lost = 0;
  for (unsigned points = 1; points < 40; ++points) {
    Execution execution(world, {});
    const Verdict verdict = execution.replay(
        scenario_of(std::string(kBesideStore) + std::to_string(points) + " t1*100 t0*100\n"));
    ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
    if (verdict.breach.clause == &kNotForItself) continue;
    EXPECT_EQ(verdict.breach.clause, &kNotAtomic) << sentence_of(verdict);
    ++lost;
  }
  EXPECT_GT(lost, 0u);
  EXPECT_LT(lost, 39u);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
