#include "impl/reference/machine.h"

namespace mirrorcheck::impl::reference {

void Machine::reset(const Layout& layout, bool after_abandoned_run) {
  memory.reset();
  pins.reset_state();
  for (AddressSpace& space : mms) {
    space.state = {};
    space.intervals.reset_state();
    space.classics.reset_state();
  }
  for (std::size_t i = 0; i < inodes.size(); ++i) {
    Inode::State& state = inodes[i].state;
    state = {};
    const FileLayout& file = layout.files[i];
    state.dax = file.dax;
    state.counted = file.dax && file.counted;
    state.huge = file.dax && file.huge;
    if (!file.exists) continue;
    state.name = Inode::Name::kLinked;
    state.references = 1;
    state.size = file.size;
  }
  for (DeviceMirror& device : mirrors) {
    device.state = {};
    device.subscription.reset();
  }
  classic_slots = {};
  mm_of_task = layout.mm_of_task;
  exited.fill(true);
  for (std::size_t task = 0; task < layout.tasks; ++task) {
    exited[task] = false;
    ++mm(mm_of_task[task]).state.users;
  }
  if (!after_abandoned_run) return;

  pins.reset_locks();
  anon_vma_lock.reset();
  migrations.reset();
  blocks_idle.reset();
  for (AddressSpace& space : mms) {
    space.mmap_lock.reset();
    space.page_table_lock.reset();
    space.intervals.reset_locks();
    space.classics.reset_locks();
  }
  for (Inode& file : inodes) {
    file.rwsem.reset();
    file.invalidate_lock.reset();
    file.i_mmap_rwsem.reset();
    for (sync::Mutex& lock : file.entry_locks) lock.reset();
  }
  for (DeviceMirror& device : mirrors) device.update_lock.reset();
}

}  // namespace mirrorcheck::impl::reference
