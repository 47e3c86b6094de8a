// Worlds whose memory is not what was stored, that say they were interrupted when they were done,
// and that have no memory of devices.

#include <gtest/gtest.h>

#include <string>

#include "tests/harness/liar.h"

namespace mirrorcheck::fuzz {
namespace {

// What nobody loads again is looked at when all is at rest.
struct Scribbles : LyingWorld {
  std::uint32_t cell(model::Frame frame, unsigned cell) const override {
    return cell == 2 && frame != model::kZeroFrame ? 1 : truth().cell(frame, cell);
  }
};
TEST(Rest, MemoryIsWhatWasStored) {
  for (const char* const setup : {kMemory, kFiles}) {
    Scribbles world;
    Execution execution(world, {});
    const Verdict verdict = execution.replay(scenario_of(std::string(setup)));
    ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
    EXPECT_EQ(verdict.breach.clause, &kMemoryDiffers) << sentence_of(verdict);
  }
}

// A punch that waits for a pin, is done, and says that it was interrupted.
struct InterruptedLate : LyingWorld {
  void apply(Task task, const Operation& operation, Result& result) override {
    truth().apply(task, operation, result);
    if (operation.call == Call::kPunchHole) result.error = -EINTR;
  }
  void step(Rule rule, const Arguments& arguments) override {
    if (rule != Rule::kTruncated || shutting_down()) tell(rule, arguments);
  }
};
TEST(Interrupted, NothingIsTakenAwayBefore) {
  InterruptedLate world;
  Execution execution(world, {});
  const Verdict verdict = execution.replay(scenario_of(
      "tasks t0:mm0 t1:mm0\nfile f0 dax 8 cells\nsetup\n  t0 mmap_file p0+2 rw f0@0\n"
      "  t1 store p1 .0\n  t1 pin p1 w\nt0\n  punch_hole f0@1+1\nt1\n  load p0 .0\n  unpin\n"
      "schedule t1*2 t0*60 t1*60 t0*60\n"));
  ASSERT_EQ(verdict.kind, VerdictKind::kViolated) << sentence_of(verdict);
  EXPECT_EQ(verdict.breach.clause, &kErrorUnexplained) << sentence_of(verdict);
}

class WithoutDeviceMemory final : public LyingWorld {
 public:
  impl::Capabilities capabilities() const override {
    impl::Capabilities can = LyingWorld::capabilities();
    can.device_memory = false;
    return can;
  }
  void apply(Task task, const Operation& operation, Result& result) override {
    if ((operation.call >= Call::kMigrateToDevice && operation.call <= Call::kCheckExclusive) ||
        operation.call == Call::kDeviceAtomic) {
      result = {.error = -EOPNOTSUPP};
    } else {
      truth().apply(task, operation, result);
    }
  }
};

TEST(DeviceMemory, IsNotAskedOfWhoSaysThatThereIsNone) {
  WithoutDeviceMemory world;
  const Scenario scenario = scenario_of(
      "tasks t0:mm0\nsetup\n  t0 mmap_anon p0+2 rw\n  t0 mirror_open m0 p0+2\nt0\n"
      "  migrate_to_device m0 p0+2 .0\n"
      "  device_exclusive m0 p0+2 .0\n"
      "  check_exclusive m0 p0+2\n"
      "  device_atomic m0 p0 .0\n"
      "  migrate_to_ram m0 p0+2\n"
      "  device_release m0\n");
  EXPECT_EQ(Execution(world, {}).replay(scenario).kind, VerdictKind::kHolds);
}

}  // namespace
}  // namespace mirrorcheck::fuzz
