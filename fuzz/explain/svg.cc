#include "fuzz/explain/svg.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/explain/escape.h"
#include "fuzz/explain/rows.h"

namespace mirrorcheck::fuzz {

using model::Rule;

namespace {

// Lengths in pixels.
constexpr int kCharacter = 7;  // of a 12 px monospaced font, rounded up below
constexpr int kTitleCharacter = 9;
constexpr int kRow = 20;
constexpr int kMargin = 16;
constexpr int kGap = 18;   // between columns
constexpr int kBars = 30;  // room for bars left of a column's text
constexpr int kBarWidth = 5;
constexpr std::size_t kLongest = 54;  // characters of a row

constexpr std::string_view kDrawingStyle =
    "text{font:12px 'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#1c2733}"
    ".title{font-weight:bold;font-size:14px}.head{font-weight:bold}.dim{fill:#7a8794}"
    ".bad{fill:#b00020;font-weight:bold}.cause{fill:#8a5300;font-weight:bold}"
    ".box{fill:#f3f6fa;stroke:#c3ccd6}.window{fill:#f0993a}.section{fill:#3a7bd5}"
    ".switch{stroke:#8d99a6;stroke-dasharray:3 3;fill:none}"
    ".badrow{fill:#fde3e6;stroke:#b00020}.causerow{fill:#fff0d6;stroke:#d59a3a}";

int text_width(std::size_t characters) {
  return static_cast<int>(characters) * kCharacter + static_cast<int>(characters) / 3;
}

std::string clipped(const std::string& text) {
  return text.size() <= kLongest ? text : text.substr(0, kLongest - 3) + "...";
}

// A stretch of rows in a column.
struct Span {
  unsigned task = 0;
  std::size_t first = 0;
  std::size_t last = 0;
  unsigned lane = 0;
  std::string title;
};

class Drawing {
 public:
  explicit Drawing(const RunRecord& run) : run_(run), rows_(story_of(run)) {}

  std::string draw() {
    lay_out_columns();
    header();
    boxes();
    bars();
    switches();
    texts();
    legend();
    states();
    const int height = y_ + kMargin;
    return absl::StrCat(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", width_, "\" height=\"", height,
        "\" viewBox=\"0 0 ", width_, " ", height, "\"><style>", std::string(kDrawingStyle),
        "</style><rect width=\"100%\" height=\"", "100%\" fill=\"#fff\"/>\n", body_, "</svg>\n");
  }

 private:
  void lay_out_columns() {
    std::array<std::size_t, model::kTasks> longest{};
    for (const Row& row : rows_) {
      longest[row.task] = std::max(longest[row.task], std::min(row.text.size(), kLongest) + 3);
    }
    int x = kMargin;
    for (std::size_t task = 0; task < longest.size(); ++task) {
      if (longest[task] == 0) continue;
      left_[task] = x;
      column_width_[task] = kBars + std::max(text_width(longest[task]), 120);
      x += column_width_[task] + kGap;
    }
    width_ = std::max(x - kGap + kMargin, 720);
  }

  void text(int x, int y, std::string_view style, const std::string& words,
            const std::string& title = "") {
    absl::StrAppend(&body_, "<text x=\"", x, "\" y=\"", y, "\" class=\"", std::string(style),
                    "\" xml:space=\"preserve\">", xml(words),
                    title.empty() ? "" : "<title>" + xml(title) + "</title>", "</text>\n");
  }
  void box(int x, int y, int w, int h, std::string_view style, const std::string& title = "") {
    absl::StrAppend(&body_, "<rect x=\"", x, "\" y=\"", y, "\" width=\"", w, "\" height=\"", h,
                    "\" rx=\"3\" class=\"", std::string(style), "\">",
                    title.empty() ? "" : "<title>" + xml(title) + "</title>", "</rect>\n");
  }

  // Words that may need several lines.
  void paragraph(std::string_view style, const std::string& words) {
    const int character = style == "title" ? kTitleCharacter : kCharacter + 1;
    const auto room = static_cast<std::size_t>((width_ - 2 * kMargin) / character);
    std::string line;
    for (const std::string& word : std::vector<std::string>(absl::StrSplit(words, ' '))) {
      if (!line.empty() && line.size() + 1 + word.size() > room) {
        text(kMargin, y_ += kRow, style, line);
        line.clear();
      }
      absl::StrAppend(&line, line.empty() ? "" : " ", word);
    }
    text(kMargin, y_ += kRow, style, line);
  }

  void header() {
    y_ = kMargin / 2;
    paragraph("title", absl::StrCat(run_.implementation, ": ", headline(run_.verdict)));
    if (run_.verdict.kind == VerdictKind::kViolated) {
      const model::PropertyInfo& property = model::info(run_.verdict.breach.clause->property);
      paragraph("dim", absl::StrCat(std::string(property.id), ": ", std::string(property.meaning)));
    }
    y_ += kRow + 6;
    for (std::size_t task = 0; task < left_.size(); ++task) {
      if (column_width_[task] != 0) text(left_[task] + kBars, y_, "head", absl::StrCat("t", task));
    }
    top_ = y_ + 8;
    y_ = top_ + static_cast<int>(rows_.size()) * kRow;
  }

  int row_top(std::size_t row) const { return top_ + static_cast<int>(row) * kRow; }

