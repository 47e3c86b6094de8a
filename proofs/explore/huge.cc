#include "proofs/explore/rooms.h"
#include "proofs/explore/search.h"

namespace mirrorcheck::proofs::explore {

ExploreResult explore_huge(const ExploreOptions& options) {
  return Search<kHugeRoom, 4>(options).run();
}

}  // namespace mirrorcheck::proofs::explore
