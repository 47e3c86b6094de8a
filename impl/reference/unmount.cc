#include "impl/reference/unmount.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/truncate.h"

namespace mirrorcheck::impl::reference {

namespace {

using Name = Inode::Name;

// The files of one filesystem. That none of them is in use is looked at for all at once.
class Filesystem {
 public:
  Filesystem(Machine& machine, bool counted) : machine_(machine), counted_(counted) {}

  // From here on nobody finds any of the files by its name. False: one is in use.
  bool begin_unmount() {
    std::array<std::optional<sync::SectionLock>, model::kFiles> sections;
    bool in_use = false;
    each([&](Inode& inode) {
      sections[static_cast<std::size_t>(inode.id)].emplace(inode.section);
      const Inode::State& state = inode.state;
      in_use = in_use || !(state.name == Name::kAbsent ||
                           (state.name == Name::kLinked && state.references == 1));
    });
    if (in_use) return false;
    each([&](Inode& inode) {
      if (inode.state.name == Name::kLinked) inode.state.name = Name::kUnmounted;
    });
    return true;
  }

  // It stays mounted.
  void cancel_unmount() {
    each_unmounted([](Inode& inode) {
      const sync::SectionLock guard(inode.section);
      inode.state.name = Name::kLinked;
    });
  }

  // REQUIRES: nobody else looks at the files, as between the two above.
  template <class F>
  void each_unmounted(F&& f) {
    each([&](Inode& inode) {
      if (inode.state.name == Name::kUnmounted) f(inode);
    });
  }

 private:
  template <class F>
  void each(F&& f) {
    for (Inode& inode : machine_.inodes) {
      if (inode.state.dax && inode.state.counted == counted_) f(inode);
    }
  }

  Machine& machine_;
  const bool counted_;
};

}  // namespace

int sys_unmount(Current& current, const Operation& operation) {
  const Inode& named = current.machine.inode(operation.file);
  if (!named.state.dax) return -EINVAL;
  Filesystem filesystem(current.machine, named.state.counted);
  if (!filesystem.begin_unmount()) return -EBUSY;
  // Nothing is mapped, so nothing is pinned any more that is not pinned now.
  bool idle = true;
  filesystem.each_unmounted([&](Inode& inode) { idle = idle && wait_for_pins(current, inode); });
  if (!idle) {
    filesystem.cancel_unmount();
    return -EBUSY;
  }
  filesystem.each_unmounted([&](Inode& inode) { remove_file(current, inode); });
  return 0;
}

}  // namespace mirrorcheck::impl::reference
