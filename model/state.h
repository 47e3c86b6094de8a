// The state that the contract talks about, over any Domain (A0).
//
// Fields are total functions. Counters are pairs: invalidate_seq S = 2 * epoch + odd, and a
// subscription's s = 2 * sub_epoch + 1, which makes "s is odd" (Q5) true by construction and leaves
// nothing to overflow; active_invalidate_ranges is not stored, it *is* the number of windows that
// are not closed (S7).
//
// Thread safety: a plain value.

#ifndef MIRRORCHECK_MODEL_STATE_H_
#define MIRRORCHECK_MODEL_STATE_H_

#include "model/vocabulary.h"

namespace mirrorcheck::model {

template <class D>
struct State {
  template <class V, class... Keys>
  using Map = typename D::template Map<V, Keys...>;

  // Address spaces.
  Map<Integer, Mm> users;   // mm_users
  Map<bool, Mm> published;  // notifier_subscriptions is there (N2)
  Map<Integer, Mm> epoch;   // S / 2
  Map<bool, Mm> odd;        // S % 2: the interval tree is frozen (Q1)

  // Virtual pages: what find_vma says, and what rmap says until the entry is zapped.
  Map<Area, Page> area;
  Map<bool, Page> area_read;
  Map<bool, Page> area_write;
  Map<FilePage, Page> slot;
  Map<bool, Page> area_private;  // MAP_PRIVATE, of a file (X10)
  Map<bool, Page> area_sync;     // MAP_SYNC, of a DAX file (X7)
  // CPU page tables. An entry may be read by whoever goes by it (VM_READ of its area when it was
  // made or last changed): PROT_NONE leaves the frame in place and takes that away.
  Map<Frame, Page> cpu_frame;
  Map<EntryKind, Page> cpu_kind;
  Map<Mirror, Page> exclusive_to;  // of a device-exclusive entry: whose it is
  Map<bool, Page> cpu_read;
  Map<bool, Page> cpu_write;
  // X10: the frame is the mm's own copy of the file page. An entry is cleared, its copy comes next.
  Map<bool, Page> copied;
  Map<bool, Page> replacing;
  Map<bool, Page> huge;  // a part of a huge entry, with the other pages of that (F13)
  // F7: a userfaultfd has write-protected it. While the entry is cleared and its copy comes next,
  // of what comes.
  Map<bool, Page> uffd_wp;

  // Frames of RAM and blocks of the DAX device.
  Map<bool, Frame> used;
  Map<Integer, Frame> pins;
  // S15': of private memory: reclaim may throw it away, since nobody is known to have written it
  // after MADV_FREE.
  Map<bool, Frame> discardable;
  // D6: of private memory that came in from swap: its slot goes on holding the same (the swap
  // cache), since nobody is known to have written it.
  Map<bool, Frame> stored;
  // The memory has failed: nobody gets it any more; a block when it has been written anew.
  Map<bool, Frame> broken;

  // Pages of files: which frame or block they have, whether they are inside i_size, and whether a
  // truncate or punch has returned for them since they last had data.
  Map<Frame, FilePage> backing;
  Map<bool, FilePage> within;
  Map<bool, FilePage> cut;
  // S6': something was written, or may be through some entry, that write-back has not seen.
  Map<bool, FilePage> dirty;
  // X7: that the file has this block there is on stable storage.
  Map<bool, FilePage> committed;
  // This task has unmapped the file page everywhere since it took invalidate_lock (X12 step 5).
  Map<bool, Task, FilePage> unmapped;

  // Locks (A12).
  Map<Hold, Task, Mm> mmap_lock;
  Map<bool, Task, File> inode_lock;
  Map<Hold, Task, File> invalidate_lock;
  Map<bool, FilePage, Task> entry_lock;
  Map<bool, Task, Mirror> update_lock;

  // Interval subscriptions and the devices behind them.
  Map<Registration, Mirror> registration;
  Map<Mm, Mirror> mirror_mm;
  Map<PageRange, Mirror> mirror_pages;
  Map<Integer, Mirror> sub_epoch;
  Map<bool, Mirror> engine;  // the device may use its translations
  Map<Frame, Mirror, Page> device_frame;
  Map<bool, Mirror, Page> device_write;
  Map<bool, Mirror, Page> device_huge;  // a part of a huge translation (S16)
  // D6: the device has written what is discardable, or stored, and its driver has not yet marked it
  // dirty.
  Map<bool, Mirror, Page> unmarked;

  // Classic notifiers. One that can fail has no invalidate_range_end (N8).
  Map<bool, Classic> listed;
  Map<Mm, Classic> classic_mm;
  Map<bool, Classic> can_fail;

