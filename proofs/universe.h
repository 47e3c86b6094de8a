// The sorts of a symbolic world and where its terms live.
//
// An *unbounded* universe has as many mms, pages, frames, tasks ... as the solver likes: ids are
// uninterpreted sorts, a range of pages is any set of pages, counters are integers. A *bounded* one
// has so many of each: ids are numbers, a range is a mask, counters are bit vectors that wrap.
// Enumerations are bit vectors in both.
//
// Terms are built in the universe that the innermost Scope of this thread names; State<D> can then
// be default-constructed as the model does.
//
// Thread safety: one universe is for one thread at a time.

#ifndef MIRRORCHECK_PROOFS_UNIVERSE_H_
#define MIRRORCHECK_PROOFS_UNIVERSE_H_

#include <z3++.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/vocabulary.h"

namespace mirrorcheck::proofs {

// How many there are of each thing in a bounded universe. REQUIRES: page counts of at most 64.
struct Sizes {
  unsigned mms, pages_per_mm, files, pages_per_file, ram_frames, blocks, tasks, mirrors, classics,
      windows;
  unsigned counter_bits = 16;
  unsigned frames_per_device = 0;
  unsigned swap_slots = 0;

  unsigned pages() const { return mms * pages_per_mm; }
  unsigned file_pages() const { return 1 + files * pages_per_file; }
  unsigned frames() const {
    return 2 + ram_frames + blocks + mirrors * frames_per_device + swap_slots;
  }

  // As large as the concrete interpretation.
  static constexpr Sizes concrete() {
    using namespace mirrorcheck::model;
    return {kMms,    kPagesPerMm,      kFiles,    kPagesPerFile,     kRamFrames,
            kBlocks, kTasks,           kMirrors,  kClassicNotifiers, kWindows,
            16,      kFramesPerDevice, kSwapSlots};
  }
};

template <class... S>
struct SortList {
  static constexpr std::size_t kSize = sizeof...(S);
  template <class Sort>
  static constexpr std::size_t index() {
    std::size_t at = 0;
    static_cast<void>(((std::is_same_v<S, Sort> ? false : (++at, true)) && ...));
    return at;
  }
};
using Sorts = SortList<model::Mm, model::Page, model::File, model::FilePage, model::Frame,
                       model::Task, model::Mirror, model::Classic, model::Window,  // ids
                       model::PageRange, model::FilePageRange,                     // ranges
                       model::Area, model::EntryKind, model::Hold, model::Registration,
                       model::WindowPhase, model::Section, model::Outcome,
                       model::WindowEvent,  // enumerations
                       bool, model::Integer>;
inline constexpr std::array<const char*, Sorts::kSize> kSortNames{
    "Mm",          "Page",    "File",         "FilePage",    "Frame",         "Task",
    "Mirror",      "Classic", "Window",       "PageRange",   "FilePageRange", "Area",
    "EntryKind",   "Hold",    "Registration", "WindowPhase", "Section",       "Outcome",
    "WindowEvent", "bool",    "Integer"};

// A sort by its place in Sorts.
enum class SortId : std::uint8_t {};
template <class Sort>
inline constexpr SortId kSort = [] {
  static_assert(Sorts::index<Sort>() < Sorts::kSize, "a sort that no universe knows");
  return SortId(Sorts::index<Sort>());
}();

constexpr bool is_id(SortId s) { return s <= kSort<model::Window>; }
constexpr bool is_range(SortId s) {
  return s == kSort<model::PageRange> || s == kSort<model::FilePageRange>;
}
constexpr bool is_enumeration(SortId s) {
  return s >= kSort<model::Area> && s <= kSort<model::WindowEvent>;
}
constexpr const char* name(SortId s) { return kSortNames[static_cast<std::size_t>(s)]; }
// How many values an enumeration has.
constexpr unsigned enumeration_size(SortId s) {
  constexpr std::array<unsigned, 8> kSizes{6, 6, 3, 4, 3, 4, 7, 8};
  return kSizes[static_cast<std::size_t>(s) - static_cast<std::size_t>(kSort<model::Area>)];
}

class Universe {
 public:
  // Unbounded without sizes. `counter_bits`: for the counters of an unbounded universe to be bit
  // vectors, too; 0: they are integers.
  explicit Universe(std::optional<Sizes> sizes, unsigned counter_bits = 0);
  Universe(const Universe&) = delete;
  Universe& operator=(const Universe&) = delete;

  class Scope {
   public:
    explicit Scope(Universe& universe) : outer_(current_) { current_ = &universe; }
    ~Scope() { current_ = outer_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Universe* outer_;
  };
  // REQUIRES: inside a Scope.
  static Universe& current();

  z3::context& context() { return context_; }
  bool bounded() const { return sizes_.has_value(); }
  // REQUIRES: bounded().
  const Sizes& sizes() const { return *sizes_; }
  // How many values an id has. REQUIRES: bounded(), an id.
  unsigned count(SortId sort) const;

  const z3::sort& sort(SortId sort) const { return sorts_[static_cast<std::size_t>(sort)]; }
  // A value by its number. REQUIRES: for an id of an unbounded universe, kNoFrame, kZeroFrame or
  // kNoFilePage: no other value has a name.
  z3::expr value(SortId sort, std::uint64_t number);
  // The bound variable that quantifiers at this depth, or Map parameters, are written with.
  z3::expr variable(SortId sort, const char* mark);
  const z3::expr& truth(bool value) const { return value ? true_ : false_; }

  // What an unbounded universe takes for granted: the named ids differ, enumerations have no more
  // values than they have names, what intersects overlaps, and runs of pages that huge entries map
  // do not.
  std::vector<z3::expr> axioms();

  // Nesting of quantifiers, so that each level has variables of its own.
  unsigned depth = 0;

 private:
  static thread_local Universe* current_;
  z3::context context_;
  std::optional<Sizes> sizes_;
  unsigned counter_bits_;  // 0: counters are integers
  std::vector<z3::sort> sorts_;
  z3::expr true_, false_;
  std::array<std::vector<z3::expr>, Sorts::kSize> values_;  // made so far
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_UNIVERSE_H_
