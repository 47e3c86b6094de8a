#include "fuzz/scenario/scenario.h"

#include <algorithm>
#include <cstdio>

#include "fuzz/scenario/calls.h"
#include "fuzz/scenario/error.h"

namespace mirrorcheck::fuzz {
namespace {

// Keeps what is in range: [0, bound) stays as it is.
std::uint8_t wrap(unsigned value, std::size_t bound) {
  return static_cast<std::uint8_t>(value % bound);
}
impl::PageIndex wrap_page(unsigned page) {
  return static_cast<impl::PageIndex>(page % model::kPagesPerMm);
}

impl::Operation canonical(const impl::Operation& from, Place place) {
  impl::Operation to;
  to.call = impl::Call(wrap(static_cast<unsigned>(from.call), impl::kCalls));
  const CallInfo& call = info(to.call);
  if (call.reads(kMirrorField)) to.mirror = wrap(from.mirror, model::kMirrors);
  if (call.reads(kClassicField)) to.mirror = wrap(from.mirror, model::kClassicNotifiers);
  if (call.reads(kPageField)) to.page = wrap_page(from.page);
  if (call.reads(kCountField)) {
    to.count = std::clamp<impl::PageIndex>(from.count, 1, most_pages(to.call));
  }
  if (call.reads(kProtField)) to.prot = from.prot & (impl::kProtRead | impl::kProtWrite);
  if (call.reads(kAccessField)) to.prot = from.prot & impl::kProtWrite;
  if (call.reads(kCanFailField)) {
    to.prot = from.prot != 0 ? impl::kProtRead | impl::kProtWrite : 0;
  }
  if (call.reads(kFileField)) {
    to.file = model::File(wrap(static_cast<unsigned>(from.file), model::kFiles));
  }
  if (call.reads(kIndexField)) to.index = wrap(from.index, model::kPagesPerFile);
  if (call.reads(kSizeField)) to.size = std::min(from.size, kMaxFileSize);
  if (call.reads(kCellField)) to.cell = wrap(from.cell, model::kCellsPerPage);
  if (call.reads(kRequestsField)) {
    to.flags = from.flags & 15;
    to.requests = from.requests & request_mask(to.count);
  }
  if (call.reads(kTargetField)) to.target = wrap_page(from.target);
  if (call.reads(kTargetCountField)) {
    to.target_count = std::clamp<impl::PageIndex>(from.target_count, 1, kMaxCount);
  }
  if (call.reads(kValueField)) to.value = place;
  return to;
}

bool exists(const Scenario& scenario, Place place) {
  if (place == 0) return false;
  const std::size_t number = place % kPlacesPerTask;
  if (place < kPlacesPerTask) return number <= scenario.setup.size();
  const std::size_t task = place / kPlacesPerTask - 1;
  return task < scenario.layout.tasks && number != 0 && number <= scenario.tasks[task].size();
}

}  // namespace

void Expectations::clear() {
  results.clear();
  verdict = ExpectedVerdict::kNone;
  property.clear();
  rules.clear();
}

const impl::Operation* Scenario::operation(Place place) const {
  const std::size_t index =
      place % kPlacesPerTask - std::size_t{1};  // wraps for 0, which no operation has
  if (place < kPlacesPerTask) return index < setup.size() ? &setup[index].operation : nullptr;
  const std::size_t task = place / kPlacesPerTask - 1;
  return task < tasks.size() && index < tasks[task].size() ? &tasks[task][index] : nullptr;
}

const ExpectedResult* Scenario::expected(Place place) const {
  const auto found = std::lower_bound(
      expectations.results.begin(), expectations.results.end(), place,
      [](const ExpectedResult& result, Place wanted) { return result.place < wanted; });
  return found != expectations.results.end() && found->place == place ? &*found : nullptr;
}

std::string provenance(std::uint32_t value) {
  char text[16];
  const unsigned number = value % kPlacesPerTask;
  const unsigned task = value / kPlacesPerTask - 1;  // of no meaning below
  if (value == 0) {
    return "0";
  } else if (value <= kMaxSetup) {
    std::snprintf(text, sizeof text, "setup.%u", number);
  } else if (value >= kPlacesPerTask && task < model::kTasks && number != 0 &&
             number <= kMaxOperations) {
    std::snprintf(text, sizeof text, "t%u.%u", task, number);
  } else {
    std::snprintf(text, sizeof text, "0x%x", value);
  }
  return text;
}

void canonicalize(Scenario& scenario) {
  impl::Layout& layout = scenario.layout;
  layout.tasks = std::clamp<std::uint8_t>(layout.tasks, 1, model::kTasks);
  for (std::size_t task = 0; task < model::kTasks; ++task) {
    model::Mm& mm = layout.mm_of_task[task];
    mm =
        task < layout.tasks ? model::Mm(wrap(static_cast<unsigned>(mm), model::kMms)) : model::Mm{};
    OperationList& operations = scenario.tasks[task];
    if (task >= layout.tasks) operations.clear();
    for (std::size_t i = 0; i < operations.size(); ++i) {
      operations[i] = canonical(operations[i], place_in_task(task, i));
    }
  }
  for (impl::FileLayout& file : layout.files) {
    file.size = file.exists ? std::min(file.size, kMaxFileSize) : std::uint8_t{0};
    file.counted = file.counted && file.dax;
    file.huge = file.huge && may_be_huge(file);
  }
  for (std::size_t i = 0; i < scenario.setup.size(); ++i) {
    SetupOperation& step = scenario.setup[i];
    step.task = model::Task(wrap(static_cast<unsigned>(step.task), layout.tasks));
    step.operation = canonical(step.operation, place_in_setup(i));
  }
  for (Segment& segment : scenario.schedule) {
    segment.task = wrap(segment.task, layout.tasks);
    segment.points = std::max<std::uint16_t>(segment.points, 1);
  }
  std::vector<ExpectedResult>& results = scenario.expectations.results;
  std::erase_if(results, [&](const ExpectedResult& r) { return !exists(scenario, r.place); });
  std::sort(results.begin(), results.end(),
            [](const auto& a, const auto& b) { return a.place < b.place; });
  results.erase(std::unique(results.begin(), results.end(),
                            [](const auto& a, const auto& b) { return a.place == b.place; }),
                results.end());
}

std::string Error::to_string() const {
  std::string text = name;
  if (line != 0) text += ':' + std::to_string(line);
  if (column != 0) text += ':' + std::to_string(column);
  return text + ": " + message;
}

}  // namespace mirrorcheck::fuzz
