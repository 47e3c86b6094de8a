// What the kernel's code finds of an address space, and what its primitives need.
//
// Thread safety: as noted at each field.

#ifndef MIRRORCHECK_IMPL_LINUX_KERNEL_MM_H_
#define MIRRORCHECK_IMPL_LINUX_KERNEL_MM_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "impl/linux/kernel.h"
#include "impl/sync/mutex.h"
#include "impl/sync/section.h"
#include "impl/sync/wait_queue.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::linux_kernel {

constexpr unsigned long kPageSize = 1ul << kMcPageShift;

// A struct of the kernel's that only its own code can look into.
template <class Struct, std::size_t kBytes>
class Opaque {
 public:
  Struct* get() { return reinterpret_cast<Struct*>(bytes_.data()); }
  const Struct* get() const { return reinterpret_cast<const Struct*>(bytes_.data()); }
  void clear() { bytes_.fill(std::byte{0}); }

 private:
  alignas(std::max_align_t) std::array<std::byte, kBytes> bytes_{};
};

struct KernelMm {
  explicit KernelMm(std::uint8_t instance)
      : lock({sync::LockClass::kSubscriptionsLock, instance}),
        queue({sync::LockClass::kWaitQueue, instance}),
        reader_queue({sync::LockClass::kSrcu, instance}) {}

  mm_struct mm{};
  sync::Mutex lock;
  sync::WaitQueue queue;
  // On threads: a change of S or of the list and its report are one; so are a walk of the list and
  // its reports.
  sync::Section section;
  Opaque<mmu_notifier_subscriptions, kMcSubscriptionsBytes> subscriptions;
  bool allocated = false;

  // Windows opened while there were only classic notifiers. The kernel does not count those (it
  // has no interval tree then); the contract does.
  std::uint32_t uncounted = 0;  // under section

  // SRCU under a controller: who is inside a read section, and how many each task has left.
  struct Reader {
    std::uint32_t depth = 0;
    std::uint32_t sections = 0;
  };
  std::array<Reader, model::kTasks> readers{};
  std::uint32_t waiting_for_readers = 0;
  sync::WaitQueue reader_queue;

  struct ClassicSlot {
    Opaque<mmu_notifier, kMcClassicBytes> notifier;
    bool can_fail = false;  // since it was registered
    bool reported = false;  // as listed. Under lock
    // Registrations whose unregistration has returned: callbacks of an earlier one are none (N8).
    std::uint32_t over = 0;
  };
  std::array<ClassicSlot, model::kClassicNotifiers> classics{};
  model::Classic id_of(const mmu_notifier& notifier) const;

  // Keeps the first.
  void complain(const char* text);

  // The first warning of the kernel's own in this run, or empty.
  std::array<char, 200> complaint{};
  sync::Section complaint_section;
};

}  // namespace mirrorcheck::impl::linux_kernel

#endif  // MIRRORCHECK_IMPL_LINUX_KERNEL_MM_H_
