// Steps of the contract that a run is wanted to take, in this order and with others in between.
//
// A wanted step names pages, file pages, mirrors and address spaces as the run has to. Tasks,
// windows and frames are left to the run, but for this: what the wanted steps do in one window or
// in one section is done in one window or section of the run.
//
// Thread safety: plain values and pure functions.

#ifndef MIRRORCHECK_FUZZ_DIRECTED_WANTED_H_
#define MIRRORCHECK_FUZZ_DIRECTED_WANTED_H_

#include <array>

#include "fuzz/harness/history.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

struct WantedStep {
  model::Rule rule{};
  model::Arguments arguments;
  bool forbidden = false;  // at this place, probably; whoever is asked for it may refuse
};

// Locks and the free list: they come with the operations that need them, at places of their own.
bool is_incidental(model::Rule rule);

// Steps that a task takes in the section that it has begun.
bool is_of_section(model::Rule rule);

// Which windows and sections of a run are those of the wanted steps.
class Matcher {
 public:
  // Whether `event` is this step. What it begins is remembered. REQUIRES: every event of the run is
  // asked about once, in their order.
  bool shows(const WantedStep& wanted, const Event& event);

  // Whether it is this step, but with another answer, or in a later section of its task.
  bool resembles(const WantedStep& wanted, const Event& event);

  // Of an event that no step is looked for in.
  void pass(const Event& event);

 private:
  struct Section {
    bool begun = false;
    bool over = true;
    model::Task task{};
  };
  struct Window {
    bool known = false;
    model::Window window{};
  };
  bool in_section(const WantedStep& wanted, const Event& event) const;
  bool in_window(const WantedStep& wanted, const Event& event) const;
  void begins(const WantedStep& wanted, const Event& event);

  std::array<Section, model::kTasks> sections_{};  // by the task of the wanted steps
  std::array<Window, model::kWindows> windows_{};  // by their window
};

// Whether any of the events resembles the step, wherever it is.
bool occurs(const WantedStep& wanted, const History& history);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_DIRECTED_WANTED_H_
