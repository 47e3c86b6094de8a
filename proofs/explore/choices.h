// The steps that can be taken from a state: which values the arguments of a rule may have.
//
// By default every value in the world is tried out for every argument that the rule reads. Where
// the state already decides an argument (the frame that a walk reports) only that value is tried;
// not so for a rule of which something is dropped.
//
// Thread safety: pure functions of their arguments.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_CHOICES_H_
#define MIRRORCHECK_PROOFS_EXPLORE_CHOICES_H_

#include <algorithm>

#include "model/rules.h"
#include "model/state.h"
#include "proofs/explore/explore.h"
#include "proofs/explore/packed.h"
#include "proofs/explore/reads.h"

namespace mirrorcheck::proofs::explore {

// The ids of the world that is explored, in the room of D.
template <class D>
struct World {
  explicit World(const ExploreOptions& o) : options(o), bounds(o.bounds) {}

  // Steps that read what the walk was asked for and what it found can be taken.
  bool returns_matter() const {
    return options.rules.test(static_cast<std::size_t>(model::Rule::kFaultReturn));
  }

  // How many kinds of entries are made: present ones and those of pages on their way, by default.
  unsigned kinds() const {
    return static_cast<unsigned>(options.failures            ? model::EntryKind::kPoisoned
                                 : bounds.swap_slots != 0    ? model::EntryKind::kSwap
                                 : options.owned_windows     ? model::EntryKind::kDeviceExclusive
                                 : bounds.device_frames != 0 ? model::EntryKind::kDevicePrivate
                                                             : model::EntryKind::kMigration) +
           1;
  }

  static constexpr Bounds kRoom = D::kBounds;
  const ExploreOptions& options;
  Bounds bounds;

