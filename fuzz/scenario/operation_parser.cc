#include "fuzz/scenario/operation_parser.h"

#include "fuzz/scenario/calls.h"

namespace mirrorcheck::fuzz {
namespace {

// A number in [0, bound) or [low, bound), as a part of the current word, into a field.
template <class T>
bool part(LineReader& line, std::string_view prefix, unsigned low, std::size_t bound,
          std::string_view shape, T& field) {
  if (!line.expect_part(prefix, shape)) return false;
  const auto number = line.number(low, static_cast<unsigned>(bound - 1), shape);
  if (number) field = T(*number);
  return number.has_value();
}

template <std::size_t N>
bool named(LineReader& line, const std::array<NamedValue, N>& names, std::string_view what,
           std::uint8_t& field) {
  const auto value = line.expect_one_of(names, what);
  if (value) field = static_cast<std::uint8_t>(*value);
  return value.has_value();
}

bool parse_pages(LineReader& line, bool range, impl::Operation& operation) {
  const std::string_view shape = range ? "a range of pages such as p4+2" : "a page such as p4";
  return part(line, "p", 0, model::kPagesPerMm, shape, operation.page) &&
         (!range || part(line, "+", 1, most_pages(operation.call) + 1U, shape, operation.count)) &&
         line.expect_word_end(shape);
}

bool parse_target(LineReader& line, bool range, impl::Operation& operation) {
  const std::string_view shape = range ? "a range of pages such as p4+2" : "a page such as p4";
  return line.expect("to") && part(line, "p", 0, model::kPagesPerMm, shape, operation.target) &&
         (!range || part(line, "+", 1, kMaxCount + 1, shape, operation.target_count)) &&
         line.expect_word_end(shape);
}

bool parse_file(LineReader& line, bool index, bool range, impl::Operation& operation) {
  const std::string_view shape = range   ? "pages of a file such as f0@3+2"
                                 : index ? "a page of a file such as f0@3"
                                         : "a file such as f0";
  return part(line, "f", 0, model::kFiles, shape, operation.file) &&
         (!index || part(line, "@", 0, model::kPagesPerFile, shape, operation.index)) &&
         (!range || part(line, "+", 1, most_pages(operation.call) + 1U, shape, operation.count)) &&
         line.expect_word_end(shape);
}

bool parse_single(LineReader& line, std::string_view prefix, std::size_t bound,
                  std::string_view shape, std::uint8_t& field) {
  return part(line, prefix, 0, bound, shape, field) && line.expect_word_end(shape);
}

// requests f,fw default f mask -: one request a page.
bool parse_requests(LineReader& line, impl::Operation& operation) {
  if (!line.expect("requests")) return false;
  const std::string shape = "a request for each of the " + std::to_string(operation.count) +
                            " pages (" + choices(kRequestNames) + ", with commas between)";
  std::string_view rest = line.word();
  unsigned requests = 0;
  for (unsigned page = 0; page < operation.count; ++page) {
    const std::size_t comma = rest.find(',');
    const bool last = comma == std::string_view::npos;
    const auto request = value_of(kRequestNames, rest.substr(0, comma));
    if (!request || last != (page + 1 == operation.count)) {
      return line.fail("expected " + shape + ", found " + line.found());
    }
    requests |= *request << (2 * page);
    rest.remove_prefix(last ? rest.size() : comma + 1);
  }
  operation.requests = static_cast<std::uint16_t>(requests);
  line.skip();
  std::uint8_t fallback = 0;
  std::uint8_t mask = 0;
  if (!line.expect("default") || !named(line, kRequestNames, "default_flags", fallback) ||
      !line.expect("mask") || !named(line, kRequestNames, "pfn_flags_mask", mask)) {
    return false;
  }
  operation.flags = static_cast<std::uint8_t>(fallback | mask << 2);
  return true;
}

bool parse_datum(LineReader& line, impl::Call call, std::uint32_t& datum) {
  const bool snapshot = call == impl::Call::kSnapshot;
  if (snapshot) {
    if (const auto value = value_of(kSnapshotNames, line.word())) {
      datum = *value;
      line.skip();
      return true;
    }
  }
  const std::string shape =
      snapshot
          ? "a snapshot byte (" + choices(kSnapshotNames) + ", or 0x and a number)"
          : std::string("a datum: 0, the place that stored it (t1.3, setup.2), or 0x and a number");
  if (line.accept_part("0x")) {
    const auto value = line.hexadecimal(shape);
    if (!value) return false;
    datum = *value;
  } else if (!snapshot && line.accept_part("0")) {
    datum = 0;
  } else if (!snapshot && line.accept_part("setup")) {
    unsigned number = 0;
    if (!part(line, ".", 1, kMaxSetup + 1, shape, number)) return false;
    datum = place_in_setup(number - 1);
  } else {
    unsigned task = 0;
    unsigned number = 0;
    if (snapshot) return line.fail("expected " + shape + ", found " + line.found());
    if (!parse_task(line, model::kTasks, shape, task) ||
        !part(line, ".", 1, kMaxOperations + 1, shape, number)) {
      return false;
    }
    datum = place_in_task(task, number - 1);
  }
  return line.expect_word_end(shape);
}

bool parse_amount(LineReader& line, std::string_view keyword, std::optional<std::uint8_t>& amount) {
  if (!line.accept(keyword)) return true;
  const auto number = line.number(0, 255, "how many");
  if (number) amount = static_cast<std::uint8_t>(*number);
  return number && line.expect_word_end("how many");
}

}  // namespace

bool parse_task(LineReader& line, unsigned tasks, std::string_view shape, unsigned& task) {
  return part(line, "t", 0, tasks, shape, task);
}

bool parse_operation(LineReader& line, impl::Operation& operation) {
  const CallInfo* call = nullptr;
  for (const CallInfo& candidate : kCallTable) {
    if (candidate.name == line.word()) call = &candidate;
  }
  if (call == nullptr) {
    return line.fail("expected a call such as load or mmap_file (README.md lists them), found " +
                     line.found());
  }
  line.skip();
  operation = impl::Operation{};
  operation.call = call->call;
  const bool index = call->reads(kIndexField);
  const bool range = call->reads(kCountField);
  const bool pages = call->reads(kPageField);
  if (call->reads(kMirrorField) &&
      !parse_single(line, "m", model::kMirrors, "a mirror such as m0", operation.mirror)) {
    return false;
  }
  if (call->reads(kClassicField) &&
      !parse_single(line, "n", model::kClassicNotifiers, "a classic notifier such as n0",
                    operation.mirror)) {
    return false;
  }
  if (pages && !parse_pages(line, range, operation)) return false;
  if (call->reads(kTargetField) && !parse_target(line, call->reads(kTargetCountField), operation)) {
    return false;
  }
  if (call->reads(kProtField) && !named(line, kProtNames, "a protection", operation.prot)) {
    return false;
  }
  if (call->reads(kAccessField) &&
      !named(line, kAccessNames, "what the pin is for", operation.prot)) {
    return false;
  }
  if (call->reads(kCanFailField) && line.accept("can_fail")) {
    operation.prot = impl::kProtRead | impl::kProtWrite;
  }
  if (call->reads(kFileField) && !parse_file(line, index, range && !pages, operation)) return false;
  if (call->reads(kSizeField) &&
      !(parse_single(line, "", kMaxFileSize + 1U, "a size such as 6 cells", operation.size) &&
        line.expect("cells"))) {
    return false;
  }
  if (call->reads(kCellField) &&
      !parse_single(line, ".", model::kCellsPerPage, "a cell such as .0", operation.cell)) {
    return false;
  }
  return !call->reads(kRequestsField) || parse_requests(line, operation);
}

bool parse_result(LineReader& line, impl::Call call, ExpectedResult& result) {
  const auto error = error_value(line.word());
  if (!error) {
    return line.fail("expected 0 or an error such as -EFAULT, found " + line.found());
  }
  result.error = *error;
  line.skip();
  if (!parse_amount(line, "pages", result.pages) || !parse_amount(line, "faults", result.faults)) {
    return false;
  }
  if (!line.accept("data")) return true;
  do {
    if (result.data.size() == kMaxCount) {
      return line.fail("an operation returns at most " + std::to_string(kMaxCount) +
                       " data: leave the others out");
    }
    if (!parse_datum(line, call, result.data.emplace_back())) return false;
  } while (!line.at_end());
  return true;
}

}  // namespace mirrorcheck::fuzz
