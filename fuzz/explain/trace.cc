#include "fuzz/explain/trace.h"

#include <absl/strings/str_cat.h>

#include <map>
#include <string_view>
#include <vector>

#include "fuzz/explain/escape.h"
#include "fuzz/explain/rows.h"
#include "model/rules.h"

namespace mirrorcheck::fuzz {

using model::Rule;

namespace {

class Trace {
 public:
  explicit Trace(const RunRecord& run) : run_(run), rows_(rows_of(run)) {}

  std::string write() {
    add("\"ph\":\"M\",\"pid\":0,\"name\":\"process_name\",\"args\":{\"name\":" +
        json(run_.implementation + ": " + headline(run_.verdict)) + "}");
    for (unsigned task = 0; task < run_.scenario.layout.tasks; ++task) {
      add(absl::StrCat("\"ph\":\"M\",\"pid\":0,\"tid\":", task,
                       ",\"name\":\"thread_name\",\"args\":{\"name\":\"t", task, "\"}"));
    }
    for (const Row& row : rows_) event(row);
    return absl::StrCat("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", out_, "\n]}\n");
  }

 private:
  void event(const Row& row) {
    const Event& event = run_.history[row.event];
    if (event.kind == Event::Kind::kBegin) {
      slice(row, 'B', "operation", row.text);
      return;
    }
    if (event.kind == Event::Kind::kEnd) {
      slice(row, 'E', "operation", row.text);
    } else {
      const auto window = static_cast<unsigned>(event.arguments.window);
      switch (event.rule) {
        case Rule::kStart:
          async(row, 'b', "window", window);
          break;
        case Rule::kEnd:
        case Rule::kStartFailed:
          async(row, 'e', "window", window);
          break;
        case Rule::kReadBegin:
          async(row, 'b', "section", model::kWindows + row.task);
          break;
        case Rule::kReadRetry:
        case Rule::kAbandon:
          async(row, 'e', "section", model::kWindows + row.task);
          break;
        default:
          break;
      }
      instant(row, row.text, 't');
    }
    if (row.mark == RowMark::kViolation) instant(row, headline(run_.verdict), 'g');
  }

  std::string head(const Row& row, char phase, const std::string& name) {
    return absl::StrCat("\"ph\":\"", std::string(1, phase), "\",\"pid\":0,\"tid\":", row.task,
                        ",\"ts\":", row.event, ",\"name\":", json(name));
  }
  void slice(const Row& row, char phase, std::string_view category, const std::string& name) {
    add(absl::StrCat(head(row, phase, name), ",\"cat\":", json(category)));
  }
  void async(const Row& row, char phase, std::string_view category, std::size_t id) {
    add(absl::StrCat(head(row, phase, std::string(category)), ",\"cat\":", json(category),
                     ",\"id\":", id));
  }
  void instant(const Row& row, const std::string& name, char scope) {
    add(absl::StrCat(head(row, 'i', name), ",\"s\":\"", std::string(1, scope), "\""));
  }
  void add(const std::string& fields) {
    absl::StrAppend(&out_, out_.empty() ? "{" : ",\n{", fields, "}");
  }

  const RunRecord& run_;
  const std::vector<Row> rows_;
  std::string out_;
};

}  // namespace

std::string trace(const RunRecord& run) { return Trace(run).write(); }

}  // namespace mirrorcheck::fuzz
