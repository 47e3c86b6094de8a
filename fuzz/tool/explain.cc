// explain: what happened in a run, in words and in pictures.

#include <cstdio>
#include <optional>
#include <string>

#include "fuzz/campaign/output_file.h"
#include "fuzz/explain/html.h"
#include "fuzz/explain/known.h"
#include "fuzz/explain/svg.h"
#include "fuzz/explain/trace.h"
#include "fuzz/explain/words.h"
#include "fuzz/harness/execution.h"
#include "fuzz/harness/history.h"
#include "fuzz/tool/commands.h"
#include "fuzz/tool/exit_code.h"
#include "fuzz/tool/input.h"
#include "fuzz/tool/kernel_source.h"

namespace mirrorcheck::tool {
namespace {

constexpr Option kExplainOptions[] = {
    kImplOption,
    kKernelSourceOption,
    {"--html", "FILE", "also write a page with a drawing, which needs no other file"},
    {"--svg", "FILE", "also write the drawing alone"},
    {"--trace", "FILE", "also write trace events, which ui.perfetto.dev opens"},
    kRawOption,
};

bool write(const Arguments& arguments, std::string_view option, const std::string& content) {
  if (!arguments.has(option)) return true;
  const std::string path = arguments.text(option, "");
  if (const std::optional<std::string> problem = fuzz::write_file(path, content)) {
    std::fprintf(stderr, "mirrorcheck: %s\n", problem->c_str());
    return false;
  }
  return true;
}

int run_explain(const Arguments& arguments) {
  const std::unique_ptr<impl::World> world = load_implementation(arguments);
  if (world == nullptr) return kUsage;
  const std::optional<std::vector<std::string>> files =
      scenario_files(arguments.positionals()[0], false);
  if (!files) return kUsage;
  if (files->size() > 1) {
    std::fprintf(stderr, "mirrorcheck explain: %s: has %zu scenarios; name one of them\n",
                 arguments.positionals()[0].c_str(), files->size());
    return kUsage;
  }
  const std::optional<fuzz::Scenario> scenario =
      read_scenario(files->front(), arguments.has(kRawOption.name));
  if (!scenario) return kUsage;
  fuzz::History history;
  fuzz::Verdict verdict = fuzz::Execution(*world, {}).replay(*scenario, &history);
  fuzz::note_known(*world, *scenario, history, verdict);
  const fuzz::RunRecord record{*scenario, history, verdict, arguments.text("--impl", "reference")};
  const std::string comment = opening_comment(files->front());
  if (!comment.empty()) std::printf("%s\n", comment.c_str());
  std::fputs(fuzz::explain(record).c_str(), stdout);
  if (!write(arguments, "--html", fuzz::html(record)) ||
      !write(arguments, "--svg", fuzz::svg(record)) ||
      !write(arguments, "--trace", fuzz::trace(record))) {
    return kUsage;
  }
  return exit_code(verdict.kind);
}

}  // namespace

const Command kExplain{
    "explain",
    "SCENARIO",
    1,
    1,
    "tells what happens in a scenario: the broken rule, the steps, the two states",
    "First comes the comment that the file begins with. Then one column for each task, time\n"
    "downwards. > marks the step at which the contract was broken,\n"
    "! a step of the protocol that was broken before. Steps that have nothing to do with the\n"
    "violation are left out; a finding's history.txt has them all.\n",
    kExplainOptions,
    run_explain};

}  // namespace mirrorcheck::tool
