// The steps that can be taken from a state, with the arguments that are worth trying.
//
// Every value in the world would do for every argument; choices.h has them all. Here what the state
// already decides is not tried out: the frame that a walk reports, a window that was never opened.
// Nothing is lost by that, which a test shows. A rule of which something is dropped gets all
// values.
//
// What narrows the world itself holds for both: areas are mapped page by page, counters are
// bounded.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_STEPS_H_
#define MIRRORCHECK_PROOFS_EXPLORE_STEPS_H_

#include "proofs/explore/choices.h"

namespace mirrorcheck::proofs::explore {

// A12: a task takes a lock only while it holds none that comes after it, nor the same.
template <class D, model::Rule kRule>
bool in_lock_order(const World<D>& world, const model::State<D>& s, const PackedArguments& a) {
  using enum model::Rule;
  using model::Hold;
  constexpr int kRank = kRule == kInodeLock                                           ? 1
                        : kRule == kMmapRead || kRule == kMmapWrite                   ? 2
                        : kRule == kInvalidateShared || kRule == kInvalidateExclusive ? 3
                        : kRule == kEntryLock                                         ? 4
                        : kRule == kStart                                             ? 5
                        : kRule == kUpdateLock                                        ? 6
                                                                                      : 7;
  if constexpr (kRank == 7) return true;
  bool later = false;
  for (unsigned i = 0; i < world.bounds.mirrors; ++i) {
    later |= s.update_lock(a.task, model::Mirror(i));
  }
  if constexpr (kRank <= 4) {
    for (unsigned i = 0; i < world.bounds.windows; ++i) {
      later |= s.phase(model::Window(i)) != model::WindowPhase::kClosed &&
               s.owner(model::Window(i)) == a.task;
    }
    world.file_pages([&](model::FilePage p) { later |= s.entry_lock(p, a.task); });
  }
  for (unsigned i = 0; kRank <= 3 && i < world.bounds.files; ++i) {
    later |= s.invalidate_lock(a.task, model::File(i)) != Hold::kNot;
  }
  for (unsigned i = 0; kRank <= 2 && i < world.bounds.mms; ++i) {
    later |= s.mmap_lock(a.task, model::Mm(i)) != Hold::kNot;
  }
  for (unsigned i = 0; kRank <= 1 && i < world.bounds.files; ++i) {
    later |= s.inode_lock(a.task, model::File(i));
  }
  return !later;
}

// Steps that are part of no world: counters that grow beyond the bound, ranges across mms, private
// mappings of files and what is peculiar to them.
template <class D, model::Rule kRule>
bool in_world(const World<D>& world, const model::State<D>& s, const PackedArguments& a) {
  using enum model::Rule;
  using model::Area;
  constexpr std::uint32_t kReads = reads(kRule);
  if (world.options.lock_order && !in_lock_order<D, kRule>(world, s, a)) return false;
  if constexpr ((kReads & kPages) != 0 && (kReads & kMm) != 0) {
    const std::uint32_t of_mm = ((1U << D::kBounds.pages) - 1)
                                << (static_cast<unsigned>(a.mm) * D::kBounds.pages);
    if ((a.pages.bits & ~of_mm) != 0) return false;
  }
  if constexpr (kRule == kMap || kRule == kZap || kRule == kPopulate || kRule == kUnmapped) {
    if (a.flag && !world.options.private_mappings) return false;
  }
  if constexpr (kRule == kMap) {
    const bool shared = a.area == Area::kFile || a.area == Area::kDax;
    if (a.flag && !shared) return false;
    if ((a.pages.bits & (a.pages.bits - 1)) != 0 || a.area == Area::kNone) return false;
    // No entry is ever made there; it makes a difference to what a walk returns and to nothing
    // else.
    if (a.area == Area::kSpecial && !world.returns_matter()) return false;
    if (!shared && a.file_page != model::kNoFilePage) return false;
  }
  if constexpr (kRule == kMap || kRule == kProtect) {
    if (!world.options.protections && !(a.read && a.write)) return false;
  }
  if constexpr (kRule == kPin) return s.pins(a.frame) < world.options.max_pins;
  if constexpr (kRule == kGetMm) return !a.flag || s.users(a.mm) <= world.bounds.tasks;
  return true;
}

// Calls f(arguments) for choices among which is every one that the guard can hold for.
template <class D, model::Rule kRule, class F>
void choose(const World<D>& world, const model::State<D>& s, F f) {
  using enum model::Rule;
  using namespace mirrorcheck::model;
  PackedArguments a;
  // Some value of `field` that `chosen` leaves open.
  const auto all_but = [&]<std::uint32_t kChosen>() {
    choose_rest<D, reads(kRule) & ~kChosen>(world, a, f);
  };
  if constexpr (kRule == kWalkPage) {
    for (unsigned t = 0; t < world.bounds.tasks; ++t) {
      a.task = Task(t);
      if (s.section(a.task) != Section::kBegun) continue;
      a.mirror = s.section_mirror(a.task);
      if (s.mmap_lock(a.task, s.mirror_mm(a.mirror)) == Hold::kNot) continue;
      world.pages([&](Page p) {
        a.page = p;
        a.frame = s.cpu_frame(p);
        a.flag = s.cpu_write(p);
        a.pages = {1U << static_cast<unsigned>(p)};
        all_but.template operator()<kTask | kMirror | kPage | kFrame | kFlag | kPages>();
      });
    }
  } else if constexpr (kRule == kPopulate) {
    world.pages([&](Page p) {
      if (s.cpu_frame(p) != kNoFrame || s.area(p) == Area::kNone) return;
      a.page = p;
      world.tasks([&](Task t) {
        if (s.mmap_lock(t, D::mm_of(p)) == Hold::kNot) return;
        a.task = t;
        all_but.template operator()<kTask | kPage>();
      });
    });
  } else if constexpr (kRule == kZap || kRule == kWriteProtect || kRule == kHide) {
    world.pages([&](Page p) {
      if (s.cpu_frame(p) == kNoFrame) return;
      a.page = p;
      if (!s.published(D::mm_of(p))) {  // nobody asks for a window, and none is needed
        all_but.template operator()<kTask | kPage | kWindow>();
        return;
      }
      for (unsigned w = 0; w < world.bounds.windows; ++w) {
        a.window = Window(w);
        if (s.phase(a.window) != WindowPhase::kStarted) continue;
        a.task = s.owner(a.window);
        all_but.template operator()<kTask | kPage | kWindow>();
      }
    });
  } else if constexpr (kRule == kStart) {
    for (unsigned w = 0; w < world.bounds.windows; ++w) {
      a.window = Window(w);
      if (s.phase(a.window) != WindowPhase::kClosed) continue;
      for (const WindowEvent event :
           {WindowEvent::kClear, WindowEvent::kProtectionVma, WindowEvent::kRelease}) {
        a.event = event;
        for (unsigned m = 0; m < world.bounds.mms; ++m) {
          a.mm = Mm(m);
          if (event == WindowEvent::kRelease && s.users(a.mm) != 0) continue;
          // Nobody owns these windows.
          all_but.template operator()<kWindow | kEvent | kMm | kMirror | kRequired>();
        }
      }
    }
  } else if constexpr (kRule == kMap) {
    for (unsigned m = 0; m < world.bounds.mms; ++m) {
      a.mm = Mm(m);
      world.tasks([&](Task t) {
        if (s.mmap_lock(t, a.mm) != Hold::kExclusive) return;
        a.task = t;
        world.pages([&](Page p) {
          if (D::mm_of(p) != a.mm || s.area(p) != Area::kNone) return;
          a.pages = {1U << static_cast<unsigned>(p)};
          all_but.template operator()<kMm | kTask | kPages>();
        });
      });
    }
  } else if constexpr ((reads(kRule) & kWindow) != 0 && (reads(kRule) & kTask) != 0) {
    // What is done to a window its owner does.
    for (unsigned w = 0; w < world.bounds.windows; ++w) {
      a.window = Window(w);
      a.task = s.owner(a.window);
      if (kRule != kClassicEnd && s.phase(a.window) == WindowPhase::kClosed) continue;
      all_but.template operator()<kTask | kWindow>();
    }
  } else {
    all_but.template operator()<0>();
  }
}

// Clauses that do not hold, a bit for each.
class Refusals {
 public:
  void require(const model::Clause&, bool condition) {
    failed_ |= static_cast<std::uint32_t>(!condition) << next_++;
  }
  std::uint32_t failed() const { return failed_; }

 private:
  std::uint32_t failed_ = 0;
  unsigned next_ = 0;
};

// Calls f(arguments, clauses that were broken, next state) for every step of rule R.
template <class D, class R, class F>
void take_all(const World<D>& world, const model::State<D>& s, bool every_choice, F f) {
  const Drop& drop = world.options.drop;
  const bool altered = drop && drop.rule == R::kRule;
  const std::uint32_t forgiven = altered ? drop.clauses : 0;
  const auto attempt = [&](const PackedArguments& a) {
    if (!in_world<D, R::kRule>(world, s, a)) return;
    Refusals refusals;
    R::guard(refusals, s, a);
    if ((refusals.failed() & ~forgiven) != 0) return;
    model::State<D> next = s;
    R::apply(next, a);
    if (altered && !drop.field.empty()) {
      model::State<D>::each_pair(s, next, [&](const char* name, const auto& old, auto& field) {
        if (drop.field == name) field = old;
      });
    }
    f(a, refusals.failed(), next);
  };
  if (altered || every_choice) {
    PackedArguments a;
    auto call = attempt;
    choose_rest<D, reads(R::kRule)>(world, a, call);
  } else {
    choose<D, R::kRule>(world, s, attempt);
  }
}

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_STEPS_H_
