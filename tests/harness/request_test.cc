// F3, F4, F6: what a device fault makes of a page, for every combination of default_flags,
// pfn_flags_mask and the request in the array, with every kind of entry that a scenario can have.
//
// What has to come of it is worked out here from mm/hmm.c of 6.12: hmm_pte_need_fault(),
// hmm_vma_handle_pte(), hmm_vma_walk_hole() and hmm_vma_fault(), given what an entry offers, and
// offers after a fault. Neither the reference nor the contract has a part in that. The judge, which
// asks less (it lets a walk fault in a page and not those behind it), has nothing to object either.

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fuzz/harness/execution.h"
#include "impl/reference/reference.h"
#include "tests/harness/scenario_of.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr unsigned kFault = impl::kRequestFault;
constexpr unsigned kWrite = impl::kRequestWrite;
constexpr unsigned kValid = impl::kFaultValid;
constexpr unsigned kReadWrite = impl::kFaultValid | impl::kFaultWrite;
constexpr unsigned kNothing = 0;
constexpr unsigned kFails = 8;  // no flag: a fault does not make it valid

// A page: what its entry offers to a walk, and what it offers when a fault to read or to write has
// been there.
struct WalkedEntry {
  unsigned offers;
  unsigned after_read;
  unsigned after_write;
  bool poisoned = false;
};

struct Vma {
  bool closed = false;    // none, VM_IO, VM_PFNMAP, or not VM_READ
  bool writable = true;   // VM_WRITE
  bool no_table = false;  // below it
};

struct WalkAnswer {
  int error;
  std::vector<unsigned> flags;
};

unsigned needs(unsigned request, unsigned offers) {
  if ((request & kFault) == 0) return 0;
  if ((request & kWrite) != 0 && (offers & kWrite) == 0) return kFault | kWrite;
  return (offers & kValid) == 0 ? kFault : 0;
}

// hmm_vma_fault() of `pages`. 0: the walk is to begin again.
int fault(const Vma& vma, std::span<WalkedEntry> pages, unsigned needed) {
  const bool write = (needed & kWrite) != 0;
  if (write && !vma.writable) return -EPERM;
  for (WalkedEntry& page : pages) {
    const unsigned after = write ? page.after_write : page.after_read;
    if (after == kFails) return -EFAULT;
    page.offers |= after;
  }
  return 0;
}

// hmm_range_fault() of pages that one table of one VMA has.
WalkAnswer walk(const Vma& vma, std::vector<WalkedEntry> pages,
                const std::vector<unsigned>& requests) {
  unsigned any = 0;
  for (const unsigned request : requests) any |= needs(request, kNothing);
  if (vma.closed) {
    if (any != 0) return {-EFAULT, {}};
    return {0, std::vector<unsigned>(pages.size(), impl::kFaultError)};
  }
  if (vma.no_table && any != 0) {
    if (const int error = fault(vma, pages, any)) return {error, {}};
  }
  for (std::size_t i = 0; i < pages.size();) {
    const unsigned needed = needs(requests[i], pages[i].offers);
    if (needed == 0) {
      ++i;
      continue;
    }
    if (pages[i].poisoned) return {-EFAULT, {}};
    if (const int error = fault(vma, std::span(pages).subspan(i), needed)) return {error, {}};
  }
  WalkAnswer answer{0, {}};
  for (const WalkedEntry& page : pages) answer.flags.push_back(page.offers);
  return answer;
}

// default_flags, pfn_flags_mask, and the array with two bits for each page.
struct Asked {
  unsigned defaults;
  unsigned mask;
  unsigned array;
};

// Each array with this mask and these flags.
void add_arrays(std::vector<Asked>& all, unsigned defaults, unsigned mask, std::size_t pages) {
  const unsigned arrays = 1u << 2 * pages;
  all.reserve(all.size() + arrays);
  for (unsigned array = 0; array < arrays; ++array) all.push_back({defaults, mask, array});
}

std::vector<Asked> every_combination(std::size_t pages) {
  std::vector<Asked> all;
  for (unsigned flags = 0; flags < 16; ++flags) add_arrays(all, flags & 3, flags >> 2, pages);
  return all;
}

// The array counts, and nothing else.
std::vector<Asked> every_array(std::size_t pages) {
  std::vector<Asked> all;
  add_arrays(all, 0, 3, pages);
  return all;
}

