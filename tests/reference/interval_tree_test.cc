#include "impl/reference/interval_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace mirrorcheck::impl::reference {
namespace {

std::vector<const IntervalNode*> found(const IntervalTree& tree, std::uint64_t start,
                                       std::uint64_t last) {
  std::vector<const IntervalNode*> nodes;
  for (const IntervalNode* node = tree.first(start, last); node != nullptr;
       node = IntervalTree::next(*node, start, last)) {
    nodes.push_back(node);
  }
  return nodes;
}

void expect_same(const IntervalTree& tree, const std::vector<const IntervalNode*>& inside,
                 std::uint64_t start, std::uint64_t last) {
  std::vector<const IntervalNode*> expected;
  for (const IntervalNode* node : inside) {
    if (node->start <= last && node->last >= start) expected.push_back(node);
  }
  std::vector<const IntervalNode*> got = found(tree, start, last);
  EXPECT_TRUE(
      std::is_sorted(got.begin(), got.end(), [](auto* a, auto* b) { return a->start < b->start; }));
  std::sort(expected.begin(), expected.end());
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, expected) << start << ".." << last;
}

TEST(IntervalTree, FindsNothingInAnEmptyTree) {
  const IntervalTree tree;
  EXPECT_EQ(tree.first(0, std::numeric_limits<std::uint64_t>::max()), nullptr);
}

TEST(IntervalTree, BothEndsAreInclusive) {
  IntervalTree tree;
  IntervalNode node;
  node.start = 10;
  node.last = 20;
  tree.insert(node);
  EXPECT_EQ(tree.first(0, 9), nullptr);
  EXPECT_EQ(tree.first(0, 10), &node);
  EXPECT_EQ(tree.first(20, 30), &node);
  EXPECT_EQ(tree.first(21, 30), nullptr);
  tree.erase(node);
  EXPECT_EQ(tree.first(0, 30), nullptr);
}

TEST(IntervalTree, AgreesWithASearchOfEveryNodeWhileItChanges) {
  std::mt19937_64 random(1);
  std::vector<IntervalNode> nodes(200);
  std::vector<const IntervalNode*> inside;
  IntervalTree tree;
  for (int change = 0; change < 20000; ++change) {
    IntervalNode& node = nodes[random() % nodes.size()];
    const auto place = std::find(inside.begin(), inside.end(), &node);
    if (place == inside.end()) {
      // Many equal starts, some long intervals that hide far from their start.
      node.start = random() % 100;
      node.last = node.start + (random() % 8 == 0 ? random() % 100 : random() % 5);
      tree.insert(node);
      inside.push_back(&node);
    } else {
      inside.erase(place);
      tree.erase(node);
    }
    const std::uint64_t start = random() % 200;
    expect_same(tree, inside, start, start + random() % 20);
    if (HasFailure()) return;
  }
}

TEST(IntervalTree, IsEmptyAfterReset) {
  IntervalTree tree;
  IntervalNode node;
  tree.insert(node);
  tree.reset();
  EXPECT_EQ(tree.first(0, 100), nullptr);
  tree.insert(node);
  EXPECT_EQ(tree.first(0, 100), &node);
}

}  // namespace
}  // namespace mirrorcheck::impl::reference
