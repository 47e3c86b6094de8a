#include "fuzz/campaign/recorder.h"

#include <cstdio>
#include <cstring>
#include <optional>

#include "fuzz/explain/run_record.h"
#include "fuzz/scenario/file.h"
#include "model/properties.h"
#include "model/rules.h"

namespace mirrorcheck::fuzz {
namespace {

void increment(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

template <std::size_t N>
void copy_text(std::array<char, N>& out, const std::string& text) {
  const std::size_t size = std::min(text.size(), N - 1);
  std::memcpy(out.data(), text.data(), size);
  out[size] = '\0';
}

}  // namespace

std::string finding_key(const Verdict& verdict) {
  const model::Clause& clause = *verdict.breach.clause;
  return std::string(model::info(clause.property).id) + ' ' + std::string(clause.id) + ' ' +
         std::string(model::rule_name(verdict.breach.rule));
}

std::string file_name(const std::string& key) {
  std::string name;
  for (const char c : key) {
    if (c == '\'') {
      name += "prime";
    } else {
      name += c == ' ' || c == '/' ? '-' : c;
    }
  }
  return name;
}

bool Recorder::is_new(const Verdict& verdict) const {
  const std::string key = finding_key(verdict);
  const std::uint32_t count = status_.found_count.load(std::memory_order_relaxed);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (key == status_.found[i].key.data()) return false;
  }
  return count < Status::kMostFound;
}

void Recorder::take(const Scenario& scenario, const Verdict& verdict) {
  if (verdict.kind == VerdictKind::kHolds) [[likely]]
    return;
  if (verdict.kind == VerdictKind::kInconclusive) {
    increment(status_.inconclusive);
    return;
  }
  increment(status_.violations);
  if (is_new(verdict)) write(scenario, verdict, finding_key(verdict));
}

void Recorder::write(const Scenario& scenario, const Verdict& verdict, const std::string& key) {
  const std::uint32_t index = status_.found_count.load(std::memory_order_relaxed);
  Found& found = status_.found[index];
  Scenario written = scenario;
  written.expectations = expectation_of(verdict);
  const std::string path = directory_ + "/raw-" + file_name(key) + "-" +
                           std::to_string(::getpid()) + "-" + std::to_string(index) + ".txt";
  if (const std::optional<Error> error = write_text_file(path, written)) {
    std::fprintf(stderr, "mirrorcheck: %s\n", error->to_string().c_str());
    return;
  }
  copy_text(found.key, key);
  copy_text(found.path, path);
  found.executions = status_.executions.load(std::memory_order_relaxed) + 1;
  found.milliseconds = monotonic_milliseconds() - status_.began;
  // Pairs with the supervisor's acquire: what it counts is complete.
  status_.found_count.store(index + 1, std::memory_order_release);
}

}  // namespace mirrorcheck::fuzz
