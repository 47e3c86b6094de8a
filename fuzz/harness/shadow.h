// A shadow of the newest store to every location, which is all that data coherence (S6) is about.
//
// A location is a cell of a page of a file, or of a private page of an address space: what a
// program means, whatever frame holds it. It relies on no page table and no notifier, only on which
// area a page belongs to.
//
// Thread safety: none; one thread at a time.

#ifndef MIRRORCHECK_FUZZ_HARNESS_SHADOW_H_
#define MIRRORCHECK_FUZZ_HARNESS_SHADOW_H_

#include <array>
#include <cstdint>
#include <type_traits>

#include "model/oracle.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

class Shadow {
 public:
  void clear() { model::clear(*this); }

  // What `task` has read and not mapped is nobody's.
  void end_operation(model::Task task) {
    copied_to_[static_cast<std::size_t>(task)] = model::kNoFrame;
    copy(task) = {};
  }

  // Takes a step of the contract; `state` is the contract's state after it. Returns whether a datum
  // that the step loaded is the newest one, and what it leaves to a file is there.
  [[gnu::always_inline]] bool take(model::Rule rule, const model::Arguments& a,
                                   const model::ConcreteState& state) {
    using model::Rule;
    switch (rule) {
      case Rule::kCpuAccess:
      case Rule::kDeviceAccess:
        return access(location(a.page, state), a);
      case Rule::kFileAccess:
        return access(of_file(a.file_page), a);
      case Rule::kZap: {
        // Private memory is forgotten with its entry, unless it is copied. The zero page never held
        // anything, and what a file has is kept elsewhere.
        const bool same = !a.required || is_what_the_file_has(a, state.slot(a.page));
        if (!a.flag) of_page(a.page) = {};
        return same;
      }
      case Rule::kDiscard:
        of_page(a.page) = {};
        return true;
      case Rule::kAllocate:
        copied_to_[static_cast<std::size_t>(a.task)] = model::kNoFrame;
        return true;
      case Rule::kCopyPage:
        copied_to_[static_cast<std::size_t>(a.task)] = a.frame;
        copy(a.task) = of_file(state.slot(a.page));
        return true;
      case Rule::kPopulate:
        if (state.copied(a.page)) take_copy(a);
        if (a.required) of_page(a.page)[a.cell] = a.value;
        return true;
      case Rule::kCopyEntry:
        of_page(a.page) = of_page(a.source);
        return true;
      case Rule::kMoveEntry:
        of_page(a.page) = of_page(a.source);
        of_page(a.source) = {};
        return true;
      case Rule::kShare:
        of_file(a.file_page) = of_file(a.file_pages.first);
        return true;
      case Rule::kDisconnect:
        of_file(a.file_page) = {};
        return true;
      case Rule::kTruncated:
        // What reclaim had taken out of the page cache is gone without a step of its own.
        model::Concrete::all_in(a.file_pages, [&](model::FilePage page) {
          of_file(page) = {};
          return true;
        });
        return true;
      case Rule::kZeroTail:
        for (std::size_t c = a.cell; c < model::kCellsPerPage; ++c) of_file(a.file_page)[c] = 0;
        return true;
      default:
        return true;
    }
  }

  // The newest store to the page `slot` of a file, or to the private page `page` where it is none.
  std::uint32_t newest(model::Page page, model::FilePage slot, unsigned cell) const {
    return slot == model::kNoFilePage ? pages_[static_cast<std::size_t>(page)][cell]
                                      : files_[static_cast<std::size_t>(slot)][cell];
  }

  // The page is of private memory: anonymous, or a copy of what the file has.
  static bool is_private(const model::ConcreteState& state, model::Page page) {
    return state.slot(page) == model::kNoFilePage || state.copied(page);
  }

 private:
  using Cells = std::array<std::uint32_t, model::kCellsPerPage>;

  static bool access(Cells& cells, const model::Arguments& a) {
    if (a.write) {
      cells[a.cell] = a.value;
      return true;
    }
    return cells[a.cell] == a.value;
  }
  Cells& of_file(model::FilePage page) { return files_[static_cast<std::size_t>(page)]; }
  Cells& of_page(model::Page page) { return pages_[static_cast<std::size_t>(page)]; }
  Cells& location(model::Page page, const model::ConcreteState& state) {
    return is_private(state, page) ? of_page(page) : of_file(state.slot(page));
  }
  // uprobes give a copy up when it has the file's instruction again, and is nothing else than that.
  bool is_what_the_file_has(const model::Arguments& a, model::FilePage slot) {
    Cells restored = of_page(a.page);
    restored[a.cell] = a.value;
    return restored == of_file(slot);
  }
  Cells& copy(model::Task task) { return copies_[static_cast<std::size_t>(task)]; }
  // One that was made of another copy holds what that held.
  void take_copy(const model::Arguments& a) {
    if (copied_to_[static_cast<std::size_t>(a.task)] == a.frame) of_page(a.page) = copy(a.task);
  }

  std::array<Cells, model::kFilePages> files_{};
  std::array<Cells, model::kPages> pages_{};
  // X10: what each task has read from a file into the frame that it allocated last, and that frame.
  std::array<Cells, model::kTasks> copies_{};
  std::array<model::Frame, model::kTasks> copied_to_{};  // kNoFrame
};

static_assert(std::has_unique_object_representations_v<Shadow>,
              "runs come together where they know the same, as bytes (branches.h)");

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_SHADOW_H_
