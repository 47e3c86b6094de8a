// Which steps are part of the world that is explored, and which a glance at a task rules out.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_IN_WORLD_H_
#define MIRRORCHECK_PROOFS_EXPLORE_IN_WORLD_H_

#include "proofs/explore/canonical.h"
#include "proofs/explore/choices.h"

namespace mirrorcheck::proofs::explore {

// A12: a task takes a lock only while it holds none that comes after it, nor the same.
template <class D, model::Rule kRule>
bool in_lock_order(const model::State<D>& s, const PackedArguments& a) {
  using enum model::Rule;
  using model::Hold;
  constexpr int kRank = kRule == kInodeLock                                           ? 1
                        : kRule == kMmapRead || kRule == kMmapWrite                   ? 2
                        : kRule == kInvalidateShared || kRule == kInvalidateExclusive ? 3
                        : kRule == kEntryLock                                         ? 4
                        : kRule == kStart                                             ? 5
                        : kRule == kUpdateLock                                        ? 6
                                                                                      : 7;
  if constexpr (kRank == 7) return true;
  bool later = s.update_lock.any_in_row(a.task);
  if constexpr (kRank <= 4) {
    for (unsigned i = 0; i < D::template count<model::Window>(); ++i) {
      later |= s.phase(model::Window(i)) != model::WindowPhase::kClosed &&
               s.owner(model::Window(i)) == a.task;
    }
    later |= s.entry_lock.any_in_column(a.task);
  }
  if constexpr (kRank <= 3) later |= s.invalidate_lock.any_in_row(a.task);
  if constexpr (kRank <= 2) later |= s.mmap_lock.any_in_row(a.task);
  if constexpr (kRank <= 1) later |= s.inode_lock.any_in_row(a.task);
  return !later;
}

// Steps that are part of no world: counters that grow beyond the bound, ranges across mms, private
// mappings of files and synchronous ones but where they are asked for; huge entries but in the
// worlds that are for them.
template <class D, model::Rule kRule>
bool in_world(const World<D>& world, const model::State<D>& s, const PackedArguments& a) {
  using enum model::Rule;
  using model::Area;
  constexpr std::uint32_t kReads = reads(kRule);
  if constexpr (kRule == kJoin && !D::kBounds.huge) return false;
  if (world.options.lock_order && !in_lock_order<D, kRule>(s, a)) return false;
  if constexpr ((kReads & kPages) != 0 && (kReads & kMm) != 0) {
    const std::uint32_t of_mm = ((1U << D::kBounds.pages) - 1)
                                << (static_cast<unsigned>(a.mm) * D::kBounds.pages);
    if ((a.pages.bits & ~of_mm) != 0) return false;
  }
  if constexpr (kRule == kMap || kRule == kZap || kRule == kPopulate || kRule == kUnmapped) {
    if (a.flag && !world.options.private_mappings) return false;
  }
  if constexpr (kRule == kBreak) return world.options.failures;
  // Synchronous mappings, and what is for them alone.
  if constexpr (kRule == kCommit) return world.options.synchronous;
  if constexpr (kRule == kUffdWp) return world.options.userfault;
  if constexpr (kRule == kMap) {
    if (a.required && !(world.options.synchronous && a.area == Area::kDax)) return false;
    const bool shared = a.area == Area::kFile || a.area == Area::kDax;
    if (a.flag && !shared) return false;
    if ((a.pages.bits & (a.pages.bits - 1)) != 0 || a.area == Area::kNone) return false;
    // No entry is ever made there; it makes a difference to what a walk returns and to nothing
    // else.
    if (a.area == Area::kSpecial && !world.returns_matter()) return false;
    if (!shared && a.file_page != model::kNoFilePage) return false;
  }
  if constexpr (kRule == kMap || kRule == kProtect) {
    if (!world.options.protections && !(a.read && a.write)) return false;
  }
  if constexpr (kRule == kShare) {
    if ((a.file_pages.bits & (a.file_pages.bits - 1)) != 0) return false;
  }
  if constexpr (kRule == kPin) return !a.flag && s.pins(a.frame) < world.options.max_pins;
  if constexpr (kRule == kGetMm) return !a.flag || s.users(a.mm) <= world.bounds.tasks;
  return true;
}

// Whether the guard can hold for a step of this task at all: it holds the lock that is asked for,
// and is as far in its section.
template <class D, model::Rule kRule>
bool task_may(const model::State<D>& s, model::Task t) {
  using enum model::Rule;
  using model::Section;
  switch (kRule) {
    case kMmapUnlock:
    case kJoin:
    case kPublish:
    case kUnmap:
    case kProtect:
    case kUpgrade:
    case kUffdWp:
      return s.mmap_lock.any_in_row(t);
    case kInodeUnlock:
    case kResize:
      return s.inode_lock.any_in_row(t);
    case kInvalidateUnlock:
    case kUnmapped:
    case kDisconnect:
    case kTruncated:
      return s.invalidate_lock.any_in_row(t);
    case kFill:
      return s.inode_lock.any_in_row(t) || s.invalidate_lock.any_in_row(t);
    case kEntryUnlock:
    case kEvict:
      return s.entry_lock.any_in_column(t);
    case kUpdateUnlock:
    case kDropHuge:
    case kQuiesce:
      return s.update_lock.any_in_row(t);
    case kReadBegin:
      return s.section(t) == Section::kNone;
    case kReadWake:
      return s.section(t) == Section::kWaiting;
    case kReadRetry:
    case kAbandon:
      return s.section(t) == Section::kBegun;
    case kInstall:
      return s.section(t) == Section::kPassed;
    default:
      return true;
  }
}

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_IN_WORLD_H_
