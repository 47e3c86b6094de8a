#include "fuzz/campaign/known_triggers.h"

#include <algorithm>

#include "fuzz/campaign/fnv1a.h"
#include "impl/operation.h"

namespace mirrorcheck::fuzz {
namespace {

using impl::CallMask;
using impl::mask_of;

constexpr std::uint64_t kLeftAlone = 32;  // one choice in so many

CallMask calls_of(const Scenario& scenario) {
  CallMask calls = 0;
  for (const SetupOperation& step : scenario.setup) calls |= mask_of(step.operation.call);
  for (const OperationList& operations : scenario.tasks) {
    for (const impl::Operation& operation : operations) calls |= mask_of(operation.call);
  }
  return calls;
}

template <class List, class CallOf>
void take_out(List& list, CallMask calls, CallOf call_of) {
  list.erase(
      std::remove_if(list.begin(), list.end(),
                     [&](const auto& each) { return (mask_of(call_of(each)) & calls) != 0; }),
      list.end());
}

void take_out(Scenario& scenario, CallMask calls) {
  take_out(scenario.setup, calls, [](const SetupOperation& step) { return step.operation.call; });
  for (OperationList& operations : scenario.tasks) {
    take_out(operations, calls, [](const impl::Operation& operation) { return operation.call; });
  }
}

}  // namespace

bool avoid_known_triggers(Scenario& scenario, std::span<const impl::KnownTrigger> triggers,
                          std::uint64_t choice) {
  if (triggers.empty() || choice % kLeftAlone == 0) return false;
  choice /= kLeftAlone;
  CallMask calls = calls_of(scenario);
  CallMask out = 0;
  for (const impl::KnownTrigger& trigger : triggers) {
    if ((calls & trigger.here) != 0 && (calls & trigger.there) != 0) {
      const CallMask side = choice % 2 == 0 ? trigger.here : trigger.there;
      out |= side;
      calls &= ~side;
    }
    choice /= 2;
  }
  if (out == 0) return false;
  take_out(scenario, out);
  canonicalize(scenario);
  return true;
}

// With its high bits brought down.
std::uint64_t choice_of(std::span<const std::uint8_t> input) {
  const std::uint64_t hash = fnv1a(input);
  return hash ^ hash >> 29;
}

}  // namespace mirrorcheck::fuzz
