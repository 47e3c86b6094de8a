// Sets of ids, of one word and of many, against what they are sets of.

#include "model/id_set.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>

namespace mirrorcheck::model::ids {
namespace {

template <class S>
std::set<unsigned> elements(S set) {
  std::set<unsigned> out;
  for (; any(set); drop_first(set)) out.insert(first(set));
  return out;
}

template <class T>
class IdSet : public testing::Test {};
using Sets = testing::Types<std::uint32_t, std::uint64_t, WideSet<28>, WideSet<100>, WideSet<1000>>;
TYPED_TEST_SUITE(IdSet, Sets);

TYPED_TEST(IdSet, IsWhatWasPutIn) {
  constexpr unsigned kBound = sizeof(TypeParam) <= 8 ? 8 * sizeof(TypeParam) - 4 : 28;
  const unsigned bound = sizeof(TypeParam) > 100 ? 1000 : sizeof(TypeParam) > 32 ? 100 : kBound;
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  for (int round = 0; round < 100; ++round) {
    TypeParam a{};
    TypeParam b{};
    std::set<unsigned> in_a;
    std::set<unsigned> in_b;
    for (unsigned n = below(6); n != 0; --n) {
      const unsigned i = below(bound);
      a |= only<TypeParam>(i);
      in_a.insert(i);
    }
    const unsigned from = below(bound);
    const unsigned length = below(bound - from);
    b |= run<TypeParam>(from, length);
    for (unsigned i = from; i < from + length; ++i) in_b.insert(i);
    ASSERT_EQ(elements(a), in_a);
    ASSERT_EQ(elements(b), in_b);
    ASSERT_EQ(count(b), in_b.size());
    for (unsigned i = 0; i < bound; ++i) ASSERT_EQ(has(a, i), in_a.contains(i));

    std::set<unsigned> both;
    std::set<unsigned> a_alone;
    for (const unsigned i : in_a) (in_b.contains(i) ? both : a_alone).insert(i);
    std::set<unsigned> either = in_a;
    either.insert(in_b.begin(), in_b.end());
    const TypeParam in_both = a & b;
    const TypeParam in_either = a | b;
    const TypeParam not_in_b = a & ~b;
    ASSERT_EQ(elements(in_both), both);
    ASSERT_EQ(elements(in_either), either);
    ASSERT_EQ(elements(not_in_b), a_alone);
    ASSERT_EQ(inside(a, b), a_alone.empty());
    ASSERT_EQ(a == b, in_a == in_b);
    if (any(a)) {
      const unsigned last = first(a);
      drop_through(a, last);
      in_a.erase(last);
      ASSERT_EQ(elements(a), in_a);
    }
  }
}

TEST(WideSet, ForgetsWhatAnEarlierSetHad) {
  WideSet<1000> set = run<WideSet<1000>>(0, 1000);
  set = only<WideSet<1000>>(500);
  set |= only<WideSet<1000>>(0);
  set |= only<WideSet<1000>>(999);
  EXPECT_EQ(elements(set), (std::set<unsigned>{0, 500, 999}));
}

}  // namespace
}  // namespace mirrorcheck::model::ids
