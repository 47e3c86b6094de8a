#include "fuzz/scheduler/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

#include "fuzz/scheduler/bulk.h"
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

// AddressSanitizer's notes about a piece of a stack; none without it.
struct StackShadow {
  std::byte* first = nullptr;
  std::size_t size = 0;
};

// What is copied of a stack begins at a multiple of this, so that what AddressSanitizer notes about
// it, a byte for eight, is whole words.
constexpr std::uintptr_t kAlignment = 8 * bulk::kUnit;

constexpr std::size_t kContextSize = sizeof(boost::context::detail::fcontext_t);

// From where a fiber's stack is in use, rounded down.
std::byte* used_from(boost::context::detail::fcontext_t context) {
  auto* const at = static_cast<std::byte*>(context);
  return at - reinterpret_cast<std::uintptr_t>(at) % kAlignment;
}

#ifdef MIRRORCHECK_ASAN_FIBERS
StackShadow shadow_of(const std::byte* lowest, std::size_t size) {
  std::size_t scale = 0;
  std::size_t offset = 0;
  __asan_get_shadow_mapping(&scale, &offset);
  const auto at = reinterpret_cast<std::uintptr_t>(lowest);
  return {reinterpret_cast<std::byte*>((at >> scale) + offset), size >> scale};
}

// Frames of a run that was cut off, or of a fiber's last switch, have left notes. None lie deeper
// than where it switched away: a function that returns takes its own back.
void unpoison(const std::byte* from, const std::byte* to) {
  if (from != nullptr && from < to) {
    __asan_unpoison_memory_region(from, static_cast<std::size_t>(to - from));
  }
}
#else
StackShadow shadow_of(const std::byte*, std::size_t) { return {}; }
#endif

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
  unpoison(used_from(next.context), next.top);
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

bool Fibers::can_copy() {
#if defined(MIRRORCHECK_TSAN_FIBERS)
  return false;
#elif defined(MIRRORCHECK_ASAN_FIBERS)
  return __asan_get_current_fake_stack() == nullptr;
#else
  return true;
#endif
}

std::size_t Fibers::size_of(unsigned fiber) const {
  const std::byte* const lowest = used_from(fibers_[fiber].context);
  const auto size = static_cast<std::size_t>(fibers_[fiber].top - lowest);
  return kContextSize + bulk::room_for(size) + shadow_of(lowest, size).size;
}

std::byte* Fibers::save(unsigned fiber, std::byte* to) const {
  const Fiber& saved = fibers_[fiber];
  const std::byte* const lowest = used_from(saved.context);
  const auto size = static_cast<std::size_t>(saved.top - lowest);
  const StackShadow shadow = shadow_of(lowest, size);
  std::memcpy(to, &saved.context, sizeof saved.context);
  to = bulk::alike(to + kContextSize, lowest);
  bulk::copy(to, lowest, size);
  bulk::copy(to + size, shadow.first, shadow.size);
  return to + size + shadow.size;
}

const std::byte* Fibers::restore(unsigned fiber, const std::byte* from) {
  Fiber& restored = fibers_[fiber];
  boost::context::detail::fcontext_t context = nullptr;
  std::memcpy(&context, from, sizeof context);
  std::byte* const lowest = used_from(context);
  from = bulk::alike(from + kContextSize, lowest);
  const auto size = static_cast<std::size_t>(restored.top - lowest);
  const StackShadow shadow = shadow_of(lowest, size);
#ifdef MIRRORCHECK_ASAN_FIBERS
  unpoison(used_from(restored.context), lowest);
#endif
  bulk::copy(lowest, from, size);
  bulk::copy(shadow.first, from + size, shadow.size);
  restored.context = context;
  return from + size + shadow.size;
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
