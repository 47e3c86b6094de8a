#include "impl/reference/interval_tree.h"

#include <algorithm>
#include <boost/intrusive/rbtree_algorithms.hpp>

namespace mirrorcheck::impl::reference {
namespace {

void refresh(IntervalNode& node) {
  std::uint64_t last = node.last;
  if (node.left != nullptr) last = std::max(last, node.left->subtree_last);
  if (node.right != nullptr) last = std::max(last, node.right->subtree_last);
  node.subtree_last = last;
}

// What Boost.Intrusive asks of a node. A rotation sets the children of the node that goes down
// before those of the node that goes up, so refreshing each at once leaves both right. On the
// header the refresh is wasted and harmless.
struct Traits {
  // NOLINTBEGIN(readability-identifier-naming): the names that Boost asks for.
  using node = IntervalNode;
  using node_ptr = IntervalNode*;
  using const_node_ptr = const IntervalNode*;
  using color = bool;
  // NOLINTEND(readability-identifier-naming)

  static node_ptr get_parent(const_node_ptr n) { return n->parent; }
  static void set_parent(node_ptr n, node_ptr p) { n->parent = p; }
  static node_ptr get_left(const_node_ptr n) { return n->left; }
  static void set_left(node_ptr n, node_ptr child) {
    n->left = child;
    refresh(*n);
  }
  static node_ptr get_right(const_node_ptr n) { return n->right; }
  static void set_right(node_ptr n, node_ptr child) {
    n->right = child;
    refresh(*n);
  }
  static color get_color(const_node_ptr n) { return n->red; }
  static void set_color(node_ptr n, color c) { n->red = c; }
  static color black() { return false; }
  static color red() { return true; }
};
using Algorithms = boost::intrusive::rbtree_algorithms<Traits>;

struct ByStart {
  bool operator()(const IntervalNode* a, const IntervalNode* b) const {
    return a->start < b->start;
  }
};

// Nodes whose subtree changed and that no rotation refreshed are ancestors of the deepest change.
void refresh_up(IntervalNode* node, const IntervalNode& header) {
  for (; node != &header; node = node->parent) refresh(*node);
}

// The leftmost node below `node` that overlaps. REQUIRES: node.subtree_last >= start.
//
// A left subtree that reaches up to `start` has the answer or there is none: if its leftmost node
// with last >= start begins after `last`, so does everything to the right of it.
IntervalNode* leftmost(IntervalNode* node, std::uint64_t start, std::uint64_t last) {
  for (;;) {
    if (node->left != nullptr && node->left->subtree_last >= start) {
      node = node->left;
      continue;
    }
    if (node->start > last) return nullptr;
    if (node->last >= start) return node;
    if (node->right == nullptr || node->right->subtree_last < start) return nullptr;
    node = node->right;
  }
}

}  // namespace

void IntervalTree::reset() {
  header_ = {};
  Algorithms::init_header(&header_);
}

void IntervalTree::insert(IntervalNode& node) {
  node.left = nullptr;
  node.right = nullptr;
  refresh(node);
  Algorithms::insert_equal_upper_bound(&header_, &node, ByStart());
  refresh_up(&node, header_);
}

void IntervalTree::erase(IntervalNode& node) {
  // The place where the tree gets shorter: the node's own, or its successor's if that replaces it.
  IntervalNode* deepest = node.parent;
  if (node.left != nullptr && node.right != nullptr) {
    deepest = node.right;
    while (deepest->left != nullptr) deepest = deepest->left;
    if (deepest->parent != &node) deepest = deepest->parent;
  }
  Algorithms::erase(&header_, &node);
  refresh_up(deepest, header_);
}

IntervalNode* IntervalTree::first(std::uint64_t start, std::uint64_t last) const {
  IntervalNode* const root = header_.parent;
  if (root == nullptr || root->subtree_last < start) return nullptr;
  return leftmost(root, start, last);
}

IntervalNode* IntervalTree::next(const IntervalNode& node, std::uint64_t start,
                                 std::uint64_t last) {
  const IntervalNode* at = &node;
  for (;;) {
    if (at->right != nullptr && at->right->subtree_last >= start) {
      return leftmost(at->right, start, last);
    }
    // Up to the first ancestor that this subtree is to the left of.
    const IntervalNode* below;
    do {
      below = at;
      at = at->parent;
      // The header: the root's parent's parent is the root.
      if (at->parent == below) return nullptr;
    } while (at->right == below);
    if (at->start > last) return nullptr;
    if (at->last >= start) return const_cast<IntervalNode*>(at);
  }
}

}  // namespace mirrorcheck::impl::reference