class Requests : public testing::Test {
 protected:
  // Runs the scenario, whose t0 ends with a device_fault of these pages, for each of `all`.
  void expect(const std::string& name, const std::string& text, const Vma& vma,
              const std::vector<WalkedEntry>& pages, const std::vector<Asked>& all) {
    Scenario scenario = scenario_of(text);
    ASSERT_FALSE(scenario.tasks[0].empty()) << name;
    const std::size_t last = scenario.tasks[0].size() - 1;
    scenario.expectations.results.push_back({.place = place_in_task(0, last)});
    for (const Asked& asked : all) {
      impl::Operation& operation = scenario.tasks[0][last];
      operation.flags = static_cast<std::uint8_t>(asked.defaults | asked.mask << 2);
      operation.requests = static_cast<std::uint16_t>(asked.array);
      std::vector<unsigned> requests(pages.size(), asked.defaults);
      for (std::size_t i = 0; i < pages.size(); ++i) {
        requests[i] |= asked.array >> 2 * i & asked.mask;
      }
      const WalkAnswer answer = walk(vma, pages, requests);
      ExpectedResult& expected = scenario.expectations.results.back();
      expected.error = answer.error;
      expected.data.assign(answer.flags.begin(), answer.flags.end());
      const Verdict verdict = execution_.replay(scenario);
      ++runs_;
      ASSERT_EQ(verdict.kind, VerdictKind::kHolds)
          << name << ": default " << asked.defaults << ", mask " << asked.mask << ", array "
          << asked.array << ", to be " << answer.error << ": " << sentence_of(verdict);
    }
  }
  std::size_t runs() const { return runs_; }

 private:
  std::unique_ptr<impl::World> world_ = impl::create_reference();
  Execution execution_{*world_, {}};
  std::size_t runs_ = 0;
};

// Anonymous memory that may be read and written. P stands for the page.
struct AnonymousPage {
  const char* name;
  const char* setup;
  WalkedEntry entry;
  bool hint = false;
};
const AnonymousPage kAnonymous[] = {
    {"none", "", {kNothing, kValid, kReadWrite}},
    {"zero page", "  t0 load P .0\n", {kValid, kValid, kReadWrite}},
    {"writable", "  t0 store P .0\n", {kReadWrite, kReadWrite, kReadWrite}},
    {"read-only",
     "  t0 store P .0\n  t0 mprotect P+1 r\n  t0 mprotect P+1 rw\n",
     {kValid, kValid, kReadWrite}},
    {"of the device",
     "  t0 store P .0\n  t0 migrate_to_device m0 P+1 .0\n",
     {kReadWrite, kReadWrite, kReadWrite}},
    {"of another device",
     "  t0 store P .0\n  t0 migrate_to_device m1 P+1 .0\n",
     {kNothing, kReadWrite, kReadWrite}},
    {"exclusive", "  t0 device_exclusive m1 P+1 .0\n", {kNothing, kReadWrite, kReadWrite}},
    {"in swap", "  t0 store P .0\n  t0 reclaim P+1\n", {kNothing, kReadWrite, kReadWrite}},
    {"NUMA hint",
     "  t0 store P .0\n  t0 numa_scan P+1\n",
     {kNothing, kReadWrite, kReadWrite},
     true},
    {"write-protected", "  t0 store P .0\n  t0 uffd_protect P+1\n", {kValid, kValid, kFails}},
    {"failed", "  t0 store P .0\n  t0 memory_failure P\n", {kNothing, kFails, kFails, true}},
};

std::string on_page(const char* setup, const std::string& page) {
  std::string text = setup;
  for (std::size_t at = text.find('P'); at != std::string::npos; at = text.find('P', at + 1)) {
    text.replace(at, 1, page);
  }
  return text;
}

// Two pages of one area, and a third that has seen to it that there is a table.
std::string pair_of(const AnonymousPage& first, const AnonymousPage& second) {
  return "tasks t0:mm0\nsetup\n  t0 mmap_anon p4+3 rw\n  t0 mirror_open m0 p0+8\n"
         "  t0 mirror_open m1 p0+8\n  t0 store p6 .0\n" +
         on_page(first.setup, "p4") + on_page(second.setup, "p5");
}

constexpr const char* kDeviceFault = "t0\n  device_fault m0 p4+2 requests -,- default - mask -\n";

// What the area forbids no entry offers.
WalkedEntry read_only(WalkedEntry entry) {
  entry.offers &= kValid;
  entry.after_read &= kValid | kFails;
  return entry;
}

TEST_F(Requests, OfPairsOfAnonymousPages) {
  for (const AnonymousPage& first : kAnonymous) {
    for (const AnonymousPage& second : kAnonymous) {
      expect(std::string(first.name) + ", " + second.name, pair_of(first, second) + kDeviceFault,
             {}, {first.entry, second.entry}, every_array(2));
    }
  }
  EXPECT_EQ(runs(), std::size(kAnonymous) * std::size(kAnonymous) * 16);
}

