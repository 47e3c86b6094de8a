// The list of classic notifiers of an mm (struct mmu_notifier, N8), newest first.
//
// Callbacks run inside a read section, and a notifier leaves the list only when no read section is
// open: when unregister returns, no callback of it runs or will run. (The kernel unlinks first and
// waits for SRCU readers then; a reader may call what is unlinked meanwhile. Here the notifier
// stays callable until the readers are gone, so that "listed" has one meaning at each instant.)
//
// Thread safety: every function may be called by several tasks at once, except reset_*().

#ifndef MIRRORCHECK_IMPL_REFERENCE_CLASSIC_NOTIFIER_H_
#define MIRRORCHECK_IMPL_REFERENCE_CLASSIC_NOTIFIER_H_

#include <array>
#include <cstdint>

#include "impl/sync/section.h"
#include "impl/sync/wait_queue.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl::reference {

class ClassicNotifiers {
 public:
  // One that can fail refuses every non-blockable start and has no invalidate_range_end (N8).
  struct Entry {
    model::Classic id{};
    bool can_fail = false;
  };
  struct List {
    std::array<Entry, model::kClassicNotifiers> entries{};
    std::uint8_t count = 0;
  };

  explicit ClassicNotifiers(std::uint8_t instance) : queue_({sync::LockClass::kSrcu, instance}) {}

  void reset_state() {
    list_.count = 0;
    waiting_ = 0;
    readers_ = 0;
  }
  void reset_locks() { queue_.reset(); }

  // Opens a read section and returns what it may call. An empty list needs no section: none can be
  // registered while a window is open (N2). read_unlock() only after read_lock() gave a non-empty
  // list.
  List read_lock() {
    const sync::SectionLock guard(section_);
    if (list_.count != 0) ++readers_;
    return list_;
  }
  void read_unlock() {
    {
      const sync::SectionLock guard(section_);
      --readers_;
      if (readers_ != 0 || waiting_ == 0) return;
    }
    queue_.wake_all();
  }

  // report() when it is in.
  template <class Report>
  void add(Entry entry, Report&& report) {
    const sync::SectionLock guard(section_);
    for (unsigned i = list_.count; i != 0; --i) list_.entries[i] = list_.entries[i - 1];
    list_.entries[0] = entry;
    ++list_.count;
    report();
  }

  // False if it is not in the list. report() when it is out and nobody calls it.
  template <class Report>
  bool remove(model::Classic id, Report&& report) {
    {
      const sync::SectionLock guard(section_);
      ++waiting_;
    }
    bool removed = false;
    queue_.wait([&] {
      const sync::SectionLock guard(section_);
      if (readers_ != 0) return false;
      removed = unlink(id);
      if (removed) report();
      --waiting_;
      return true;
    });
    return removed;
  }

 private:
  bool unlink(model::Classic id) {
    for (unsigned i = 0; i < list_.count; ++i) {
      if (list_.entries[i].id != id) continue;
      for (unsigned j = i + 1; j < list_.count; ++j) list_.entries[j - 1] = list_.entries[j];
      --list_.count;
      return true;
    }
    return false;
  }

  sync::Section section_;  // everything below
  List list_;
  std::uint8_t readers_ = 0;
  std::uint8_t waiting_ = 0;
  sync::WaitQueue queue_;
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_CLASSIC_NOTIFIER_H_