  template <class F>
  void tasks(F f) const {
    for (unsigned i = 0; i < bounds.tasks; ++i) f(model::Task(i));
  }
  template <class F>
  void pages(F f) const {
    for (unsigned m = 0; m < bounds.mms; ++m) {
      for (unsigned i = 0; i < bounds.pages; ++i) f(model::Page((m * kRoom.pages) + i));
    }
  }
  // Every set of pages of one mm but the empty one.
  template <class F>
  void page_sets(model::Mm mm, F f) const {
    for (std::uint32_t set = 1; set < 1U << bounds.pages; ++set) {
      f(Set<model::Page>{set << (static_cast<unsigned>(mm) * kRoom.pages)});
    }
  }
  template <class F>
  void file_pages(F f) const {
    for (unsigned i = 0; i < bounds.files; ++i) {
      for (unsigned k = 0; k < bounds.file_pages; ++k) {
        f(model::FilePage(1 + (i * kRoom.file_pages) + k));
      }
    }
  }
  template <class F>
  void file_page_sets(model::File file, F f) const {
    for (std::uint32_t set = 1; set < 1U << bounds.file_pages; ++set) {
      f(Set<model::FilePage>{set << (1 + (static_cast<unsigned>(file) * kRoom.file_pages))});
    }
  }
  // Frames that can be given out.
  template <class F>
  void frames(F f) const {
    for (unsigned i = 0; i < bounds.frames; ++i) f(model::Frame(2 + i));
    for (unsigned i = 0; i < bounds.blocks; ++i) f(model::Frame(2 + kRoom.frames + i));
    for (unsigned i = 0; i < bounds.swap_slots; ++i) {
      f(model::Frame(2 + kRoom.frames + kRoom.blocks + i));
    }
    for (unsigned i = 0; i < bounds.device_frames; ++i) {
      f(model::Frame(2 + kRoom.frames + kRoom.blocks + kRoom.swap_slots + i));
    }
  }
};

// Calls f(arguments) for every choice of the arguments in `Rest`, given those already chosen.
template <class D, std::uint32_t Rest, class F>
void choose_rest(const World<D>& world, PackedArguments& a, F& f) {
  const auto go_on = [&]<std::uint32_t Chosen>() { choose_rest<D, Rest & ~Chosen>(world, a, f); };
  const auto each_bool = [&]<std::uint32_t Chosen>(bool& value) {
    value = false;
    choose_rest<D, Rest & ~Chosen>(world, a, f);
    value = true;
    choose_rest<D, Rest & ~Chosen>(world, a, f);
  };
  const auto each_id = [&]<std::uint32_t Chosen, class Id>(Id& value, unsigned n) {
    for (unsigned i = 0; i < n; ++i) {
      value = Id(i);
      choose_rest<D, Rest & ~Chosen>(world, a, f);
    }
  };
  if constexpr (Rest == 0) {
    f(static_cast<const PackedArguments&>(a));
  } else if constexpr ((Rest & kTask) != 0) {
    each_id.template operator()<kTask>(a.task, world.bounds.tasks);
  } else if constexpr ((Rest & kMm) != 0) {
    each_id.template operator()<kMm>(a.mm, world.bounds.mms);
  } else if constexpr ((Rest & kMirror) != 0) {
    // A window says which mirror asks for it, and nobody looks unless one does.
    const unsigned least = (Rest & kEvent) != 0 ? 1 : 0;
    each_id.template operator()<kMirror>(a.mirror, std::max(least, world.bounds.mirrors));
  } else if constexpr ((Rest & kWindow) != 0) {
    each_id.template operator()<kWindow>(a.window, world.bounds.windows);
  } else if constexpr ((Rest & kClassic) != 0) {
    each_id.template operator()<kClassic>(a.classic, world.bounds.classics);
  } else if constexpr ((Rest & kPage) != 0) {
    world.pages([&](model::Page p) {
      a.page = p;
      go_on.template operator()<kPage>();
    });
  } else if constexpr ((Rest & kSource) != 0) {
    world.pages([&](model::Page p) {
      a.source = p;
      go_on.template operator()<kSource>();
    });
  } else if constexpr ((Rest & kPages) != 0) {
    for (unsigned m = 0; m < world.bounds.mms; ++m) {
      world.page_sets(model::Mm(m), [&](Set<model::Page> set) {
        a.pages = set;
        go_on.template operator()<kPages>();
      });
    }
  } else if constexpr ((Rest & kFile) != 0) {
    each_id.template operator()<kFile>(a.file, world.bounds.files);
  } else if constexpr ((Rest & kFilePage) != 0) {
    if constexpr ((Rest & kArea) != 0) {  // what is mapped need not be a file
      a.file_page = model::kNoFilePage;
      go_on.template operator()<kFilePage>();
    }
    world.file_pages([&](model::FilePage p) {
      a.file_page = p;
      go_on.template operator()<kFilePage>();
    });
  } else if constexpr ((Rest & kFilePages) != 0) {
    for (unsigned i = 0; i < world.bounds.files; ++i) {
      world.file_page_sets(model::File(i), [&](Set<model::FilePage> set) {
        a.file_pages = set;
        go_on.template operator()<kFilePages>();
      });
    }
  } else if constexpr ((Rest & kFrame) != 0) {
    for (const model::Frame named : {model::kNoFrame, model::kZeroFrame}) {
      a.frame = named;
      go_on.template operator()<kFrame>();
    }
    world.frames([&](model::Frame frame) {
      a.frame = frame;
      go_on.template operator()<kFrame>();
    });
  } else if constexpr ((Rest & kArea) != 0) {
    each_id.template operator()<kArea>(a.area, 5);
  } else if constexpr ((Rest & kKind) != 0) {
    each_id.template operator()<kKind>(a.kind, world.kinds());
  } else if constexpr ((Rest & kEvent) != 0) {
    // MIGRATE and EXCLUSIVE come last.
    using enum model::WindowEvent;
    each_id.template operator()<kEvent>(
        a.event, static_cast<unsigned>(world.options.owned_windows ? kExclusive : kRelease) + 1);
  } else if constexpr ((Rest & kOutcome) != 0) {
    each_id.template operator()<kOutcome>(a.outcome, 7);
  } else if constexpr ((Rest & kWrite) != 0) {
    each_bool.template operator()<kWrite>(a.write);
  } else if constexpr ((Rest & kRead) != 0) {
    each_bool.template operator()<kRead>(a.read);
  } else if constexpr ((Rest & kFlag) != 0) {
    each_bool.template operator()<kFlag>(a.flag);
  } else if constexpr ((Rest & kHuge) != 0) {
    if constexpr (D::kBounds.huge) {
      each_bool.template operator()<kHuge>(a.huge);
    } else {
      a.huge = false;  // no entry is, anywhere
      go_on.template operator()<kHuge>();
    }
  } else {
    static_assert(Rest == kRequired);
    each_bool.template operator()<kRequired>(a.required);
  }
}

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_CHOICES_H_
