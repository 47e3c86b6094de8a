#include "impl/sync/controller.h"

namespace mirrorcheck::sync {

constinit thread_local Controller* controller = nullptr;

}  // namespace mirrorcheck::sync
