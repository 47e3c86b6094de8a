#include "fuzz/scheduler/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "impl/sync/check.h"

#ifdef MIRRORCHECK_ASAN_FIBERS
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace mirrorcheck::fuzz {
namespace {

// Sanitizers and unoptimised builds multiply the size of frames. Only what is touched costs memory.
constexpr std::size_t kStackSize = 512 * 1024;

// Stacks at equal offsets from a power of two would meet in the same sets of the first-level cache:
// each begins a few cache lines lower than the one before.
constexpr std::size_t kColour = 7 * 64;

}  // namespace

Fibers::Fibers() {
  const auto guard = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t stride = guard + kStackSize;
  memory_size_ = kMaxTasks * stride;
  void* const memory = mmap(nullptr, memory_size_, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  sync::check(memory != MAP_FAILED, "there is address space for the stacks of the fibers");
  memory_ = static_cast<std::byte*>(memory);
  for (unsigned i = 0; i < kMaxTasks; ++i) {
    std::byte* const lowest = memory_ + i * stride;
    sync::check(mprotect(lowest, guard, PROT_NONE) == 0, "the guard page of a stack can be set");
    Fiber& fiber = fibers_[i];
    fiber.bottom = lowest + guard;
    fiber.size = kStackSize;
    fiber.top = lowest + stride - i * kColour;
#ifdef MIRRORCHECK_TSAN_FIBERS
    fiber.thread_state = __tsan_create_fiber(0);
#endif
  }
}

Fibers::~Fibers() {
#ifdef MIRRORCHECK_ASAN_FIBERS
  // A fiber's fake stack is given back by leaving it for good, which only that fiber can do.
  for (unsigned i = 0; i < kMaxTasks; ++i) {
    if (fibers_[i].fake_stack == nullptr) continue;
    prepare(
        i,
        [](void* fiber) {
          auto& self = *static_cast<Fibers*>(fiber);
          self.from_ = self.to_;
          self.to_ = kCaller;
          __sanitizer_start_switch_fiber(nullptr, self.fibers_[kCaller].bottom,
                                         self.fibers_[kCaller].size);
          boost::context::detail::jump_fcontext(self.fibers_[kCaller].context, &self);
        },
        this, true);
    switch_to(kCaller, i);
  }
#endif
#ifdef MIRRORCHECK_TSAN_FIBERS
  for (unsigned i = 0; i < kMaxTasks; ++i) __tsan_destroy_fiber(fibers_[i].thread_state);
#endif
  munmap(memory_, memory_size_);
}

void Fibers::prepare(unsigned fiber, Main* main, void* argument, bool abandoned) {
  Fiber& next = fibers_[fiber];
#ifdef MIRRORCHECK_ASAN_FIBERS
  // A fiber that ended properly still left the frames of its last switch behind, near the top.
  constexpr std::size_t kLastFrames = 4096;
  if (abandoned) {
    __asan_unpoison_memory_region(next.bottom, next.size);
  } else {
    __asan_unpoison_memory_region(next.top - kLastFrames, kLastFrames);
  }
#endif
#ifdef MIRRORCHECK_TSAN_FIBERS
  // Every use leaves calls on the shadow stack that never return, and a full one ends the program.
  constexpr unsigned kUsesOfState = 256;
  if (++next.uses == kUsesOfState) {
    __tsan_destroy_fiber(next.thread_state);
    next.thread_state = __tsan_create_fiber(0);
    next.uses = 0;
  }
#endif
  next.abandoned = abandoned;
  next.main = main;
  next.argument = argument;
  const auto usable =
      static_cast<std::size_t>(next.top - static_cast<const std::byte*>(next.bottom));
  next.context = boost::context::detail::make_fcontext(next.top, usable, &Fibers::enter);
}

void Fibers::save(unsigned fiber, std::vector<std::byte>& out) const {
  const Fiber& saved = fibers_[fiber];
  const auto* const lowest = static_cast<const std::byte*>(saved.context);
  const auto size = static_cast<std::size_t>(saved.top - lowest);
  const std::size_t at = out.size();
  out.resize(at + sizeof lowest + size);
  std::memcpy(&out[at], &lowest, sizeof lowest);
  std::memcpy(&out[at + sizeof lowest], lowest, size);
}

const std::byte* Fibers::restore(unsigned fiber, const std::byte* from) {
  Fiber& restored = fibers_[fiber];
  std::byte* lowest = nullptr;
  std::memcpy(&lowest, from, sizeof lowest);
  const auto size = static_cast<std::size_t>(restored.top - lowest);
  std::memcpy(lowest, from + sizeof lowest, size);
  restored.context = lowest;
  return from + sizeof lowest + size;
}

void Fibers::enter(boost::context::detail::transfer_t transfer) {
  auto& fibers = *static_cast<Fibers*>(transfer.data);
  const unsigned now = fibers.to_;
  fibers.after_switch(now);
  fibers.fibers_[fibers.from_].context = transfer.fctx;
#ifdef MIRRORCHECK_ASAN_FIBERS
  // Frames of an abandoned run may still sit in the fake stack. They lie deeper than this one,
  // which is how the runtime recognises them as dead once it is told to look.
  if (fibers.fibers_[now].abandoned) __asan_handle_no_return();
#endif
  fibers.fibers_[now].main(fibers.fibers_[now].argument);
  sync::check(false, "a fiber switches away instead of returning");
}

#if defined(MIRRORCHECK_ASAN_FIBERS)
void Fibers::before_switch(unsigned from, unsigned to) {
  // The fake stack is kept over runs, even by a fiber that will start anew: making one costs far
  // more than a run.
  __sanitizer_start_switch_fiber(&fibers_[from].fake_stack, fibers_[to].bottom, fibers_[to].size);
}
void Fibers::after_switch(unsigned now) {
  const void* bottom = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(fibers_[now].fake_stack, &bottom, &size);
  if (from_ == kCaller) {
    fibers_[kCaller].bottom = bottom;
    fibers_[kCaller].size = size;
  }
}
#endif

}  // namespace mirrorcheck::fuzz