  // Windows.
  Map<WindowPhase, Window> phase;
  Map<Task, Window> owner;
  Map<Mm, Window> window_mm;
  Map<PageRange, Window> window_pages;
  Map<WindowEvent, Window> window_event;
  Map<bool, Window> owned;  // MIGRATE, EXCLUSIVE on behalf of window_mirror, which may ignore it
  Map<Mirror, Window> window_mirror;
  Map<bool, Window> blockable;
  Map<bool, Window> refused;        // some callback said no
  Map<bool, Window, Mirror> hit;    // the walk of the tree reaches this subscription
  Map<bool, Window, Mirror> acked;  // its callback is done, or N4 excuses it
  Map<bool, Window, Mirror> kept;   // its callback took the write permission only (D3)
  Map<bool, Window, Classic> told;  // invalidate_range_start has returned
  Map<bool, Window, Classic> owed;  // invalidate_range_end is due (S7)

  // The collision-retry section of a task and what hmm_range_fault has found in it.
  Map<Section, Task> section;
  Map<Mirror, Task> section_mirror;
  Map<Integer, Task> saved;  // the epoch of the sequence that read_begin returned
  Map<Outcome, Task> last_outcome;
  Map<bool, Task, Page> asked;
  Map<Outcome, Task, Page> walked;
  Map<Frame, Task, Page> walked_frame;
  Map<bool, Task, Page> walked_write;
  Map<bool, Task, Page> walked_huge;  // F13; of what was walked valid

  // Calls f(name, field) for every field, in a fixed order. `self` may be const.
  // Inlined, so that what f counts from field to field is a constant in each call.
  template <class Self, class F>
  [[gnu::always_inline]] static void each_field(Self& self, F&& f) {
    each_member([&](const char* name, auto member)
                    __attribute__((always_inline)) { f(name, self.*member); });
  }
  // Calls f(name, field of a, the same field of b) for every field. Both may be const.
  template <class A, class B, class F>
  [[gnu::always_inline]] static void each_pair(A& a, B& b, F&& f) {
    each_member([&](const char* name, auto member)
                    __attribute__((always_inline)) { f(name, a.*member, b.*member); });
  }
  // Calls f(name) for every field, in the same order.
  template <class F>
  static constexpr void each_name(F&& f) {
    each_member([&](const char* name, auto) { f(name); });
  }

 private:
  template <class F>
  [[gnu::always_inline]] static constexpr void each_member(F&& f);
};

template <class D>
template <class F>
constexpr void State<D>::each_member(F&& f) {
  f("users", &State::users);
  f("published", &State::published);
  f("epoch", &State::epoch);
  f("odd", &State::odd);
  f("area", &State::area);
  f("area_read", &State::area_read);
  f("area_write", &State::area_write);
  f("slot", &State::slot);
  f("area_private", &State::area_private);
  f("area_sync", &State::area_sync);
  f("cpu_frame", &State::cpu_frame);
  f("cpu_kind", &State::cpu_kind);
  f("exclusive_to", &State::exclusive_to);
  f("cpu_read", &State::cpu_read);
  f("cpu_write", &State::cpu_write);
  f("copied", &State::copied);
  f("replacing", &State::replacing);
  f("huge", &State::huge);
  f("uffd_wp", &State::uffd_wp);
  f("used", &State::used);
  f("pins", &State::pins);
  f("discardable", &State::discardable);
  f("stored", &State::stored);
  f("broken", &State::broken);
  f("backing", &State::backing);
  f("within", &State::within);
  f("cut", &State::cut);
  f("dirty", &State::dirty);
  f("committed", &State::committed);
  f("unmapped", &State::unmapped);
  f("mmap_lock", &State::mmap_lock);
  f("inode_lock", &State::inode_lock);
  f("invalidate_lock", &State::invalidate_lock);
  f("entry_lock", &State::entry_lock);
  f("update_lock", &State::update_lock);
  f("registration", &State::registration);
  f("mirror_mm", &State::mirror_mm);
  f("mirror_pages", &State::mirror_pages);
  f("sub_epoch", &State::sub_epoch);
  f("engine", &State::engine);
  f("device_frame", &State::device_frame);
  f("device_write", &State::device_write);
  f("device_huge", &State::device_huge);
  f("unmarked", &State::unmarked);
  f("listed", &State::listed);
  f("classic_mm", &State::classic_mm);
  f("can_fail", &State::can_fail);
  f("phase", &State::phase);
  f("owner", &State::owner);
  f("window_mm", &State::window_mm);
  f("window_pages", &State::window_pages);
  f("window_event", &State::window_event);
  f("owned", &State::owned);
  f("window_mirror", &State::window_mirror);
  f("blockable", &State::blockable);
  f("refused", &State::refused);
  f("hit", &State::hit);
  f("acked", &State::acked);
  f("kept", &State::kept);
  f("told", &State::told);
  f("owed", &State::owed);
  f("section", &State::section);
  f("section_mirror", &State::section_mirror);
  f("saved", &State::saved);
  f("last_outcome", &State::last_outcome);
  f("asked", &State::asked);
  f("walked", &State::walked);
  f("walked_frame", &State::walked_frame);
  f("walked_write", &State::walked_write);
  f("walked_huge", &State::walked_huge);
}

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_STATE_H_
