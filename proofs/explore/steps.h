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

#include "proofs/explore/in_world.h"

namespace mirrorcheck::proofs::explore {

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
      const bool of_file = s.area(p) == Area::kFile || s.area(p) == Area::kDax;
      world.tasks([&](Task t) {
        if (s.mmap_lock(t, D::mm_of(p)) == Hold::kNot) return;
        a.task = t;
        for (unsigned copy = 0; copy <= (world.options.private_mappings ? 1U : 0U); ++copy) {
          a.flag = copy != 0;
          const auto with = [&](Frame frame) {
            a.frame = frame;
            all_but.template operator()<kTask | kPage | kFrame | kFlag>();
          };
          if (of_file && !a.flag) {
            if (!s.entry_lock(s.slot(p), t)) continue;
            const Frame backing = s.backing(s.slot(p));
            with(backing == kNoFrame ? kZeroFrame : backing);
          } else {
            with(kZeroFrame);
            world.frames([&](Frame frame) {
              if (s.used(frame)) with(frame);
            });
          }
        }
      });
    });
  } else if constexpr (kRule == kUpgrade || kRule == kUffdWp) {
    world.pages([&](Page p) {
      if (s.cpu_frame(p) == kNoFrame) return;
      a.page = p;
      world.tasks([&](Task t) {
        if (!task_may<D, kRule>(s, t)) return;
        a.task = t;
        all_but.template operator()<kTask | kPage>();
      });
    });
  } else if constexpr (kRule == kZap || kRule == kWriteProtect || kRule == kHide ||
                       kRule == kLazyFree || kRule == kDiscard || kRule == kSplit) {
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
          a.required = false;
          all_but.template operator()<kWindow | kEvent | kMm | kMirror | kRequired>();
        }
      }
      if (!world.options.owned_windows) continue;
      for (const WindowEvent event : {WindowEvent::kMigrate, WindowEvent::kExclusive}) {
        a.event = event;
        all_but.template operator()<kWindow | kEvent>();
      }
    }
  } else if constexpr (kRule == kMap) {
    const auto all_protections = [&] {
      if (world.options.protections) {
        all_but.template operator()<~(kWrite | kRead)>();
      } else {
        a.write = a.read = true;
        all_but.template operator()<~std::uint32_t{0}>();
      }
    };
    const auto all_areas = [&] {
      a.flag = false;
      a.file_page = kNoFilePage;
      a.area = Area::kAnon;
      all_protections();
      a.area = Area::kSpecial;
      if (world.returns_matter()) all_protections();
      for (const Area area : {Area::kFile, Area::kDax}) {
        a.area = area;
        world.file_pages([&](FilePage p) {
          a.file_page = p;
          a.flag = false;
          all_protections();
          a.flag = true;
          if (world.options.private_mappings) all_protections();
          a.flag = false;
          a.required = area == Area::kDax;
          if (world.options.synchronous && a.required) all_protections();
          a.required = false;
        });
      }
    };
    for (unsigned m = 0; m < world.bounds.mms; ++m) {
      a.mm = Mm(m);
      world.tasks([&](Task t) {
        if (s.mmap_lock(t, a.mm) != Hold::kExclusive) return;
        a.task = t;
        world.pages([&](Page p) {
          if (D::mm_of(p) != a.mm || s.area(p) != Area::kNone) return;
          a.pages = {1U << static_cast<unsigned>(p)};
          all_areas();
        });
      });
    }
  } else if constexpr (kRule == kUnmap) {
    // To unmap what is not mapped changes nothing.
    Set<Page> mapped;
    world.pages([&](Page p) {
      const bool any = s.area(p) != Area::kNone || s.area_read(p) || s.area_write(p);
      mapped.bits |= std::uint32_t{any} << static_cast<unsigned>(p);
    });
    for (unsigned m = 0; m < world.bounds.mms && mapped.bits != 0; ++m) {
      a.mm = Mm(m);
      world.tasks([&](Task t) {
        if (s.mmap_lock(t, a.mm) != Hold::kExclusive) return;
        a.task = t;
        world.page_sets(a.mm, [&](Set<Page> set) {
          if ((set.bits & ~mapped.bits) != 0) return;
          a.pages = set;
          all_but.template operator()<kMm | kTask | kPages>();
        });
      });
    }
  } else if constexpr (kRule == kInsert) {
    for (unsigned i = 0; i < world.bounds.mirrors; ++i) {
      a.mirror = Mirror(i);
      if (s.registration(a.mirror) != Registration::kOut) continue;
      for (unsigned m = 0; m < world.bounds.mms; ++m) {
        a.mm = Mm(m);
        if (s.published(a.mm)) all_but.template operator()<kMirror | kMm>();
      }
    }
  } else if constexpr (kRule == kAllocate) {
    world.frames([&](Frame frame) {
      a.frame = frame;
      if (!s.used(frame)) all_but.template operator()<kFrame>();
    });
  } else if constexpr (kRule == kFill) {
    world.tasks([&](Task t) {
      if (!task_may<D, kRule>(s, t)) return;
      a.task = t;
      world.file_pages([&](FilePage p) {
        if (s.backing(p) != kNoFrame) return;
        a.file_page = p;
        world.frames([&](Frame frame) {
          a.frame = frame;
          if (s.used(frame)) all_but.template operator()<kTask | kFilePage | kFrame>();
        });
      });
    });
  } else if constexpr ((reads(kRule) & kWindow) != 0 && (reads(kRule) & kTask) != 0 &&
                       kRule != kMoveEntry && kRule != kReveal) {
    // What is done to a window its owner does.
    for (unsigned w = 0; w < world.bounds.windows; ++w) {
      a.window = Window(w);
      a.task = s.owner(a.window);
      if (kRule != kClassicEnd && s.phase(a.window) == WindowPhase::kClosed) continue;
      all_but.template operator()<kTask | kWindow>();
    }
  } else if constexpr ((reads(kRule) & kTask) != 0) {
    world.tasks([&](Task t) {
      if (!task_may<D, kRule>(s, t)) return;
      a.task = t;
      all_but.template operator()<kTask>();
    });
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

// Leaves the field as it was.
template <class D>
[[gnu::noinline]] void restore(std::string_view field, const model::State<D>& before,
                               model::State<D>& next) {
  model::State<D>::each_pair(before, next, [&](const char* name, const auto& old, auto& now) {
    if (field == name) now = old;
  });
}

// Calls f(arguments, clauses that were broken, next state) for every step of rule R, of which
// something may be dropped: with every choice of the arguments.
template <class D, class R, class F>
[[gnu::noinline]] void take_altered(const World<D>& world, const model::State<D>& s, F f) {
  const bool altered = world.options.drop && world.options.drop.rule == R::kRule;
  const Drop& drop = world.options.drop;
  const auto attempt = [&](const PackedArguments& a) {
    if (!in_world<D, R::kRule>(world, s, a)) return;
    Refusals refusals;
    R::guard(refusals, s, a);
    if ((refusals.failed() & ~(altered ? drop.clauses : 0U)) != 0) return;
    model::State<D> next = s;
    R::apply(next, a);
    if (altered && !drop.field.empty()) restore<D>(drop.field, s, next);
    f(a, refusals.failed(), next);
  };
  PackedArguments a;
  choose_rest<D, reads(R::kRule)>(world, a, attempt);
}

// Calls f(arguments, state, next state) for every step of rule R, of which nothing is dropped. What
// f does with the states is to be inlined where they are made: then neither is in memory, and what
// the rule leaves as it was is seen by the compiler to be so.
template <class D, class R, class F>
void take_all(const World<D>& world, const model::State<D>& s, bool every_choice, F f) {
  const auto attempt = [&](const PackedArguments& a) __attribute__((noinline, flatten)) {
    if (!in_world<D, R::kRule>(world, s, a)) return;
    Refusals refusals;
    R::guard(refusals, s, a);
    if (refusals.failed() != 0) return;
    const model::State<D> before = s;
    model::State<D> next = before;
    R::apply(next, a);
    f(a, before, next);
  };
  if (every_choice) {
    PackedArguments a;
    choose_rest<D, reads(R::kRule)>(world, a, attempt);
  } else {
    choose<D, R::kRule>(world, s, attempt);
  }
}

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_STEPS_H_
