// The sizes of packed state that there are. Each is compiled in a file of its own.
//
// Thread safety: as explore().

#ifndef MIRRORCHECK_PROOFS_EXPLORE_ROOMS_H_
#define MIRRORCHECK_PROOFS_EXPLORE_ROOMS_H_

#include "proofs/explore/explore.h"

namespace mirrorcheck::proofs::explore {

// For the core of the contract.
inline constexpr Bounds kCoreRoom{.mms = 1,
                                  .pages = 2,
                                  .files = 1,
                                  .file_pages = 1,
                                  .frames = 2,
                                  .blocks = 1,
                                  .tasks = 2,
                                  .mirrors = 1,
                                  .classics = 0,
                                  .windows = 1};
// For whatever else a rule may need to do harm.
inline constexpr Bounds kWideRoom{.mms = 2,
                                  .pages = 2,
                                  .files = 2,
                                  .file_pages = 2,
                                  .frames = 3,
                                  .blocks = 2,
                                  .tasks = 3,
                                  .mirrors = 2,
                                  .classics = 2,
                                  .windows = 3,
                                  .swap_slots = 1,
                                  .device_frames = 1};
// For huge entries: two runs of pages, and frames for one.
inline constexpr Bounds kHugeRoom{.mms = 1,
                                  .pages = 2 * model::kPagesPerHuge,
                                  .files = 1,
                                  .file_pages = 1,
                                  .frames = model::kPagesPerHuge,
                                  .blocks = 0,
                                  .tasks = 1,
                                  .mirrors = 1,
                                  .classics = 0,
                                  .windows = 2,
                                  .huge = true};

ExploreResult explore_core(const ExploreOptions& options);
ExploreResult explore_wide(const ExploreOptions& options);
ExploreResult explore_huge(const ExploreOptions& options);

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_ROOMS_H_
