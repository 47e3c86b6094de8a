#include "impl/reference/memory.h"

#include <utility>

#include "impl/reference/machine.h"
#include "impl/sync/check.h"

namespace mirrorcheck::impl::reference {

using model::Frame;
using model::kBlocks;
using model::kNoFrame;
using model::kRamFrames;
using model::kZeroFrame;
using model::Rule;

// Pages and blocks are handed out in ascending order at first.
constexpr Memory::State Memory::initial_state() {
  State state;
  for (unsigned i = 0; i < kRamFrames; ++i) {
    state.pages.frames[i] = Frame(2 + kRamFrames - 1 - i);
  }
  state.pages.count = kRamFrames;
  for (unsigned i = 0; i < kBlocks; ++i) {
    state.blocks.frames[i] = Frame(2 + kRamFrames + kBlocks - 1 - i);
  }
  state.blocks.count = kBlocks;
  for (unsigned m = 0; m < model::kMirrors; ++m) {
    for (unsigned i = 0; i < model::kFramesPerDevice; ++i) {
      state.device_pages[m].frames[i] =
          model::device_frame(model::Mirror(m), model::kFramesPerDevice - 1 - i);
    }
    state.device_pages[m].count = model::kFramesPerDevice;
  }
  for (unsigned i = 0; i < model::kSwapSlots; ++i) {
    state.swap_slots.frames[i] = Frame(model::kFrames - 1 - i);
  }
  state.swap_slots.count = model::kSwapSlots;
  state.used[index(kZeroFrame)] = true;
  return state;
}

void Memory::reset() {
  static constexpr State kInitial = initial_state();
  state_ = kInitial;
  cells_[index(kZeroFrame)] = {};
}

template <class List>
Frame Memory::take(Current& current, List& list, Frame wanted) {
  const sync::SectionLock guard(lists_);
  if (list.count == 0) return kNoFrame;
  if (wanted != kNoFrame) bring_last(list, wanted);
  return take_last(current, list);
}

template <class List>
void Memory::bring_last(List& list, Frame wanted) {
  Frame* const end = list.frames.data() + list.count;
  Frame* const place = std::find(list.frames.data(), end, wanted);
  sync::check(place != end, "a page that is taken by its number is free");
  std::rotate(place, place + 1, end);
}

template <class List>
Frame Memory::take_last(Current& current, List& list) {
  const Frame frame = list.frames[--list.count];
  state_.used[index(frame)] = true;
  {
    const sync::SectionLock content(sections_[index(frame)]);
    cells_[index(frame)] = {};
    state_.references[index(frame)] = 1;
    state_.lazily_free[index(frame)] = false;
    state_.lost_slot[index(frame)] = false;
  }
  current.step(Rule::kAllocate, {.frame = frame});
  return frame;
}

template <class List>
void Memory::give_back(Current& current, List& list, Frame frame) {
  const sync::SectionLock guard(lists_);
  sync::check(state_.used[index(frame)], "a frame is freed once");
  state_.used[index(frame)] = false;
  list.frames[list.count++] = frame;
  current.step(Rule::kFree, {.frame = frame});
}

Frame Memory::allocate_page(Current& current) { return take(current, state_.pages); }

template <class List>
Frame Memory::take_run(Current& current, List& list) {
  using model::kPagesPerHuge;
  const sync::SectionLock guard(lists_);
  // What was freed last comes first here, too.
  for (unsigned i = list.count; i-- > 0;) {
    const unsigned first = static_cast<unsigned>(list.frames[i]) / kPagesPerHuge * kPagesPerHuge;
    bool all_free = true;
    for (unsigned k = 0; k < kPagesPerHuge; ++k) all_free &= !state_.used[first + k];
    if (!all_free) continue;
    for (unsigned k = 0; k < kPagesPerHuge; ++k) {
      bring_last(list, Frame(first + k));
      take_last(current, list);
    }
    return Frame(first);
  }
  return kNoFrame;
}

Frame Memory::allocate_huge(Current& current) { return take_run(current, state_.pages); }

Frame Memory::allocate_block(Current& current, bool counted) {
  const Frame frame = take(current, state_.blocks);
  if (frame != kNoFrame && counted) count_entries(frame);
  return frame;
}

Frame Memory::allocate_huge_block(Current& current, bool counted) {
  const Frame first = take_run(current, state_.blocks);
  for (unsigned i = 0; first != kNoFrame && counted && i < model::kPagesPerHuge; ++i) {
    count_entries(Frame(static_cast<unsigned>(first) + i));
  }
  return first;
}

void Memory::count_entries(Frame block) {
  const sync::SectionLock guard(sections_[index(block)]);
  state_.counted[index(block)] = true;
  state_.references[index(block)] = 0;
}

void Memory::map(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  ++state_.references[index(frame)];
  if (model::is_block(frame)) ++state_.mapped[index(frame)];
}

void Memory::unmap(Frame frame) {
  if (!model::is_block(frame)) return;
  const sync::SectionLock guard(sections_[index(frame)]);
  --state_.mapped[index(frame)];
}

Frame Memory::allocate_device_page(Current& current, model::Mirror owner) {
  return take(current, state_.device_pages[static_cast<std::size_t>(owner)]);
}

void Memory::take_device_page(Current& current, Frame frame) {
  take(current, state_.device_pages[static_cast<std::size_t>(model::owner_of(frame))], frame);
}

Frame Memory::allocate_swap_slot(Current& current) { return take(current, state_.swap_slots); }

bool Memory::try_get_page(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  if (state_.references[index(frame)] == 0) return false;
  ++state_.references[index(frame)];
  return true;
}

void Memory::get_page(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  ++state_.references[index(frame)];
}

bool Memory::drop(Frame frame) {
  const unsigned left = --state_.references[index(frame)];
  return model::is_block(frame)
             ? state_.counted[index(frame)] &&
                   left == unsigned{state_.mapped[index(frame)]} + state_.pins[index(frame)]
             : left == 0;
}

void Memory::put_page(Current& current, Frame frame) {
  bool last;
  {
    const sync::SectionLock guard(sections_[index(frame)]);
    last = drop(frame);
  }
  if (last) put_last(current, frame);
}

void Memory::put_last(Current& current, Frame frame) {
  const Frame slot = take_slot(frame);
  if (model::is_block(frame)) {
    current.machine.blocks_idle.wake_all();
  } else if (model::is_device(frame)) {
    give_back(current, state_.device_pages[static_cast<std::size_t>(model::owner_of(frame))],
              frame);
    page_free(current, frame);
  } else if (model::is_swap(frame)) {
    give_back(current, state_.swap_slots, frame);
  } else {
    give_back(current, state_.pages, frame);
  }
  if (slot != kNoFrame) put_page(current, slot);
}

bool Memory::flushing(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  return state_.counted[index(frame)] &&
         state_.references[index(frame)] !=
             unsigned{state_.mapped[index(frame)]} + state_.pins[index(frame)];
}

bool Memory::only_references(Frame frame, unsigned count) {
  const sync::SectionLock guard(sections_[index(frame)]);
  return state_.references[index(frame)] == count;
}

unsigned Memory::references(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  return state_.references[index(frame)];
}

void Memory::drop_reference(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  --state_.references[index(frame)];
}

bool Memory::try_lock_page(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  const bool free = !state_.locked[index(frame)];
  state_.locked[index(frame)] = true;
  return free;
}

void Memory::unlock_page(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  state_.locked[index(frame)] = false;
}

bool Memory::page_locked(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  return state_.locked[index(frame)];
}

bool Memory::same(Frame one, Frame other) {
  Cells cells;
  {
    const sync::SectionLock guard(sections_[index(one)]);
    cells = cells_[index(one)];
  }
  const sync::SectionLock guard(sections_[index(other)]);
  return cells == cells_[index(other)];
}

void Memory::free_lazily(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  state_.lazily_free[index(frame)] = true;
  state_.dirty[index(frame)] = false;
}

void Memory::keep_slot(Frame frame, Frame slot) {
  const sync::SectionLock guard(sections_[index(frame)]);
  state_.slot[index(frame)] = slot;
  state_.lazily_free[index(frame)] = false;
  state_.dirty[index(frame)] = false;
}

Frame Memory::take_slot(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  return std::exchange(state_.slot[index(frame)], kNoFrame);
}

void Memory::free_swap(Current& current, Frame frame) {
  Frame slot;
  {
    const sync::SectionLock guard(sections_[index(frame)]);
    slot = std::exchange(state_.slot[index(frame)], kNoFrame);
    if (slot != kNoFrame) state_.lost_slot[index(frame)] = !state_.dirty[index(frame)];
  }
  if (slot != kNoFrame) put_page(current, slot);
}

bool Memory::stored(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  return state_.slot[index(frame)] != kNoFrame && !state_.dirty[index(frame)];
}

bool Memory::swap_is_scarce() {
  const sync::SectionLock guard(lists_);
  return state_.swap_slots.count * 2u < model::kSwapSlots;
}

void Memory::set_dirty(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  state_.dirty[index(frame)] = true;
  state_.lost_slot[index(frame)] = false;
}

void Memory::move_dirty(Frame from, Frame to) {
  bool lazily_free;
  bool dirty;
  bool lost_slot;
  Frame slot = kNoFrame;
  {
    const sync::SectionLock guard(sections_[index(from)]);
    lazily_free = state_.lazily_free[index(from)];
    dirty = state_.dirty[index(from)];
    lost_slot = state_.lost_slot[index(from)];
    if (!model::is_swap(to)) slot = std::exchange(state_.slot[index(from)], kNoFrame);
  }
  sync::check(slot == kNoFrame || !model::is_device(to), "memory of a device has no slot of swap");
  const sync::SectionLock guard(sections_[index(to)]);
  // What is written to a slot is not given up any more (add_to_swap).
  state_.lazily_free[index(to)] = lazily_free && !model::is_swap(to);
  state_.dirty[index(to)] = dirty;
  state_.lost_slot[index(to)] = lost_slot && !model::is_swap(to);
  state_.slot[index(to)] = slot;
}

bool Memory::discardable(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  return state_.lazily_free[index(frame)] && !state_.dirty[index(frame)];
}

void Memory::free_block(Current& current, Frame frame) {
  {
    const sync::SectionLock guard(sections_[index(frame)]);
    state_.counted[index(frame)] = false;
    state_.failed[block_index(frame)] = false;
  }
  give_back(current, state_.blocks, frame);
}

bool Memory::failed(Frame frame) {
  if (!model::is_block(frame)) return false;
  const sync::SectionLock guard(sections_[index(frame)]);
  return state_.failed[block_index(frame)];
}

void Memory::share_block(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  ++state_.shared[index(frame)];
}

bool Memory::is_shared(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  return state_.shared[index(frame)] != 0;
}

// Somebody has a reference who is no entry: a pin, or an entry that has gone.
Memory::Look Memory::look(Frame frame, bool claims) {
  const sync::SectionLock guard(sections_[index(frame)]);
  const unsigned idle = state_.counted[index(frame)] ? state_.mapped[index(frame)] : 1;
  if (state_.references[index(frame)] != idle) return Look::kBusy;
  return claim(frame, claims);
}

Memory::Look Memory::look_to_evict(Frame frame, model::File file) {
  const sync::SectionLock guard(sections_[index(frame)]);
  if (state_.pins[index(frame)] == 0) return claim(frame, true);
  state_.claims[block_index(frame)].evicted |=
      static_cast<std::uint8_t>(1u << static_cast<unsigned>(file));
  return Look::kBusy;
}

Memory::Look Memory::claim(Frame frame, bool claims) {
  if (!claims || state_.shared[index(frame)] == 0) return Look::kIdle;
  ++state_.claims[block_index(frame)].count;
  return Look::kClaimed;
}

bool Memory::drop_claim(Frame frame) {
  Claims& claims = state_.claims[block_index(frame)];
  --claims.count;
  return std::exchange(claims.awaited, false);
}

void Memory::wake_leavers(Current& current) { current.machine.blocks_idle.wake_all(); }

void Memory::release_block(Current& current, Frame frame) {
  bool awaited;
  {
    const sync::SectionLock guard(sections_[index(frame)]);
    awaited = drop_claim(frame);
  }
  if (awaited) wake_leavers(current);
}

void Memory::pin(Current& current, model::Page page, Frame frame, bool write, bool longterm) {
  const sync::SectionLock guard(sections_[index(frame)]);
  ++state_.pins[index(frame)];
  ++state_.references[index(frame)];
  state_.dirty[index(frame)] |= write;
  current.step(Rule::kPin, {.page = page, .frame = frame, .write = write, .flag = longterm});
}

std::uint8_t Memory::unpin(Current& current, Frame frame) {
  bool last;
  std::uint8_t evicted = 0;
  {
    // Both at once: whoever finds the page busy knows of a pin that explains it.
    const sync::SectionLock guard(sections_[index(frame)]);
    const bool last_pin = --state_.pins[index(frame)] == 0;
    last = drop(frame);
    current.step(Rule::kUnpin, {.frame = frame});
    if (last_pin && model::is_block(frame)) {
      evicted = std::exchange(state_.claims[block_index(frame)].evicted, std::uint8_t{0});
    }
  }
  if (last) put_last(current, frame);
  return evicted;
}

std::uint32_t Memory::pins(Frame frame) {
  const sync::SectionLock guard(sections_[index(frame)]);
  return state_.pins[index(frame)];
}

}  // namespace mirrorcheck::impl::reference
