#include "impl/linux/tables.h"

#include <algorithm>
#include <cstddef>

#include "impl/linux/entry.h"
#include "impl/reference/huge.h"

namespace mirrorcheck::impl::linux_kernel {

using model::Area;
using reference::AddressSpace;
using reference::AreaPage;
using reference::PageTableEntry;

static_assert(sizeof(PageTableEntry) == sizeof(mc_pte) &&
                  offsetof(PageTableEntry, frame) == offsetof(mc_pte, frame) &&
                  offsetof(PageTableEntry, kind) == offsetof(mc_pte, kind) &&
                  offsetof(PageTableEntry, read) == offsetof(mc_pte, read) &&
                  offsetof(PageTableEntry, write) == offsetof(mc_pte, write) &&
                  offsetof(PageTableEntry, accessible) == offsetof(mc_pte, accessible) &&
                  offsetof(PageTableEntry, exclusive) == offsetof(mc_pte, exclusive) &&
                  offsetof(PageTableEntry, copied) == offsetof(mc_pte, copied) &&
                  offsetof(PageTableEntry, merged) == offsetof(mc_pte, merged),
              "the kernel's walk reads the very entries of the world");
static_assert(static_cast<int>(model::EntryKind::kPresent) == kMcPresent &&
                  static_cast<int>(model::EntryKind::kMigration) == kMcMigration &&
                  static_cast<int>(model::EntryKind::kDevicePrivate) == kMcDevicePrivate &&
                  static_cast<int>(model::EntryKind::kDeviceExclusive) == kMcDeviceExclusive &&
                  static_cast<int>(model::EntryKind::kSwap) == kMcSwap &&
                  static_cast<int>(model::EntryKind::kPoisoned) == kMcPoisoned,
              "the kernel's walk knows the kinds of entries as numbers");
static_assert(1u << kMcTableShift == model::kPagesPerHuge &&
                  reference::kPagesPerTable % model::kPagesPerHuge == 0 &&
                  kMcFrames == model::kFrames &&
                  static_cast<unsigned>(model::kNoFrame) == kMcNoFrame &&
                  static_cast<unsigned>(model::kZeroFrame) == kMcZeroFrame &&
                  model::is_block(model::Frame(kMcFirstBlock)) &&
                  !model::is_block(model::Frame(kMcFirstBlock - 1)) &&
                  model::kFirstDeviceFrame == model::Frame(kMcFirstDevicePage) &&
                  model::kFirstSwapSlot == model::Frame(kMcFirstSwapSlot),
              "the kernel's code knows the world's sizes as numbers");

bool PageTables::fill(unsigned long address, vm_area_struct& vma) const {
  unsigned page = page_of(address);
  while (page < model::kPagesPerMm && space_.state.areas[page].area == Area::kNone) ++page;
  if (page >= model::kPagesPerMm) return false;
  const AreaPage& area = space_.state.areas[page];
  vma.vm_mm = &space_.intervals.kernel().mm;
  vma.vm_start = std::max(address, static_cast<unsigned long>(page) << kMcPageShift);
  vma.vm_end = (space_.area_end(page, model::kPagesPerMm - 1) + 1ul) << kMcPageShift;
  const bool shared = (area.area == Area::kFile || area.area == Area::kDax) && !area.is_private;
  vma.vm_flags = (area.read ? kMcVmRead : 0) | (area.write ? kMcVmWrite : 0) |
                 (area.area == Area::kSpecial ? kMcVmSpecial : 0) | (shared ? kMcVmShared : 0);
  vma.anonymous = area.area == Area::kAnon;
  vma.hugetlb = area.area == Area::kHugetlb;
  vma.dax = area.area == Area::kDax;
  return true;
}

unsigned PageTables::read_table(unsigned long address) {
  const unsigned first = reference::huge_first(page_of(address));
  const PageTableEntry& entry = space_.state.entries[first];
  unsigned& pmd = pmds_[first / model::kPagesPerHuge];
  pmd = 0;
  if (entry.huge) {
    pmd = kMcPmdHuge | (entry.write ? kMcPmdWrite : 0u) |
          (entry.accessible ? kMcPmdAccessible : 0u) |
          static_cast<unsigned>(entry.frame) << kMcPmdFrameShift;
  } else if (space_.table_populated(first)) {
    pmd = kMcPmdTable;
  }
  return pmd;
}

unsigned* PageTables::table(unsigned long address) {
  return &pmds_[page_of(address) / model::kPagesPerHuge];
}

mc_pte* PageTables::entries(unsigned long address) {
  return reinterpret_cast<mc_pte*>(&space_.state.entries[page_of(address)]);
}

extern "C" {

vm_area_struct* mc_find_vma(unsigned long address) {
  return Entry::current().tables().find_vma(address);
}
void mc_look_at_table(unsigned long address, unsigned long next) {
  Entry::current().tables().look_at_table(address, next);
}
unsigned* mc_table(unsigned long address) { return Entry::current().tables().table(address); }
mc_pte* mc_entries(unsigned long address) { return Entry::current().tables().entries(address); }
void mc_look_at_entry(const mc_pte*) { Entry::current().tables().look_at_entry(); }
bool mc_mmap_is_held(void) { return Entry::current().tables().mmap_held(); }

}  // extern "C"

}  // namespace mirrorcheck::impl::linux_kernel
