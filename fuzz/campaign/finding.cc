#include "fuzz/campaign/finding.h"

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <system_error>

#include "fuzz/campaign/output_file.h"
#include "fuzz/campaign/recorder.h"
#include "fuzz/explain/columns.h"
#include "fuzz/explain/html.h"
#include "fuzz/explain/known.h"
#include "fuzz/explain/trace.h"
#include "fuzz/explain/words.h"
#include "fuzz/harness/execution.h"
#include "fuzz/scenario/text.h"

namespace mirrorcheck::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kMostOfAKind = 10'000;

// For the shell, whatever characters a path has.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string reproduce_script(const std::string& implementation, const std::string& tool,
                             const Verdict& verdict) {
  return "#!/bin/sh\n# " + headline(verdict) + "\nexec " + quoted(tool) + " replay --impl " +
         quoted(implementation) + " \"$(dirname \"$0\")/scenario.txt\"\n";
}

}  // namespace

Written write_finding(impl::World& world, const Scenario& scenario,
                      const std::string& implementation, const std::string& tool,
                      const std::string& findings) {
  History history;
  Verdict verdict = Execution(world, {}).replay(scenario, &history);
  note_known(world, scenario, history, verdict);
  if (verdict.kind != VerdictKind::kViolated) {
    return {"", "a finding could not be repeated: " + headline(verdict)};
  }
  Scenario written = scenario;
  const std::vector<ExpectedResult> results = written.expectations.results;
  written.expectations = expectation_of(verdict);
  written.expectations.results = results;
  const RunRecord run{written, history, verdict, implementation};

  std::error_code error;
  const fs::path draft = fs::path(findings) / (".draft-" + std::to_string(::getpid()));
  fs::create_directory(draft, error);
  const std::pair<const char*, std::string> files[] = {
      {"scenario.txt", format(written)},
      {"explanation.txt", explain(run)},
      {"history.txt", history_text(run)},
      {"index.html", html(run)},
      {"trace.json", trace(run)},
      {"reproduce.sh", reproduce_script(implementation, tool, verdict)},
  };
  for (const auto& [name, content] : files) {
    if (const std::optional<std::string> problem = write_file((draft / name).string(), content)) {
      fs::remove_all(draft, error);
      return {"", *problem};
    }
  }
  fs::permissions(draft / "reproduce.sh", fs::perms::owner_exec, fs::perm_options::add, error);

  // rename() takes the place of an empty directory only, so an earlier finding is never lost.
  const fs::path base = fs::path(findings) / file_name(finding_key(verdict));
  for (unsigned i = 1; i < kMostOfAKind; ++i) {
    const fs::path path = i == 1 ? base : fs::path(base.string() + "-" + std::to_string(i));
    fs::rename(draft, path, error);
    if (!error) return {path.string(), ""};
    if (error != std::errc::directory_not_empty && error != std::errc::file_exists &&
        error != std::errc::not_a_directory) {
      break;
    }
  }
  const std::string problem = base.string() + ": cannot be written: " + error.message();
  fs::remove_all(draft, error);
  return {"", problem};
}

}  // namespace mirrorcheck::fuzz
