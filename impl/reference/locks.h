// The locks of A12 as the contract sees them: taken, reported, reported, given back.
//
// Each guard reports right after it has the lock and right before it gives it back, so that the
// reports of one lock come in the order of that lock.
//
// Thread safety: a guard is its task's own. Lock order: impl/reference/README.md. The guards are
// outside clang's thread-safety analysis: several of them change how the lock is held in between.

#ifndef MIRRORCHECK_IMPL_REFERENCE_LOCKS_H_
#define MIRRORCHECK_IMPL_REFERENCE_LOCKS_H_

#include <absl/base/thread_annotations.h>

#include <optional>

#include "impl/reference/address_space.h"
#include "impl/reference/current.h"
#include "impl/reference/inode.h"
#include "impl/reference/machine.h"
#include "impl/reference/mirror.h"
#include "impl/sync/mutex.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// The page-table locks of one address space or of both, in their order.
class PageTables {
 public:
  PageTables(AddressSpace& one, AddressSpace& other)
      : first_(one.id < other.id ? one.page_table_lock : other.page_table_lock) {
    if (one.id != other.id) {
      second_.emplace(one.id < other.id ? other.page_table_lock : one.page_table_lock);
    }
  }
  explicit PageTables(Machine& machine) : PageTables(machine.mms[0], machine.mms[1]) {}

 private:
  sync::MutexLock first_;
  std::optional<sync::MutexLock> second_;
};

class MmapRead {
 public:
  MmapRead(Current& current, AddressSpace& mm) ABSL_NO_THREAD_SAFETY_ANALYSIS : current_(current),
                                                                                mm_(mm) {
    mm_.mmap_lock.lock_shared();
    current_.step(model::Rule::kMmapRead, {.mm = mm_.id});
  }
  ~MmapRead() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    current_.step(model::Rule::kMmapUnlock, {.mm = mm_.id});
    mm_.mmap_lock.unlock_shared();
  }
  MmapRead(const MmapRead&) = delete;
  MmapRead& operator=(const MmapRead&) = delete;

 private:
  Current& current_;
  AddressSpace& mm_;
};

class MmapWrite {
 public:
  MmapWrite(Current& current, AddressSpace& mm) ABSL_NO_THREAD_SAFETY_ANALYSIS : current_(current),
                                                                                 mm_(mm) {
    mm_.mmap_lock.lock();
    current_.step(model::Rule::kMmapWrite, {.mm = mm_.id});
  }
  ~MmapWrite() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    current_.step(model::Rule::kMmapUnlock, {.mm = mm_.id});
    if (downgraded_) {
      mm_.mmap_lock.unlock_shared();
    } else {
      mm_.mmap_lock.unlock();
    }
  }
  MmapWrite(const MmapWrite&) = delete;
  MmapWrite& operator=(const MmapWrite&) = delete;

  // Reported first: as soon as it is done, other readers report theirs.
  void downgrade() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    current_.step(model::Rule::kMmapDowngrade, {.mm = mm_.id});
    mm_.mmap_lock.downgrade();
    downgraded_ = true;
  }

 private:
  Current& current_;
  AddressSpace& mm_;
  bool downgraded_ = false;
};

// i_rwsem. Acquiring it is announced to whoever waits for this task's pins.
class InodeExclusive {
 public:
  InodeExclusive(Current& current, Inode& inode) ABSL_NO_THREAD_SAFETY_ANALYSIS : current_(current),
                                                                                  inode_(inode) {
    current_.machine.pins.begin_inode_lock(current_.task, inode_.id);
    inode_.rwsem.lock();
    current_.machine.pins.end_inode_lock(current_.task);
    current_.step(model::Rule::kInodeLock, {.file = inode_.id});
  }
  ~InodeExclusive() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    current_.step(model::Rule::kInodeUnlock, {.file = inode_.id});
    inode_.rwsem.unlock();
  }
  InodeExclusive(const InodeExclusive&) = delete;
  InodeExclusive& operator=(const InodeExclusive&) = delete;

 private:
  Current& current_;
  Inode& inode_;
};

