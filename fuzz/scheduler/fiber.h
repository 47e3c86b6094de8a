// Fibers on static stacks: Boost.Context's bare switch, and what the sanitizers must be told about
// it.
//
// Boost's fcontext switches in a few nanoseconds and knows nothing of sanitizers. AddressSanitizer
// has to hear which stack runs, keeps a fake stack for each fiber, and leaves poison behind on a
// stack that is abandoned with frames on it; ThreadSanitizer has to hear which fiber runs. Here the
// switch is a happens-before edge for it, so it stays silent on fibers; its work is on threads.
//
// Thread safety: belongs to one thread.

#ifndef MIRRORCHECK_FUZZ_SCHEDULER_FIBER_H_
#define MIRRORCHECK_FUZZ_SCHEDULER_FIBER_H_

#include <array>
#include <boost/context/detail/fcontext.hpp>
#include <cstddef>

#include "fuzz/scheduler/schedule.h"

#if defined(__SANITIZE_ADDRESS__)
#define MIRRORCHECK_ASAN_FIBERS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MIRRORCHECK_ASAN_FIBERS 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define MIRRORCHECK_TSAN_FIBERS 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MIRRORCHECK_TSAN_FIBERS 1
#endif
#endif

#ifdef MIRRORCHECK_TSAN_FIBERS
#include <sanitizer/tsan_interface.h>
#endif

namespace mirrorcheck::fuzz {

// Fibers 0 .. kMaxTasks-1, and the thread that started them as kCaller.
class Fibers {
 public:
  using Main = void(void* argument);
  static constexpr unsigned kCaller = kMaxTasks;

  Fibers();
  ~Fibers();
  Fibers(const Fibers&) = delete;
  Fibers& operator=(const Fibers&) = delete;

  // Fiber `fiber` will run main(argument) from the beginning when it is switched to; `abandoned`
  // says that frames of its last use are still on its stack. main never returns; it switches away
  // for good.
  void prepare(unsigned fiber, Main* main, void* argument, bool abandoned);

  // Goes on in `to`; returns when somebody switches back to `from`, which is the one that runs.
  void switch_to(unsigned from, unsigned to);

  // A fiber that does not run is where it goes on, what is on its stack from there, and what
  // AddressSanitizer has noted about that. False where there is more: ThreadSanitizer's shadow
  // stack, AddressSanitizer's fake stacks (detect_stack_use_after_return).
  static bool can_copy();
  // How many bytes that are. REQUIRES: as for save().
  std::size_t size_of(unsigned fiber) const;
  // Writes what `fiber` is to `to`; returns what follows there. REQUIRES: it was prepared and does
  // not run; can_copy().
  std::byte* save(unsigned fiber, std::byte* to) const;
  // Makes it that again, which begins at `from`; returns what follows there. REQUIRES: can_copy();
  // it does not run; saved by this object.
  const std::byte* restore(unsigned fiber, const std::byte* from);

 private:
  struct Fiber {
    boost::context::detail::fcontext_t context = nullptr;
    bool abandoned = false;  // before it was prepared
    Main* main = nullptr;
    void* argument = nullptr;
    std::byte* top = nullptr;
    const void* bottom = nullptr;
    std::size_t size = 0;
    void* fake_stack = nullptr;    // AddressSanitizer's
    void* thread_state = nullptr;  // ThreadSanitizer's
    unsigned uses = 0;             // of that state
  };

  static void enter(boost::context::detail::transfer_t transfer);
  void before_switch(unsigned from, unsigned to);
  void after_switch(unsigned now);

  std::array<Fiber, kMaxTasks + 1> fibers_;
  unsigned from_ = kCaller;  // of the last switch
  unsigned to_ = kCaller;
  std::byte* memory_ = nullptr;
  std::size_t memory_size_ = 0;
};

#if defined(MIRRORCHECK_TSAN_FIBERS)
// In the very function that jumps: one of its own would be entered on one fiber's shadow stack and
// left on the other's.
[[gnu::always_inline]] inline void Fibers::before_switch(unsigned from, unsigned to) {
  if (from == kCaller) fibers_[kCaller].thread_state = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(fibers_[to].thread_state, 0);
}
#elif !defined(MIRRORCHECK_ASAN_FIBERS)
inline void Fibers::before_switch(unsigned, unsigned) {}
#endif
#if !defined(MIRRORCHECK_ASAN_FIBERS)
inline void Fibers::after_switch(unsigned) {}
#endif

inline void Fibers::switch_to(unsigned from, unsigned to) {
  from_ = from;
  to_ = to;
  before_switch(from, to);
  const auto transfer = boost::context::detail::jump_fcontext(fibers_[to].context, this);
  after_switch(from);
  // Some other fiber jumped here; this is where to find it again.
  fibers_[from_].context = transfer.fctx;
}

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCHEDULER_FIBER_H_
