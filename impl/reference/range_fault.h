// hmm_range_fault (A4): what the CPU page table has for a range, faulting in what is asked for.
//
// Thread safety: a range is its task's own.

#ifndef MIRRORCHECK_IMPL_REFERENCE_RANGE_FAULT_H_
#define MIRRORCHECK_IMPL_REFERENCE_RANGE_FAULT_H_

#include <array>
#include <cstdint>

#include "impl/operation.h"
#include "impl/reference/current.h"
#include "impl/reference/mirror.h"
#include "impl/reference/page_set.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// One of hmm_pfns[]. Requests and answers share their bits (F4).
struct RangeEntry {
  static constexpr std::uint8_t kValid = kFaultValid;
  static constexpr std::uint8_t kWrite = kFaultWrite;
  static constexpr std::uint8_t kError = kFaultError;

  model::Frame frame = model::kNoFrame;
  std::uint8_t flags = 0;
  bool huge = false;  // hmm_pfn_to_map_order: of a huge entry (F13)
};

// struct hmm_range: pages [first, last] of the mirror's mm.
struct Range {
  DeviceMirror& mirror;
  unsigned first = 0;
  unsigned last = 0;
  std::uint64_t sequence = 0;  // from read_begin
  std::uint8_t default_flags = 0;
  std::uint8_t flags_mask = 0;  // pfn_flags_mask
  std::array<RangeEntry, kRoomForPages> entries{};

  RangeEntry& entry(unsigned page) { return entries[page - first]; }
};

// kValid (0), kBusy, kNotPermitted or kBadAddress (F10).
// REQUIRES: F1: mmap_lock is held, the mm has a user, U is not held, `sequence` is from a
// read_begin of the mirror's subscription, which covers the range.
model::Outcome hmm_range_fault(Current& current, Range& range);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_RANGE_FAULT_H_
