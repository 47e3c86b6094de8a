// The byte form: every byte string decodes, nothing is lost on the way, and old bytes keep their
// meaning.

#include "fuzz/scenario/bytes.h"

#include <gtest/gtest.h>

#include <vector>

#include "fuzz/scenario/calls.h"
#include "fuzz/scenario/generate.h"
#include "fuzz/scenario/text.h"
#include "tests/scenario/golden.h"
#include "tests/scenario/some_bytes.h"
#include "tests/scenario/wild_scenario.h"

namespace mirrorcheck::fuzz {
namespace {

void expect_stable(const Bytes& bytes) {
  const Scenario scenario = decoded(bytes);
  Scenario canonical = scenario;
  canonicalize(canonical);
  ASSERT_EQ(scenario, canonical) << "decode() must give a canonical scenario";
  ASSERT_GE(scenario.layout.tasks, 1);
  ASSERT_LE(scenario.layout.tasks, model::kTasks);
  const Bytes again = encode(scenario);
  ASSERT_EQ(decoded(again), scenario);
  ASSERT_EQ(encode(decoded(again)), again);
}

TEST(Bytes, EveryRandomStringIsAScenario) {
  Random random(1);
  for (int i = 0; i < 100'000; ++i)
    ASSERT_NO_FATAL_FAILURE(expect_stable(random_bytes(random, 120)));
}

TEST(Bytes, LongRandomStringsToo) {
  Random random(2);
  for (int i = 0; i < 5'000; ++i)
    ASSERT_NO_FATAL_FAILURE(expect_stable(random_bytes(random, 4000)));
}

// Random bytes seldom hold many records before something ends the section.
TEST(Bytes, EverythingThatAScenarioHoldsSurvives) {
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    const Scenario scenario = wild_scenario(seed, false);
    const Bytes bytes = encode(scenario);
    ASSERT_LE(bytes.size(), kMaxEncodedSize);
    ASSERT_EQ(decoded(bytes), scenario) << format(scenario);
  }
}

TEST(Bytes, TheLargestScenarioFits) {
  Scenario scenario;
  scenario.layout.tasks = model::kTasks;
  scenario.setup.resize(kMaxSetup);
  for (OperationList& operations : scenario.tasks) operations.resize(kMaxOperations);
  scenario.schedule.resize(kMaxSegments, {.task = 7, .points = 65535});
  canonicalize(scenario);
  const Bytes bytes = encode(scenario);
  EXPECT_EQ(bytes.size(), kMaxEncodedSize);
  EXPECT_EQ(decoded(bytes), scenario);
}

TEST(Bytes, ExpectationsAreLeftOut) {
  Scenario scenario = standard_scenario(1);
  const Bytes plain = encode(scenario);
  scenario.expectations.verdict = ExpectedVerdict::kHolds;
  EXPECT_EQ(encode(scenario), plain);
}

TEST(Bytes, NothingOfTheScenarioBeforeRemains) {
  Scenario used = wild_scenario(7, true);
  decode({}, used);
  EXPECT_EQ(used, decoded({}));
}

TEST(Bytes, TheEmptyStringIsTheStandardWorld) {
  EXPECT_EQ(format(decoded({})),
            "mirrorcheck scenario 1\n"
            "tasks t0:mm0 t1:mm0 t2:mm0\n"
            "file f0 dax 16 cells\n"
            "file f1 dax 0 cells\n"
            "file f2 cache 8 cells\n"
            "setup\n"
            "  t0 mmap_anon p0+4 rw\n"
            "  t0 mmap_file p4+4 rw f0@0\n"
            "  t0 mirror_open m0 p0+8\n");
  EXPECT_TRUE(encode(decoded({})).empty());
}

// What is cut off is missing from the end; what is left keeps its meaning.
TEST(Bytes, APrefixIsABeginning) {
  const Scenario whole =
      random_scenario(5, {.tasks = 1, .operations = 16, .setup = 0, .segments = 40, .calls = 26});
  const Bytes bytes = encode(whole);
  for (std::size_t size = 2; size <= bytes.size(); ++size) {
    const Scenario part =
        decoded(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)));
    ASSERT_EQ(part.layout, whole.layout);
    ASSERT_LE(part.tasks[0].size(), whole.tasks[0].size());
    // The last record may lack its end.
    for (std::size_t i = 0; i + 1 < part.tasks[0].size(); ++i) {
      ASSERT_EQ(part.tasks[0][i], whole.tasks[0][i]);
    }
    ASSERT_LE(part.schedule.size(), whole.schedule.size());
  }
}

TEST(Bytes, OldBytesKeepTheirMeaning) {
  EXPECT_EQ(format(decoded(kGoldenBytes)), kGoldenText);
  EXPECT_EQ(encode(decoded(kGoldenBytes)), kGoldenBytes);
}

TEST(Bytes, BytesOfVersion2KeepTheirMeaning) {
  EXPECT_EQ(format(decoded(kGoldenBytes2)), kGoldenText2);
  EXPECT_EQ(encode(decoded(kGoldenBytes2)), kGoldenBytes2);
  EXPECT_EQ(format(decoded(kGoldenMappingsBytes)), kGoldenMappingsText);
  EXPECT_EQ(encode(decoded(kGoldenMappingsBytes)), kGoldenMappingsBytes);
  EXPECT_EQ(format(decoded(kGoldenPinsBytes)), kGoldenPinsText);
  EXPECT_EQ(encode(decoded(kGoldenPinsBytes)), kGoldenPinsBytes);
  EXPECT_EQ(format(decoded(kGoldenDevicesBytes)), kGoldenDevicesText);
  EXPECT_EQ(encode(decoded(kGoldenDevicesBytes)), kGoldenDevicesBytes);
  EXPECT_EQ(format(decoded(kGoldenTrackingBytes)), kGoldenTrackingText);
  EXPECT_EQ(encode(decoded(kGoldenTrackingBytes)), kGoldenTrackingBytes);
  EXPECT_EQ(format(decoded(kGoldenSwapBytes)), kGoldenSwapText);
  EXPECT_EQ(encode(decoded(kGoldenSwapBytes)), kGoldenSwapBytes);
  EXPECT_EQ(format(decoded(kGoldenSyncBytes)), kGoldenSyncText);
  EXPECT_EQ(encode(decoded(kGoldenSyncBytes)), kGoldenSyncBytes);
  EXPECT_EQ(format(decoded(kGoldenHugeBytes)), kGoldenHugeText);
  EXPECT_EQ(encode(decoded(kGoldenHugeBytes)), kGoldenHugeBytes);
  EXPECT_EQ(format(decoded(kGoldenUnmountBytes)), kGoldenUnmountText);
  EXPECT_EQ(encode(decoded(kGoldenUnmountBytes)), kGoldenUnmountBytes);
  EXPECT_EQ(format(decoded(kGoldenAcrossBytes)), kGoldenAcrossText);
  EXPECT_EQ(encode(decoded(kGoldenAcrossBytes)), kGoldenAcrossBytes);
  EXPECT_EQ(format(decoded(kGoldenFailureBytes)), kGoldenFailureText);
  EXPECT_EQ(encode(decoded(kGoldenFailureBytes)), kGoldenFailureBytes);
  EXPECT_EQ(format(decoded(kGoldenUserfaultBytes)), kGoldenUserfaultText);
  EXPECT_EQ(encode(decoded(kGoldenUserfaultBytes)), kGoldenUserfaultBytes);
  EXPECT_EQ(format(decoded(kGoldenUprobesBytes)), kGoldenUprobesText);
  EXPECT_EQ(encode(decoded(kGoldenUprobesBytes)), kGoldenUprobesBytes);
  EXPECT_EQ(format(decoded(kGoldenHugetlbBytes)), kGoldenHugetlbText);
  EXPECT_EQ(encode(decoded(kGoldenHugetlbBytes)), kGoldenHugetlbBytes);
  EXPECT_EQ(format(decoded(kGoldenAtomicBytes)), kGoldenAtomicText);
  EXPECT_EQ(encode(decoded(kGoldenAtomicBytes)), kGoldenAtomicBytes);
}

// A DAX file that is not there and has a size was nothing that version 1 wrote.
TEST(Bytes, FilesThatCountTheEntriesOfTheirBlocks) {
  const std::vector<std::uint8_t> bytes = {0x0a, 0x00, 0x45, 0x89, 0x85};
  const Scenario scenario = decoded(bytes);
  const auto& files = scenario.layout.files;
  EXPECT_EQ(files[0], (impl::FileLayout{.dax = true, .counted = true, .exists = true, .size = 16}));
  EXPECT_EQ(files[1], (impl::FileLayout{.dax = true, .counted = true}));
  EXPECT_EQ(files[2], (impl::FileLayout{.dax = true, .counted = true, .exists = true, .size = 32}));
  EXPECT_EQ(encode(scenario), bytes);
}

// A file of the page cache that is not there and has a size was nothing that a version wrote,
// either.
TEST(Bytes, FilesWhoseBlocksComeInRuns) {
  const std::vector<std::uint8_t> bytes = {0x0a, 0x00, 0x04, 0x70, 0xe0};
  const Scenario scenario = decoded(bytes);
  const auto& files = scenario.layout.files;
  EXPECT_EQ(files[0], (impl::FileLayout{.dax = true, .huge = true, .exists = true, .size = 5}));
  EXPECT_EQ(files[1], (impl::FileLayout{.dax = true, .huge = true, .exists = true, .size = 32}));
  EXPECT_EQ(files[2], (impl::FileLayout{
                          .dax = true, .counted = true, .huge = true, .exists = true, .size = 32}));
  EXPECT_EQ(encode(scenario), bytes);
}

// Whatever version 1 wrote: its ends were the last value.
TEST(Bytes, WhatVersion1WroteMeansTheSame) {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    Scenario scenario = wild_scenario(seed, false);
    const auto make_old = [](impl::Operation& operation) {
      if (operation.call > impl::Call::kSnapshot) operation.call = impl::Call::kSnapshot;
    };
    for (OperationList& operations : scenario.tasks) {
      for (impl::Operation& operation : operations) make_old(operation);
    }
    for (SetupOperation& step : scenario.setup) make_old(step.operation);
    canonicalize(scenario);
    ASSERT_FALSE(needs_version_2(scenario));
    Scenario read;
    decode(encode(scenario), read, ByteForm::kVersion1);
    ASSERT_EQ(read, scenario);
    decode(encode(scenario), read, ByteForm::kVersion2);
    ASSERT_EQ(read, scenario);
  }
}

