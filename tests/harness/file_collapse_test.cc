// Worlds that collapse other pages of a file than they are asked to, or answer what they have not
// earned.

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "tests/harness/liar.h"

namespace mirrorcheck::fuzz {
namespace {

// Two runs of a file that are clean and nobody has pinned; a page is not there in each.
constexpr const char* kClean =
    "tasks t0:mm0\n"
    "file f0 cache 24 cells\n"
    "setup\n"
    "  t0 mmap_file p0+4 rw f0@2\n"
    "  t0 load p1 .0\n"
    "  t0 load p2 .0\n"
    "t0\n";

// What goes as far as to look at the areas.
void looks_at_areas(Operation& operation) { operation.call = Call::kSplitHuge; }

const Case kFileCollapses[] = {
    {"OtherMove_EvictedToCollapse",
     &kOtherMove,
     kClean,
     "  load p3 .0\n  madvise_collapse p0+2\n",
     {Call::kMadviseCollapse, [](Operation& o) { o.page = 2; }}},
    {"OtherMove_FilledToCollapse",
     &kOtherMove,
     kClean,
     "  reclaim p2+1\n  madvise_collapse p0+2\n",
     {Call::kMadviseCollapse, [](Operation& o) { o.page = 2; }}},
    {"OtherCount_CollapseOfFile",
     &kOtherCount,
     kClean,
     "  madvise_collapse p0+4\n",
     {Call::kMadviseCollapse, nullptr, nullptr, [](Result& r) { r.pages = 2; }}},
    {"NotDone_CollapseOfFile",
     &kNotDone,
     kClean,
     "  madvise_collapse p0+4\n",
     {Call::kMadviseCollapse, [](Operation& o) { o.count = 2; }, nullptr,
      [](Result& r) { r.pages = 4; }}},
    {"ErrorUnexplained_CollapseOfFileWithoutShortage",
     &kErrorUnexplained,
     kClean,
     "  madvise_collapse p0+2\n",
     {Call::kMadviseCollapse, looks_at_areas, nullptr, error<-ENOMEM>}},
    {"ErrorUnexplained_CollapseOfFileNobodyUses",
     &kErrorUnexplained,
     kClean,
     "  madvise_collapse p0+2\n",
     {Call::kMadviseCollapse, looks_at_areas, nullptr, error<-EAGAIN>}},
    {"ErrorUnexplained_CollapseOfCleanFile",
     &kErrorUnexplained,
     kClean,
     "  madvise_collapse p0+2\n",
     {Call::kMadviseCollapse, looks_at_areas, nullptr, error<-EINVAL>}},
};

class FileCollapse : public testing::TestWithParam<Case> {};
TEST_P(FileCollapse, LieIsCaught) { expect_caught(GetParam()); }
TEST_P(FileCollapse, HonestWorldIsNotSlandered) { expect_not_slandered(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, FileCollapse, testing::ValuesIn(kFileCollapses),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace mirrorcheck::fuzz