// mprotect opens hints.
TEST_F(Requests, OfPairsOfAnonymousPagesThatMayNotBeWritten) {
  const auto closed = [](const AnonymousPage& page) {
    WalkedEntry entry = read_only(page.entry);
    if (page.hint) entry.offers = kValid;
    return entry;
  };
  for (const AnonymousPage& first : kAnonymous) {
    for (const AnonymousPage& second : kAnonymous) {
      expect(std::string("read-only area: ") + first.name + ", " + second.name,
             pair_of(first, second) + "  t0 mprotect p4+3 r\n" + kDeviceFault, {.writable = false},
             {closed(first), closed(second)}, every_array(2));
    }
  }
}

// One page of its own area.
struct SinglePage {
  const char* name;
  const char* setup;  // files, and what becomes of p4
  Vma vma;
  WalkedEntry entry;
};
const WalkedEntry kNone{kNothing, kNothing, kNothing};
const SinglePage kSingles[] = {
    {"gap", "setup\n", {.closed = true}, kNone},
    {"special area", "setup\n  t0 mmap_special p4+1 rw\n", {.closed = true}, kNone},
    {"no access",
     "setup\n  t0 mmap_anon p4+1 rw\n  t0 store p4 .0\n  t0 mprotect p4+1 none\n",
     {.closed = true},
     kNone},
    {"not to be read", "setup\n  t0 mmap_anon p4+1 w\n  t0 store p4 .0\n", {.closed = true}, kNone},
    {"no table", "setup\n  t0 mmap_anon p4+1 rw\n", {.no_table = true}, {0, kValid, kReadWrite}},
    {"no table, read-only",
     "setup\n  t0 mmap_anon p4+1 r\n",
     {.writable = false, .no_table = true},
     {0, kValid, kFails}},
    {"shared with a child",
     "setup\n  t0 mmap_anon p4+1 rw\n  t0 store p4 .0\n  t0 fork\n",
     {},
     {kValid, kValid, kReadWrite}},
    {"exclusive to the device",
     "setup\n  t0 mmap_anon p4+1 rw\n  t0 mirror_open m0 p4+1\n  t0 device_exclusive m0 p4+1 .0\n",
     {},
     {kNothing, kReadWrite, kReadWrite}},
    {"merged",
     "setup\n  t0 mmap_anon p4+2 rw\n  t0 store p4 .0\n  t0 store p5 .0\n"
     "  t0 device_write m0 p4+2 .0\n  t0 ksm_merge p4+1 to p5\n",
     {},
     {kValid, kValid, kReadWrite}},
    {"soft-dirty tracked",
     "setup\n  t0 mmap_anon p4+1 rw\n  t0 store p4 .0\n  t0 clear_refs\n",
     {},
     {kValid, kValid, kReadWrite}},
    {"page cache, untouched",
     "file f0 cache 16 cells\nsetup\n  t0 mmap_file p4+1 rw f0@0\n",
     {.no_table = true},
     {kNothing, kValid, kReadWrite}},
    {"page cache, read",
     "file f0 cache 16 cells\nsetup\n  t0 mmap_file p4+1 rw f0@0\n  t0 load p4 .0\n",
     {},
     {kValid, kValid, kReadWrite}},
    {"page cache, written",
     "file f0 cache 16 cells\nsetup\n  t0 mmap_file p4+1 rw f0@0\n  t0 store p4 .0\n",
     {},
     {kReadWrite, kReadWrite, kReadWrite}},
    {"page cache, read-only",
     "file f0 cache 16 cells\nsetup\n  t0 mmap_file p4+1 r f0@0\n  t0 load p4 .0\n",
     {.writable = false},
     {kValid, kValid, kFails}},
    {"page cache, beyond the end",
     "file f0 cache 4 cells\nsetup\n  t0 mmap_file p4+1 rw f0@1\n",
     {.no_table = true},
     {kNothing, kFails, kFails}},
    {"private mapping, read",
     "file f0 cache 16 cells\nsetup\n  t0 mmap_private p4+1 rw f0@0\n  t0 load p4 .0\n",
     {},
     {kValid, kValid, kReadWrite}},
    {"private mapping, written",
     "file f0 cache 16 cells\nsetup\n  t0 mmap_private p4+1 rw f0@0\n  t0 store p4 .0\n",
     {},
     {kReadWrite, kReadWrite, kReadWrite}},
    {"DAX, untouched",
     "file f0 dax 16 cells\nsetup\n  t0 mmap_file p4+1 rw f0@0\n",
     {.no_table = true},
     {kNothing, kValid, kReadWrite}},
    {"DAX, hole",
     "file f0 dax 16 cells\nsetup\n  t0 mmap_file p4+1 rw f0@0\n  t0 load p4 .0\n",
     {},
     {kValid, kValid, kReadWrite}},
    {"DAX, block",
     "file f0 dax 16 cells\nsetup\n  t0 pwrite f0@0 .0\n  t0 mmap_file p4+1 rw f0@0\n"
     "  t0 load p4 .0\n",
     {},
     {kValid, kValid, kReadWrite}},
    {"DAX, written",
     "file f0 dax 16 cells\nsetup\n  t0 mmap_file p4+1 rw f0@0\n  t0 store p4 .0\n",
     {},
     {kReadWrite, kReadWrite, kReadWrite}},
    {"DAX, read-only",
     "file f0 dax 16 cells\nsetup\n  t0 pwrite f0@0 .0\n  t0 mmap_file p4+1 r f0@0\n",
     {.writable = false, .no_table = true},
     {kNothing, kValid, kFails}},
    {"DAX, beyond the end",
     "file f0 dax 4 cells\nsetup\n  t0 mmap_file p4+1 rw f0@1\n",
     {.no_table = true},
     {kNothing, kFails, kFails}},
    {"DAX, private mapping",
     "file f0 dax 16 cells\nsetup\n  t0 pwrite f0@0 .0\n  t0 mmap_private p4+1 rw f0@0\n"
     "  t0 load p4 .0\n",
     {},
     {kValid, kValid, kReadWrite}},
    {"DAX, huge",
     "file f0 dax huge 16 cells\nsetup\n  t0 mmap_file p4+2 rw f0@0\n  t0 store p4 .0\n"
     "  t0 snapshot m0 p4+2 = 0 data write+huge write+huge\n",
     {},
     {kReadWrite, kReadWrite, kReadWrite}},
    {"DAX, failed",
     "file f0 dax 16 cells\nsetup\n  t0 mmap_file p4+1 rw f0@0\n  t0 store p4 .0\n"
     "  t0 memory_failure p4\n",
     {},
     {kNothing, kFails, kFails}},
    {"huge",
     "setup\n  t0 mmap_anon p4+2 rw\n  t0 store p4 .0\n  t0 madvise_collapse p4+2 = 0 pages 2\n",
     {},
     {kReadWrite, kReadWrite, kReadWrite}},
    {"huge, read-only area",
     "setup\n  t0 mmap_anon p4+2 rw\n  t0 store p4 .0\n  t0 madvise_collapse p4+2 = 0 pages 2\n"
     "  t0 mprotect p4+2 r\n",
     {.writable = false},
     {kValid, kValid, kFails}},
    {"huge, read-only",
     "setup\n  t0 mmap_anon p4+2 rw\n  t0 store p4 .0\n  t0 madvise_collapse p4+2 = 0 pages 2\n"
     "  t0 mprotect p4+2 r\n  t0 mprotect p4+2 rw\n",
     {},
     {kValid, kValid, kReadWrite}},
    {"hugetlb, untouched",
     "setup\n  t0 mmap_hugetlb p4+2 rw\n",
     {.no_table = true},
     {kNothing, kValid, kReadWrite}},
    {"hugetlb, read",
     "setup\n  t0 mmap_hugetlb p4+2 rw\n  t0 load p4 .0\n",
     {},
     {kValid, kValid, kReadWrite}},
    {"hugetlb, read-only",
     "setup\n  t0 mmap_hugetlb p4+2 r\n",
     {.writable = false, .no_table = true},
     {kNothing, kValid, kFails}},
};

TEST_F(Requests, OfOnePage) {
  for (const SinglePage& single : kSingles) {
    std::string text = single.setup;
    if (text.find("mirror_open") == std::string::npos) {
      text.insert(text.find("setup\n") + 6, "  t0 mirror_open m0 p0+8\n");
    }
    expect(
        single.name,
        "tasks t0:mm0 t1:mm1\n" + text + "t0\n  device_fault m0 p4+1 requests - default - mask -\n",
        single.vma, {single.entry}, every_combination(1));
  }
  EXPECT_EQ(runs(), std::size(kSingles) * 64);
}

TEST_F(Requests, OfPagesWithoutTable) {
  const WalkedEntry none{kNothing, kValid, kReadWrite};
  const std::string setup = "tasks t0:mm0\nsetup\n  t0 mirror_open m0 p0+8\n";
  expect("no table", setup + "  t0 mmap_anon p4+2 rw\n" + kDeviceFault, {.no_table = true},
         {none, none}, every_combination(2));
  expect("no table, read-only", setup + "  t0 mmap_anon p4+2 r\n" + kDeviceFault,
         {.writable = false, .no_table = true}, {none, none}, every_combination(2));
}

}  // namespace
}  // namespace mirrorcheck::fuzz
