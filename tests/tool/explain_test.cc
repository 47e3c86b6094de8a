#include <gtest/gtest.h>

#include <string>

#include "fuzz/explain/columns.h"
#include "fuzz/explain/escape.h"
#include "fuzz/explain/html.h"
#include "fuzz/explain/phrases.h"
#include "fuzz/explain/rows.h"
#include "fuzz/explain/svg.h"
#include "fuzz/explain/trace.h"
#include "fuzz/explain/words.h"
#include "fuzz/harness/execution.h"
#include "fuzz/scenario/text.h"
#include "model/rules.h"
#include "tests/tool/json_check.h"
#include "tests/tool/late_device.h"

namespace mirrorcheck::fuzz {
namespace {

// A device has a page, another task takes it away; p1 has nothing to do with that.
constexpr const char* kScenario = R"(mirrorcheck scenario 1
tasks t0:mm0 t1:mm0
setup
  t0 mmap_anon p0+2 rw
  t0 mirror_open m0 p0+2
t0
  device_write m0 p0+1 .0
t1
  store p1 .0
  madvise_dontneed p0+1
schedule t0*200 t1*200
)";

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

class ExplainTest : public testing::Test {
 protected:
  void run(impl::World& world) {
    ScenarioOrError read = parse(kScenario, "test");
    ASSERT_TRUE(std::holds_alternative<Scenario>(read));
    scenario_ = std::get<Scenario>(read);
    verdict_ = Execution(world, {}).replay(scenario_, &history_);
  }
  RunRecord record() const { return {scenario_, history_, verdict_, "late <device>"}; }

  Scenario scenario_;
  History history_;
  Verdict verdict_;
};

TEST_F(ExplainTest, SaysWhatWasBroken) {
  LateDevice world;
  run(world);
  ASSERT_EQ(verdict_.kind, VerdictKind::kViolated);
  const std::string words = explain(record());
  EXPECT_NE(words.find("late <device>: violated S1 (D2, in D2.invalidate)"), std::string::npos)
      << words;
  EXPECT_NE(words.find("property  S1: a device translation is one the CPU page table still"),
            std::string::npos);
  EXPECT_NE(words.find("t1.2 madvise_dontneed p0+1"), std::string::npos);
  EXPECT_NE(words.find("  contract        mm0 p0"), std::string::npos) << words;
  EXPECT_NE(words.find("> implementation  mm0 p0"), std::string::npos) << words;
}

TEST_F(ExplainTest, ShowsWhatMattersOnly) {
  LateDevice world;
  run(world);
  const std::vector<Row> all = rows_of(record());
  const std::vector<Row> story = story_of(record());
  EXPECT_EQ(all.size(), history_.size());
  EXPECT_LT(story.size(), all.size());
  std::size_t violations = 0;
  for (const Row& row : story) {
    violations += row.mark == RowMark::kViolation ? 1 : 0;
    if (row.kind == Event::Kind::kStep) {
      EXPECT_EQ(row.text.find("p1 "), std::string::npos) << row.text;
    }
  }
  EXPECT_EQ(violations, 1u);
  EXPECT_EQ(story.back().mark, RowMark::kViolation);
  EXPECT_NE(columns(story).find("\n> "), std::string::npos);
}

TEST_F(ExplainTest, DrawsTheRun) {
  LateDevice world;
  run(world);
  const std::string drawing = svg(record());
  EXPECT_EQ(count(drawing, "class=\"badrow\""), 1u);
  EXPECT_GE(count(drawing, "class=\"window\""), 2u);  // one in the legend
  EXPECT_GE(count(drawing, "class=\"section\""), 2u);
  EXPECT_GE(count(drawing, "class=\"switch\""), 1u);
  for (const char* element : {"svg", "text", "title", "style"}) {
    EXPECT_EQ(count(drawing, std::string("<") + element),
              count(drawing, std::string("</") + element))
        << element;
  }
  EXPECT_EQ(drawing.find("late <device>"), std::string::npos);
  const std::string page = html(record());
  EXPECT_NE(page.find(drawing), std::string::npos);
  for (const char* outside : {"<script", "<link", "<img", "src=", "@import"}) {
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  }
}

TEST_F(ExplainTest, TracesTheRun) {
  LateDevice world;
  run(world);
  const std::string text = trace(record());
  EXPECT_TRUE(JsonCheck::good(text)) << text;
  EXPECT_FALSE(JsonCheck::good(text.substr(0, text.size() / 2)));
  EXPECT_EQ(count(text, "\"s\":\"g\""), 1u);
}

TEST_F(ExplainTest, IsTheSameForTheSameRun) {
  LateDevice world;
  run(world);
  const std::string first = history_text(record()) + explain(record());
  LateDevice other;
  run(other);
  EXPECT_EQ(history_text(record()) + explain(record()), first);
}

TEST_F(ExplainTest, TellsARunThatHoldsToo) {
  const std::unique_ptr<impl::World> world = impl::create_reference();
  run(*world);
  ASSERT_EQ(verdict_.kind, VerdictKind::kHolds);
  EXPECT_EQ(headline(verdict_), "holds");
  EXPECT_EQ(count(svg(record()), "class=\"badrow\""), 0u);
  EXPECT_TRUE(JsonCheck::good(trace(record())));
  EXPECT_EQ(explain(record()).find("the two states"), std::string::npos);
}

TEST(ExpectationTest, IsComparedWithTheVerdict) {
  LateDevice world;
  const Scenario scenario = std::get<Scenario>(parse(kScenario, "test"));
  const Verdict violated = Execution(world, {}).replay(scenario);
  const auto expects = [](const std::string& line) {
    return std::get<Scenario>(parse(kScenario + line + "\n", "test")).expectations;
  };
  EXPECT_EQ(unexpected({}, violated), "");
  EXPECT_EQ(unexpected(expects("expect violated"), violated), "");
  EXPECT_EQ(unexpected(expects("expect violated S1"), violated), "");
  EXPECT_EQ(unexpected(expects("expect violated S1 X6 D2"), violated), "");
  EXPECT_EQ(unexpected(expects("expect violated S1 X6"), violated), "expected violated S1 X6");
  EXPECT_EQ(unexpected(expects("expect violated S2"), violated), "expected violated S2");
  EXPECT_EQ(unexpected(expects("expect holds"), violated), "expected to hold");
  EXPECT_EQ(unexpected(expects("expect violated S1"), Verdict{}), "expected violated S1");
  EXPECT_EQ(unexpected(expectation_of(violated), violated), "");
}

TEST(EscapeTest, KeepsOtherFormatsWhole) {
  EXPECT_EQ(xml("a<b>&\"\x01"), "a&lt;b&gt;&amp;&quot;?");
  EXPECT_EQ(json("a\"\\\n\xc3\xa9"), "\"a\\\"\\\\\\u000a\xc3\xa9\"");
}

TEST(PhrasesTest, EveryRuleHasOne) {
  for (std::size_t r = 0; r < model::kRules; ++r) {
    EXPECT_FALSE(phrase(model::Rule(r)).empty()) << model::rule_name(model::Rule(r));
  }
}

}  // namespace
}  // namespace mirrorcheck::fuzz
