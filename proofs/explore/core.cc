#include "proofs/explore/rooms.h"
#include "proofs/explore/search.h"

namespace mirrorcheck::proofs::explore {

ExploreResult explore_core(const ExploreOptions& options) {
  return Search<kCoreRoom, 3>(options).run();
}

}  // namespace mirrorcheck::proofs::explore
