// A scenario: what to run, and in which order. Everything that a run depends on is in here.
//
// The world begins as `layout` says; the set-up operations run one after the other; then each task
// works through its own list, and the schedule says who runs for how long. When the schedule is
// used up, the rest is round-robin. The text form (text.h) and the byte form (bytes.h) are two ways
// of writing the same value.
//
// Canonical scenarios. A field that a call does not read has its default, every storing operation
// has the datum of its place, nothing refers to a task that is not there. canonicalize() makes any
// scenario canonical; all functions of this folder return canonical ones, and take canonical ones.
//
// Provenance. The datum that an operation stores is its place in the scenario, so that a stale read
// shows who wrote what it found: operation n of task t (n from 1) is (t + 1) * 256 + n, printed
// `t1.3`; set-up operation n is n, printed `setup.3`. So every operation of a scenario has a place
// of its own and no place is 0, which is what fresh memory holds.
//
// Nothing here allocates, except the expectations, which only a text form has.
//
// Thread safety: plain values.

#ifndef MIRRORCHECK_FUZZ_SCENARIO_SCENARIO_H_
#define MIRRORCHECK_FUZZ_SCENARIO_SCENARIO_H_

#include <array>
#include <boost/container/static_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "fuzz/scheduler/segment.h"
#include "impl/operation.h"
#include "impl/world.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

inline constexpr std::size_t kMaxOperations = model::sized(16, 40'000);  // of one task
inline constexpr std::size_t kMaxSetup = 16;
inline constexpr std::size_t kMaxSegments = 256;
inline constexpr std::size_t kMaxRules = 8;                  // named by one expectation
inline constexpr std::uint8_t kMaxCount = impl::kMostPages;  // pages of one operation
inline constexpr std::uint8_t kMaxFileSize = model::kPagesPerFile * model::kCellsPerPage;
// A file of one page has no run of pages.
constexpr bool may_be_huge(const impl::FileLayout& file) {
  return file.dax && file.exists && file.size > model::kCellsPerPage;
}

struct SetupOperation {
  model::Task task{};
  impl::Operation operation{};
  bool operator==(const SetupOperation&) const = default;
};

using SetupList = boost::container::static_vector<SetupOperation, kMaxSetup>;
using OperationList =
    std::conditional_t<model::kLargeWorld, std::vector<impl::Operation>,
                       boost::container::static_vector<impl::Operation, kMaxOperations>>;
using Schedule = boost::container::static_vector<Segment, kMaxSegments>;

// Where an operation stands in its scenario, and the datum it stores.
using Place = std::uint32_t;
inline constexpr Place kPlacesPerTask = model::sized(0x100, 0x10000);
constexpr Place place_in_setup(std::size_t index) { return static_cast<Place>(index + 1); }
constexpr Place place_in_task(std::size_t task, std::size_t index) {
  return static_cast<Place>((task + 1) * kPlacesPerTask + index + 1);
}

// What an operation should return; what is absent is not compared.
struct ExpectedResult {
  Place place = 0;
  std::int32_t error = 0;  // 0 or a negative errno
  std::optional<std::uint8_t> pages{};
  std::optional<std::uint8_t> faults{};
  boost::container::static_vector<std::uint32_t, kMaxCount> data{};  // as Result::data; empty: any
  bool operator==(const ExpectedResult&) const = default;
};

enum class ExpectedVerdict : std::uint8_t { kNone, kHolds, kViolated };

struct Expectations {
  std::vector<ExpectedResult> results{};  // in the order of their places, at most one for a place
  ExpectedVerdict verdict = ExpectedVerdict::kNone;
  std::string property{};            // kViolated: which property, empty for any
  std::vector<std::string> rules{};  // kViolated: which rules, empty for any
  bool operator==(const Expectations&) const = default;

  bool empty() const { return results.empty() && verdict == ExpectedVerdict::kNone; }
  void clear();  // frees nothing
};

struct Scenario {
  impl::Layout layout{};
  SetupList setup{};
  std::array<OperationList, model::kTasks> tasks{};  // those from layout.tasks on are empty
  Schedule schedule{};
  Expectations expectations{};
  bool operator==(const Scenario&) const = default;

  // The operation at `place`, or null.
  const impl::Operation* operation(Place place) const;
  // The expected result of the operation at `place`, or null.
  const ExpectedResult* expected(Place place) const;
};

// `t1.3`, `setup.3`, `0` for fresh memory, and hexadecimal for what no operation stores.
std::string provenance(std::uint32_t value);

// Makes `scenario` canonical: out-of-range values are brought into range, the rest is kept. Results
// are expected of operations that exist; the others are dropped.
void canonicalize(Scenario& scenario);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_SCENARIO_SCENARIO_H_
