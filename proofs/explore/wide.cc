#include "proofs/explore/rooms.h"
#include "proofs/explore/search.h"

namespace mirrorcheck::proofs::explore {

ExploreResult explore_wide(const ExploreOptions& options) {
  return Search<kWideRoom, 10>(options).run();
}

}  // namespace mirrorcheck::proofs::explore
