#include "fuzz/campaign/recorder.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <optional>

#include "fuzz/explain/run_record.h"
#include "fuzz/harness/clauses.h"
#include "fuzz/scenario/file.h"
#include "model/properties.h"
#include "model/rules.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::size_t kWarningSize = 36;  // as much of it as makes a name

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
  std::string key = std::string(model::info(clause.property).id) + ' ' + std::string(clause.id) +
                    ' ' + std::string(model::rule_name(verdict.breach.rule));
  // Which warning it is: the place in the source, where it begins with one.
  if (&clause == &kComplaint) {
    key += ' ' + verdict.detail.substr(0, std::min(verdict.detail.find(": "), kWarningSize));
  }
  if (!verdict.known.empty()) key += ' ' + std::string(verdict.known);
  return key;
}

std::string file_name(const std::string& key) {
  std::string name;
  for (const char c : key) {
    if (c == '\'') {
      name += "prime";
    } else {
      name += c == ' ' || c == '/' || c == ':' ? '-' : c;
    }
  }
  return name;
}

std::uint32_t Recorder::index_of(const std::string& key) const {
  const std::uint32_t count = status_.found_count.load(std::memory_order_relaxed);
  std::uint32_t index = 0;
  while (index < count && key != status_.found[index].key.data()) ++index;
  return index;
}

bool Recorder::is_new(const Verdict& verdict) const {
  const std::uint32_t index = index_of(finding_key(verdict));
  return index == status_.found_count.load(std::memory_order_relaxed) && index < Status::kMostFound;
}

void Recorder::take(const Scenario& scenario, const Verdict& verdict) {
  if (verdict.kind == VerdictKind::kHolds) [[likely]]
    return;
  if (verdict.kind == VerdictKind::kInconclusive) {
    increment(status_.inconclusive);
    return;
  }
  increment(status_.violations);
  const std::string key = finding_key(verdict);
  const std::uint32_t index = index_of(key);
  if (index == Status::kMostFound) return;
  if (index == status_.found_count.load(std::memory_order_relaxed)) write(scenario, verdict, key);
  increment(status_.found[index].times);
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
