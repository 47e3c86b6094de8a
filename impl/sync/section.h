// A leaf critical section that makes a memory access and the event that reports it one step.
//
// A real machine has no such lock: a CPU store through a page table is an access like any other.
// But an observer must hear of the accesses to one place in the order in which they happened, so on
// threads a spinlock joins the two. It is a leaf: no other lock, wait or scheduling point inside.
// Under a controller nothing else runs in between anyway, so it does nothing and is no scheduling
// point.
//
// Thread safety: any task or thread.

#ifndef MIRRORCHECK_IMPL_SYNC_SECTION_H_
#define MIRRORCHECK_IMPL_SYNC_SECTION_H_

#include <absl/base/thread_annotations.h>

#include <atomic>

#include "impl/sync/controller.h"

namespace mirrorcheck::sync {

class ABSL_LOCKABLE Section {
 public:
  Section() = default;
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (controller == nullptr) lock_on_thread();
  }
  void unlock() ABSL_UNLOCK_FUNCTION() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (controller == nullptr) busy_.clear(std::memory_order_release);
  }

 private:
  void lock_on_thread();

  std::atomic_flag busy_;
};

class ABSL_SCOPED_LOCKABLE SectionLock {
 public:
  explicit SectionLock(Section& section) ABSL_EXCLUSIVE_LOCK_FUNCTION(section) : section_(section) {
    section_.lock();
  }
  ~SectionLock() ABSL_UNLOCK_FUNCTION() { section_.unlock(); }
  SectionLock(const SectionLock&) = delete;
  SectionLock& operator=(const SectionLock&) = delete;

 private:
  Section& section_;
};

}  // namespace mirrorcheck::sync

#endif  // MIRRORCHECK_IMPL_SYNC_SECTION_H_
