// A tree of intervals that finds the k overlapping a range in O(log n + k).
//
// Balancing, insertion and removal are Boost.Intrusive's red-black tree. It offers no augmentation,
// but its algorithms touch a node's children only through a traits class; ours recomputes the
// greatest `last` of a subtree whenever a child is set, which makes every rotation keep it right,
// and insert and erase bring the path to the root up to date at the end (interval_tree.cc).
//
// Nodes are intrusive: nothing is allocated. Both ends of an interval are inclusive.
//
// Thread safety: none; the caller locks.

#ifndef MIRRORCHECK_IMPL_REFERENCE_INTERVAL_TREE_H_
#define MIRRORCHECK_IMPL_REFERENCE_INTERVAL_TREE_H_

#include <cstdint>

namespace mirrorcheck::impl::reference {

struct IntervalNode {
  std::uint64_t start = 0;
  std::uint64_t last = 0;

  // The tree's own.
  std::uint64_t subtree_last = 0;
  IntervalNode* parent = nullptr;
  IntervalNode* left = nullptr;
  IntervalNode* right = nullptr;
  bool red = false;
};

class IntervalTree {
 public:
  IntervalTree() { reset(); }
  IntervalTree(const IntervalTree&) = delete;
  IntervalTree& operator=(const IntervalTree&) = delete;

  // Empty again, whatever became of the nodes.
  void reset();

  // REQUIRES: node.start <= node.last; node is in no tree.
  void insert(IntervalNode& node);
  // REQUIRES: node is in this tree.
  void erase(IntervalNode& node);

  // The nodes that overlap [start, last], by ascending start; null after the last of them.
  // REQUIRES: the tree has not changed since the node was returned (S8').
  IntervalNode* first(std::uint64_t start, std::uint64_t last) const;
  static IntervalNode* next(const IntervalNode& node, std::uint64_t start, std::uint64_t last);

 private:
  // Its parent is the root; the root's parent is the header, whose own parent is the root again.
  IntervalNode header_;
};

}  // namespace mirrorcheck::impl::reference

#endif  // MIRRORCHECK_IMPL_REFERENCE_INTERVAL_TREE_H_
