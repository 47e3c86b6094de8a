#include "fuzz/minimize/edits.h"

#include <algorithm>
#include <cstdint>

#include "fuzz/scenario/calls.h"

namespace mirrorcheck::fuzz {
namespace {

template <class List>
void erase(List& list, std::size_t first, std::size_t count = 1) {
  const auto at = list.begin() + static_cast<std::ptrdiff_t>(first);
  list.erase(at, at + static_cast<std::ptrdiff_t>(count));
}

// Calls f(operation) for each operation of the scenario.
template <class S, class F>
void each_operation(S& scenario, F f) {
  for (auto& step : scenario.setup) f(step.operation);
  for (auto& operations : scenario.tasks) {
    for (auto& operation : operations) f(operation);
  }
}

bool uses(const Scenario& scenario, model::File file) {
  bool used = false;
  each_operation(scenario, [&](const impl::Operation& operation) {
    used |= info(operation.call).reads(kFileField) && operation.file == file;
  });
  return used;
}

}  // namespace

std::size_t operation_count(const Scenario& scenario) {
  std::size_t count = 0;
  each_operation(scenario, [&](const impl::Operation&) { ++count; });
  return count;
}

std::size_t switch_count(const Schedule& schedule) {
  const std::size_t segments = coalesced(schedule).size();
  return segments == 0 ? 0 : segments - 1;
}

Scenario without_task(const Scenario& scenario, unsigned task) {
  Scenario out = scenario;
  impl::Layout& layout = out.layout;
  const model::Mm mm = layout.mm_of_task[task];
  for (unsigned t = task; t + 1u < layout.tasks; ++t) {
    layout.mm_of_task[t] = layout.mm_of_task[t + 1];
    out.tasks[t] = out.tasks[t + 1];
  }
  --layout.tasks;
  out.tasks[layout.tasks].clear();
  layout.mm_of_task[layout.tasks] = {};
  const auto moved = [&](unsigned t) { return t > task ? t - 1 : t; };
  const auto* const heirs_end = layout.mm_of_task.begin() + layout.tasks;
  const auto* const heir = std::find(layout.mm_of_task.cbegin(), heirs_end, mm);
  const auto heir_index =
      heir == heirs_end ? 0u : static_cast<unsigned>(heir - layout.mm_of_task.begin());
  for (SetupOperation& step : out.setup) {
    const auto t = static_cast<unsigned>(step.task);
    step.task = model::Task(t == task ? heir_index : moved(t));
  }
  const auto end = std::remove_if(out.schedule.begin(), out.schedule.end(),
                                  [&](const Segment& s) { return s.task == task; });
  out.schedule.erase(end, out.schedule.end());
  for (Segment& segment : out.schedule) {
    segment.task = static_cast<std::uint8_t>(moved(segment.task));
  }
  canonicalize(out);
  return out;
}

Scenario without_operations(const Scenario& scenario, unsigned task, std::size_t first,
                            std::size_t count) {
  Scenario out = scenario;
  erase(out.tasks[task], first, count);
  canonicalize(out);
  return out;
}

Scenario without_setup(const Scenario& scenario, std::size_t index) {
  Scenario out = scenario;
  erase(out.setup, index);
  canonicalize(out);
  return out;
}

std::vector<Scenario> simpler(const Scenario& scenario) {
  std::vector<Scenario> out;
  // Keeps the copy if `edit` changed it.
  const auto offer = [&](auto&& edit) {
    Scenario copy = scenario;
    edit(copy);
    canonicalize(copy);
    if (!(copy == scenario)) out.push_back(copy);
  };
  offer([](Scenario& s) { s.layout.mm_of_task.fill(model::Mm{}); });
  for (std::size_t f = 0; f < model::kFiles; ++f) {
    if (!uses(scenario, model::File(f))) {
      offer([&](Scenario& s) { s.layout.files[f] = {}; });
    }
    offer([&](Scenario& s) { s.layout.files[f].size /= 2; });
  }
  const std::size_t operations = operation_count(scenario);
  for (std::size_t target = 0; target < operations; ++target) {
    const auto change = [&](auto&& edit) {
      offer([&](Scenario& s) {
        std::size_t i = 0;
        each_operation(s, [&](impl::Operation& operation) {
          if (i++ == target) edit(operation);
        });
      });
    };
    change([](impl::Operation& o) { o.count = 1; });
    change([](impl::Operation& o) { o.count = static_cast<std::uint8_t>((o.count + 1) / 2); });
    change([](impl::Operation& o) {
      o.page = static_cast<std::uint8_t>(o.page + o.count / 2);
      o.count = static_cast<std::uint8_t>(o.count - o.count / 2);
    });
    change([](impl::Operation& o) { o.target_count = 1; });
    change([](impl::Operation& o) { o.target_count = o.count; });
    change([](impl::Operation& o) { o.cell = 0; });
    change([](impl::Operation& o) { o.size = 0; });
    change([](impl::Operation& o) { o.requests = 0; });
    change([](impl::Operation& o) { o.flags = 0; });
  }
  return out;
}

std::vector<Schedule> calmer(const Schedule& schedule) {
  std::vector<Schedule> out;
  for (std::size_t i = 0; i < schedule.size(); ++i) {
    const auto same = [&](const Segment& s) { return s.task == schedule[i].task; };
    const auto move_to = [&](std::size_t position) {
      Schedule copy = schedule;
      const Segment moved = copy[i];
      erase(copy, i);
      copy.insert(copy.begin() + static_cast<std::ptrdiff_t>(position), moved);
      out.push_back(coalesced(copy));
    };
    for (std::size_t later = i + 2; later < schedule.size(); ++later) {
      if (!same(schedule[later])) continue;
      move_to(later - 1);
      break;
    }
    for (std::size_t earlier = i; earlier-- > 0;) {
      if (!same(schedule[earlier])) continue;
      if (earlier + 1 < i) move_to(earlier + 1);
      break;
    }
  }
  return out;
}

Schedule coalesced(const Schedule& schedule) {
  Schedule out;
  for (const Segment& segment : schedule) {
    if (!out.empty() && out.back().task == segment.task &&
        out.back().points + segment.points <= UINT16_MAX) {
      out.back().points = static_cast<std::uint16_t>(out.back().points + segment.points);
    } else {
      out.push_back(segment);
    }
  }
  return out;
}

}  // namespace mirrorcheck::fuzz
