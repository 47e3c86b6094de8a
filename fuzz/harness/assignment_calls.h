// What calls have in common, and where their pages, cells and files are.
//
// Thread safety: any thread.

#ifndef MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_CALLS_H_
#define MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_CALLS_H_

#include "fuzz/harness/assignment.h"

namespace mirrorcheck::fuzz {

namespace assignment {

// The pages that a file of `cells` has.
inline unsigned pages_of(unsigned cells) {
  return static_cast<unsigned>((cells + model::kCellsPerPage - 1) / model::kCellsPerPage);
}
// The cell of its file that a read or write is about.
inline unsigned cell_of(const impl::Operation& operation) {
  return static_cast<unsigned>(operation.index * model::kCellsPerPage + operation.cell);
}
inline std::size_t file_of(const impl::Operation& operation) {
  return static_cast<std::size_t>(operation.file);
}
inline const Clause* unless(bool explained, const Clause& clause) {
  return explained ? nullptr : &clause;
}
inline bool fits(const impl::Operation& operation) {
  return operation.page + operation.count <= static_cast<int>(model::kPagesPerMm);
}
inline bool is_merge(impl::Call call) {
  return call == impl::Call::kKsmMerge || call == impl::Call::kKsmMergeAcross;
}
// MADV_FREE takes such a special entry away.
inline bool is_given_up(model::EntryKind kind) {
  return kind == model::EntryKind::kSwap || kind == model::EntryKind::kPoisoned;
}
// What maps anything else it refuses.
inline bool only_anonymous(impl::Call call) {
  return call == impl::Call::kMadviseFree || call == impl::Call::kUffdProtect ||
         call == impl::Call::kUffdUnprotect;
}
inline bool is_pin(impl::Call call) {
  return call == impl::Call::kPin || call == impl::Call::kPinLongterm;
}
inline bool is_uprobe(impl::Call call) {
  return call == impl::Call::kUprobeSet || call == impl::Call::kUprobeRemove;
}
// Makes a page a device's alone.
inline bool makes_exclusive(impl::Call call) {
  return call == impl::Call::kDeviceExclusive || call == impl::Call::kDeviceAtomic;
}
// Between RAM and the memory of a device, or for a device alone.
inline bool moves_memory(impl::Call call) {
  return (call >= impl::Call::kMigrateToDevice && call <= impl::Call::kCheckExclusive) ||
         call == impl::Call::kDeviceAtomic;
}
inline bool is_device_call(impl::Call call) {
  return call == impl::Call::kDeviceRead || call == impl::Call::kDeviceWrite ||
         call == impl::Call::kDeviceFault || call == impl::Call::kSnapshot || moves_memory(call);
}
// It goes through entries of the page tables, and writes nothing there.
inline bool only_reads(const impl::Operation& operation) {
  return operation.call == impl::Call::kLoad || operation.call == impl::Call::kDeviceRead ||
         (is_pin(operation.call) && (operation.prot & impl::kProtWrite) == 0);
}
// It goes through entries of the page tables, and may need a page for itself that others have, too.
inline bool may_copy(const impl::Operation& operation) {
  return operation.call == impl::Call::kStore || is_pin(operation.call) ||
         operation.call == impl::Call::kDeviceWrite || operation.call == impl::Call::kDeviceFault;
}
// It may go through entries of the page tables, and faults in what is not present.
inline bool faults_in(impl::Call call) {
  return call == impl::Call::kLoad || call == impl::Call::kStore || is_pin(call) ||
         is_uprobe(call) || is_device_call(call);
}
// Its answer depends on what lies in its pages.
inline bool goes_by_areas(impl::Call call) {
  using impl::Call;
  constexpr auto bit = [](Call c) { return std::uint64_t{1} << static_cast<unsigned>(c); };
  constexpr std::uint64_t kThey =
      bit(Call::kMmapAnon) | bit(Call::kMmapFile) | bit(Call::kMmapSpecial) | bit(Call::kMunmap) |
      bit(Call::kMprotect) | bit(Call::kMadviseDontneed) | bit(Call::kLoad) | bit(Call::kStore) |
      bit(Call::kPin) | bit(Call::kMremap) | bit(Call::kUffdMove) | bit(Call::kMmapPrivate) |
      bit(Call::kPinLongterm) | bit(Call::kMadviseRemove) | bit(Call::kKsmUnmerge) |
      bit(Call::kMadviseFree) | bit(Call::kClone) | bit(Call::kMmapSync) |
      bit(Call::kMadviseCollapse) | bit(Call::kUffdProtect) | bit(Call::kUffdUnprotect) |
      bit(Call::kUprobeSet) | bit(Call::kUprobeRemove) | bit(Call::kMmapHugetlb);
  static_assert(impl::kCalls <= 64);
  return (kThey >> static_cast<unsigned>(call) & 1) != 0;
}
// What fork may make a child of: no areas, no notifiers (M5).
bool is_new(const model::ConcreteState& s, model::Mm mm);

// Of a task, in a table whose 0 is nobody.
inline std::uint8_t mark(model::Task task) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(task) + 1);
}

inline model::Mirror mirror_of(const impl::Operation& operation) {
  return model::Mirror(operation.mirror);
}

}  // namespace assignment

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_ASSIGNMENT_CALLS_H_
