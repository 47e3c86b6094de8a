// Everything there is: memory, inodes, address spaces, mirrors, tasks.
//
// Thread safety: that of its parts. reset() needs the machine for itself.

#ifndef MIRRORCHECK_IMPL_REFERENCE_MACHINE_H_
#define MIRRORCHECK_IMPL_REFERENCE_MACHINE_H_

#include <array>
#include <cstdint>

#include "impl/reference/address_space.h"
#include "impl/reference/inode.h"
#include "impl/reference/memory.h"
#include "impl/reference/mirror.h"
#include "impl/reference/pins.h"
#include "impl/sync/shared_mutex.h"
#include "impl/sync/wait_queue.h"
#include "impl/world.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

// Which mm a classic notifier is registered on. It stays registered until somebody unregisters it,
// also after the mm's end has unlinked it.
struct ClassicSlot {
  enum class Phase : std::uint8_t { kFree, kChanging, kRegistered };
  Phase phase = Phase::kFree;
  model::Mm mm{};
};

struct Machine {
  // The initial state for `layout`. `after_abandoned_run`: locks may have been left held.
  void reset(const Layout& layout, bool after_abandoned_run);

  AddressSpace& mm(model::Mm id) { return mms[static_cast<std::size_t>(id)]; }
  Inode& inode(model::File id) { return inodes[static_cast<std::size_t>(id)]; }
  DeviceMirror& mirror(model::Mirror id) { return mirrors[static_cast<std::size_t>(id)]; }
  // How many entries name `frame`: those that map it, and special ones. REQUIRES: the page-table
  // locks of all address spaces.
  unsigned entries_of(model::Frame frame) const {
    unsigned entries = 0;
    for (const AddressSpace& space : mms) {
      for (const PageTableEntry& entry : space.state.entries) {
        entries += entry.frame == frame ? 1 : 0;
      }
    }
    return entries;
  }

  Memory memory;
  std::array<AddressSpace, model::kMms> mms{AddressSpace(model::Mm(0)), AddressSpace(model::Mm(1))};
  std::array<Inode, model::kFiles> inodes{Inode(model::File(0)), Inode(model::File(1)),
                                          Inode(model::File(2))};
  std::array<DeviceMirror, model::kMirrors> mirrors{
      DeviceMirror(model::Mirror(0)), DeviceMirror(model::Mirror(1)),
      DeviceMirror(model::Mirror(2)), DeviceMirror(model::Mirror(3))};
  // anon_vma->rwsem of all private memory. Shared: entries of private memory are looked for, and
  // changed, in every address space.
  sync::SharedMutex anon_vma_lock{{sync::LockClass::kAnonVma, 0}};
  // Pages that were on their way to another frame have arrived.
  sync::WaitQueue migrations{{sync::LockClass::kPageLock, 0}};
  // Some block that counts its entries has no other reference any more, or a claim on a shared one
  // has gone.
  sync::WaitQueue blocks_idle{{sync::LockClass::kPinWait, 1}};
  Pins pins;
  sync::Section classic_section;
  std::array<ClassicSlot, model::kClassicNotifiers> classic_slots{};  // under classic_section
  std::array<model::Mm, model::kTasks> mm_of_task{};
  std::array<bool, model::kTasks> exited{};  // each its task's own
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_MACHINE_H_