// In version 1 the value that now stands for the further calls was an end.
TEST(Bytes, Version1HasNoFurtherCalls) {
  Scenario read;
  decode(kGoldenBytes2, read, ByteForm::kVersion1);
  for (const OperationList& operations : read.tasks) {
    for (const impl::Operation& operation : operations) {
      EXPECT_LE(operation.call, impl::Call::kSnapshot);
    }
  }
}

TEST(Bytes, TheGoldenScenariosHaveEveryCall) {
  std::vector<int> seen(impl::kCalls);
  for (const std::vector<std::uint8_t>& golden :
       {kGoldenBytes, kGoldenBytes2, kGoldenMappingsBytes, kGoldenPinsBytes, kGoldenDevicesBytes,
        kGoldenTrackingBytes, kGoldenSwapBytes, kGoldenSyncBytes, kGoldenHugeBytes,
        kGoldenUnmountBytes, kGoldenAcrossBytes, kGoldenFailureBytes, kGoldenUserfaultBytes,
        kGoldenUprobesBytes, kGoldenHugetlbBytes, kGoldenAtomicBytes}) {
    for (const OperationList& operations : decoded(golden).tasks) {
      for (const impl::Operation& operation : operations)
        ++seen[static_cast<std::size_t>(operation.call)];
    }
  }
  for (std::size_t call = 0; call < seen.size(); ++call)
    EXPECT_GT(seen[call], 0) << kCallTable[call].name;
}

}  // namespace
}  // namespace mirrorcheck::fuzz
