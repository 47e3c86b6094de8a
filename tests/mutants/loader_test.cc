#include "impl/loader/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mirrorcheck::impl {
namespace {

class Listener final : public Observer {
 public:
  void step(model::Rule, const model::Arguments&) override { ++steps; }
  int steps = 0;
};

std::string refusal(const std::string& name) {
  const LoadedWorld loaded = load_world(name);
  EXPECT_EQ(loaded.world, nullptr) << name;
  EXPECT_EQ(loaded.error.find('\n'), std::string::npos) << loaded.error;
  return loaded.error;
}

// Maps a page and stores to it: enough to go through most layers of an implementation.
void use(World& world, Listener& listener) {
  world.reset(Layout{}, listener);
  Result result;
  world.apply(model::Task{0}, {.call = Call::kMmapAnon, .prot = kProtRead | kProtWrite}, result);
  EXPECT_EQ(result.error, 0);
  world.apply(model::Task{0}, {.call = Call::kStore, .value = 7}, result);
  EXPECT_EQ(result.error, 0);
  world.apply(model::Task{0}, {.call = Call::kLoad}, result);
  EXPECT_EQ(result.error, 0);
  EXPECT_EQ(result.data[0], 7U);
  world.shut_down();
}

TEST(Loader, EveryNamedImplementationLoadsAndWorks) {
  const std::vector<std::string> names = implementation_names();
  ASSERT_FALSE(names.empty());
  EXPECT_EQ(names.front(), "reference");
  EXPECT_GT(names.size(), 1U) << "no mutant was built";
  EXPECT_TRUE(std::is_sorted(names.begin() + 1, names.end()));
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const LoadedWorld loaded = load_world(name);
    ASSERT_NE(loaded.world, nullptr) << loaded.error;
    EXPECT_TRUE(loaded.error.empty());
    Listener listener;
    use(*loaded.world, listener);
    EXPECT_GT(listener.steps, 0);
  }
}

TEST(Loader, TwoWorldsOfOneNameAreSeparate) {
  const LoadedWorld first = load_world("reference");
  const LoadedWorld second = load_world("reference");
  ASSERT_NE(first.world, nullptr);
  ASSERT_NE(second.world, nullptr);
  EXPECT_NE(first.world.get(), second.world.get());
}

TEST(Loader, UnknownNames) {
  EXPECT_EQ(
      refusal("refrence"),
      "implementation 'refrence': not known; say reference, linux-6.12, mutant:ID or the path "
      "of a shared object");
  EXPECT_NE(refusal("").find("not known"), std::string::npos);
  EXPECT_NE(refusal("mutant:M00").find("'./fuzz/run --impl mutant:ID' builds that"),
            std::string::npos);
  EXPECT_NE(refusal("mutant:../mutants/M01").find("no such mutant"), std::string::npos);
}

TEST(Loader, UnfitSharedObjects) {
  EXPECT_NE(refusal("/nowhere/mine.so").find("there is no file /nowhere/mine.so"),
            std::string::npos);
  EXPECT_NE(refusal("mine.so").find("there is no file mine.so"), std::string::npos);
  EXPECT_NE(refusal("/proc/self/cmdline").find("cannot be loaded"), std::string::npos);
  EXPECT_NE(refusal(NOT_AN_IMPLEMENTATION).find("does not export mirrorcheck_create_world"),
            std::string::npos);
  EXPECT_NE(
      refusal(OTHER_BOUNDARY).find("was built against another impl/world.h or model/vocabulary.h"),
      std::string::npos);
}

}  // namespace
}  // namespace mirrorcheck::impl
