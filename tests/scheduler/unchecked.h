// Lock operations that clang's thread-safety analysis is not told about, for tests that misuse
// locks on purpose: a lock left held, taken twice, given back by the wrong task.

#ifndef MIRRORCHECK_TESTS_SCHEDULER_UNCHECKED_H_
#define MIRRORCHECK_TESTS_SCHEDULER_UNCHECKED_H_

#include "impl/sync/mutex.h"
#include "impl/sync/shared_mutex.h"

namespace mirrorcheck::sync {

template <class Lock>
void take(Lock& lock) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  lock.lock();
}
inline void take_shared(SharedMutex& lock) ABSL_NO_THREAD_SAFETY_ANALYSIS { lock.lock_shared(); }
template <class Lock>
void give(Lock& lock) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  lock.unlock();
}
inline void give_shared(SharedMutex& lock) ABSL_NO_THREAD_SAFETY_ANALYSIS { lock.unlock_shared(); }
template <class Lock>
bool try_take(Lock& lock) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  return lock.try_lock();
}
inline bool try_take_shared(SharedMutex& lock) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  return lock.try_lock_shared();
}

}  // namespace mirrorcheck::sync

#endif  // MIRRORCHECK_TESTS_SCHEDULER_UNCHECKED_H_
