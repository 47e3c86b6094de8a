#include "fuzz/campaign/supervisor.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>

#include "fuzz/campaign/ending.h"
#include "fuzz/campaign/inputs.h"
#include "fuzz/campaign/known_triggers.h"
#include "fuzz/campaign/process.h"
#include "fuzz/campaign/self_check.h"
#include "fuzz/scenario/bytes.h"
#include "fuzz/scenario/file.h"
#include "impl/loader/loader.h"

namespace mirrorcheck::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr long kTickNanoseconds = 100'000'000;
constexpr unsigned kMostStarts = 16;                 // of one job
constexpr std::uint64_t kHangMilliseconds = 20'000;  // without an execution
constexpr std::uint64_t kCountMilliseconds = 2'000;
constexpr std::uint64_t kStopMilliseconds = 3'000;
constexpr unsigned kSelfCheckSeconds = 20;
constexpr std::uint64_t kMostEnds = 8;  // crashes and hangs that are written

std::string last_line(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

std::vector<std::uint8_t> bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Supervisor::Supervisor(const CampaignOptions& options, CampaignObserver& observer)
    : options_(options),
      observer_(observer),
      workers_(options.jobs),
      finisher_(options),
      keeper_(options.corpus) {
  // Signals are taken between two looks around, never in the middle of one.
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&signals_, signal);
  sigprocmask(SIG_BLOCK, &signals_, &before_);
}

