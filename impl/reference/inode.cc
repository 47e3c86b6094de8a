#include "impl/reference/inode.h"

#include "impl/reference/truncate.h"
#include "impl/sync/check.h"

namespace mirrorcheck::impl::reference {

bool Inode::get_by_name() {
  const sync::SectionLock guard(section);
  if (state.name != Name::kLinked) return false;
  ++state.references;
  return true;
}

void Inode::get(unsigned count) {
  const sync::SectionLock guard(section);
  sync::check(state.references != 0, "a reference is taken by somebody who has one");
  state.references = static_cast<model::Count>(state.references + count);
}

void Inode::put(Current& current, Inode& inode, unsigned count) {
  if (count == 0) return;
  bool last;
  {
    const sync::SectionLock guard(inode.section);
    sync::check(inode.state.references >= count, "no more references are dropped than were taken");
    last = inode.state.references == count;
    inode.state.references =
        last ? model::Count{1} : static_cast<model::Count>(inode.state.references - count);
  }
  if (last) evict(current, inode);
}

}  // namespace mirrorcheck::impl::reference
