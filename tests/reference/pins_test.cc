#include "impl/reference/pins.h"

#include <gtest/gtest.h>

namespace mirrorcheck::impl::reference {
namespace {

using model::File;
using model::Task;

constexpr Task kOne{0};
constexpr Task kOther{1};
constexpr Task kTruncates{2};
constexpr model::Frame kBlock = model::kFirstBlock;
constexpr auto kOtherBlock = model::Frame(static_cast<unsigned>(kBlock) + 1);

// The holder of the pin waits for the i_rwsem of file 1, and has that of file 0.
void holds_one_and_waits_for_other(Pins& pins) {
  pins.enter(kOne);
  pins.enter(kOther);
  pins.add(kOne, kBlock);
  pins.begin_second_inode_lock(kOne, File(0));
  pins.begin_inode_lock(kOne, File(1));
}

// Correct mirrors take them in order. One that does not must end in a deadlock that is found, not
// in a question that nobody answers.
TEST(Pins, HolderInADeadlockDoesNotGoOn) {
  Pins pins;
  holds_one_and_waits_for_other(pins);
  pins.begin_second_inode_lock(kOther, File(1));
  pins.begin_inode_lock(kOther, File(0));
  EXPECT_FALSE(pins.wait_until_idle(kTruncates, File(2), {kBlock}));
}

// One who waits for pins, on the file that the holder waits for, does not go on, nor does who waits
// for him.
TEST(Pins, HolderBehindOneWhoWaitsDoesNotGoOn) {
  Pins pins;
  holds_one_and_waits_for_other(pins);
  pins.begin_second_inode_lock(kOther, File(1));
  pins.begin_inode_lock(kOther, File(2));
  EXPECT_FALSE(pins.wait_until_idle(kTruncates, File(2), {kBlock}));
}

TEST(Pins, NobodyWaitsForOtherBlocks) {
  Pins pins;
  holds_one_and_waits_for_other(pins);
  EXPECT_TRUE(pins.wait_until_idle(kTruncates, File(2), {kOtherBlock}));
}

}  // namespace
}  // namespace mirrorcheck::impl::reference
