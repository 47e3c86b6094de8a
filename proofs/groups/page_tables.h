// Entries of the CPU page tables: S4.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_GROUPS_PAGE_TABLES_H_
#define MIRRORCHECK_PROOFS_GROUPS_PAGE_TABLES_H_

#include "model/safety.h"
#include "model/state.h"
#include "proofs/group.h"

namespace mirrorcheck::proofs {

// X16: a block is mapped only as the page of a file; anonymous memory has no file page.
template <class D>
auto areas_know_their_file_pages(const model::State<D>& s) {
  using namespace mirrorcheck::model;
  return D::template all<Page>([&](const auto& p) {
    const auto of_file = s.area(p) == Area::kFile || s.area(p) == Area::kDax;
    return (!of_file || s.slot(p) != kNoFilePage) &&
           (s.area(p) != Area::kAnon || s.slot(p) == kNoFilePage) &&
           (!s.area_private(p) || s.slot(p) != kNoFilePage) &&
           (!s.copied(p) || (s.area_private(p) && s.cpu_frame(p) != kNoFrame)) &&
           (!maps_private_memory<D>(s, p) || !D::is_block(s.cpu_frame(p)));
  });
}

struct PageTables {
  static constexpr Group kGroup{
      .name = "page_tables",
      .title = "entries of the CPU page tables",
      .says =
          "a frame of private memory that two entries map may be written through neither, and "
          "nobody writes the zero page (S4)",
      .does_not_say = "which frame a copy on write leaves behind: frames have no contents here",
      .assumes = "a page-table entry changes in one step, as it does under its page-table lock",
  };
  template <class D, class F>
  static void each_conjunct(F&& f) {
    using namespace mirrorcheck::model;
    f("SharedPrivately", "S4", &SharedPrivately<D>::holds);
    f("areas_know_their_file_pages", "S2 S4 S5 S6", &areas_know_their_file_pages<D>);
  }
};

}  // namespace mirrorcheck::proofs

#endif  // MIRRORCHECK_PROOFS_GROUPS_PAGE_TABLES_H_
