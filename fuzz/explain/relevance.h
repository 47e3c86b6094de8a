// Which events of a run have to do with its violation: they are about the same pages, the frames
// behind them, the file pages they map, or the windows and mirrors over them.
//
// Thread safety: a plain value, made once for a run.

#ifndef MIRRORCHECK_FUZZ_EXPLAIN_RELEVANCE_H_
#define MIRRORCHECK_FUZZ_EXPLAIN_RELEVANCE_H_

#include <bitset>

#include "fuzz/explain/run_record.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

// Steps about a window that is open: what they are about is said by its start.
bool is_about_window(model::Rule rule);

class Relevance {
 public:
  // `violation` is the index of the event at which the verdict was reached.
  Relevance(const RunRecord& run, std::size_t violation);

  // A step of a window other than its start is always of interest here: it says no pages. Whoever
  // lays out the run knows whether its start was.
  bool of(const Event& event) const;

 private:
  void seed(const RunRecord& run, std::size_t violation);
  void follow_mappings(const History& history);
  void add(model::PageRange pages);
  bool any(model::PageRange pages) const;
  bool any(model::FilePageRange pages) const;

  bool everything_ = false;  // nothing in particular was violated, or everything stands still
  std::bitset<model::kPages> pages_;
  std::bitset<model::kFrames> frames_;
  std::bitset<model::kFilePages> file_pages_;
  std::bitset<model::kMirrors> mirrors_;
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_EXPLAIN_RELEVANCE_H_