Supervisor::~Supervisor() {
  stop_workers();
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

CampaignSummary Supervisor::run() {
  began_ = monotonic_milliseconds();
  if (!prepare() || !self_check()) {
    failed_ = true;
    conclude();
    return std::move(summary_);
  }
  began_ = monotonic_milliseconds();
  for (unsigned job = 0; job < options_.jobs; ++job) {
    if (!is_done(job)) start(job);
  }
  while (working() && !summary_.interrupted) {
    summary_.interrupted = wait_a_moment();
    reap();
    for (unsigned job = 0; job < options_.jobs; ++job) look_at(job);
    finish_findings();
    update();
    observer_.progress(summary_);
    if (options_.seconds != 0 && summary_.seconds >= static_cast<double>(options_.seconds)) break;
  }
  stop_workers();
  for (unsigned job = 0; job < options_.jobs; ++job) look_at(job);
  update();
  // What is found is told, also by a campaign that ends. A second Ctrl-C leaves it raw.
  while (!finisher_.idle()) {
    finish_findings();
    if (!finisher_.idle() && wait_a_moment()) break;
  }
  conclude();
  return std::move(summary_);
}

bool Supervisor::prepare() {
  if (!directory_.problem().empty()) {
    note(directory_.problem());
    return false;
  }
  place_.directory = directory_.path();
  place_.corpus = place_.directory + "/corpus";
  std::error_code error;
  fs::create_directories(place_.corpus, error);
  place_.seeds = write_seeds(options_.seeds, place_.seeds_directory(), summary_.notes);
  if (!options_.corpus.empty()) {
    const std::vector<std::string> kept = files_below(options_.corpus);
    place_.seeds.insert(place_.seeds.end(), kept.begin(), kept.end());
  }
  for (unsigned job = 0; job < options_.jobs; ++job) {
    Worker& worker = workers_[job];
    worker.status = MappedStatus::create(place_.status(job));
    if (!worker.status) {
      note(place_.status(job) + ": cannot be written; is the disk full?");
      return false;
    }
    worker.status->job = job;
  }
  return true;
}

// In a process of its own, since it runs code under test.
bool Supervisor::self_check() {
  const pid_t child = fork_child([&] {
    ::alarm(kSelfCheckSeconds);
    const impl::LoadedWorld loaded = impl::load_world(options_.implementation);
    return loaded.world != nullptr && notices_wrong_loads(*loaded.world) ? 0 : 1;
  });
  int state = 0;
  pid_t ended = child < 0 ? child : ::waitpid(child, &state, WNOHANG);
  for (; ended == 0; ended = ::waitpid(child, &state, WNOHANG)) {
    if (!wait_a_moment()) continue;
    signal_group(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    summary_.interrupted = true;
    return false;
  }
  if (ended != child) return false;
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return true;
  if (WIFEXITED(state) && WEXITSTATUS(state) == 1) {
    summary_.self_check_failed = true;
    note(
        "self-check failed: loads that return wrong data are not noticed on this implementation, "
        "so nothing else would be");
    return false;
  }
  note(std::string("the self-check did not end: the implementation ") +
       (WIFSIGNALED(state) && WTERMSIG(state) == SIGALRM ? "hangs" : "crashes") +
       " on random scenarios");
  return true;
}

// What job number `job` still has to do of its share of all executions.
std::uint64_t Supervisor::left(unsigned job) const {
  const std::uint64_t whole =
      options_.executions / options_.jobs + (job < options_.executions % options_.jobs ? 1 : 0);
  return whole - std::min(whole, workers_[job].status->executions.load());
}

bool Supervisor::is_done(unsigned job) const { return options_.executions != 0 && left(job) == 0; }

void Supervisor::start(unsigned job) {
  Worker& worker = workers_[job];
  worker.status->began = began_;
  worker.status->input_size = 0;  // what the one before it ran is taken care of
  if (options_.executions != 0) worker.status->limit = worker.status->executions + left(job);
  worker.moved = monotonic_milliseconds();
  worker.process = start_worker(options_, place_, job, worker.starts++, left(job), *worker.status);
  if (worker.process < 0) note("a worker could not be started: is the machine out of processes?");
}

bool Supervisor::working() const {
  return std::any_of(workers_.begin(), workers_.end(),
                     [](const Worker& worker) { return worker.process > 0; });
}

// Returns whether the campaign was asked to end.
bool Supervisor::wait_a_moment() {
  const timespec tick{.tv_sec = 0, .tv_nsec = kTickNanoseconds};
  const int signal = sigtimedwait(&signals_, nullptr, &tick);
  return signal == SIGINT || signal == SIGTERM;
}

void Supervisor::reap() {
  for (unsigned job = 0; job < options_.jobs; ++job) {
    Worker& worker = workers_[job];
    int state = 0;
    if (worker.process > 0 && ::waitpid(worker.process, &state, WNOHANG) == worker.process) {
      worker.process = -1;
      ended(job, state);
    }
  }
}

// A worker's process is over: its work is done, it could not begin, or the code under test took it
// along, be it by exit(0).
void Supervisor::ended(unsigned job, int state) {
  Worker& worker = workers_[job];
  if (is_done(job)) return;
  const int code = WIFEXITED(state) ? WEXITSTATUS(state) : -1;
  const bool refused = code == 1 || code == 2 || code == 127;
  if (worker.status->input_size == 0 || refused || options_.engine == Engine::kAflpp) {
    failed_ = true;
    const std::string line = last_line(place_.log(job));
    note("job " + std::to_string(job) + " ended early" + (line.empty() ? "" : ": " + line));
    return;
  }
  take_input(job, "crash", {worker.status->input.data(), worker.status->input_size.load()});
  if (worker.starts < kMostStarts) {
    start(job);
  } else {
    failed_ = true;
    note("job " + std::to_string(job) + " crashed too often and was given up");
  }
}

void Supervisor::look_at(unsigned job) {
  Worker& worker = workers_[job];
  if (!worker.status) return;
  // Pairs with the recorder's release.
  const std::uint32_t count = worker.status->found_count.load(std::memory_order_acquire);
  for (; worker.found < count; ++worker.found) {
    const Found& found = worker.status->found[worker.found];
    const std::string key = found.key.data();
    if (!keys_.insert(key).second) {
      ::unlink(found.path.data());  // another job was first
      continue;
    }
    std::istringstream words(key);
    CampaignFinding finding;
    finding.path = found.path.data();
    finding.headline = "violated " + key;
    finding.kinds = {key};
    finding.executions = found.executions;
    finding.seconds = static_cast<double>(found.milliseconds) / 1000;
    std::string clause;
    words >> finding.property >> clause >> finding.rule;
    finisher_.add(std::move(finding), Finish::kMinimize);
  }
  if (options_.engine == Engine::kAflpp) {
    look_at_afl(job);
    // It would go on: nobody has told it of executions.
    if (worker.process > 0 && is_done(job)) signal_group(worker.process, SIGTERM);
    return;
  }
  const std::uint64_t now = monotonic_milliseconds();
  const std::uint64_t executions = worker.status->executions.load(std::memory_order_relaxed);
  if (executions != worker.executions) {
    worker.executions = executions;
    worker.moved = now;
  } else if (worker.process > 0 && worker.status->input_size != 0 &&
             now - worker.moved > kHangMilliseconds) {
    signal_group(worker.process, SIGKILL);
    ::waitpid(worker.process, nullptr, 0);
    worker.process = -1;
    take_input(job, "hang", {worker.status->input.data(), worker.status->input_size.load()});
    if (worker.starts < kMostStarts) start(job);
  }
}

// AFL++ survives the death of its target and keeps the input.
void Supervisor::look_at_afl(unsigned job) {
  Worker& worker = workers_[job];
  for (const char* kind : {"crash", "hang"}) {
    const fs::path kept = fs::path(place_.afl_directory()) / ("job" + std::to_string(job)) /
                          (std::string(kind) == "crash" ? "crashes" : "hangs");
    std::error_code error;
    fs::directory_iterator entry(kept, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (name.starts_with("id:") && worker.afl_files.insert(kind + name).second) {
        take_input(job, kind, bytes_of(entry->path()));
      }
    }
  }
}

// The code under test crashed or stood still. It would do so again when the scenario is made
// smaller, so it is written as it is.
void Supervisor::take_input(unsigned job, const std::string& kind,
                            std::span<const std::uint8_t> bytes) {
  Scenario scenario;
  decode(bytes, scenario);
  // AFL++ keeps what it has made, the others what was run.
  if (options_.engine == Engine::kAflpp) {
    avoid_known_triggers(scenario, workers_[job].status->triggers, choice_of(bytes));
  }
  forget_seed(scenario, workers_[job].status->choice);
  if (++ends_ > kMostEnds) return;
  // The engines without feedback draw a schedule while it runs, and it went with the process.
  const bool drawn = options_.engine == Engine::kRandom || options_.engine == Engine::kPct;
  CampaignFinding finding{
      .path = options_.findings + "/" + kind + "-" + std::to_string(::getpid()) + "-" +
              std::to_string(job) + "-" + std::to_string(workers_[job].starts) + "-" +
              std::to_string(workers_[job].afl_files.size()) + ".txt",
      .property = kind,
      .rule = "",
      .headline = kind == "crash" ? "the implementation crashed" : "the implementation hangs",
      .replays = !drawn,
      .kinds = {},
      .executions = workers_[job].status->executions,
      .seconds = static_cast<double>(monotonic_milliseconds() - began_) / 1000};
  if (const std::optional<Error> error = write_text_file(finding.path, scenario)) {
    note(error->to_string());
    return;
  }
  finisher_.add(std::move(finding),
                options_.engine == Engine::kAflpp ? Finish::kFindSchedule : Finish::kAsItIs);
}

// A worker that starts again begins with the seeds, and would not get past this one.
void Supervisor::forget_seed(const Scenario& scenario, std::uint64_t choice) {
  std::erase_if(place_.seeds, [&](const std::string& seed) {
    Scenario other;
    const std::vector<std::uint8_t> bytes = bytes_of(seed);
    if (choice_of(bytes) == choice) return true;
    decode(bytes, other);
    other.schedule = scenario.schedule;
    return other == scenario;
  });
}

void Supervisor::finish_findings() {
  while (std::optional<CampaignFinding> finding = finisher_.poll()) {
    // Two kinds may turn out to be one when they are small.
    if (finding->finished && !finished_.insert(finding->headline).second) {
      std::error_code error;
      fs::remove_all(finding->path, error);
      for (CampaignFinding& same : summary_.findings) {
        if (same.headline != finding->headline) continue;
        same.kinds.insert(same.kinds.end(), finding->kinds.begin(), finding->kinds.end());
      }
      continue;
    }
    observer_.found(*finding);
    summary_.findings.push_back(std::move(*finding));
  }
}

void Supervisor::keep_inputs() {
  if (options_.engine == Engine::kLibFuzzer) {
    keeper_.keep_corpus(place_.corpus);
    summary_.corpus = count_files(place_.corpus);
  } else if (options_.engine == Engine::kAflpp) {
    keeper_.keep_queues(place_.afl_directory());
    summary_.corpus = count_files(place_.afl_directory() + "/job0/queue");
  }
}

void Supervisor::update() {
  summary_.executions = summary_.inconclusive = summary_.violations = summary_.avoided = 0;
  summary_.coverage = Coverage();
  for (const Worker& worker : workers_) {
    if (!worker.status) continue;
    summary_.executions += worker.status->executions;
    summary_.inconclusive += worker.status->inconclusive;
    summary_.violations += worker.status->violations;
    summary_.avoided += worker.status->avoided;
    summary_.coverage.merge(worker.status->coverage);
  }
  summary_.violations += ends_;
  const std::uint64_t now = monotonic_milliseconds();
  summary_.seconds = static_cast<double>(now - began_) / 1000;
  if (now - counted_ < kCountMilliseconds) return;
  counted_ = now;
  keep_inputs();
}

// How many executions each kind of finding has ended.
void Supervisor::count_times() {
  for (const Worker& worker : workers_) {
    if (!worker.status) continue;
    const std::uint32_t count = worker.status->found_count.load(std::memory_order_acquire);
    for (std::uint32_t i = 0; i < count; ++i) {
      const Found& found = worker.status->found[i];
      for (CampaignFinding& finding : summary_.findings) {
        const std::vector<std::string>& kinds = finding.kinds;
        if (std::find(kinds.begin(), kinds.end(), found.key.data()) == kinds.end()) continue;
        finding.times += found.times.load(std::memory_order_relaxed);
      }
    }
  }
}

// libFuzzer has written its corpus already and the rest is in the status, so it can be killed.
// afl-fuzz has to be asked, because its target is in a session of its own.
void Supervisor::stop_workers() {
  const bool ask = options_.engine == Engine::kAflpp;
  for (const Worker& worker : workers_) {
    if (worker.process > 0) signal_group(worker.process, ask ? SIGTERM : SIGKILL);
  }
  const std::uint64_t deadline = monotonic_milliseconds() + kStopMilliseconds;
  for (Worker& worker : workers_) {
    while (worker.process > 0 && ::waitpid(worker.process, nullptr, ask ? WNOHANG : 0) == 0) {
      if (monotonic_milliseconds() > deadline) {
        signal_group(worker.process, SIGKILL);
        ::waitpid(worker.process, nullptr, 0);
        break;
      }
      wait_a_moment();
    }
    worker.process = -1;
  }
}

void Supervisor::conclude() {
  keep_inputs();
  count_times();
  if (ends_ > kMostEnds) {
    note(std::to_string(ends_) + " crashes and hangs in all; the first " +
         std::to_string(kMostEnds) + " were kept");
  }
  if (!summary_.findings.empty() || !finisher_.idle()) {
    summary_.verdict = VerdictKind::kViolated;
  } else if (failed_ || summary_.executions == 0 || summary_.inconclusive != 0) {
    summary_.verdict = VerdictKind::kInconclusive;
  } else {
    summary_.verdict = VerdictKind::kHolds;
  }
}

void Supervisor::note(const std::string& line) { summary_.notes.push_back(line); }

}  // namespace mirrorcheck::fuzz
