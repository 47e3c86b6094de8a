// uprobes: what is written where, and the answers of who sets and removes breakpoints.

#include <cerrno>

#include "fuzz/harness/assignment.h"
#include "fuzz/harness/assignment_step.h"

namespace mirrorcheck::fuzz {

using assignment::unless;
using impl::Call;
using model::Arguments;
using model::ConcreteState;
using model::kNoFilePage;
using model::kNoFrame;
using model::Page;
using model::Task;

// What the page maps at the first look is the file that is probed.
void Assignments::note_probed(Errand& e, Page page, const ConcreteState& s) {
  if (!e.looked) e.probed = s.area(page) == model::Area::kNone ? kNoFilePage : s.slot(page);
  e.looked = true;
}

// The cell of the page, with what is to be there: as a copy that takes the place of what was there,
// or as the page of the file.
const Clause* Assignments::put_opcode(Errand& e, const Arguments& a) const {
  const impl::Operation& operation = *e.operation;
  ++e.moved;
  const std::uint32_t wanted = operation.call == Call::kUprobeSet ? impl::kBreakpoint : e.datum;
  return unless(assignment::is_uprobe(operation.call) && e.accesses == 1 && a.required &&
                    a.page == model::page_of(own_mm(a.task), operation.page) &&
                    a.cell == operation.cell && a.value == wanted,
                kOtherBreakpoint);
}

const Clause* Assignments::uprobe_result(const Errand& e, const impl::Result& result,
                                         const ConcreteState& s, Task task) const {
  const impl::Operation& operation = *e.operation;
  if (result.pages != e.moved || result.faults != 0) return &kOtherCount;
  if (result.error != 0 && e.moved != 0) return &kErrorUnexplained;
  const bool of_file = e.probed != kNoFilePage;
  const model::File file = model::file_of(e.probed);
  const bool resized = of_file && e.saw(since_.resized[static_cast<std::size_t>(file)]);
  const auto cell =
      static_cast<unsigned>(model::index_of(e.probed) * model::kCellsPerPage + operation.cell);
  const bool dax = of_file && dax_[static_cast<std::size_t>(file)];
  const Page page = model::page_of(own_mm(task), operation.page);
  switch (result.error) {
    case 0:
      return unless(of_file && !dax && (cell <= size(file) || resized), kNotDone);
    case -EINVAL:
      return unless(!of_file || (!dax && (cell > size(file) || resized)), kErrorUnexplained);
    case -EIO:
      return unless(of_file && (dax || cell == size(file) || resized), kErrorUnexplained);
    case -EFAULT:
      return unless(fault_was_bus_error(e, own_mm(task), s), kErrorUnexplained);
    case -ENOMEM:
      return unless(no_ram_since(e), kErrorUnexplained);
    case -EBUSY: {
      const auto p = static_cast<std::size_t>(page);
      return unless(
          (s.cpu_frame(page) != kNoFrame && s.copied(page) && s.pins(s.cpu_frame(page)) != 0) ||
              e.saw(since_.zapped[p]) || e.saw(since_.unpinned[p]),
          kErrorUnexplained);
    }
    default:
      return &kErrorUnexplained;
  }
}

}  // namespace mirrorcheck::fuzz