// The shared hold is no step of the contract: no rule asks for it.
class InodeShared {
 public:
  InodeShared(Current& current, Inode& inode) ABSL_NO_THREAD_SAFETY_ANALYSIS : inode_(inode) {
    current.machine.pins.begin_inode_lock(current.task, inode_.id);
    inode_.rwsem.lock_shared();
    current.machine.pins.end_inode_lock(current.task);
  }
  ~InodeShared() ABSL_NO_THREAD_SAFETY_ANALYSIS { inode_.rwsem.unlock_shared(); }
  InodeShared(const InodeShared&) = delete;
  InodeShared& operator=(const InodeShared&) = delete;

 private:
  Inode& inode_;
};

class InvalidateShared {
 public:
  InvalidateShared(Current& current, Inode& inode) ABSL_NO_THREAD_SAFETY_ANALYSIS
      : current_(current),
        inode_(inode) {
    inode_.invalidate_lock.lock_shared();
    current_.step(model::Rule::kInvalidateShared, {.file = inode_.id});
  }
  ~InvalidateShared() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    current_.step(model::Rule::kInvalidateUnlock, {.file = inode_.id});
    inode_.invalidate_lock.unlock_shared();
  }
  InvalidateShared(const InvalidateShared&) = delete;
  InvalidateShared& operator=(const InvalidateShared&) = delete;

 private:
  Current& current_;
  Inode& inode_;
};

class InvalidateExclusive {
 public:
  InvalidateExclusive(Current& current, Inode& inode) : current_(current), inode_(inode) { lock(); }
  ~InvalidateExclusive() { unlock(); }
  InvalidateExclusive(const InvalidateExclusive&) = delete;
  InvalidateExclusive& operator=(const InvalidateExclusive&) = delete;

  // X12.3 drops it while it waits for pins.
  void unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    current_.step(model::Rule::kInvalidateUnlock, {.file = inode_.id});
    inode_.invalidate_lock.unlock();
  }
  void lock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    inode_.invalidate_lock.lock();
    current_.step(model::Rule::kInvalidateExclusive, {.file = inode_.id});
  }

 private:
  Current& current_;
  Inode& inode_;
};

class EntryLock {
 public:
  EntryLock(Current& current, Inode& inode, unsigned index) ABSL_NO_THREAD_SAFETY_ANALYSIS
      : current_(current),
        inode_(inode),
        first_(inode.entry_first(index)),
        last_(inode.entry_last(index)) {
    inode_.entry_locks[first_].lock();
    report(model::Rule::kEntryLock);
  }
  ~EntryLock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    report(model::Rule::kEntryUnlock);
    inode_.entry_locks[first_].unlock();
  }
  EntryLock(const EntryLock&) = delete;
  EntryLock& operator=(const EntryLock&) = delete;

 private:
  // One lock is that of each page of a run.
  void report(model::Rule rule) {
    for (unsigned index = first_; index <= last_; ++index) {
      current_.step(rule, {.file_page = inode_.page(index)});
    }
  }

  Current& current_;
  Inode& inode_;
  unsigned first_;
  unsigned last_;
};

class UpdateLock {
 public:
  UpdateLock(Current& current, DeviceMirror& mirror) ABSL_NO_THREAD_SAFETY_ANALYSIS
      : current_(current),
        mirror_(mirror) {
    mirror_.update_lock.lock();
    current_.step(model::Rule::kUpdateLock, {.mirror = mirror_.id});
  }
  // `may_block` false: a non-blockable callback (D7) must ask taken() before it goes on.
  UpdateLock(Current& current, DeviceMirror& mirror, bool may_block) ABSL_NO_THREAD_SAFETY_ANALYSIS
      : current_(current),
        mirror_(mirror) {
    if (may_block) {
      mirror_.update_lock.lock();
    } else if (!mirror_.update_lock.try_lock()) {
      taken_ = false;
      return;
    }
    current_.step(model::Rule::kUpdateLock, {.mirror = mirror_.id});
  }
  ~UpdateLock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (!taken_) return;
    current_.step(model::Rule::kUpdateUnlock, {.mirror = mirror_.id});
    mirror_.update_lock.unlock();
  }
  UpdateLock(const UpdateLock&) = delete;
  UpdateLock& operator=(const UpdateLock&) = delete;

  bool taken() const { return taken_; }

 private:
  Current& current_;
  DeviceMirror& mirror_;
  bool taken_ = true;
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_LOCKS_H_
