// The boundary that every implementation under test stands behind: create a world, let tasks apply
// operations, observe.
//
// Three ways of observing; capabilities() says which an implementation offers:
//   events   it calls an Observer at its linearization points;
//   state    the const accessors below can be read at any scheduling point;
//   results  what apply() returns. Always there.
// An implementation may be C++ linked in, a shared object, or a proxy for another process: nothing
// here hands out a reference into its memory.
//
// Thread safety: apply() may be called by several tasks at once, each with its own `task`; the rest
// belongs to whoever drives the world, while no task is inside apply() or, for the accessors, while
// every task stands at a scheduling point or inside Observer::step().
// Errors: operations answer with errno values in Result; nothing throws.

#ifndef MIRRORCHECK_IMPL_WORLD_H_
#define MIRRORCHECK_IMPL_WORLD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "impl/observer.h"
#include "impl/operation.h"
#include "model/vocabulary.h"

namespace mirrorcheck::impl {

// The things that exist when a world begins. Mappings, mirrors and data come from operations.
struct FileLayout {
  bool dax = false;
  // A DAX filesystem whose blocks count the entries that map them, and are idle at 0 (Linux from
  // 6.15 on), not at 1. Of a file of the page cache it says nothing.
  bool counted = false;
  // A DAX filesystem that gives blocks in aligned runs (an extent size hint), so that a fault can
  // map one by one huge entry. Of a file of the page cache it says nothing.
  bool huge = false;
  bool exists = false;
  std::uint8_t size = 0;  // in cells; its pages are holes
  bool operator==(const FileLayout&) const = default;
};
struct Layout {
  std::uint8_t tasks = 1;                             // [1, kTasks]
  std::array<model::Mm, model::kTasks> mm_of_task{};  // each task is one user (mm_users) of its mm
  std::array<FileLayout, model::kFiles> files{};
  bool operator==(const Layout&) const = default;
};

struct Entry {
  model::Frame frame = model::kNoFrame;
  bool write = false;
  bool read = false;  // of a CPU entry: VM_READ of its area; PROT_NONE takes it (M1.write_protect)
  model::EntryKind kind{};  // of a CPU entry that names a frame
  bool huge = false;        // part of one that maps an aligned run of pages (F13, S16)
  bool operator==(const Entry&) const = default;
};
struct NotifierState {  // struct mmu_notifier_subscriptions
  std::uint64_t invalidate_seq = 2;
  std::uint32_t active_invalidate_ranges = 0;
  bool operator==(const NotifierState&) const = default;
};
struct SubscriptionState {  // struct mmu_interval_notifier
  std::uint64_t invalidate_seq = 0;
  model::Registration registration = model::Registration::kOut;
  bool operator==(const SubscriptionState&) const = default;
};

// The memory that is all of a world besides its tasks' stacks. Whoever copies it and puts it back
// has put the world back. Empty: there is no such thing.
using WorldMemory = std::array<std::span<std::byte>, 2>;

struct Capabilities {
  bool events = false;
  bool state = false;
  // It has device memory and exclusive access. One that has not answers -EOPNOTSUPP to all that
  // is asked of them.
  bool device_memory = false;
};

// What the accessors of World answer for every page and frame at one moment, in the order of ids;
// those of a device's pages follow those of the device before it.
struct Tables {
  std::array<model::Frame, model::kPages> cpu_frame;
  std::array<model::EntryKind, model::kPages> cpu_kind;
  std::array<bool, model::kPages> cpu_read;
  std::array<bool, model::kPages> cpu_write;
  std::array<bool, model::kPages> cpu_huge;
  std::array<model::Frame, model::kMirrors * model::kPages> device_frame;
  std::array<bool, model::kMirrors * model::kPages> device_write;
  std::array<bool, model::kMirrors * model::kPages> device_huge;
  std::array<model::Frame, model::kFilePages> backing;
  std::array<bool, model::kFrames> used;
  std::array<std::uint64_t, model::kFrames> pins;
};

// What an implementation is known to break the contract with: an operation of one kind and one of
// another, of `here` and `there`, in one scenario. A run ends where the contract is broken, and
// what follows is not seen; so most inputs of a campaign do without one of the two (fuzz/campaign).
// None is forgiven by this.
using CallMask = std::uint64_t;
static_assert(kCalls <= 64, "a CallMask has a bit for each");
constexpr CallMask mask_of(Call call) { return CallMask{1} << static_cast<unsigned>(call); }
struct KnownTrigger {
  CallMask here = 0;
  CallMask there = 0;
};

class World {
 public:
  virtual ~World() = default;

  virtual Capabilities capabilities() const = 0;

  // The initial state for `layout`, whatever was before, also after a run that was cut off in the
  // middle. Allocates nothing after the first call. `observer` outlives the world's use of it.
  virtual void reset(const Layout& layout, Observer& observer) = 0;

  // Applies `operation` for `task` on the calling thread or fiber.
  virtual void apply(model::Task task, const Operation& operation, Result& result) = 0;

