// Worlds that differ only in what their pages, frames and tasks are called.
//
// No rule asks for a page, frame or task by name, nor for what is next to it, so that renaming them
// in a state and in a step gives a state and a step of the contract again. Of all states that
// renaming makes of one, the one with the smallest code stands for them.
//
// Frames of RAM are renamed among themselves, and so are blocks and the pages of one mm.
//
// Thread safety: pure functions once made.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_SYMMETRY_H_
#define MIRRORCHECK_PROOFS_EXPLORE_SYMMETRY_H_

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <vector>

#include "model/state.h"
#include "proofs/explore/canonical.h"
#include "proofs/explore/code.h"
#include "proofs/explore/packed.h"

namespace mirrorcheck::proofs::explore {

template <class D>
class Symmetry {
 public:
  using State = model::State<D>;

  // REQUIRES of all states: forget() was applied to them.
  Symmetry(const Coder<D>& coder, const Bounds& used) : coder_(coder) {
    constexpr Bounds kRoom = D::kBounds;
    renamings_.push_back(Renaming());
    for (unsigned m = 0; m < used.mms; ++m) extend(&Renaming::pages, m * kRoom.pages, used.pages);
    extend(&Renaming::frames, 2, used.frames);
    extend(&Renaming::frames, 2 + kRoom.frames, used.blocks);
    extend(&Renaming::tasks, 0, used.tasks);
  }

  // The smallest code among those of the state and its renamings.
  Code<D> representative(const State& state) const {
    Code<D> least = coder_.encode(state);
    for (std::size_t i = 1; i < renamings_.size(); ++i) {
      least = std::min(least, coder_.encode(renamed(state, renamings_[i])));
    }
    return least;
  }

  // How many states renaming makes of this one.
  std::size_t orbit(const State& state) const {
    std::set<Code<D>> codes;
    for (const Renaming& r : renamings_) codes.insert(coder_.encode(renamed(state, r)));
    return codes.size();
  }

 private:
  static constexpr std::size_t kMost = 16;
  using Names = std::array<std::uint8_t, kMost>;
  static constexpr Names same() {
    Names names{};
    std::iota(names.begin(), names.end(), std::uint8_t{0});
    return names;
  }
  struct Renaming {
    Names pages = same();
    Names frames = same();
    Names tasks = same();
  };

  // Each renaming so far, with each of [first, first + n).
  void extend(Names Renaming::* names, unsigned first, unsigned n) {
    std::vector<Renaming> all;
    for (const Renaming& r : renamings_) {
      Renaming next = r;
      const auto begin = (next.*names).begin() + first;
      do {
        all.push_back(next);
      } while (std::next_permutation(begin, begin + n));
    }
    renamings_ = std::move(all);
  }

  template <class V>
  static V rename(V value, const Renaming& r) {
    if constexpr (std::is_same_v<V, model::Page>) {
      return V(r.pages[static_cast<std::size_t>(value)]);
    } else if constexpr (std::is_same_v<V, model::Frame>) {
      return V(r.frames[static_cast<std::size_t>(value)]);
    } else if constexpr (std::is_same_v<V, model::Task>) {
      return V(r.tasks[static_cast<std::size_t>(value)]);
    } else if constexpr (std::is_same_v<V, Set<model::Page>>) {
      V renamed;
      for (unsigned i = 0; i < D::template count<model::Page>(); ++i) {
        if (value.has(model::Page(i))) renamed.bits |= 1U << r.pages[i];
      }
      return renamed;
    } else {
      return value;
    }
  }

  static State renamed(const State& state, const Renaming& r) {
    State result;
    State::each_pair(state, result, [&]<class M>(const char*, const M& from, M& to) {
      M::each_key([&](auto... keys) { to.set(rename(keys, r)..., rename(from(keys...), r)); });
    });
    Canonical<D>::forget_owners(result);  // a task that stands for none must not get another name
    return result;
  }

  const Coder<D>& coder_;
  std::vector<Renaming> renamings_;
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_SYMMETRY_H_
