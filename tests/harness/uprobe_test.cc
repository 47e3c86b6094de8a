// Worlds that set and remove breakpoints otherwise than they are asked to, or answer what they have
// not earned.

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "tests/harness/liar.h"

namespace mirrorcheck::fuzz {
namespace {

// Private mappings of a page-cache file, one of which may be written, and one of a DAX file.
constexpr const char* kPrivate =
    "tasks t0:mm0\n"
    "file f0 cache 6 cells\n"
    "file f1 dax 8 cells\n"
    "setup\n"
    "  t0 pwrite f0@0 .1\n"
    "  t0 mmap_private p0+2 r f0@0\n"
    "  t0 mmap_private p2+1 rw f0@0\n"
    "  t0 mmap_private p3+1 r f1@0\n"
    "t0\n";

const Case kUprobes[] = {
    {"OtherBreakpoint_Value",
     &kOtherBreakpoint,
     kPrivate,
     "  uprobe_set p0 .1\n",
     {Call::kUprobeSet, nullptr,
      [](Rule, Arguments& a) {
        if (a.required) a.value = 1;
        return true;
      }}},
    {"OtherBreakpoint_None",
     &kOtherBreakpoint,
     kPrivate,
     "  uprobe_set p0 .1\n",
     {Call::kUprobeSet, nullptr,
      [](Rule, Arguments& a) {
        a.required = false;
        return true;
      }}},
    {"OtherBreakpoint_Instruction",
     &kOtherBreakpoint,
     kPrivate,
     "  uprobe_set p0 .0\n  uprobe_set p0 .1\n  uprobe_remove p0 .0\n",
     {Call::kUprobeRemove, nullptr,
      [](Rule, Arguments& a) {
        if (a.required) a.value = 1;
        return true;
      }}},
    {"CopyGivenUp",
     &kCopyGivenUp,
     kPrivate,
     "  uprobe_set p0 .0\n  uprobe_remove p0 .0\n",
     {Call::kUprobeRemove, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kZap) a.value = 1;
        return true;
      }}},
    {"DataLost_UprobeRemove",
     &kDataLost,
     kPrivate,
     "  uprobe_set p0 .0\n  uprobe_remove p0 .0\n",
     {Call::kUprobeRemove, nullptr,
      [](Rule rule, Arguments& a) {
        if (rule == Rule::kZap) a.required = false;
        return true;
      }}},
    {"OtherAccess_UprobeSet",
     &kOtherAccess,
     kPrivate,
     "  uprobe_set p0 .0\n",
     {Call::kUprobeSet, [](Operation& o) { ++o.page; }}},
    {"OtherAccess_UprobeNotAsked",
     &kOtherAccess,
     kPrivate,
     "  load p0 .0\n",
     {Call::kLoad, [](Operation& o) { o.call = Call::kUprobeSet; }}},
    {"OtherCount_UprobeSet",
     &kOtherCount,
     kPrivate,
     "  uprobe_set p0 .1\n",
     {Call::kUprobeSet, nullptr, nullptr, [](Result& r) { r.pages = 0; }}},
    {"ResultUnearned_UprobeSet",
     &kResultUnearned,
     kPrivate,
     "  uprobe_set p0 .1\n",
     {Call::kUprobeSet, nothing, nullptr, success}},
    {"ResultUnearned_UprobeRemove",
     &kResultUnearned,
     kPrivate,
     "  uprobe_set p0 .1\n  uprobe_remove p0 .1\n",
     {Call::kUprobeRemove, nothing, nullptr, success}},
    {"NotDone_UprobeSetDax",
     &kNotDone,
     kPrivate,
     "  uprobe_set p3 .1\n",
     {Call::kUprobeSet, nullptr, nullptr, success}},
    {"ResultUnearned_UprobeSetBehindTheEnd",
     &kResultUnearned,
     kPrivate,
     "  uprobe_set p1 .3\n",
     {Call::kUprobeSet, nullptr, nullptr, success}},
    {"ErrorUnexplained_UprobeSetInvalid",
     &kErrorUnexplained,
     kPrivate,
     "  uprobe_set p2 .1\n",
     {Call::kUprobeSet, nullptr, nullptr, error<-EINVAL>}},
    {"ErrorUnexplained_UprobeSetNoCache",
     &kErrorUnexplained,
     kPrivate,
     "  uprobe_set p2 .1\n",
     {Call::kUprobeSet, nullptr, nullptr, error<-EIO>}},
    {"ErrorUnexplained_UprobeSetFault",
     &kErrorUnexplained,
     kPrivate,
     "  uprobe_set p2 .1\n",
     {Call::kUprobeSet, nullptr, nullptr, error<-EFAULT>}},
    {"ErrorUnexplained_UprobeSetNoMemory",
     &kErrorUnexplained,
     kPrivate,
     "  uprobe_set p2 .1\n",
     {Call::kUprobeSet, nullptr, nullptr, error<-ENOMEM>}},
    {"ErrorUnexplained_UprobeRemovePinned",
     &kErrorUnexplained,
     kPrivate,
     "  uprobe_set p0 .1\n  pin p0 r\n  unpin\n  uprobe_remove p0 .1\n",
     {Call::kUprobeRemove, nothing, nullptr, error<-EBUSY>}},
    {"ErrorUnexplained_UprobeSetDone",
     &kErrorUnexplained,
     kPrivate,
     "  uprobe_set p0 .1\n",
     {Call::kUprobeSet, nullptr, nullptr, error<-EBUSY>}},
};

class Uprobe : public testing::TestWithParam<Case> {};
TEST_P(Uprobe, LieIsCaught) { expect_caught(GetParam()); }
TEST_P(Uprobe, HonestWorldIsNotSlandered) { expect_not_slandered(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, Uprobe, testing::ValuesIn(kUprobes),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace mirrorcheck::fuzz