  // Ends a run: every task leaves its mm, every pin, mirror, notifier and file goes, through the
  // same code as the operations for it. Afterwards every frame and block is free that has not
  // failed. The calling thread acts for each task in turn.
  virtual void shut_down() = 0;

  // State. REQUIRES: capabilities().state.
  virtual Entry cpu_entry(model::Page page) const = 0;
  virtual Entry device_entry(model::Mirror mirror, model::Page page) const = 0;
  virtual model::Frame backing(model::FilePage page) const = 0;
  virtual bool is_free(model::Frame frame) const = 0;
  virtual std::uint32_t pins(model::Frame frame) const = 0;
  virtual std::uint8_t file_size(model::File file) const = 0;  // in cells
  virtual NotifierState notifiers(model::Mm mm) const = 0;
  virtual SubscriptionState subscription(model::Mirror mirror) const = 0;
  virtual std::uint32_t users(model::Mm mm) const = 0;
  virtual std::uint32_t cell(model::Frame frame, unsigned cell) const = 0;
  // Many at once. Overridden, if at all, for speed.
  virtual void read(Tables& out) const;
  // Those of `pages`, in their order. REQUIRES: pages is not empty.
  virtual void device_entries(model::Mirror mirror, model::PageRange pages, Entry* out) const;
  virtual void subscriptions(std::array<SubscriptionState, model::kMirrors>& out) const;

  // The first thing since reset() that the implementation itself found wrong with its use or its
  // state (a WARN_ON that fired), as one line; null: nothing. Asked between operations.
  virtual const char* complaint() const { return nullptr; }

  virtual std::span<const KnownTrigger> known_triggers() const { return {}; }

  // All that what follows depends on, besides the tasks' stacks. Where this is there, the runs of
  // one input share what they have in common (fuzz/harness/branches.h): it is put back while every
  // task stands at a scheduling point, on the thread and at the addresses that it was copied from,
  // and two runs that have the same in it go on alike.
  virtual WorldMemory memory() { return {}; }
};

inline void World::device_entries(model::Mirror mirror, model::PageRange pages, Entry* out) const {
  for (auto p = static_cast<unsigned>(pages.first); p <= static_cast<unsigned>(pages.last); ++p) {
    *out++ = device_entry(mirror, model::Page(p));
  }
}

inline void World::subscriptions(std::array<SubscriptionState, model::kMirrors>& out) const {
  for (std::size_t m = 0; m < model::kMirrors; ++m) out[m] = subscription(model::Mirror(m));
}

inline void World::read(Tables& out) const {
  for (std::size_t p = 0; p < model::kPages; ++p) {
    const Entry entry = cpu_entry(model::Page(p));
    out.cpu_frame[p] = entry.frame;
    out.cpu_kind[p] = entry.kind;
    out.cpu_read[p] = entry.read;
    out.cpu_write[p] = entry.write;
    out.cpu_huge[p] = entry.huge;
  }
  for (std::size_t i = 0; i < model::kMirrors * model::kPages; ++i) {
    const Entry entry =
        device_entry(model::Mirror(i / model::kPages), model::Page(i % model::kPages));
    out.device_frame[i] = entry.frame;
    out.device_write[i] = entry.write;
    out.device_huge[i] = entry.huge;
  }
  for (std::size_t f = 0; f < model::kFilePages; ++f) out.backing[f] = backing(model::FilePage(f));
  for (std::size_t f = 0; f < model::kFrames; ++f) {
    out.used[f] = !is_free(model::Frame(f));
    out.pins[f] = pins(model::Frame(f));
  }
}

// What a shared object exports, with C linkage, under the name kEntryPoint: a new world, owned by
// the caller. `boundary` is kBoundaryVersion of the caller; a null answer means "another version".
using CreateWorld = World*(std::uint32_t boundary);
// Made of a number that is counted up when the functions of World change, and of the vocabulary:
// what is added to that, or changes its size, makes another version by itself.
template <class... Numbers>
constexpr std::uint32_t version_of(Numbers... numbers) {
  std::uint32_t hash = 0x811c9dc5;
  ((hash = (hash ^ static_cast<std::uint32_t>(numbers)) * 0x01000193), ...);
  return hash;
}
inline constexpr std::uint32_t kBoundaryVersion = version_of(
    9, model::kMms, model::kPagesPerMm, model::kFiles, model::kPagesPerFile, model::kRamFrames,
    model::kBlocks, model::kTasks, model::kMirrors, model::kFramesPerDevice, model::kSwapSlots,
    model::kClassicNotifiers, model::kNesting, model::kCellsPerPage, model::kRules, kCalls,
    model::Area::kSpecial, model::EntryKind::kPoisoned, model::WindowEvent::kExclusive,
    model::Outcome::kBusy, sizeof(model::Arguments), sizeof(Operation), sizeof(Result),
    sizeof(Layout), sizeof(Entry), sizeof(NotifierState), sizeof(SubscriptionState),
    sizeof(Capabilities), sizeof(Tables));
inline constexpr const char* kEntryPoint = "mirrorcheck_create_world";

}  // namespace mirrorcheck::impl

#endif  // MIRRORCHECK_IMPL_WORLD_H_
