#include "impl/loader/checked_world.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "impl/forwarding_world.h"

namespace mirrorcheck::impl {
namespace {

using model::Arguments;
using model::Rule;

template <class Id>
bool below(Id id, std::size_t bound) {
  return static_cast<std::size_t>(id) < bound;
}

// The steps that are about one file page; for the others 0, "none", is an answer, too.
bool needs_file_page(Rule rule) {
  return rule == Rule::kEntryLock || rule == Rule::kEntryUnlock || rule == Rule::kFill ||
         rule == Rule::kDisconnect || rule == Rule::kZeroTail || rule == Rule::kClean ||
         rule == Rule::kFileAccess || rule == Rule::kEvict || rule == Rule::kCommit ||
         rule == Rule::kShare || rule == Rule::kUnshare;
}

// The field that is out of bounds, or null.
const char* out_of_bounds(Rule rule, const Arguments& a) {
  if (!below(rule, model::kRules)) return "rule";
  if (!below(a.task, model::kTasks)) return "task";
  if (!below(a.mm, model::kMms)) return "mm";
  if (!below(a.mirror, model::kMirrors)) return "mirror";
  if (!below(a.window, model::kWindows)) return "window";
  if (!below(a.classic, model::kClassicNotifiers)) return "classic";
  if (!below(a.page, model::kPages)) return "page";
  if (!below(a.source, model::kPages)) return "source";
  if (!below(a.pages.first, model::kPages) || !below(a.pages.last, model::kPages)) return "pages";
  if (!below(a.file, model::kFiles)) return "file";
  if (!below(a.file_page, model::kFilePages)) return "file_page";
  if (needs_file_page(rule) && a.file_page == model::kNoFilePage) return "file_page";
  if (!below(a.file_pages.first, model::kFilePages) ||
      !below(a.file_pages.last, model::kFilePages)) {
    return "file_pages";
  }
  if (rule == Rule::kMap && a.file_page != model::kNoFilePage && a.pages.first <= a.pages.last &&
      static_cast<std::size_t>(a.file_page) + static_cast<std::size_t>(a.pages.last) -
              static_cast<std::size_t>(a.pages.first) >=
          model::kFilePages) {
    return "file_page";
  }
  if (!below(a.frame, model::kFrames)) return "frame";
  if (!below(a.area, static_cast<std::size_t>(model::Area::kHugetlb) + 1)) return "area";
  if (!below(a.kind, static_cast<std::size_t>(model::EntryKind::kPoisoned) + 1)) return "kind";
  if (!below(a.event, static_cast<std::size_t>(model::WindowEvent::kExclusive) + 1)) return "event";
  if (!below(a.outcome, static_cast<std::size_t>(model::Outcome::kBusy) + 1)) return "outcome";
  if (!below(a.cell, model::kCellsPerPage)) return "cell";
  return nullptr;
}

class CheckedWorld final : public ForwardingWorld, private Observer {
 public:
  CheckedWorld(std::unique_ptr<World> world, std::string name)
      : ForwardingWorld(std::move(world)), name_(std::move(name)) {}

  void reset(const Layout& layout, Observer& observer) override {
    observer_ = &observer;
    inside().reset(layout, *this);
  }
  void read(Tables& out) const override { inside().read(out); }
  WorldMemory memory() override { return inside().memory(); }

 private:
  void step(Rule rule, const Arguments& arguments) override {
    if (const char* const field = out_of_bounds(rule, arguments)) [[unlikely]] {
      std::fprintf(stderr,
                   "mirrorcheck: implementation '%s': reports step %u with `%s` out of bounds; "
                   "model/vocabulary.h has the bounds\n",
                   name_.c_str(), static_cast<unsigned>(rule), field);
      std::_Exit(2);
    }
    observer_->step(rule, arguments);
  }

  std::string name_;
  Observer* observer_ = nullptr;
};

}  // namespace

std::unique_ptr<World> check_ids_of(std::unique_ptr<World> world, std::string name) {
  return std::make_unique<CheckedWorld>(std::move(world), std::move(name));
}

}  // namespace mirrorcheck::impl
