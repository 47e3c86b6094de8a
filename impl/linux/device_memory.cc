#include "impl/linux/device_memory.h"

#include <utility>

#include "impl/linux/memory_entry.h"
#include "impl/reference/machine.h"
#include "impl/sync/check.h"
#include "impl/sync/controller.h"

extern "C" struct page mc_pages[];

namespace mirrorcheck::impl::linux_kernel {

using model::Frame;
using reference::Current;
using reference::DeviceMirror;

namespace {

DeviceMemory& device() { return Entry::current().at_mirror().device(); }

unsigned first_page(const DeviceMirror& mirror) {
  return static_cast<unsigned>(model::device_frame(mirror.id, 0));
}

}  // namespace

static_assert(kMcDeviceMemoryPages == model::kFramesPerDevice,
              "the kernel's driver has the memory of the world's device");

void DeviceMemory::reset() {
  if (!state.used) return;
  state = {};
  lock.reset();
  idle.reset();
}

page* page_of_device(Current& current, unsigned frame) {
  sync::check(model::is_device(Frame(frame)), "a page of a device is asked for by its number");
  const model::Mirror owner = model::owner_of(Frame(frame));
  DeviceMemory& memory = current.machine.mirror(owner).subscription.memory;
  return &memory.state.pages[frame - static_cast<unsigned>(model::device_frame(owner, 0))];
}

DeviceMemory& MirrorEntry::device() {
  DeviceMemory& memory = mirror_.subscription.memory;
  if (memory.state.used) return memory;
  memory.state.used = true;
  for (unsigned i = 0; i < kMcDeviceMemoryPages; ++i) {
    memory.state.pages[i] = {.mapping = &memory,
                             .pgmap = nullptr,
                             .zone_device_data = nullptr,
                             .kind = kMcDevicePage,
                             .frame = static_cast<unsigned char>(first_page(mirror_) + i)};
  }
  for (page& backing : memory.state.backing) backing.kind = kMcBackingPage;
  mc_device_init(memory.state.device.get());
  return memory;
}

void MirrorEntry::note_region() { added_ = device().state.region; }

void MirrorEntry::add_pages() {
  const unsigned region = std::exchange(added_, 0);
  if (region != 0 && region != device().state.region) {
    stop("the driver puts pages of a chunk that it has freed on its list");
  }
}

void MirrorEntry::take_page() { taken_ = device().state.region; }

void MirrorEntry::use_page() {
  if (taken_ == 0 || taken_ != device().state.region) {
    stop("the driver uses a page of a chunk that it has freed");
  }
}

void MirrorEntry::stop(const char* what) {
  mm.complain(what);
  if (sync::controller == nullptr) {
    mc_bug(what, "lib/test_hmm.c", 0);
  }
  device().idle.wait([] { return false; });
}

extern "C" {

page* mc_device_page(unsigned frame) { return Entry::current().device_page(frame); }

// One whose mapping is null is free.
page* mc_alloc_backing_page(void) {
  DeviceMemory& memory = device();
  const sync::SectionLock guard(memory.pages_section);
  for (page& backing : memory.state.backing) {
    if (backing.mapping != nullptr) continue;
    backing = {.mapping = &memory,
               .pgmap = nullptr,
               .zone_device_data = nullptr,
               .kind = kMcBackingPage,
               .frame = kMcNoFrame};
    return &backing;
  }
  return nullptr;
}

void mc_free_backing_page(page* backing) {
  const sync::SectionLock guard(device().pages_section);
  backing->mapping = nullptr;
}

// What a backing page is the memory of is said by the link that the driver has made; when that is
// gone, a stale pointer still names it.
unsigned mc_memory_of(const page* of) {
  if (of->kind == kMcSystemPage) return static_cast<unsigned>(of - mc_pages);
  if (of->kind == kMcDevicePage) return of->frame;
  page* const backing = const_cast<page*>(of);
  for (unsigned frame = kMcFirstDevicePage; frame < kMcFirstSwapSlot; ++frame) {
    if (mc_device_page(frame)->zone_device_data == of) {
      backing->frame = static_cast<unsigned char>(frame);
    }
  }
  return backing->frame;
}

bool mc_take_region(void) {
  DeviceMemory::State& state = device().state;
  if (state.region != 0) return false;
  state.region = ++state.regions;
  Entry::current().at_mirror().note_region();
  return true;
}
void mc_give_region_back(void) { device().state.region = 0; }
unsigned mc_first_device_page(void) { return device().state.pages[0].frame; }
void mc_wait_for_device_pages(void) {
  MemoryEntry& entry = Entry::current().memory_entry();
  const unsigned first = mc_first_device_page();
  device().idle.wait([&] {
    for (unsigned i = 0; i < kMcDeviceMemoryPages; ++i) {
      if (!entry.memory().peek_free(Frame(first + i))) return false;
    }
    return true;
  });
}
void* mc_chunk_list(size_t size) {
  DeviceMemory::State& state = device().state;
  sync::check(size <= sizeof state.chunks, "a device has one chunk of memory");
  return state.chunks.data();
}
void mc_lock_device_memory(void) ABSL_NO_THREAD_SAFETY_ANALYSIS { device().lock.lock(); }
void mc_unlock_device_memory(void) ABSL_NO_THREAD_SAFETY_ANALYSIS { device().lock.unlock(); }
void mc_lock_free_pages(void) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Entry::current().at_mirror().add_pages();
  device().free_section.lock();
}
void mc_unlock_free_pages(void) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  device().free_section.unlock();
  Entry::current().at_mirror().take_page();
}
void mc_use_device_page(void) { Entry::current().at_mirror().use_page(); }

}  // extern "C"

}  // namespace mirrorcheck::impl::linux_kernel
