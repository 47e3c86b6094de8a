#include "fuzz/campaign/finisher.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string_view>
#include <utility>
#include <variant>

#include "fuzz/campaign/ending.h"
#include "fuzz/campaign/finding.h"
#include "fuzz/campaign/process.h"
#include "fuzz/campaign/status.h"
#include "fuzz/explain/run_record.h"
#include "fuzz/minimize/minimize.h"
#include "fuzz/scenario/file.h"
#include "impl/loader/loader.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::uint64_t kMilliseconds = 60'000;

// In the child: what comes of the raw finding, as lines "path\nheadline\n"; without a path there is
// only the headline of a problem.
std::string finish(const CampaignOptions& options, const std::string& raw) {
  const impl::LoadedWorld loaded = impl::load_world(options.implementation);
  if (loaded.world == nullptr) return "\n" + loaded.error + "\n";
  const ScenarioOrError read = read_scenario_file(raw);
  if (const Error* error = std::get_if<Error>(&read)) return "\n" + error->to_string() + "\n";
  const std::optional<Minimized> small = minimize(*loaded.world, std::get<Scenario>(read));
  if (!small) return "\nnot violated when it was run again\n";
  const Written written = write_finding(*loaded.world, small->scenario, options.implementation,
                                        options.tool, options.findings);
  if (!written.problem.empty()) return "\n" + written.problem + "\n";
  return written.path + "\n" + headline(small->verdict) + "\n";
}

// In the child: gives the raw finding the schedule that matters. Its answer is a headline alone.
std::string find_schedule(const CampaignOptions& options, const std::string& raw) {
  const ScenarioOrError read = read_scenario_file(raw);
  if (const Error* error = std::get_if<Error>(&read)) return "\n" + error->to_string() + "\n";
  Scenario scenario = std::get<Scenario>(read);
  if (!find_ending_schedule(options.implementation, scenario)) return "\nnot when it ran again\n";
  const std::optional<Error> failed = write_text_file(raw, scenario);
  return failed ? "\n" + failed->to_string() + "\n" : std::string();
}

std::string take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string line(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

Finisher::~Finisher() {
  if (process_ > 0) {
    signal_group(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    ::close(answer_);
  }
}

void Finisher::add(CampaignFinding finding, Finish how) {
  waiting_.push_back({std::move(finding), how});
}

std::optional<CampaignFinding> Finisher::poll() {
  if (process_ <= 0) {
    if (waiting_.empty()) return std::nullopt;
    if (waiting_.front().how == Finish::kAsItIs) {
      CampaignFinding as_it_is = std::move(waiting_.front().finding);
      waiting_.pop_front();
      return as_it_is;
    }
    start();
  }
  const pid_t done = process_ <= 0 ? process_ : ::waitpid(process_, nullptr, WNOHANG);
  if (done == 0) {
    if (monotonic_milliseconds() < deadline_) return std::nullopt;
    signal_group(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  return finished();
}

void Finisher::start() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  deadline_ = monotonic_milliseconds() + kMilliseconds;
  process_ = fork_child([&] {
    const std::string& raw = waiting_.front().finding.path;
    const std::string answer = waiting_.front().how == Finish::kMinimize
                                   ? finish(options_, raw)
                                   : find_schedule(options_, raw);
    // Far below what a pipe holds, so that nobody waits.
    return ::write(ends[1], answer.data(), answer.size()) < 0 ? 1 : 0;
  });
  ::close(ends[1]);
  answer_ = ends[0];
}

CampaignFinding Finisher::finished() {
  CampaignFinding finding = std::move(waiting_.front().finding);
  const Finish how = waiting_.front().how;
  waiting_.pop_front();
  std::string answer;
  if (answer_ >= 0) {
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(answer_, buffer, sizeof buffer)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(answer_);
  }
  answer_ = -1;
  process_ = -1;
  std::string_view rest = answer;
  const std::string path = take_line(rest);
  const std::string line = take_line(rest);
  if (how == Finish::kFindSchedule) {
    if (!line.empty()) finding.headline += " [" + line + "]";
    return finding;
  }
  if (path.empty()) {
    finding.headline += " [not minimised: " + (line.empty() ? "the run did not end" : line) + "]";
    return finding;
  }
  ::unlink(finding.path.c_str());
  finding.path = path;
  finding.finished = true;
  finding.headline = line;
  return finding;
}

}  // namespace mirrorcheck::fuzz
