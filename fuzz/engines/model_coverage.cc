#include "fuzz/engines/model_coverage.h"

namespace mirrorcheck::fuzz {

// libFuzzer looks for its extra counters by the name of the section. `used` keeps clang from
// dropping the attribute's variable when all accesses to it are inlined elsewhere.
__attribute__((section("__libfuzzer_extra_counters"),
               used)) std::array<std::uint8_t, kModelCounters>
    model_counters;

}  // namespace mirrorcheck::fuzz
