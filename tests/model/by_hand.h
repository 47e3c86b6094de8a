// A step that is right, and changes of the state of which each makes it wrong.
//
// Thread safety: none.

#ifndef MIRRORCHECK_TESTS_MODEL_BY_HAND_H_
#define MIRRORCHECK_TESTS_MODEL_BY_HAND_H_

#include <gtest/gtest.h>

#include "tests/model/contract.h"
#include "tests/model/sightings.h"

namespace mirrorcheck::model {

// What chance does not come to: a state in which a step is right, and one change that makes it
// wrong.
class ByHand {
 public:
  explicit ByHand(Sightings& sightings) : sightings_(sightings) {}

  // `make_right` makes a state in which the step breaks nothing, each of `make_wrong` one in which
  // it breaks one clause.
  template <class Right, class... Wrong>
  void step(Rule rule, const Arguments& arguments, Right make_right, Wrong... make_wrong) {
    ConcreteState right;
    initialise(right, {.users = {1, 1}, .file_pages = {1}});
    make_right(right);
    EXPECT_TRUE(sightings_.look(rule, right, arguments).empty()) << rule_name(rule);
    const auto look = [&](auto make) {
      ConcreteState wrong = right;
      make(wrong);
      EXPECT_EQ(sightings_.look(rule, wrong, arguments).size(), 1u) << rule_name(rule);
    };
    (look(make_wrong), ...);
  }
  // In this state a step with these arguments breaks one clause.
  void also_wrong(Rule rule, const Arguments& arguments, const ConcreteState& state) {
    EXPECT_EQ(sightings_.look(rule, state, arguments).size(), 1u) << rule_name(rule);
  }

 private:
  Sightings& sightings_;
};

void hand_written_pages(ByHand& by_hand);
void hand_written_special_entries(ByHand& by_hand);
void hand_written_huge(ByHand& by_hand);
void hand_written_userfault(ByHand& by_hand);

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_TESTS_MODEL_BY_HAND_H_
