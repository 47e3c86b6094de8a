#include "fuzz/explain/columns.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace mirrorcheck::fuzz {
namespace {

constexpr std::size_t kColumn = 38;  // two columns and the marks fit into a mail
constexpr std::string_view kIndent = "  ";

std::string_view mark_of(RowMark mark) {
  switch (mark) {
    case RowMark::kNone:
      return "  ";
    case RowMark::kCause:
      return "! ";
    case RowMark::kViolation:
      return "> ";
  }
  return "  ";
}

// Takes from `text` what fits into one line of a column, broken at a space if there is one.
std::string take_line(std::string_view& text, std::size_t width) {
  if (text.size() <= width) {
    const std::string line(text);
    text = {};
    return line;
  }
  std::size_t end = text.rfind(' ', width);
  if (end == std::string_view::npos || end == 0) end = width;
  const std::string line(text.substr(0, end));
  text.remove_prefix(end);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return line;
}

void strip_end(std::string& line) { line.resize(line.find_last_not_of(' ') + 1); }

}  // namespace

std::string columns(std::span<const Row> rows) {
  std::array<bool, model::kTasks> used{};
  for (const Row& row : rows) used[row.task] = true;
  std::array<std::size_t, model::kTasks> offset{};
  std::string out = "  ";
  std::size_t next = 0;
  for (unsigned task = 0; task < model::kTasks; ++task) {
    if (!used[task]) continue;
    offset[task] = next++ * kColumn;
    std::string head = absl::StrCat("t", task);
    head.resize(kColumn, ' ');
    out += head;
  }
  strip_end(out);
  out += '\n';
  for (const Row& row : rows) {
    std::string_view text = row.text;
    const std::string_view indent = row.kind == Event::Kind::kStep ? kIndent : "";
    bool first = true;
    do {
      std::string line(first ? mark_of(row.mark) : "  ");
      line.append(offset[row.task], ' ');
      line += indent;
      if (!first) line += kIndent;
      line += take_line(text, kColumn - 1 - indent.size() - (first ? 0 : kIndent.size()));
      out += line + '\n';
      first = false;
    } while (!text.empty());
  }
  return out;
}

std::string history_text(const RunRecord& run) {
  std::string out = absl::StrCat("# every event of the run on ", run.implementation, "\n# ",
                                 headline(run.verdict), "\n");
  std::vector<Row> rows = rows_of(run);
  for (Row& row : rows) row.text = absl::StrCat(row.event, " ", row.text);
  return out + columns(rows);
}

}  // namespace mirrorcheck::fuzz
