// One scenario with one of everything, in both forms. Files that were written once must mean the
// same for ever: when a test against these fails, the change needs a new version of the form beside
// this one. Do not adapt the golden forms.

#ifndef MIRRORCHECK_TESTS_SCENARIO_GOLDEN_H_
#define MIRRORCHECK_TESTS_SCENARIO_GOLDEN_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace mirrorcheck::fuzz {

inline constexpr std::string_view kGoldenText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
file f0 dax 16 cells
file f1 cache 0 cells
file f2 dax absent
setup
  t0 mmap_anon p0+4 rw
  t1 mmap_file p4+4 r f0@0
  t0 mirror_open m1 p0+8
t0
  mmap_anon p1+2 none
  mmap_special p15+1 w
  mprotect p0+8 r
  load p4 .2
  pread f2@7 .1
  ftruncate f0 32 cells
  create f2
  pin p6 w
  oom_reap
  mirror_open m3 p4+8
  notifier_register n0
  device_read m1 p4+1 .3
  device_fault m0 p4+8 requests -,f,w,fw,fw,w,f,- default f mask fw
  device_write m1 p4+3 .1
t1
  mmap_file p4+4 rw f1@5
  munmap p0+8
  madvise_dontneed p3+3
  store p5 .3
  pwrite f1@1 .0
  punch_hole f1@3+2
  unlink f1
  pin p0 r
  unpin
  exit
  mirror_close m2
  notifier_register n1 can_fail
  notifier_unregister n1
  device_fault m0 p0+2 requests fw,- default - mask -
  snapshot m2 p10+2
schedule t0*1 t1*31 t0*32 t1*65535
)";

inline const std::vector<std::uint8_t> kGoldenBytes = {
    0x1b, 0x02, 0x43, 0x02, 0x01, 0x00, 0x30, 0x03, 0x00, 0x00, 0x21, 0x34, 0x01, 0x00, 0x00, 0x12,
    0x70, 0x10, 0x00, 0x00, 0x1f, 0x00, 0x11, 0x00, 0x00, 0x00, 0x02, 0x0f, 0x02, 0x00, 0x00, 0x04,
    0x70, 0x01, 0x00, 0x00, 0x06, 0x04, 0x08, 0x00, 0x00, 0x08, 0x00, 0x84, 0x07, 0x00, 0x0a, 0x00,
    0x00, 0x20, 0x00, 0x0c, 0x00, 0x80, 0x00, 0x00, 0x0e, 0x06, 0x02, 0x00, 0x00, 0x10, 0x00, 0x00,
    0x00, 0x00, 0x12, 0x74, 0x30, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x00, 0x16, 0x04, 0x1c, 0x00,
    0x00, 0x18, 0x74, 0x0d, 0xe4, 0x1b, 0x17, 0x24, 0x14, 0x00, 0x00, 0x21, 0x34, 0x43, 0x05, 0x00,
    0x23, 0x70, 0x00, 0x00, 0x00, 0x25, 0x23, 0x00, 0x00, 0x00, 0x27, 0x05, 0x0c, 0x00, 0x00, 0x29,
    0x00, 0x40, 0x01, 0x00, 0x2b, 0x10, 0x40, 0x03, 0x00, 0x2d, 0x00, 0x40, 0x00, 0x00, 0x2e, 0x00,
    0x00, 0x00, 0x00, 0x2f, 0x00, 0x00, 0x00, 0x00, 0x31, 0x00, 0x00, 0x00, 0x00, 0x33, 0x00, 0x20,
    0x00, 0x00, 0x34, 0x00, 0x13, 0x00, 0x00, 0x35, 0x00, 0x10, 0x00, 0x00, 0x38, 0x10, 0x00, 0x03,
    0x00, 0x39, 0x1a, 0x20, 0x00, 0x00, 0x1f, 0x00, 0xf1, 0xf8, 0x20, 0x00, 0xf9, 0xff, 0xff};

// Of the container around them.
inline const std::vector<std::uint8_t> kGoldenChecksum = {0x78, 0x85, 0x16, 0x58};

// What version 2 added: further calls.
inline constexpr std::string_view kGoldenText2 = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
setup
  t0 fork
t1
  fsync f2
  fork
  move_pages p3+4
  mremap p2+3 to p9+5
  uffd_move p1+2 to p4
)";

inline const std::vector<std::uint8_t> kGoldenBytes2 = {
    0x1b, 0x02, 0x00, 0x00, 0x00, 0x1a, 0x00, 0x00, 0x00, 0x00, 0x1f, 0x3a,
    0x00, 0x80, 0x00, 0x01, 0x3a, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x33, 0x00,
    0x00, 0x02, 0x3a, 0x22, 0x00, 0x49, 0x03, 0x3a, 0x11, 0x00, 0x04, 0x04};

// Mappings of files that are not shared, or not with everybody.
inline constexpr std::string_view kGoldenMappingsText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  mmap_private p4+2 r f1@3
)";

inline const std::vector<std::uint8_t> kGoldenMappingsBytes = {0x0b, 0x02, 0x00, 0x00, 0x00,
                                                               0x3a, 0x14, 0x41, 0x03, 0x05};

// References that last.
inline constexpr std::string_view kGoldenPinsText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  pin_longterm p4 w
)";

inline const std::vector<std::uint8_t> kGoldenPinsBytes = {0x0b, 0x02, 0x00, 0x00, 0x00,
                                                           0x3a, 0x04, 0x02, 0x00, 0x06};
