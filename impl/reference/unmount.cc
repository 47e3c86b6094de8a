#include "impl/reference/unmount.h"

#include <array>
#include <cerrno>
#include <cstddef>
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

  // From here on nobody finds any of the files by its name, nor makes one. False: one is in use.
  bool begin_unmount() {
    std::array<std::optional<sync::SectionLock>, model::kFiles> sections;
    bool in_use = false;
    each([&](Inode& inode) {
      sections[index_of(inode)].emplace(inode.section);
      const Inode::State& state = inode.state;
      in_use = in_use || !(state.name == Name::kAbsent ||
                           (state.name == Name::kLinked && state.references == 1));
    });
    if (in_use) return false;
    each([&](Inode& inode) {
      linked_[index_of(inode)] = inode.state.name == Name::kLinked;
      inode.state.name = Name::kUnmounted;
    });
    return true;
  }

  // It stays mounted, with the files that it has left.
  void end_unmount() {
    each([&](Inode& inode) {
      const sync::SectionLock guard(inode.section);
      inode.state.name = linked_[index_of(inode)] ? Name::kLinked : Name::kAbsent;
    });
  }

  // Each of the files that there were, of which others see nothing between the two above.
  template <class F>
  void each_file(F&& f) {
    each([&](Inode& inode) {
      if (linked_[index_of(inode)]) f(inode);
    });
  }
  // It is gone.
  void remove(Current& current, Inode& inode) {
    remove_file(current, inode);
    linked_[index_of(inode)] = false;
  }

 private:
  static std::size_t index_of(const Inode& inode) { return static_cast<std::size_t>(inode.id); }
  template <class F>
  void each(F&& f) {
    for (Inode& inode : machine_.inodes) {
      if (inode.state.dax && inode.state.counted == counted_) f(inode);
    }
  }

  Machine& machine_;
  const bool counted_;
  std::array<bool, model::kFiles> linked_{};
};

}  // namespace

int sys_unmount(Current& current, const Operation& operation) {
  const Inode& named = current.machine.inode(operation.file);
  if (!named.state.dax) return -EINVAL;
  Filesystem filesystem(current.machine, named.state.counted);
  if (!filesystem.begin_unmount()) return -EBUSY;
  // Nothing is mapped, so nothing is pinned any more that is not pinned now.
  bool idle = true;
  filesystem.each_file([&](Inode& inode) { idle = idle && wait_for_pins(current, inode); });
  if (idle) filesystem.each_file([&](Inode& inode) { filesystem.remove(current, inode); });
  filesystem.end_unmount();
  return idle ? 0 : -EBUSY;
}

}  // namespace mirrorcheck::impl::reference
