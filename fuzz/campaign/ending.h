// Which schedule of an input takes the code under test along.
//
// Thread safety: one thread. Runs the input in child processes, and waits for them.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_ENDING_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_ENDING_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mirrorcheck::fuzz {

// AFL++ keeps the input with which a worker crashed or stood still; of the Schedules it was run
// under, returns the encoded scenario of the first that does so again. Where none does, which takes
// an implementation that is not deterministic, returns the input.
std::vector<std::uint8_t> ending_schedule(const std::string& implementation,
                                          std::span<const std::uint8_t> bytes);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_ENDING_H_
