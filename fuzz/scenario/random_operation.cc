#include "fuzz/scenario/random_operation.h"

#include <algorithm>
#include <array>

#include "fuzz/scenario/calls.h"

namespace mirrorcheck::fuzz {
namespace {

// How often each call is drawn. What races with a device access comes often; what ends the race for
// good (exit, mirror_close) seldom.
constexpr std::array<std::uint8_t, impl::kCalls> kWeights = [] {
  std::array<std::uint8_t, impl::kCalls> weights{};
  const auto set = [&](impl::Call call, std::uint8_t weight) {
    weights[static_cast<std::size_t>(call)] = weight;
  };
  for (std::uint8_t& weight : weights) weight = 3;
  for (impl::Call call : {impl::Call::kDeviceRead, impl::Call::kDeviceWrite}) set(call, 14);
  for (impl::Call call : {impl::Call::kLoad, impl::Call::kStore, impl::Call::kDeviceFault,
                          impl::Call::kMunmap, impl::Call::kFtruncate, impl::Call::kPunchHole}) {
    set(call, 8);
  }
  for (impl::Call call : {impl::Call::kMmapAnon, impl::Call::kMmapFile, impl::Call::kMprotect,
                          impl::Call::kMadviseDontneed, impl::Call::kPwrite, impl::Call::kMremap}) {
    set(call, 5);
  }
  for (impl::Call call : {impl::Call::kMmapSpecial, impl::Call::kExit, impl::Call::kMirrorClose,
                          impl::Call::kUnmount}) {
    set(call, 1);
  }
  // Mostly refused: it needs an address space that nothing has happened in.
  set(impl::Call::kFork, 8);
  return weights;
}();

constexpr unsigned total_weight(std::size_t calls) {
  unsigned total = 0;
  for (std::size_t call = 0; call < calls; ++call) total += kWeights[call];
  return total;
}
constexpr unsigned kTotalWeight = total_weight(impl::kCalls);

constexpr unsigned kShortRun = 12;  // scheduling points
constexpr unsigned kLongRun = 200;

std::size_t operations_in(const Scenario& scenario) {
  std::size_t count = scenario.setup.size();
  for (const OperationList& operations : scenario.tasks) count += operations.size();
  return count;
}

// An operation that reads one of `fields`, found in a few tries.
const impl::Operation* existing_with(Random& random, const Scenario& scenario, unsigned fields) {
  for (int i = 0; i < 4; ++i) {
    const impl::Operation* found = random_existing(random, scenario);
    if (found == nullptr || info(found->call).reads(fields)) return found;
  }
  return nullptr;
}

std::uint8_t small(unsigned value) { return static_cast<std::uint8_t>(value); }

// A page of an operation that is there already, or one beside it; sometimes any.
void random_page(Random& random, const Scenario& scenario, impl::Operation& operation) {
  const impl::Operation* near = existing_with(random, scenario, kPageField);
  if (near == nullptr || random.one_in(8)) {
    operation.page = small(random.below(model::kPagesPerMm));
    return;
  }
  const unsigned spread = info(near->call).reads(kCountField) ? near->count : 1U;
  // Half of the time its first page, so that ranges begin together; else inside, or just beside.
  const unsigned offset = random.one_in(2) ? 0 : random.below(spread + 1);
  operation.page = small((near->page + offset) % model::kPagesPerMm);
}

// Mostly what begins and ends with a huge page, which is what is not refused.
void whole_huge_pages(Random& random, impl::Operation& operation) {
  if (random.one_in(8)) return;
  operation.page =
      static_cast<impl::PageIndex>(operation.page - operation.page % model::kPagesPerHuge);
  operation.count =
      static_cast<impl::PageIndex>(operation.count + operation.count % model::kPagesPerHuge);
}

// Where the pages go: often where they are, to grow or to shrink.
void random_target(Random& random, impl::Operation& operation) {
  operation.target = operation.page;
  if (!random.one_in(3)) operation.target = small(random.below(model::kPagesPerMm));
}

std::uint8_t random_count(Random& random) {
  switch (random.below(4)) {
    case 0:
      return small(1 + random.below(kMaxCount));
    case 1:
      return 2;
    default:
      return 1;
  }
}

// A page of a file that is mapped or used already.
void random_file_page(Random& random, const Scenario& scenario, impl::Operation& operation) {
  const impl::Operation* near = existing_with(random, scenario, kFileField);
  if (near == nullptr || random.one_in(8)) {
    operation.file = model::File(random.below(model::kFiles));
    operation.index = small(random.below(model::kPagesPerFile));
    return;
  }
  operation.file = near->file;
  const unsigned spread = info(near->call).reads(kCountField) ? near->count : 1U;
  operation.index = small((near->index + random.below(spread + 1)) % model::kPagesPerFile);
}

// Page boundaries more often than the middle of a page.
std::uint8_t random_size(Random& random) {
  const unsigned page = random.below(model::kPagesPerFile + 1);
  const unsigned cell = random.one_in(2) ? random.below(model::kCellsPerPage) : 0;
  return std::min(small(page * unsigned{model::kCellsPerPage} + cell), kMaxFileSize);
}

std::uint8_t random_prot(Random& random) {
  constexpr std::array<std::uint8_t, 8> kChoices = {3, 3, 3, 3, 1, 1, 2, 0};
  return kChoices[random.below(kChoices.size())];
}

// A request for the range as a whole, for single pages, or both (F3).
void random_requests(Random& random, impl::Operation& operation) {
  constexpr std::array<std::uint8_t, 8> kDefaults = {1, 1, 3, 3, 0, 0, 2, 1};
  operation.flags = kDefaults[random.below(kDefaults.size())];
  if (random.one_in(2)) operation.flags |= small(random.below(4) << 2);
  operation.requests = static_cast<std::uint16_t>(random.below(65536));
}

}  // namespace

const impl::Operation* random_existing(Random& random, const Scenario& scenario) {
  const std::size_t count = operations_in(scenario);
  if (count == 0) return nullptr;
  std::size_t index = random.below(count);
  if (index < scenario.setup.size()) return &scenario.setup[index].operation;
  index -= scenario.setup.size();
  for (const OperationList& operations : scenario.tasks) {
    if (index < operations.size()) return &operations[index];
    index -= operations.size();
  }
  return nullptr;
}

void random_fields(Random& random, const Scenario& scenario, impl::Operation& operation) {
  const CallInfo& call = info(operation.call);
  if (call.reads(kMirrorField)) {
    const impl::Operation* near = existing_with(random, scenario, kMirrorField);
    const bool any = near == nullptr || random.one_in(8);
    operation.mirror = any ? small(random.below(model::kMirrors)) : near->mirror;
  }
  if (call.reads(kClassicField)) operation.mirror = small(random.below(model::kClassicNotifiers));
  if (call.reads(kPageField)) random_page(random, scenario, operation);
  if (call.reads(kCountField)) operation.count = random_count(random);
  if (operation.call == impl::Call::kMmapHugetlb) whole_huge_pages(random, operation);
  if (call.reads(kTargetField)) random_target(random, operation);
  if (call.reads(kTargetCountField)) {
    operation.target_count = random.one_in(2) ? operation.count : random_count(random);
  }
  if (call.reads(kProtField)) operation.prot = random_prot(random);
  if (call.reads(kAccessField | kCanFailField)) operation.prot = small(random.below(4));
  if (call.reads(kFileField)) random_file_page(random, scenario, operation);
  if (call.reads(kSizeField)) operation.size = random_size(random);
  if (call.reads(kCellField)) {
    operation.cell = small(random.one_in(4) ? random.below(model::kCellsPerPage) : 0);
  }
  if (call.reads(kRequestsField)) random_requests(random, operation);
}

impl::Operation random_operation(Random& random, const Scenario& scenario, std::size_t calls) {
  impl::Operation operation;
  unsigned left = random.below(calls == impl::kCalls ? kTotalWeight : total_weight(calls));
  std::size_t call = 0;
  while (left >= kWeights[call]) left -= kWeights[call++];
  operation.call = impl::Call(call);
  random_fields(random, scenario, operation);
  return operation;
}

Segment random_segment(Random& random, unsigned tasks) {
  const unsigned longest = random.one_in(6) ? kLongRun : kShortRun;
  return {.task = static_cast<std::uint8_t>(random.below(tasks)),
          .points = static_cast<std::uint16_t>(1 + random.below(longest))};
}

}  // namespace mirrorcheck::fuzz
