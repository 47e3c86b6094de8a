// Writing the text form.

#include <cstdio>

#include "fuzz/scenario/calls.h"
#include "fuzz/scenario/text.h"
#include "fuzz/scenario/words.h"

namespace mirrorcheck::fuzz {
namespace {

constexpr std::size_t kLineWidth = 100;  // of schedules

void put(std::string& out, std::string_view before, unsigned number) {
  out += before;
  out += std::to_string(number);
}

void put_requests(std::string& out, const impl::Operation& operation) {
  out += " requests ";
  for (unsigned page = 0; page < operation.count; ++page) {
    if (page != 0) out += ',';
    out += name_of(kRequestNames, (operation.requests >> (2 * page)) & 3U);
  }
  out += " default ";
  out += name_of(kRequestNames, operation.flags & 3U);
  out += " mask ";
  out += name_of(kRequestNames, (operation.flags >> 2) & 3U);
}

void put_datum(std::string& out, impl::Call call, std::uint32_t datum) {
  const std::string_view name =
      call == impl::Call::kSnapshot ? name_of(kSnapshotNames, datum) : std::string_view();
  if (!name.empty()) {
    out += name;
  } else if (call == impl::Call::kSnapshot) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%x", datum);
    out += text;
  } else {
    out += provenance(datum);
  }
}

void put_result(std::string& out, impl::Call call, const ExpectedResult& result) {
  out += " = ";
  out += error_name(result.error);
  if (result.pages) put(out, " pages ", *result.pages);
  if (result.faults) put(out, " faults ", *result.faults);
  if (!result.data.empty()) out += " data";
  for (const std::uint32_t datum : result.data) {
    out += ' ';
    put_datum(out, call, datum);
  }
}

void put_operation(std::string& out, const Scenario& scenario, const impl::Operation& operation,
                   Place place) {
  out += format(operation);
  if (const ExpectedResult* result = scenario.expected(place)) {
    put_result(out, operation.call, *result);
  }
  out += '\n';
}

void put_schedule(std::string& out, const Schedule& schedule) {
  std::string line;
  for (const Segment& segment : schedule) {
    std::string piece = " t" + std::to_string(segment.task) + '*' + std::to_string(segment.points);
    if (!line.empty() && line.size() + piece.size() > kLineWidth) {
      out += line + '\n';
      line.clear();
    }
    if (line.empty()) line = "schedule";
    line += piece;
  }
  if (!line.empty()) out += line + '\n';
}

void put_verdict(std::string& out, const Expectations& expectations) {
  if (expectations.verdict == ExpectedVerdict::kNone) return;
  out += "expect ";
  out += expectations.verdict == ExpectedVerdict::kHolds ? "holds" : "violated";
  if (!expectations.property.empty()) out += ' ' + expectations.property;
  for (const std::string& rule : expectations.rules) out += ' ' + rule;
  out += '\n';
}

}  // namespace

std::string format(const impl::Operation& operation) {
  const CallInfo& call = info(operation.call);
  std::string out(call.name);
  if (call.reads(kMirrorField)) put(out, " m", operation.mirror);
  if (call.reads(kClassicField)) put(out, " n", operation.mirror);
  if (call.reads(kPageField)) {
    put(out, " p", operation.page);
    if (call.reads(kCountField)) put(out, "+", operation.count);
  }
  if (call.reads(kTargetField)) put(out, " to p", operation.target);
  if (call.reads(kTargetCountField)) put(out, "+", operation.target_count);
  if (call.reads(kProtField)) {
    out += ' ';
    out += name_of(kProtNames, operation.prot);
  }
  if (call.reads(kAccessField)) {
    out += ' ';
    out += name_of(kAccessNames, operation.prot);
  }
  if (call.reads(kCanFailField) && operation.prot != 0) out += " can_fail";
  if (call.reads(kFileField)) put(out, " f", static_cast<unsigned>(operation.file));
  if (call.reads(kIndexField)) put(out, "@", operation.index);
  if (call.reads(kCountField) && !call.reads(kPageField)) put(out, "+", operation.count);
  if (call.reads(kSizeField)) {
    put(out, " ", operation.size);
    out += " cells";
  }
  if (call.reads(kCellField)) put(out, " .", operation.cell);
  if (call.reads(kRequestsField)) put_requests(out, operation);
  return out;
}

std::string format(const Scenario& scenario) {
  std::string out(kTextMagic);
  put(out, "", kTextVersion);
  out += "\ntasks";
  for (unsigned task = 0; task < scenario.layout.tasks; ++task) {
    put(out, " t", task);
    put(out, ":mm", static_cast<unsigned>(scenario.layout.mm_of_task[task]));
  }
  out += '\n';
  for (unsigned file = 0; file < model::kFiles; ++file) {
    const impl::FileLayout& layout = scenario.layout.files[file];
    if (layout == impl::FileLayout{}) continue;
    put(out, "file f", file);
    out += layout.dax ? " dax" : " cache";
    if (layout.counted) out += " counted";
    if (layout.huge) out += " huge";
    if (layout.exists) {
      put(out, " ", layout.size);
      out += " cells\n";
    } else {
      out += " absent\n";
    }
  }
  if (!scenario.setup.empty()) out += "setup\n";
  for (std::size_t i = 0; i < scenario.setup.size(); ++i) {
    put(out, "  t", static_cast<unsigned>(scenario.setup[i].task));
    out += ' ';
    put_operation(out, scenario, scenario.setup[i].operation, place_in_setup(i));
  }
  for (unsigned task = 0; task < scenario.layout.tasks; ++task) {
    if (scenario.tasks[task].empty()) continue;
    put(out, "t", task);
    out += '\n';
    for (std::size_t i = 0; i < scenario.tasks[task].size(); ++i) {
      out += "  ";
      put_operation(out, scenario, scenario.tasks[task][i], place_in_task(task, i));
    }
  }
  put_schedule(out, scenario.schedule);
  put_verdict(out, scenario.expectations);
  return out;
}

}  // namespace mirrorcheck::fuzz
