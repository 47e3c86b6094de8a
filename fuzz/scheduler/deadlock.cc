#include "fuzz/scheduler/deadlock.h"

#include <string_view>

namespace mirrorcheck::fuzz {
namespace {

struct ClassName {
  std::string_view lock;
  std::string_view owner;  // what an instance number counts; empty where the implementation decides
};

ClassName name_of(sync::LockClass lock_class) {
  using sync::LockClass;
  switch (lock_class) {
    case LockClass::kDriver:
      return {"driver lock", ""};
    case LockClass::kInodeRwsem:
      return {"i_rwsem", "inode "};
    case LockClass::kMmapLock:
      return {"mmap_lock", "mm "};
    case LockClass::kInvalidateLock:
      return {"invalidate_lock", "inode "};
    case LockClass::kEntryLock:
      return {"entry lock", "file page "};
    case LockClass::kAnonVma:
      return {"anon_vma->rwsem", ""};
    case LockClass::kImmapRwsem:
      return {"i_mmap_rwsem", "inode "};
    case LockClass::kUpdateLock:
      return {"update lock", "mirror "};
    case LockClass::kSubscriptionsLock:
      return {"subscriptions->lock", "mm "};
    case LockClass::kPageTableLock:
      return {"ptl", ""};
    case LockClass::kAllocator:
      return {"allocator lock", ""};
    case LockClass::kWaitQueue:
      return {"subscriptions->wq", "mm "};
    case LockClass::kPageLock:
      return {"folio lock", ""};
    case LockClass::kPinWait:
      return {"pins", ""};
    case LockClass::kSrcu:
      return {"srcu", ""};
  }
  return {"unknown lock", ""};
}

const Deadlock::Blocked* find(const Deadlock& deadlock, unsigned task) {
  for (unsigned i = 0; i < deadlock.count; ++i) {
    if (deadlock.blocked[i].task == task) return &deadlock.blocked[i];
  }
  return nullptr;
}

// Extends `path` (of tasks that wait for the next one) until it comes back to its first task.
bool close_cycle(const Deadlock& deadlock, std::array<unsigned, kMaxTasks>& path, unsigned& length,
                 std::uint64_t& seen) {
  const Deadlock::Blocked* const last = find(deadlock, path[length - 1]);
  if (last == nullptr) return false;  // it ended, and took the lock along
  if (contains(last->holders, path[0])) return true;
  for (std::uint64_t rest = last->holders & ~seen; rest != 0; rest &= rest - 1) {
    const unsigned holder = first_of(rest);
    seen |= bit_of(holder);
    path[length++] = holder;
    if (close_cycle(deadlock, path, length, seen)) return true;
    --length;
  }
  return false;
}

// The tasks of a cycle, each waiting for the next one, from the smallest round; empty: there is
// none.
struct Cycle {
  std::array<unsigned, kMaxTasks> path{};
  unsigned length = 0;
};
Cycle cycle_of(const Deadlock& deadlock) {
  for (unsigned i = 0; i < deadlock.count; ++i) {
    Cycle cycle{.path = {deadlock.blocked[i].task}, .length = 1};
    std::uint64_t seen = bit_of(cycle.path[0]);
    if (close_cycle(deadlock, cycle.path, cycle.length, seen)) return cycle;
  }
  return {};
}

// What a wait queue waits for is no lock that could be held.
std::string_view held_by(sync::LockClass lock_class) {
  using sync::LockClass;
  if (lock_class == LockClass::kWaitQueue || lock_class == LockClass::kSrcu) {
    return ", for a window of ";
  }
  return lock_class == LockClass::kPinWait ? ", those of " : " held by ";
}

void append(std::string& text, const Deadlock& deadlock, const Deadlock::Blocked& blocked) {
  if (!text.empty()) text += "; ";
  text += "t" + std::to_string(blocked.task) + " waits for " + describe(blocked.lock);
  std::string_view separator = held_by(blocked.lock.lock_class);
  for (std::uint64_t rest = blocked.holders; rest != 0; rest &= rest - 1) {
    const unsigned holder = first_of(rest);
    text += separator;
    text += "t" + std::to_string(holder);
    if (find(deadlock, holder) == nullptr) text += " (ended)";
    separator = ", ";
  }
}

// Each task of the cycle holds what its predecessor waits for.
void append_forbidden(std::string& text, const Deadlock& deadlock, const Cycle& cycle) {
  bool one_rank = cycle.length > 1;
  for (unsigned i = 0; i < cycle.length; ++i) {
    const unsigned before = cycle.path[(i + cycle.length - 1) % cycle.length];
    const sync::LockName held = find(deadlock, before)->lock;
    const sync::LockName wanted = find(deadlock, cycle.path[i])->lock;
    const auto held_rank = rank_of(held.lock_class);
    const auto wanted_rank = rank_of(wanted.lock_class);
    one_rank = one_rank && held_rank && held_rank == wanted_rank;
    if (!held_rank || !wanted_rank || *held_rank <= *wanted_rank) continue;
    const bool window = *held_rank == model::LockRank::kWindow;
    text += "; A12 forbids t" + std::to_string(cycle.path[i]) + " to wait for " + describe(wanted) +
            " while it " + (window ? "has a window open" : "holds " + describe(held));
  }
  if (one_rank) text += "; locks of one rank, in two orders";
}

}  // namespace

std::string describe(sync::LockName lock) {
  const ClassName name = name_of(lock.lock_class);
  std::string text(name.lock);
  text += "(";
  text += name.owner;
  return text + std::to_string(lock.instance) + ")";
}

std::optional<model::LockRank> rank_of(sync::LockClass lock_class) {
  using model::LockRank;
  using sync::LockClass;
  switch (lock_class) {
    case LockClass::kInodeRwsem:
      return LockRank::kInode;
    case LockClass::kMmapLock:
      return LockRank::kMmap;
    case LockClass::kInvalidateLock:
      return LockRank::kInvalidate;
    case LockClass::kEntryLock:
    case LockClass::kPageLock:
      return LockRank::kEntry;
    case LockClass::kImmapRwsem:
    case LockClass::kAnonVma:
      return LockRank::kImmap;
    case LockClass::kWaitQueue:
    case LockClass::kSrcu:
      return LockRank::kWindow;
    case LockClass::kUpdateLock:
      return LockRank::kUpdate;
    case LockClass::kSubscriptionsLock:
      return LockRank::kSubscriptions;
    case LockClass::kPageTableLock:
      return LockRank::kPageTable;
    case LockClass::kDriver:
    case LockClass::kAllocator:
    case LockClass::kPinWait:
      return std::nullopt;
  }
  return std::nullopt;
}

bool has_cycle(const Deadlock& deadlock) { return cycle_of(deadlock).length != 0; }

std::string describe(const Deadlock& deadlock) {
  std::string text;
  std::uint64_t told = 0;
  const Cycle cycle = cycle_of(deadlock);
  for (unsigned i = 0; i < cycle.length; ++i) {
    append(text, deadlock, *find(deadlock, cycle.path[i]));
    told |= bit_of(cycle.path[i]);
  }
  for (unsigned i = 0; i < deadlock.count; ++i) {
    if (!contains(told, deadlock.blocked[i].task)) append(text, deadlock, deadlock.blocked[i]);
  }
  if (cycle.length != 0) append_forbidden(text, deadlock, cycle);
  return text;
}

}  // namespace mirrorcheck::fuzz
