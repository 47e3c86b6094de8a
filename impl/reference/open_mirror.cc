#include "impl/reference/open_mirror.h"

#include "impl/reference/machine.h"

namespace mirrorcheck::impl::reference {
namespace {

void put_mirror(Current& current, DeviceMirror& mirror) {
  bool last;
  {
    const sync::SectionLock guard(mirror.section);
    last = --mirror.state.references == 0;
  }
  if (!last) return;
  detach(current, mirror);
  const sync::SectionLock guard(mirror.section);
  mirror.state.phase = DeviceMirror::Phase::kClosed;
}

}  // namespace

OpenMirror::OpenMirror(Current& current, const Operation& operation)
    : current_(current), mirror_(current.machine.mirror(model::Mirror(operation.mirror))) {
  const sync::SectionLock guard(mirror_.section);
  open_ = mirror_.state.phase == DeviceMirror::Phase::kOpen;
  if (open_) ++mirror_.state.references;
}

OpenMirror::~OpenMirror() {
  if (open_) put_mirror(current_, mirror_);
}

int mirror_open(Current& current, const Operation& operation) {
  const unsigned end = operation.page + operation.count;
  if (end > model::kPagesPerMm) return -EINVAL;
  DeviceMirror& mirror = current.machine.mirror(model::Mirror(operation.mirror));
  {
    const sync::SectionLock guard(mirror.section);
    if (mirror.state.phase != DeviceMirror::Phase::kClosed) return -EBUSY;
    mirror.state.phase = DeviceMirror::Phase::kOpening;
    mirror.state.mm = current.mm;
    mirror.state.first = operation.page;
    mirror.state.last = static_cast<PageIndex>(end - 1);
    mirror.state.references = 1;
  }
  const int error = attach(current, mirror);
  const sync::SectionLock guard(mirror.section);
  mirror.state.phase = error == 0 ? DeviceMirror::Phase::kOpen : DeviceMirror::Phase::kClosed;
  return error;
}

int mirror_close(Current& current, const Operation& operation) {
  DeviceMirror& mirror = current.machine.mirror(model::Mirror(operation.mirror));
  {
    const sync::SectionLock guard(mirror.section);
    if (mirror.state.phase != DeviceMirror::Phase::kOpen) return -EBADF;
    mirror.state.phase = DeviceMirror::Phase::kClosing;
  }
  put_mirror(current, mirror);
  return 0;
}

}  // namespace mirrorcheck::impl::reference
