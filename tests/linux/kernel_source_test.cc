// The kernel of a user's source tree: as it is, with one line changed, and with what mirrorcheck
// does not know.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/tool/program.h"

namespace mirrorcheck {
namespace {

namespace fs = std::filesystem;

class KernelSource : public ToolTest {
 protected:
  KernelSource() {
    fs::create_directory(directory_ / "tree");
    for (const char* part : {"mm", "lib", "include"}) {
      fs::copy(fs::path(KERNEL_TREE) / part, directory_ / "tree" / part,
               fs::copy_options::recursive);
    }
    unsetenv("KERNEL_SOURCE");
  }

  std::string tree() const { return path("tree"); }
  void change(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = content_of(directory_ / "tree" / file);
    const std::size_t where = text.find(from);
    ASSERT_NE(where, std::string::npos) << from;
    put(directory_ / "tree" / file, text.replace(where, from.size(), to));
  }
  std::vector<std::string> campaign() const {
    return {"fuzz",   "--impl",       "linux", "--kernel-source", tree(), "--engine",
            "random", "--executions", "300",   "--seed",          "1"};
  }
};

TEST_F(KernelSource, KeepsTheContractAsItIs) {
  const Outcome outcome = run({"replay", "--impl", "linux", "--kernel-source", tree(), SCENARIO});
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.error;
}

TEST_F(KernelSource, IsTakenFromTheEnvironment) {
  setenv("KERNEL_SOURCE", tree().c_str(), 1);
  EXPECT_EQ(run({"replay", "--impl", "linux", SCENARIO}).code, 0);
}

TEST_F(KernelSource, OneChangedLineIsFoundAndReproducedByItsName) {
  change("mm/hmm.c", "\treturn -EBUSY;\n}", "\treturn 0;\n}");
  const Outcome outcome = run(campaign());
  EXPECT_EQ(outcome.code, 1) << outcome.out << outcome.error;
  EXPECT_NE(outcome.out.find("violated S10"), std::string::npos) << outcome.out;
  EXPECT_NE((outcome.out + outcome.error).find("--impl linux:" + tree()), std::string::npos)
      << outcome.out << outcome.error;
}

TEST_F(KernelSource, WhatIsChangedBackIsCompiledAgain) {
  change("mm/hmm.c", "\treturn -EBUSY;\n}", "\treturn 0;\n}");
  EXPECT_EQ(run(campaign()).code, 1);
  change("mm/hmm.c", "\treturn 0;\n}\n\nstatic unsigned int hmm_pte_need_fault",
         "\treturn -EBUSY;\n}\n\nstatic unsigned int hmm_pte_need_fault");
  EXPECT_EQ(run({"replay", "--impl", "linux", "--kernel-source", tree(), SCENARIO}).code, 0);
}

TEST_F(KernelSource, AMissingFileIsNamed) {
  fs::remove(directory_ / "tree" / "mm" / "hmm.c");
  expect_refused({"replay", "--impl", "linux", "--kernel-source", tree(), SCENARIO},
                 "it has no mm/hmm.c");
}

TEST_F(KernelSource, ADirectoryIsNoFile) {
  fs::remove(directory_ / "tree" / "mm" / "hmm.c");
  fs::create_directory(directory_ / "tree" / "mm" / "hmm.c");
  expect_refused({"replay", "--impl", "linux", "--kernel-source", tree(), SCENARIO},
                 "it has no mm/hmm.c");
}

TEST_F(KernelSource, AFileIsNoTree) {
  expect_refused({"replay", "--impl", "linux", "--kernel-source", tree() + "/mm/hmm.c", SCENARIO},
                 "is not a directory");
}

// The copies are the build's: the next tree's file can take their place.
TEST_F(KernelSource, WhatMayOnlyBeReadIsCopiedAndReplaced) {
  const fs::path original = directory_ / "tree" / "mm" / "hmm.c";
  const fs::path copy = fs::path(BUILD) / "impl" / "linux" / "tree" / "mm" / "hmm.c";
  fs::permissions(original, fs::perms::owner_read);
  fs::remove(copy);
  EXPECT_EQ(run({"replay", "--impl", "linux", "--kernel-source", tree(), SCENARIO}).code, 0);
  EXPECT_NE(fs::status(copy).permissions() & fs::perms::owner_write, fs::perms::none);

  fs::permissions(original, fs::perms::owner_read | fs::perms::owner_write);
  change("mm/hmm.c", "\treturn -EBUSY;\n}", "\treturn 0;\n}");
  fs::permissions(original, fs::perms::owner_read);
  EXPECT_EQ(run(campaign()).code, 1);
}

TEST_F(KernelSource, AnUnknownSymbolIsNamed) {
  change("mm/hmm.c", "\tmmap_assert_locked(mm);", "\tmmap_assert_brand_new(mm);");
#ifdef __clang__  // gcc's -w silences this error, too: there the loader finds it
  expect_refused({"replay", "--impl", "linux", "--kernel-source", tree(), SCENARIO},
                 "is too far from what impl/linux knows: mm/hmm.c:");
#endif
  expect_refused({"replay", "--impl", "linux", "--kernel-source", tree(), SCENARIO},
                 "mmap_assert_brand_new");
}

TEST_F(KernelSource, OptionsThatDoNotGoTogetherAreRefused) {
  expect_refused({"replay", "--impl", "linux", SCENARIO}, "say --kernel-source DIR");
  expect_refused({"replay", "--kernel-source", tree(), SCENARIO}, "goes with --impl linux");
  expect_refused({"replay", "--impl", "linux", "--kernel-source", path("nowhere"), SCENARIO},
                 "is not there");
}

}  // namespace
}  // namespace mirrorcheck
