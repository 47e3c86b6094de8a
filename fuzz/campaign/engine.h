// The engines of a campaign: who chooses what to run next.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_ENGINE_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_ENGINE_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace mirrorcheck::fuzz {

enum class Engine : std::uint8_t { kLibFuzzer, kAflpp, kRandom, kPct };

struct EngineInfo {
  Engine engine;
  std::string_view name;
  std::string_view meaning;
};
inline constexpr std::array<EngineInfo, 4> kEngines{{
    {Engine::kLibFuzzer, "libfuzzer", "scenario and schedule evolve under libFuzzer's coverage"},
    {Engine::kAflpp, "aflpp", "scenario and schedule evolve under AFL++'s coverage"},
    {Engine::kRandom, "random", "random scenarios under random walks"},
    {Engine::kPct, "pct", "random scenarios under PCT: priorities with few random changes"},
}};
inline constexpr std::array<std::string_view, 4> kEngineNames{"libfuzzer", "aflpp", "random",
                                                              "pct"};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_ENGINE_H_
