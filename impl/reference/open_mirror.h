// A mirror is opened, used and closed as a file is: operations under way hold references, and the
// last one to go after close releases it. Each call returns 0 or a negative errno.
//
// Thread safety: any task.

#ifndef MIRRORCHECK_IMPL_REFERENCE_OPEN_MIRROR_H_
#define MIRRORCHECK_IMPL_REFERENCE_OPEN_MIRROR_H_

#include <cerrno>

#include "impl/operation.h"
#include "impl/reference/current.h"
#include "impl/reference/mirror.h"

namespace mirrorcheck::impl::reference {

int mirror_open(Current& current, const Operation& operation);
int mirror_close(Current& current, const Operation& operation);

// An operation's reference on an open mirror.
class OpenMirror {
 public:
  OpenMirror(Current& current, const Operation& operation);
  ~OpenMirror();
  OpenMirror(const OpenMirror&) = delete;
  OpenMirror& operator=(const OpenMirror&) = delete;

  // 0, -EBADF: not open, -EINVAL: not all pages lie in its interval.
  int check(const Operation& operation) const {
    if (!open_) return -EBADF;
    const DeviceMirror::State& state = mirror_.state;
    const unsigned last = operation.page + operation.count - 1u;
    return operation.page < state.first || last > state.last ? -EINVAL : 0;
  }
  explicit operator bool() const { return open_; }
  DeviceMirror& operator*() const { return mirror_; }

 private:
  Current& current_;
  DeviceMirror& mirror_;
  bool open_;
};

// The driver's part, done once for each time it is opened: what an opened mirror needs, and what
// has to go when nobody uses it any more.
int attach(Current& current, DeviceMirror& mirror);
void detach(Current& current, DeviceMirror& mirror);

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_OPEN_MIRROR_H_
