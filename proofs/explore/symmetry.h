// Worlds that differ only in what their pages, frames and tasks are called.
//
// No rule asks for a page, frame or task by name, nor for what is next to it, so that renaming them
// in a state and in a step gives a state and a step of the contract again. One of all states that
// renaming makes of one stands for them.
//
// Which one is found by sorting. Pages are in the order of what the state says of each whatever the
// others are called, and so are tasks: of those of which it says the same every order is tried, and
// the smallest code taken. Frames follow from these: the state says nothing of them but who names
// them, and two that nobody names and that are alike may have either name.
//
// Frames of RAM are renamed among themselves, and so are blocks and the pages of one mm.
//
// Thread safety: pure functions once made.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_SYMMETRY_H_
#define MIRRORCHECK_PROOFS_EXPLORE_SYMMETRY_H_

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>
#include <type_traits>
#include <utility>
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
    orders_.push_back(Renaming());
    for (unsigned m = 0; m < used.mms; ++m) {
      pages_.push_back({m * kRoom.pages, used.pages});
      extend(orders_, &Renaming::pages, pages_.back());
    }
    tasks_.push_back({0, used.tasks});
    extend(orders_, &Renaming::tasks, tasks_.back());
    frames_ = {{2, used.frames}, {2 + kRoom.frames, used.blocks}};
    all_ = orders_;
    for (const Run& run : frames_) extend(all_, &Renaming::frames, run);
  }

  // The state that stands for this one. `code`: its code.
  Code<D> representative(const State& state, const Code<D>& code) const {
    const Marks of_pages = marks<model::Page>(state);
    const Marks of_tasks = marks<model::Task>(state);
    Code<D> least{};
    bool found = false;
    for (const Renaming& order : orders_) {
      if (!sorted(pages_, of_pages, order.pages) || !sorted(tasks_, of_tasks, order.tasks)) {
        continue;
      }
      Renaming renaming = order;
      name_frames(state, renaming);
      const Code<D> next = renaming == Renaming() ? code : coder_.encode(renamed(state, renaming));
      if (!found || next < least) least = next;
      found = true;
    }
    return least;
  }

  // How many states renaming makes of this one: as many as there are renamings for each that leaves
  // it as it is.
  std::size_t orbit(const State& state) const {
    const Code<D> code = coder_.encode(state);
    const auto same = std::count_if(all_.begin(), all_.end(), [&](const Renaming& r) {
      return coder_.encode(renamed(state, r)) == code;
    });
    return all_.size() / static_cast<std::size_t>(same);
  }

 private:
  static constexpr std::size_t kMost = 16;
  using Names = std::array<std::uint8_t, kMost>;
  using Marks = std::array<std::uint64_t, kMost>;
  static constexpr Names same() {
    Names names{};
    std::iota(names.begin(), names.end(), std::uint8_t{0});
    return names;
  }
  struct Renaming {
    Names pages = same();
    Names frames = same();
    Names tasks = same();
    bool operator==(const Renaming&) const = default;
  };
  // Things that may have each other's names: [first, first + size).
  struct Run {
    unsigned first;
    unsigned size;
  };

  // Each of the renamings, with each of the run.
  static void extend(std::vector<Renaming>& renamings, Names Renaming::* names, const Run& run) {
    std::vector<Renaming> all;
    for (const Renaming& r : renamings) {
      Renaming next = r;
      const auto begin = (next.*names).begin() + run.first;
      do {
        all.push_back(next);
      } while (std::next_permutation(begin, begin + run.size));
    }
    renamings = std::move(all);
  }

  // Whether `names` puts those with smaller marks first.
  static bool sorted(const std::vector<Run>& runs, const Marks& marks, const Names& names) {
    for (const Run& run : runs) {
      for (unsigned i = run.first; i < run.first + run.size; ++i) {
        for (unsigned k = i + 1; k < run.first + run.size; ++k) {
          if (marks[i] != marks[k] && (marks[i] < marks[k]) != (names[i] < names[k])) return false;
        }
      }
    }
    return true;
  }

  template <class Sort>
  static constexpr bool kRenamed =
      std::is_same_v<Sort, model::Page> || std::is_same_v<Sort, model::Frame> ||
      std::is_same_v<Sort, model::Task>;

  // What a value says whatever the things are called: of a frame, of which kind it is.
  template <class V>
  static std::uint64_t said(V value) {
    if constexpr (std::is_same_v<V, model::Frame>) {
      return value < model::Frame(2)
                 ? static_cast<std::uint64_t>(value)
                 : 2 + (D::is_block(value) ? 1 : 0) + (D::is_swap(value) ? 2 : 0) +
                       (D::is_device(value) ? 4 : 0);
    } else if constexpr (requires { value.bits; }) {
      return value.bits;
    } else {
      return static_cast<std::uint64_t>(value);
    }
  }

  // Adds to the marks what the field says of each. Two may get the same mark though the
  // field tells them apart; then both orders are tried.
  template <class Id, class Sort, class... Keys, class M>
  [[gnu::always_inline]] static void add(const M& field, Marks& marks, std::tuple<Keys...>) {
    using V = typename D::template Of<Sort>;
    constexpr unsigned kIds = (0U + ... + (std::is_same_v<Keys, Id> ? 1U : 0U));
    constexpr unsigned kNamed = (0U + ... + (kRenamed<Keys> ? 1U : 0U));
    constexpr bool kSays = kNamed == 1 && kIds == 1 && !std::is_same_v<Sort, model::Page> &&
                           !std::is_same_v<Sort, model::Task> &&
                           !std::is_same_v<V, Set<model::Page>>;
    const auto each = [&](auto value) __attribute__((always_inline)) {
      for (unsigned i = 0; i < D::template count<Id>(); ++i) {
        marks[i] = (marks[i] * kFactor) + value(Id(i));
      }
    };
    using First = std::tuple_element_t<0, std::tuple<Keys...>>;
    using Last = std::tuple_element_t<sizeof...(Keys) - 1, std::tuple<Keys...>>;
    if constexpr (kSays && sizeof...(Keys) == 1) {
      each([&](Id id) __attribute__((always_inline)) { return said(field(id)); });
    } else if constexpr (kSays && std::is_same_v<First, Id>) {
      for (unsigned k = 0; k < D::template count<Last>(); ++k) {
        each([&](Id id) __attribute__((always_inline)) { return said(field(id, Last(k))); });
      }
    } else if constexpr (kSays) {
      for (unsigned k = 0; k < D::template count<First>(); ++k) {
        each([&](Id id) __attribute__((always_inline)) { return said(field(First(k), id)); });
      }
    } else if constexpr (kNamed == 0 && std::is_same_v<V, Set<Id>>) {
      M::each_key([&](auto... keys) __attribute__((always_inline)) {
        const V set = field(keys...);
        each([&](Id id) __attribute__((always_inline)) { return std::uint64_t{set.has(id)}; });
      });
    }
  }
  template <class Id>
  static Marks marks(const State& state) {
    Marks marks{};
    State::each_field(state,
                      [&]<class M>(const char*, const M& field) __attribute__((always_inline)) {
                        if constexpr (M::kBits != 0) {
                          add<Id, typename M::ValueSort>(field, marks, typename M::KeySorts());
                        }
                      });
    return marks;
  }

  // The names of frames, given those of pages and tasks: in the order of who names them.
  void name_frames(const State& state, Renaming& r) const {
    Marks marks{};
    unsigned place = 0;
    State::each_field(
        state, [&]<class M>(const char*, const M& field) __attribute__((always_inline)) {
          if constexpr (std::is_same_v<typename M::ValueSort, model::Frame>) {
            M::each_key([&](auto... keys) __attribute__((always_inline)) {
              marks[static_cast<std::size_t>(field(keys...))] |=
                  std::uint64_t{1} << (place + M::index(rename(keys, r)...));
            });
            place += M::kSize;
          } else if constexpr (std::is_same_v<typename M::KeySorts, std::tuple<model::Frame>>) {
            for (unsigned i = 0; i < D::template count<model::Frame>(); ++i) {
              marks[i] |= said(field(model::Frame(i))) << place;
            }
            place += M::kWidth;
          }
        });
    for (const Run& run : frames_) {
      for (unsigned i = run.first; i < run.first + run.size; ++i) {
        unsigned before = 0;
        for (unsigned k = run.first; k < run.first + run.size; ++k) {
          before += marks[k] < marks[i] || (marks[k] == marks[i] && k < i) ? 1 : 0;
        }
        r.frames[i] = static_cast<std::uint8_t>(run.first + before);
      }
    }
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

  // Whether a field has anything to do with things of that sort.
  template <class Id, class M>
  static constexpr bool kSpeaksOf =
      std::is_same_v<typename M::V, Id> || std::is_same_v<typename M::V, Set<Id>> ||
      []<class... Keys>(std::tuple<Keys...>) {
        return (... || std::is_same_v<Keys, Id>);
      }(typename M::KeySorts());

  static State renamed(const State& state, const Renaming& r) {
    State result = state;
    const bool pages = r.pages != same();
    const bool frames = r.frames != same();
    const bool tasks = r.tasks != same();
    State::each_pair(
        state, result,
        [&]<class M>(const char*, const M& from, M& to) __attribute__((always_inline)) {
          constexpr bool kOfPages = kSpeaksOf<model::Page, M>;
          constexpr bool kOfFrames = kSpeaksOf<model::Frame, M>;
          constexpr bool kOfTasks = kSpeaksOf<model::Task, M>;
          if ((kOfPages && pages) || (kOfFrames && frames) || (kOfTasks && tasks)) {
            M::each_key([&](auto... keys) __attribute__((always_inline)) {
              to.set(rename(keys, r)..., rename(from(keys...), r));
            });
          }
        });
    Canonical<D>::forget_owners(result);  // a task that stands for none must not get another name
    return result;
  }

  static constexpr std::uint64_t kFactor = 37;

  const Coder<D>& coder_;
  std::vector<Run> pages_;
  std::vector<Run> tasks_;
  std::vector<Run> frames_;
  std::vector<Renaming> orders_;  // of pages and tasks
  std::vector<Renaming> all_;     // and of frames
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_SYMMETRY_H_
