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

void append(std::string& text, const Deadlock& deadlock, const Deadlock::Blocked& blocked) {
  if (!text.empty()) text += "; ";
  text += "t" + std::to_string(blocked.task) + " waits for " + describe(blocked.lock);
  const char* separator = " held by ";
  for (std::uint64_t rest = blocked.holders; rest != 0; rest &= rest - 1) {
    const unsigned holder = first_of(rest);
    text += separator + ("t" + std::to_string(holder));
    if (find(deadlock, holder) == nullptr) text += " (ended)";
    separator = ", ";
  }
}

}  // namespace

std::string describe(sync::LockName lock) {
  const ClassName name = name_of(lock.lock_class);
  std::string text(name.lock);
  text += "(";
  text += name.owner;
  return text + std::to_string(lock.instance) + ")";
}

std::string describe(const Deadlock& deadlock) {
  std::string text;
  std::uint64_t told = 0;
  for (unsigned i = 0; i < deadlock.count && told == 0; ++i) {
    std::array<unsigned, kMaxTasks> path{};
    unsigned length = 1;
    path[0] = deadlock.blocked[i].task;
    std::uint64_t seen = bit_of(path[0]);
    if (!close_cycle(deadlock, path, length, seen)) continue;
    for (unsigned j = 0; j < length; ++j) {
      append(text, deadlock, *find(deadlock, path[j]));
      told |= bit_of(path[j]);
    }
  }
  for (unsigned i = 0; i < deadlock.count; ++i) {
    if (!contains(told, deadlock.blocked[i].task)) append(text, deadlock, deadlock.blocked[i]);
  }
  return text;
}

}  // namespace mirrorcheck::fuzz
