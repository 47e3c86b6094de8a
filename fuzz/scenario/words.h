// The names that text forms use for things without a name of their own: errno values, protections,
// requests and snapshot bytes. One table each, read in both directions.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_WORDS_H_
#define MIRRORCHECK_FUZZ_SCENARIO_WORDS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mirrorcheck::fuzz {

struct NamedValue {
  std::string_view name;
  std::uint32_t value;
};

inline constexpr std::array<NamedValue, 4> kProtNames = {
    {{"none", 0}, {"r", 1}, {"w", 2}, {"rw", 3}}};
inline constexpr std::array<NamedValue, 2> kAccessNames = {{{"r", 0}, {"w", 2}}};
// HMM_PFN_REQ_FAULT and HMM_PFN_REQ_WRITE.
inline constexpr std::array<NamedValue, 4> kRequestNames = {
    {{"-", 0}, {"f", 1}, {"w", 2}, {"fw", 3}}};
// The bytes of HMM_DMIRROR_SNAPSHOT, as far as system memory has them.
inline constexpr std::array<NamedValue, 8> kSnapshotNames = {{{"none", 0x00},
                                                              {"read", 0x01},
                                                              {"write", 0x02},
                                                              {"read+huge", 0x05},
                                                              {"write+huge", 0x06},
                                                              {"zero+read", 0x11},
                                                              {"zero+write", 0x12},
                                                              {"error", 0xff}}};

// Empty if the table has no such value.
std::string_view name_of(std::span<const NamedValue> names, std::uint32_t value);
std::optional<std::uint32_t> value_of(std::span<const NamedValue> names, std::string_view name);
// `none, r, w or rw`, for messages.
std::string choices(std::span<const NamedValue> names);

// `0` or `-EFAULT`; empty for what is no errno. The largest errno of Linux is kMaxErrno.
inline constexpr std::int32_t kMaxErrno = 133;
std::string error_name(std::int32_t error);
std::optional<std::int32_t> error_value(std::string_view name);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_WORDS_H_