  // Where `row` begins a stretch in `open`, and where it ends one.
  void boxes() {
    std::map<Place, Span> open;
    std::vector<Span> done;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Row& row = rows_[i];
      const Place place = run_.history[row.event].place;
      if (row.kind == Event::Kind::kBegin)
        open[place] = {.task = row.task, .first = i, .title = {}};
      const auto found = open.find(place);
      if (found == open.end()) continue;
      found->second.last = i;
      if (row.kind == Event::Kind::kEnd) {
        done.push_back(found->second);
        open.erase(found);
      }
    }
    // What the violation cut off was still going on at the end.
    for (auto& [place, span] : open) {
      span.last = rows_.size() - 1;
      done.push_back(span);
    }
    for (const Span& span : done) {
      box(left_[span.task], row_top(span.first) + 1, column_width_[span.task],
          row_top(span.last) - row_top(span.first) + kRow - 2, "box");
    }
  }

  void bars() {
    std::map<std::pair<bool, unsigned>, Span> open;  // (window?, its id or the task of a section)
    const auto close = [&](const Span& span, bool window) {
      box(left_[span.task] + 4 + static_cast<int>(span.lane) * (kBarWidth + 2),
          row_top(span.first) + 3, kBarWidth, row_top(span.last) - row_top(span.first) + kRow - 6,
          window ? "window" : "section", span.title);
    };
    const auto end = [&](bool window, unsigned id, std::size_t row) {
      const auto found = open.find({window, id});
      if (found == open.end()) return;
      found->second.last = row;
      close(found->second, window);
      open.erase(found);
    };
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Row& row = rows_[i];
      if (row.kind != Event::Kind::kStep) continue;
      const Event& event = run_.history[row.event];
      const auto window = static_cast<unsigned>(event.arguments.window);
      switch (event.rule) {
        case Rule::kStart:
          open[{true, window}] = {.task = row.task,
                                  .first = i,
                                  .lane = static_cast<unsigned>(window % model::kNesting),
                                  .title = "an invalidation window is open"};
          break;
        case Rule::kEnd:
        case Rule::kStartFailed:
          end(true, window, i);
          break;
        case Rule::kReadBegin:
          open[{false, row.task}] = {
              .task = row.task, .first = i, .lane = 3, .title = "a read section"};
          break;
        case Rule::kReadRetry:
        case Rule::kAbandon:
          end(false, row.task, i);
          break;
        default:
          break;
      }
    }
    for (auto& [key, span] : open) {
      span.last = rows_.size() - 1;
      close(span, key.first);
    }
  }

  void switches() {
    for (std::size_t i = 1; i < rows_.size(); ++i) {
      const unsigned from = rows_[i - 1].task;
      const unsigned to = rows_[i].task;
      if (from == to) continue;
      const int y = row_top(i);
      const int x1 = left_[from] + column_width_[from] / 2;
      const int x2 = left_[to] + column_width_[to] / 2;
      absl::StrAppend(&body_, "<path class=\"switch\" d=\"M", x1, " ", y, "H", x2, "\"/>",
                      "<path d=\"M", x2 - 4, " ", y - 3, "h8l-4 6z\" fill=\"#8d99a6\"/>\n");
    }
  }

  void texts() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Row& row = rows_[i];
      const int x = left_[row.task];
      const int y = row_top(i);
      std::string_view style = row.lock ? "dim" : "";
      if (row.kind != Event::Kind::kStep) style = "head";
      if (row.mark != RowMark::kNone) {
        const bool bad = row.mark == RowMark::kViolation;
        style = bad ? "bad" : "cause";
        box(x + kBars - 6, y + 2, column_width_[row.task] - kBars + 2, kRow - 4,
            bad ? "badrow" : "causerow");
      }
      const bool step = row.kind == Event::Kind::kStep;
      text(x + kBars + (step ? kCharacter : 0), y + kRow - 6, style, clipped(row.text),
           row.text.size() > kLongest ? row.text : "");
    }
  }

  void legend() {
    y_ += kRow;
    box(kMargin, y_ - 11, kBarWidth, 14, "window");
    text(kMargin + 12, y_, "dim", "window open (invalidate_range_start to end)");
    box(kMargin + 360, y_ - 11, kBarWidth, 14, "section");
    text(kMargin + 372, y_, "dim", "read section (read_begin to read_retry)");
  }

  void states() {
    if (run_.verdict.kind != VerdictKind::kViolated) return;
    const std::vector<std::string> contract =
        absl::StrSplit(run_.verdict.contract_state, '\n', absl::SkipEmpty());
    const std::vector<std::string> actual =
        absl::StrSplit(run_.verdict.implementation_state, '\n', absl::SkipEmpty());
    y_ += kRow / 2;
    text(kMargin, y_ += kRow, "head", absl::StrCat("the two states at step ", run_.verdict.step));
    for (std::size_t i = 0; i < std::max(contract.size(), actual.size()); ++i) {
      const std::string left = i < contract.size() ? contract[i] : "-";
      const std::string right = i < actual.size() ? actual[i] : "-";
      if (left == right) {
        paragraph("dim", "both            " + left);
      } else {
        paragraph("head", "contract        " + left);
        paragraph("bad", "implementation  " + right);
      }
    }
  }

  const RunRecord& run_;
  const std::vector<Row> rows_;
  std::array<int, model::kTasks> left_{};
  std::array<int, model::kTasks> column_width_{};
  int width_ = 0;
  int top_ = 0;
  int y_ = 0;
  std::string body_;
};

}  // namespace

std::string svg(const RunRecord& run) { return Drawing(run).draw(); }

}  // namespace mirrorcheck::fuzz
