#include "fuzz/tool/attack_scenario.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <array>
#include <vector>

#include "fuzz/directed/search.h"
#include "fuzz/explain/phrases.h"
#include "fuzz/harness/describe.h"
#include "fuzz/scenario/text.h"
#include "proofs/explore/reorder.h"

namespace mirrorcheck::tool {
namespace {

namespace explore = proofs::explore;
using model::Rule;

// More than that is another story.
constexpr unsigned kMostMissed = 3;

std::array<impl::FileLayout, model::kFiles> files_of(const explore::Attack& attack) {
  bool dax = false;
  for (const explore::ExploreStep& step : attack.trace) {
    dax = dax || is_block(step.arguments.frame) ||
          (step.rule == Rule::kMap && step.arguments.area == model::Area::kDax);
  }
  std::array<impl::FileLayout, model::kFiles> files{};
  for (unsigned f = 0; f < attack.world.files; ++f) {
    files[f] = {.dax = dax,
                .exists = true,
                .size = static_cast<std::uint8_t>(attack.world.file_pages * model::kCellsPerPage)};
  }
  return files;
}

// What a step does not say, but the operation that takes it has to: the pages of a section, whose
// page it was that is freed.
class Context {
 public:
  void complete(Rule rule, model::Arguments& a) {
    switch (rule) {
      case Rule::kInsert:
        interval_ = a.pages;
        break;
      case Rule::kReadBegin:
        a.pages = interval_;
        a.page = a.pages.first;
        break;
      case Rule::kPopulate:
        populated_ = a.page;
        break;
      case Rule::kFill:
        filled_ = a.file_page;
        break;
      case Rule::kFree:
        a.page = populated_;
        a.file_page = filled_;
        break;
      case Rule::kDisconnect:
        a.file = file_of(a.file_page);
        break;
      default:
        break;
    }
  }

 private:
  model::PageRange interval_{};
  model::Page populated_{};
  model::FilePage filled_{};
};

// A window is over something.
void map_what_windows_are_over(std::vector<fuzz::WantedStep>& wanted) {
  const auto maps = [](model::PageRange pages) {
    return [pages](const fuzz::WantedStep& step) {
      return step.rule == Rule::kMap && step.arguments.pages.first <= pages.last &&
             pages.first <= step.arguments.pages.last;
    };
  };
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].rule != Rule::kStart) continue;
    const model::Arguments start = wanted[i].arguments;
    if (std::any_of(wanted.begin(), wanted.end(), maps(start.pages))) continue;
    model::Arguments map;
    map.mm = start.mm;
    map.pages = start.pages;
    map.area = model::Area::kAnon;
    wanted.insert(wanted.begin(), {Rule::kMap, map});
    ++i;
  }
}

std::vector<fuzz::WantedStep> wanted_of(const explore::Attack& attack) {
  std::vector<fuzz::WantedStep> wanted;
  Context context;
  for (const explore::ExploreStep& step : explore::prepared_first(attack)) {
    if (fuzz::is_incidental(step.rule)) continue;
    wanted.push_back({step.rule, step.arguments});
    context.complete(step.rule, wanted.back().arguments);
  }
  map_what_windows_are_over(wanted);
  return wanted;
}

std::string what_is_dropped(const explore::Attack& attack) {
  const explore::Drop drop = explore::parse_drop(attack.drop);
  const std::string rule(model::rule_name(drop.rule));
  if (!drop.field.empty()) {
    return absl::StrCat("a mirror whose ", rule, " does not do its part on ", drop.field);
  }
  const model::Clause& clause =
      *explore::clauses_of(drop.rule)[static_cast<std::size_t>(std::countr_zero(drop.clauses))];
  return absl::StrCat("a mirror that ", std::string(clause.sentence), " (", std::string(clause.id),
                      ", in ", rule, ")");
}

void comment(std::string& out, const std::string& line) { absl::StrAppend(&out, "# ", line, "\n"); }

std::string story(const explore::Attack& attack) {
  std::string out;
  comment(out, absl::StrCat("Attack ", attack.drop, ": ", what_is_dropped(attack)));
  const model::PropertyInfo& property = model::info(attack.broken->property);
  comment(out, absl::StrCat("breaks ", std::string(property.id), ": ",
                            std::string(property.meaning), "."));
  comment(out, absl::StrCat("The shortest way there, in the contract without it, has ",
                            attack.trace.size(), attack.trace.size() == 1 ? " step:" : " steps:"));
  unsigned number = 0;
  for (const explore::ExploreStep& step : attack.trace) {
    comment(out, absl::StrFormat("%4u  %-44s %s", ++number,
                                 fuzz::describe(step.rule, step.arguments),
                                 std::string(fuzz::phrase(step.rule))));
  }
  return out;
}

std::string summary_of(const fuzz::Directed& directed,
                       const std::vector<fuzz::WantedStep>& wanted) {
  if (directed.missed.empty()) {
    return absl::StrCat("all ", wanted.size(), " steps in their order");
  }
  std::vector<std::string> names;
  for (const std::size_t i : directed.missed) {
    names.emplace_back(model::rule_name(wanted[i].rule));
  }
  return absl::StrCat(wanted.size() - directed.missed.size(), " of ", wanted.size(),
                      " steps in their order; later or not at all: ", absl::StrJoin(names, ", "));
}

}  // namespace

AttackScenario scenario_of(const explore::Attack& attack, impl::World& reference) {
  const std::vector<fuzz::WantedStep> wanted = wanted_of(attack);
  fuzz::DirectedSearch search(reference);
  const std::optional<fuzz::Directed> directed =
      search.find(wanted, files_of(attack), kMostMissed);
  if (!directed) return {.text = "", .summary = "no operations of the reference take these steps"};
  fuzz::Scenario scenario = directed->scenario;
  scenario.expectations.verdict = fuzz::ExpectedVerdict::kHolds;
  std::string text = fuzz::format(scenario);
  std::string told = story(attack);
  const std::string summary = summary_of(*directed, wanted);
  comment(told, absl::StrCat("The reference holds. Locks and the free list aside, it takes ",
                             summary, "."));
  text.insert(text.find('\n') + 1, told);
  return {.text = text, .summary = summary};
}

}  // namespace mirrorcheck::tool
