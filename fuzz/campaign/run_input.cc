// The differential run behind mirror_fuzzer (fuzz/engines/run_input.h).
//
// Under a campaign what the implementation is known to break the contract with is left out of most
// inputs (known_triggers.h).
//
// Under a campaign the environment has two more names: MIRRORCHECK_STATUS, the file of a Status,
// and MIRRORCHECK_FINDINGS, a directory. Then each input is run under several schedules, a
// violation is written there and the campaign goes on; without them an input is one run, and a
// violation ends the process, as an engine on its own expects.

#include "fuzz/engines/run_input.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/campaign/known_triggers.h"
#include "fuzz/campaign/recorder.h"
#include "fuzz/campaign/status.h"
#include "fuzz/engines/model_coverage.h"
#include "fuzz/explain/known.h"
#include "fuzz/explain/words.h"
#include "fuzz/harness/branch_runs.h"
#include "fuzz/harness/execution.h"
#include "fuzz/scenario/bytes.h"
#include "impl/loader/loader.h"
#include "impl/sync/check.h"

// clang's, there where ways are counted for it (fuzz/engines/profile.sh).
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" [[gnu::weak]] int __llvm_profile_write_file();

namespace mirrorcheck::fuzz {
namespace {

class Runs {
 public:
  Runs(std::unique_ptr<impl::World> world, std::string name, MappedStatus status,
       std::string findings)
      : name_(std::move(name)),
        world_(std::move(world)),
        status_(std::move(status)),
        triggers_(world_->known_triggers()),
        coverage_(model_counters.data(), model_counters.size()),
        execution_(*world_, {.coverage = status_ ? &status_->coverage : &coverage_}) {
    if (!status_) return;
    // A worker that takes over from one that died goes on counting.
    coverage_.merge(status_->coverage);
    status_->coverage = coverage_;
    sync::check(triggers_.size() <= status_->triggers.size(), "there is room for what is known");
    std::copy(triggers_.begin(), triggers_.end(), status_->triggers.begin());
    recorder_.emplace(*status_, std::move(findings));
  }

  void run(std::span<const std::uint8_t> bytes) {
    if (status_) return run_for_campaign(bytes);
    decode(bytes, scenario_);
    const Verdict verdict = execution_.replay(scenario_);
    if (verdict.kind == VerdictKind::kViolated) [[unlikely]]
      report();
  }

 private:
  void run_for_campaign(std::span<const std::uint8_t> bytes) {
    decode(bytes, scenario_);
    const std::uint64_t choice = choice_of(bytes);
    const bool avoids = avoid_known_triggers(scenario_, triggers_, choice);
    status_->choice = choice;
    broken_.clear();
    run_branches(
        execution_, scenario_,
        [this](std::span<const std::uint8_t> encoded) {
          if (status_->is_done()) return false;
          status_->begin_input(encoded);
          return true;
        },
        [this, avoids](const Verdict& verdict) {
          if (verdict.kind == VerdictKind::kViolated && !triggers_.empty()) [[unlikely]] {
            broken_.push_back(scenario_.schedule);
          } else {
            recorder_->take(scenario_, verdict);
          }
          status_->end_input(avoids);
        });
    for (const Schedule& schedule : broken_) {
      scenario_.schedule = schedule;
      Verdict verdict = execution_.replay(scenario_, &history_);
      note_known(*world_, scenario_, history_, verdict);
      recorder_->take(scenario_, verdict);
    }
    if (status_->is_done()) leave();
  }

  // The campaign has what it asked for. afl-fuzz would start this program anew; it is stopped by
  // the supervisor.
  static void leave() {
    if (std::getenv("__AFL_SHM_ID") != nullptr) return;
    if (__llvm_profile_write_file != nullptr) __llvm_profile_write_file();
    // Not exit(): to libFuzzer that is a crash.
    std::_Exit(0);
  }

  [[noreturn]] void report() {
    History history;
    Verdict verdict = execution_.replay(scenario_, &history);
    note_known(*world_, scenario_, history, verdict);
    std::fputs(explain({scenario_, history, verdict, name_}).c_str(), stderr);
    std::abort();
  }

  std::string name_;
  std::unique_ptr<impl::World> world_;
  MappedStatus status_;
  std::span<const impl::KnownTrigger> triggers_;
  Coverage coverage_;
  Execution execution_;
  std::optional<Recorder> recorder_;
  Scenario scenario_;
  // Of the present input, what is yet to be compared with what is known: that takes a history, and
  // no other run may come between two branches.
  std::vector<Schedule> broken_;
  History history_;
};

std::unique_ptr<Runs> runs;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

[[noreturn]] void refuse(const std::string& line) {
  std::fprintf(stderr, "mirrorcheck: %s\n", line.c_str());
  std::exit(2);
}

}  // namespace

void prepare_runs() {
  std::string name = environment("MIRRORCHECK_IMPL");
  if (name.empty()) name = "reference";
  impl::LoadedWorld loaded = impl::load_world(name);
  if (loaded.world == nullptr) refuse(loaded.error);
  const impl::Capabilities can = loaded.world->capabilities();
  if (!can.events || !can.state) {
    refuse("implementation '" + name + "': offers no " + (can.events ? "state" : "events") +
           ", which every run is held against; impl/world.h tells how to");
  }
  const std::string path = environment("MIRRORCHECK_STATUS");
  MappedStatus status;
  if (!path.empty()) {
    status = MappedStatus::open(path);
    if (!status) refuse(path + ": is no status of this version; leave MIRRORCHECK_STATUS unset");
  }
  runs = std::make_unique<Runs>(std::move(loaded.world), name, std::move(status),
                                environment("MIRRORCHECK_FINDINGS"));
}

void run_input(const std::uint8_t* data, std::size_t size) { runs->run({data, size}); }

}  // namespace mirrorcheck::fuzz
