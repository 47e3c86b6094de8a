// Worlds that take parts of huge pages of hugetlb, or answer what they have not earned.

#include <gtest/gtest.h>

#include <string>

#include "tests/harness/liar.h"

namespace mirrorcheck::fuzz {
namespace {

const Case kHugetlb[] = {
    {"OtherArea_Mmap",
     &kOtherArea,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n",
     {Call::kMmapHugetlb, [](Operation& o) { o.call = Call::kMmapAnon; }}},
    {"OtherArea_MmapOfPages",
     &kOtherArea,
     kMemory,
     "  mmap_hugetlb p8+4 rw\n  mmap_anon p12+2 rw\n",
     {Call::kMmapAnon, [](Operation& o) { o.call = Call::kMmapHugetlb; }}},
    {"NotDone_Mmap",
     &kNotDone,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n",
     {Call::kMmapHugetlb, nothing, nullptr, success}},
    {"NotDone_MmapOfPart",
     &kNotDone,
     kMemory,
     "  mmap_hugetlb p9+2 rw\n",
     {Call::kMmapHugetlb, nullptr, nullptr, success}},
    {"ErrorUnexplained_MmapOfPart",
     &kErrorUnexplained,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n",
     {Call::kMmapHugetlb, nothing, nullptr, error<-EINVAL>}},
    {"ErrorUnexplained_MmapWithoutMemory",
     &kErrorUnexplained,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n",
     {Call::kMmapHugetlb, nothing, nullptr, error<-ENOMEM>}},
    {"ErrorUnexplained_MmapOverNothing",
     &kErrorUnexplained,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n",
     {Call::kMmapHugetlb, nothing, nullptr, error<-EEXIST>}},
    {"ErrorUnexplained_Load",
     &kErrorUnexplained,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  load p8 .0\n",
     {Call::kLoad, nothing, nullptr, error<-EFAULT>}},
    {"ErrorUnexplained_Munmap",
     &kErrorUnexplained,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  munmap p8+2\n",
     {Call::kMunmap, nothing, nullptr, error<-EINVAL>}},
    {"ErrorUnexplained_Mprotect",
     &kErrorUnexplained,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  mprotect p8+2 r\n",
     {Call::kMprotect, nothing, nullptr, error<-EINVAL>}},
    {"ErrorUnexplained_Dontneed",
     &kErrorUnexplained,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  madvise_dontneed p8+2\n",
     {Call::kMadviseDontneed, nothing, nullptr, error<-EINVAL>}},
    {"NotDone_DontneedOfPart",
     &kNotDone,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  store p8 .0\n  madvise_dontneed p8+2\n",
     {Call::kMadviseDontneed, nothing, nullptr, success}},
    {"ErrorUnexplained_Mremap",
     &kErrorUnexplained,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  mremap p8+2 to p12+2\n",
     {Call::kMremap, nothing, nullptr, error<-EINVAL>}},
    {"NotDone_MremapOfPart",
     &kNotDone,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  mremap p8+1 to p12+1\n",
     {Call::kMremap, nullptr, nullptr, success}},
    {"ErrorUnexplained_MemoryFailure",
     &kErrorUnexplained,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  store p8 .0\n  memory_failure p8\n",
     {Call::kMemoryFailure, nullptr, nullptr, error<-ENXIO>}},
    {"NotRefused_MigrateToRam",
     &kNotRefused,
     kMemory,
     "  mmap_hugetlb p6+2 rw\n  store p6 .0\n  mirror_open m1 p6+2\n  migrate_to_ram m1 p6+2\n",
     {Call::kMigrateToRam, nullptr, nullptr, success}},
    {"OtherHuge_Split",
     &kOtherHuge,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  store p8 .0\n  madvise_free p8+2\n",
     {Call::kMadviseFree, [](Operation& o) { o.call = Call::kMadviseDontneed; }}},
    {"PartOfHugePage_Munmap",
     &kPartOfHugePage,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  munmap p8+2\n",
     {Call::kMunmap, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kUnmap) a.pages.last = a.pages.first;
        return true;
      }}},
    {"PartOfHugePage_Mprotect",
     &kPartOfHugePage,
     kMemory,
     "  mmap_hugetlb p8+2 rw\n  mprotect p8+2 r\n",
     {Call::kMprotect, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kProtect) a.pages.first = a.pages.last;
        return true;
      }}},
};

class Hugetlb : public testing::TestWithParam<Case> {};
TEST_P(Hugetlb, LieIsCaught) { expect_caught(GetParam()); }
TEST_P(Hugetlb, HonestWorldIsNotSlandered) { expect_not_slandered(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, Hugetlb, testing::ValuesIn(kHugetlb),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace mirrorcheck::fuzz
