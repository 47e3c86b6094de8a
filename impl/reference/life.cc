#include "impl/reference/life.h"

#include <cerrno>

#include "impl/reference/access_calls.h"
#include "impl/reference/locks.h"
#include "impl/reference/machine.h"
#include "impl/reference/mapping_calls.h"
#include "impl/reference/window.h"
#include "impl/reference/zap.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::Rule;
using model::WindowEvent;

bool mmget_not_zero(Current& current, AddressSpace& mm) {
  const sync::SectionLock guard(mm.users_section);
  const bool alive = mm.state.users != 0;
  if (alive) ++mm.state.users;
  current.step(Rule::kGetMm, {.mm = mm.id, .flag = alive});
  return alive;
}

void mmput(Current& current, AddressSpace& mm) {
  bool last;
  {
    const sync::SectionLock guard(mm.users_section);
    last = --mm.state.users == 0;
    current.step(Rule::kPutMm, {.mm = mm.id});
  }
  if (!last) return;
  // X1: notifiers first, before anything is freed (D8: each page may go as soon as they return).
  notifier_release(current, mm);
  unmap_everything(current, mm);
}

int sys_exit(Current& current) {
  unpin_all(current);
  current.machine.exited[static_cast<std::size_t>(current.task)] = true;
  mmput(current, current.machine.mm(current.mm));
  return 0;
}

namespace {

bool reap_area(Current& current, AddressSpace& mm, unsigned first, unsigned last) {
  constexpr int kTries = 3;
  for (int i = 0; i < kTries; ++i) {
    Gather gather;
    NotifierRange range{.mm = mm, .first = first, .last = last, .event = WindowEvent::kUnmap};
    // I4: refused means that nothing may be touched.
    if (!invalidate_range_start_nonblock(current, range)) continue;
    zap_entries(current, range, gather);
    invalidate_range_end(current, range);
    gather.finish(current);
    return true;
  }
  return false;
}

}  // namespace

int oom_reap(Current& current) {
  AddressSpace& mm = current.machine.mm(current.mm);
  int error = 0;
  const MmapRead mmap_lock(current, mm);
  for (unsigned page = 0; page < model::kPagesPerMm;) {
    const unsigned end = mm.area_end(page, model::kPagesPerMm - 1);
    // Shared memory has other users, and its pages would not become free.
    const AreaPage& area = mm.state.areas[page];
    const bool reapable = area.area == Area::kAnon || area.is_private;
    if (reapable && !reap_area(current, mm, page, end)) error = -EAGAIN;
    page = end + 1;
  }
  return error;
}

}  // namespace mirrorcheck::impl::reference
