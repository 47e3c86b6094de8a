// Worlds that write-protect by a userfaultfd something else than they are asked to, or answer what
// they have not earned.

#include <gtest/gtest.h>

#include <string>

#include "tests/harness/liar.h"

namespace mirrorcheck::fuzz {
namespace {

const Case kUserfaults[] = {
    {"OtherMark_Page",
     &kOtherMark,
     kMemory,
     "  uffd_protect p0+2\n",
     {Call::kUffdProtect, [](Operation& o) { ++o.page; }}},
    {"OtherMark_Kind",
     &kOtherMark,
     kMemory,
     "  uffd_protect p0+2\n  uffd_unprotect p0+1\n  uffd_protect p2+2\n",
     {Call::kUffdUnprotect, [](Operation& o) { o = {.call = Call::kUffdProtect, .page = 3}; }}},
    {"OtherMark_NotAsked",
     &kOtherMark,
     kMemory,
     "  load p0 .0\n",
     {Call::kLoad, [](Operation& o) { o.call = Call::kUffdProtect; }}},
    {"NotDone_UffdProtect",
     &kNotDone,
     kMemory,
     "  uffd_protect p0+1\n",
     {Call::kUffdProtect, nothing, nullptr, success}},
    {"NotDone_UffdProtectLess",
     &kNotDone,
     kMemory,
     "  uffd_protect p0+2\n",
     {Call::kUffdProtect, [](Operation& o) { --o.count; }}},
    {"NotDone_UffdUnprotectLess",
     &kNotDone,
     kMemory,
     "  uffd_protect p0+2\n  uffd_unprotect p0+2\n",
     {Call::kUffdUnprotect, [](Operation& o) { --o.count; }}},
    {"NotDone_UffdProtectFile",
     &kNotDone,
     kFiles,
     "  mmap_file p0+1 rw f0@0\n  load p0 .0\n  uffd_protect p0+1\n",
     {Call::kUffdProtect, nullptr, nullptr, success}},
    {"ErrorUnexplained_UffdProtect",
     &kErrorUnexplained,
     kMemory,
     "  uffd_protect p0+2\n",
     {Call::kUffdProtect, nullptr, nullptr, error<-ENOENT>}},
    {"ErrorUnexplained_UffdProtectTooLarge",
     &kErrorUnexplained,
     kMemory,
     "  uffd_protect p0+2\n",
     {Call::kUffdProtect, nullptr, nullptr, error<-EINVAL>}},
    // What was write-protected is a reason for who writes, and no longer when it was given up.
    {"ErrorUnexplained_StoreUnprotected",
     &kErrorUnexplained,
     kMemory,
     "  uffd_protect p0+1\n  uffd_unprotect p0+1\n  store p0 .0\n",
     {Call::kStore, nothing, nullptr, error<-EFAULT>}},
    {"ErrorUnexplained_LoadProtected",
     &kErrorUnexplained,
     kMemory,
     "  uffd_protect p0+1\n  load p0 .0\n",
     {Call::kLoad, nothing, nullptr, error<-EFAULT>}},
};

class Userfault : public testing::TestWithParam<Case> {};
TEST_P(Userfault, LieIsCaught) { expect_caught(GetParam()); }
TEST_P(Userfault, HonestWorldIsNotSlandered) { expect_not_slandered(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, Userfault, testing::ValuesIn(kUserfaults),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace mirrorcheck::fuzz