// Private memory between RAM and a device, and for a device alone.
inline constexpr std::string_view kGoldenDevicesText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  migrate_to_device m1 p2+3 .1
  migrate_to_ram m0 p1+2
  device_release m3
  device_exclusive m2 p5+1 .3
  check_exclusive m1 p0+8
)";

inline const std::vector<std::uint8_t> kGoldenDevicesBytes = {
    0x0b, 0x02, 0x00, 0x00, 0x00, 0x3a, 0x22, 0x14, 0x00, 0x07, 0x3a, 0x11, 0x00, 0x00, 0x08,
    0x3a, 0x00, 0x30, 0x00, 0x09, 0x3a, 0x05, 0x2c, 0x00, 0x0a, 0x3a, 0x70, 0x10, 0x00, 0x0b};

// What reaches into files, or looks at accesses, by way of a mapping.
inline constexpr std::string_view kGoldenTrackingText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  madvise_remove p3+2
  clear_refs
  numa_scan p1+4
  ksm_merge p2+3 to p9
  ksm_unmerge p0+2
  signal f1
  clone p4+2 f1@3
)";

inline const std::vector<std::uint8_t> kGoldenTrackingBytes = {
    0x0b, 0x02, 0x00, 0x00, 0x00, 0x3a, 0x13, 0x00, 0x00, 0x0c, 0x3a, 0x00, 0x00, 0x00,
    0x0d, 0x3a, 0x31, 0x00, 0x00, 0x0e, 0x3a, 0x22, 0x00, 0x09, 0x0f, 0x3a, 0x10, 0x00,
    0x00, 0x10, 0x3a, 0x00, 0x40, 0x00, 0x11, 0x3a, 0x14, 0x40, 0x03, 0x14};

// Out to swap.
inline constexpr std::string_view kGoldenSwapText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  reclaim p2+2
  madvise_free p0+1
)";

inline const std::vector<std::uint8_t> kGoldenSwapBytes = {
    0x0b, 0x02, 0x00, 0x00, 0x00, 0x3a, 0x12, 0x00, 0x00, 0x12, 0x3a, 0x00, 0x00, 0x00, 0x13};

// Mappings whose blocks are the file's after a crash, too.
inline constexpr std::string_view kGoldenSyncText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  mmap_sync p4+2 rw f1@3
)";

inline const std::vector<std::uint8_t> kGoldenSyncBytes = {0x0b, 0x02, 0x00, 0x00, 0x00,
                                                           0x3a, 0x14, 0x43, 0x03, 0x15};

// Huge entries.
inline constexpr std::string_view kGoldenHugeText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  madvise_collapse p2+4
  split_huge p1+1
)";

inline const std::vector<std::uint8_t> kGoldenHugeBytes = {
    0x0b, 0x02, 0x00, 0x00, 0x00, 0x3a, 0x32, 0x00, 0x00, 0x16, 0x3a, 0x01, 0x00, 0x00, 0x17};

// What takes all files of a device away.
inline constexpr std::string_view kGoldenUnmountText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  unmount f1
)";

inline const std::vector<std::uint8_t> kGoldenUnmountBytes = {0x0b, 0x02, 0x00, 0x00, 0x00,
                                                              0x3a, 0x00, 0x40, 0x00, 0x18};

// What two address spaces come to share.
inline constexpr std::string_view kGoldenAcrossText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  ksm_merge_across p2+3 to p9
)";

inline const std::vector<std::uint8_t> kGoldenAcrossBytes = {0x0b, 0x02, 0x00, 0x00, 0x00,
                                                             0x3a, 0x22, 0x00, 0x09, 0x19};

// Memory that fails.
inline constexpr std::string_view kGoldenFailureText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  memory_failure p2
)";

inline const std::vector<std::uint8_t> kGoldenFailureBytes = {0x0b, 0x02, 0x00, 0x00, 0x00,
                                                              0x3a, 0x02, 0x00, 0x00, 0x1a};
// What a userfaultfd does beside UFFDIO_MOVE.
inline constexpr std::string_view kGoldenUserfaultText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  uffd_protect p2+4
  uffd_unprotect p1+1
)";

inline const std::vector<std::uint8_t> kGoldenUserfaultBytes = {
    0x0b, 0x02, 0x00, 0x00, 0x00, 0x3a, 0x32, 0x00, 0x00, 0x1b, 0x3a, 0x01, 0x00, 0x00, 0x1c};

// uprobes.
inline constexpr std::string_view kGoldenUprobesText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  uprobe_set p2 .3
  uprobe_remove p1 .0
)";

inline const std::vector<std::uint8_t> kGoldenUprobesBytes = {
    0x0b, 0x02, 0x00, 0x00, 0x00, 0x3a, 0x02, 0x0c, 0x00, 0x1d, 0x3a, 0x01, 0x00, 0x00, 0x1e};

// Memory in huge pages of its own.
inline constexpr std::string_view kGoldenHugetlbText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  mmap_hugetlb p2+4 rw
)";

inline const std::vector<std::uint8_t> kGoldenHugetlbBytes = {0x0b, 0x02, 0x00, 0x00, 0x00,
                                                              0x3a, 0x32, 0x03, 0x00, 0x1f};

// What a device does with a page that it has for itself.
inline constexpr std::string_view kGoldenAtomicText = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm1
t1
  device_atomic m2 p5 .3
)";

inline const std::vector<std::uint8_t> kGoldenAtomicBytes = {0x0b, 0x02, 0x00, 0x00, 0x00,
                                                             0x3a, 0x05, 0x2c, 0x00, 0x20};

inline const std::vector<std::uint8_t> kGoldenChecksum2 = {0x3c, 0xbb, 0x53, 0x1e};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_TESTS_SCENARIO_GOLDEN_H_
