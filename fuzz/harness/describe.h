// The contract's things in words: ids, steps, and the two states beside each other.
//
// Thread safety: pure functions. They allocate; none is on the path of a run that holds.

#ifndef MIRRORCHECK_FUZZ_HARNESS_DESCRIBE_H_
#define MIRRORCHECK_FUZZ_HARNESS_DESCRIBE_H_

#include <string>

#include "fuzz/harness/judge.h"
#include "impl/world.h"
#include "model/vocabulary.h"

namespace mirrorcheck::fuzz {

std::string name(model::Frame frame);        // "none", "zero page", "frame 7", "block 3"
std::string name(model::Page page);          // "mm0 p4"
std::string name(model::FilePage page);      // "f0@2"
std::string name(model::Outcome outcome);    // "valid", "-EFAULT" ...
std::string name(model::WindowEvent event);  // "UNMAP" ...
std::string name(model::PageRange pages);    // "mm0 p4-7"

// A step in one line: the rule's name and those of its arguments that matter.
std::string describe(model::Rule rule, const model::Arguments& arguments);

// What the contract, and what the implementation says about the things the step touched: one line a
// thing, the same things in the same order, so that the two can be read side by side.
struct TwoStates {
  std::string contract;
  std::string implementation;
};
TwoStates describe_states(const impl::World& world, const Judge& judge, model::Rule rule,
                          const model::Arguments& arguments);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_HARNESS_DESCRIBE_H_
