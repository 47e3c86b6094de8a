#include "fuzz/explain/rows.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "fuzz/explain/relevance.h"
#include "fuzz/harness/describe.h"
#include "fuzz/scenario/calls.h"
#include "fuzz/scenario/words.h"

namespace mirrorcheck::fuzz {

using model::Rule;

namespace {

bool is_lock(Rule rule) {
  switch (rule) {
    case Rule::kMmapRead:
    case Rule::kMmapWrite:
    case Rule::kMmapDowngrade:
    case Rule::kMmapUnlock:
    case Rule::kInodeLock:
    case Rule::kInodeUnlock:
    case Rule::kInvalidateShared:
    case Rule::kInvalidateExclusive:
    case Rule::kInvalidateUnlock:
    case Rule::kEntryLock:
    case Rule::kEntryUnlock:
    case Rule::kUpdateLock:
    case Rule::kUpdateUnlock:
      return true;
    default:
      return false;
  }
}

// Locks that are part of what a clause says: the truncation protocol's (X), the update lock (D, Q),
// and all of them where tasks wait for each other (A12).
bool lock_matters(Rule rule, const model::Clause& clause) {
  if (clause.id == "A12") return true;
  switch (rule) {
    case Rule::kInvalidateShared:
    case Rule::kInvalidateExclusive:
    case Rule::kInvalidateUnlock:
      return clause.id.starts_with('X') || clause.property == model::Property::kS5 ||
             clause.property == model::Property::kS5Prime;
    case Rule::kUpdateLock:
    case Rule::kUpdateUnlock:
      return clause.id.starts_with('Q') || clause.id.starts_with('D');
    default:
      return false;
  }
}

// The event of step number `step`; where there is none (the verdict came with a result, or at the
// end) the last event.
std::size_t event_of_step(const History& history, std::uint32_t step) {
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].kind == Event::Kind::kStep && next++ == step) return i;
  }
  return history.empty() ? 0 : history.size() - 1;
}

std::string text_of(const RunRecord& run, const Event& event) {
  switch (event.kind) {
    case Event::Kind::kBegin:
      return operation_at(run.scenario, event.place);
    case Event::Kind::kEnd: {
      const impl::Operation* operation = run.scenario.operation(event.place);
      return absl::StrCat(provenance(event.place), " = ", format_result(*operation, event.result));
    }
    case Event::Kind::kStep:
      return describe(event.rule, event.arguments);
  }
  return "";
}

}  // namespace

std::string format_result(const impl::Operation& operation, const impl::Result& result) {
  std::string out = error_name(result.error);
  if (out.empty()) out = std::to_string(result.error);
  if (result.pages != 0) absl::StrAppend(&out, " pages ", result.pages);
  if (result.faults != 0) absl::StrAppend(&out, " faults ", result.faults);
  const bool loads = operation.call == impl::Call::kLoad || operation.call == impl::Call::kPread ||
                     operation.call == impl::Call::kDeviceRead;
  const bool flags = operation.call == impl::Call::kSnapshot;
  if (result.error != 0 || (!loads && !flags)) return out;
  out += " data";
  const unsigned count =
      info(operation.call).reads(kCountField) ? std::max<unsigned>(operation.count, 1) : 1;
  for (unsigned i = 0; i < std::min<std::size_t>(count, result.data.size()); ++i) {
    const std::string_view name = flags ? name_of(kSnapshotNames, result.data[i]) : "";
    absl::StrAppend(&out, " ", name.empty() ? provenance(result.data[i]) : std::string(name));
  }
  return out;
}

std::vector<Row> rows_of(const RunRecord& run) {
  std::vector<Row> rows;
  const bool violated = run.verdict.kind == VerdictKind::kViolated;
  const std::size_t violation =
      violated ? event_of_step(run.history, run.verdict.step) : run.history.size();
  const bool has_cause = violated && static_cast<bool>(run.verdict.cause);
  const std::size_t cause =
      has_cause ? event_of_step(run.history, run.verdict.cause_step) : run.history.size();
  const Relevance relevance(run, violation);
  std::array<bool, model::kWindows> window_shown{};
  for (std::size_t i = 0; i < run.history.size(); ++i) {
    const Event& event = run.history[i];
    Row row{.event = i,
            .task = static_cast<unsigned>(event.task),
            .kind = event.kind,
            .text = text_of(run, event),
            .relevant = relevance.of(event)};
    if (event.kind == Event::Kind::kStep) {
      row.lock = is_lock(event.rule);
      const auto window = static_cast<std::size_t>(event.arguments.window);
      if (event.rule == Rule::kStart) window_shown[window] = row.relevant;
      if (is_about_window(event.rule)) row.relevant = window_shown[window];
    }
    if (i == violation) row.mark = RowMark::kViolation;
    if (has_cause && i == cause) row.mark = RowMark::kCause;
    rows.push_back(std::move(row));
  }
  return rows;
}

namespace {

enum class Phase : std::uint8_t { kEnd, kSetup, kTasks };

Phase phase_of(Place place) {
  if (place == 0) return Phase::kEnd;
  return place < 256 ? Phase::kSetup : Phase::kTasks;
}

}  // namespace

// What tasks do, and of set-up and the end what is of the phase in which it went wrong.
std::vector<Row> story_of(const RunRecord& run) {
  std::vector<Row> story;
  if (run.verdict.kind != VerdictKind::kViolated) {
    for (Row& row : rows_of(run)) {
      const bool of_a_task = phase_of(run.history[row.event].place) == Phase::kTasks;
      if (!row.lock && of_a_task) story.push_back(std::move(row));
    }
    return story;
  }
  const model::Clause& clause = *run.verdict.breach.clause;
  for (Row& row : rows_of(run)) {
    const Event& event = run.history[row.event];
    const Phase phase = phase_of(event.place);
    const bool told = phase == Phase::kTasks || phase == phase_of(run.verdict.place);
    const bool shown = event.kind != Event::Kind::kStep ||
                       (row.relevant && (!row.lock || lock_matters(event.rule, clause)));
    if (row.mark != RowMark::kNone || (told && shown)) story.push_back(std::move(row));
  }
  return story;
}

}  // namespace mirrorcheck::fuzz
