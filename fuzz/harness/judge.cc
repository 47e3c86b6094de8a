#include "fuzz/harness/judge.h"

#include <algorithm>
#include <cerrno>

#include "fuzz/harness/clauses.h"
#include "fuzz/harness/judge_step.h"

namespace mirrorcheck::fuzz {

using model::Arguments;
using model::Outcome;
using model::Rule;

namespace {

// F9: a fault of n pages can invalidate itself at most twice a page (hole, zero page, block), and
// one more round sees the result.
constexpr unsigned kMaxOwnCollisions = 2 * 8 + 1;

}  // namespace

Rule answered_by(impl::Call call) {
  static constexpr std::array<Rule, impl::kCalls> kRuleOfCall{Rule::kMap,
                                                              Rule::kMap,
                                                              Rule::kMap,
                                                              Rule::kUnmap,
                                                              Rule::kProtect,
                                                              Rule::kZap,
                                                              Rule::kCpuAccess,
                                                              Rule::kCpuAccess,
                                                              Rule::kFileAccess,
                                                              Rule::kFileAccess,
                                                              Rule::kTruncated,
                                                              Rule::kTruncated,
                                                              Rule::kResize,
                                                              Rule::kResize,
                                                              Rule::kPin,
                                                              Rule::kUnpin,
                                                              Rule::kZap,
                                                              Rule::kPutMm,
                                                              Rule::kInsert,
                                                              Rule::kRemoved,
                                                              Rule::kClassicRegister,
                                                              Rule::kClassicUnregister,
                                                              Rule::kDeviceAccess,
                                                              Rule::kDeviceAccess,
                                                              Rule::kFaultReturn,
                                                              Rule::kFaultReturn,
                                                              Rule::kMap,
                                                              Rule::kWriteProtect,
                                                              Rule::kMove,
                                                              Rule::kMoveEntry,
                                                              Rule::kMoveEntry,
                                                              Rule::kMap,
                                                              Rule::kPin,
                                                              Rule::kMove,
                                                              Rule::kMove,
                                                              Rule::kMove,
                                                              Rule::kHide,
                                                              Rule::kReveal,
                                                              Rule::kTruncated,
                                                              Rule::kWriteProtect,
                                                              Rule::kWriteProtect,
                                                              Rule::kMerge,
                                                              Rule::kPopulate,
                                                              Rule::kTruncated,
                                                              Rule::kMove,
                                                              Rule::kLazyFree,
                                                              Rule::kShare,
                                                              Rule::kMap,
                                                              Rule::kJoin,
                                                              Rule::kSplit,
                                                              Rule::kTruncated,
                                                              Rule::kMerge,
                                                              Rule::kBreak,
                                                              Rule::kUffdWp,
                                                              Rule::kUffdWp,
                                                              Rule::kPopulate,
                                                              Rule::kPopulate,
                                                              Rule::kMap,
                                                              Rule::kDeviceAccess};
  return kRuleOfCall[static_cast<std::size_t>(call)];
}

model::InitialState initial_state(const impl::Layout& layout) {
  model::InitialState initial;
  for (unsigned t = 0; t < layout.tasks; ++t) {
    ++initial.users[static_cast<std::size_t>(layout.mm_of_task[t])];
  }
  for (unsigned f = 0; f < model::kFiles; ++f) {
    const impl::FileLayout& file = layout.files[f];
    if (file.exists) {
      initial.file_pages[f] =
          static_cast<std::uint8_t>((file.size + model::kCellsPerPage - 1) / model::kCellsPerPage);
    }
  }
  return initial;
}

void Judge::begin(const impl::Layout& layout, impl::Capabilities can) {
  oracle_.begin(initial_state(layout));
  shadow_.clear();
  assignments_.begin(layout, can);
  courses_ = {};
  open_windows_ = {};
  undisturbed_ = 0;
  own_collisions_ = {};
  sections_ = 0;
  truncating_ = 0;
  abstract_state_ = 0;
  non_blockable_ = 0;
}

Breach Judge::take(Rule rule, const Arguments& a, Coverage& coverage) {
  using Take = const Clause* (Judge::*)(const Arguments&, Coverage&);
  static constexpr std::array<Take, model::kRules> kTakes = [] {
    std::array<Take, model::kRules> takes{};
    model::AllRules::each<model::Concrete>(
        [&]<class R>() { takes[static_cast<std::size_t>(R::kRule)] = &Judge::take<R>; });
    return takes;
  }();
  return {(this->*kTakes[static_cast<std::size_t>(rule)])(a, coverage), rule};
}

// P5: the write of an atomic operation of a device.
const Clause* Judge::torn(const Arguments& a) const {
  const std::uint32_t* const fetched = assignments_.fetched(a.task);
  if (fetched == nullptr) return nullptr;
  const model::FilePage slot =
      Shadow::is_private(state(), a.page) ? model::kNoFilePage : state().slot(a.page);
  if (shadow_.newest(a.page, slot, a.cell) != *fetched) return &kNotAtomic;
  return assignments_.has_for_itself(a.mirror, a.page) ? nullptr : &kNotForItself;
}

// The first that is not null and, if there is one, not of protocol.
const Clause* Judge::worst(const Clause* ruled, const Clause* stale, const Clause* remembered,
                           const Clause* unasked) {
  const Clause* worst = nullptr;
  for (const Clause* const clause : {ruled, stale, remembered, unasked}) {
    if (clause != nullptr && (worst == nullptr || (worst->protocol && !clause->protocol))) {
      worst = clause;
    }
  }
  return worst;
}

void Judge::note_abstract_state() {
  const auto capped = [](std::uint32_t n) { return n < 2 ? n : 2; };
  const bool odd = state().odd(model::Mm(0)) || state().odd(model::Mm(1));
  const std::uint32_t sections = (sections_ != 0) + ((sections_ & (sections_ - 1)) != 0);
  abstract_state_ = ((odd ? 3 : 0) + capped(open_windows_[0] + open_windows_[1])) * 6 +
                    sections * 2 + (truncating_ != 0 ? 1 : 0);
}

std::uint64_t Judge::window_owners(model::Mm mm) const {
  std::uint64_t owners = 0;
  for (std::size_t i = 0; i < model::kWindows; ++i) {
    const auto w = model::Window(i);
    if (state().phase(w) == model::WindowPhase::kClosed || state().window_mm(w) != mm) continue;
    owners |= std::uint64_t{1} << static_cast<unsigned>(state().owner(w));
  }
  return owners;
}

// L2: a section that collides although nobody else has opened a window was disturbed by its own
// fault (F9), and that can only happen so often.
const Clause* Judge::collided(model::Task task) {
  std::uint8_t& n = own_collisions_[static_cast<std::size_t>(task)];
  if ((undisturbed_ >> static_cast<unsigned>(task) & 1) == 0) {
    n = 0;
    return nullptr;
  }
  return ++n <= kMaxOwnCollisions ? nullptr : &kSelfInvalidation;
}

void Judge::begin_operation(model::Task task, const impl::Operation& operation) {
  // A loop that has given up is over.
  own_collisions_[static_cast<std::size_t>(task)] = 0;
  assignments_.begin_operation(task, operation, state());
}

Breach Judge::end_operation(model::Task task, const impl::Operation& operation,
                            const impl::Result& result) {
  const Breach wrong = check_result(task, operation, result);
  course(task) = {};
  shadow_.end_operation(task);
  const Clause* const unasked = assignments_.end_operation(task, result, state());
  if (wrong || unasked == nullptr) return wrong;
  return {unasked, answered_by(operation.call)};
}

Breach Judge::check_result(model::Task task, const impl::Operation& operation,
                           const impl::Result& result) const {
  using impl::Call;
  const Course& c = courses_[static_cast<std::size_t>(task)];
  const bool ok = result.error == 0;
  const auto loaded_equals_returned = [&](unsigned n) {
    return std::equal(c.loaded.begin(), c.loaded.begin() + n, result.data.begin());
  };
  switch (operation.call) {
    case Call::kLoad:
      if (ok != (c.accesses == 1)) return {&kResultUnearned, Rule::kCpuAccess};
      if (ok && !loaded_equals_returned(1)) return {&kResultData, Rule::kCpuAccess};
      return {};
    case Call::kPread:
      if (ok && !loaded_equals_returned(std::min<unsigned>(c.accesses, 1))) {
        return {&kResultData, Rule::kFileAccess};
      }
      return {};
    case Call::kStore:
      if (ok != (c.accesses == 1)) return {&kResultUnearned, Rule::kCpuAccess};
      return {};
    case Call::kDeviceRead:
    case Call::kDeviceWrite:
    case Call::kMigrateToDevice:
    case Call::kDeviceExclusive:
      if (ok && (c.accesses != operation.count || result.pages != operation.count)) {
        return {&kResultUnearned, Rule::kDeviceAccess};
      }
      if (ok && operation.call != Call::kDeviceWrite && !loaded_equals_returned(operation.count)) {
        return {&kResultData, Rule::kDeviceAccess};
      }
      // Their errors are none of the range fault's: Assignments::memory_result.
      if (operation.call == Call::kMigrateToDevice || operation.call == Call::kDeviceExclusive) {
        return {};
      }
      [[fallthrough]];
    case Call::kDeviceFault:
    case Call::kSnapshot:
      // F10: where the range fault said no, that is the answer; -EFAULT also when the mm is gone.
      if ((result.error == -EPERM && c.fault != Outcome::kNotPermitted) ||
          (result.error == -EFAULT && c.fault != Outcome::kBadAddress && !c.mm_gone)) {
        return {&kErrorUnearned, Rule::kFaultReturn};
      }
      if (ok && (c.fault == Outcome::kBadAddress || c.fault == Outcome::kNotPermitted)) {
        return {&kResultUnearned, Rule::kFaultReturn};
      }
      if (ok && operation.call == Call::kDeviceFault && c.faults == 0) {
        return {&kResultUnearned, Rule::kFaultReturn};
      }
      return {};
    case Call::kDeviceAtomic:
      if (ok && !assignments_.added(task)) return {&kResultUnearned, Rule::kDeviceAccess};
      if (ok && result.data[0] != *assignments_.fetched(task)) {
        return {&kResultData, Rule::kDeviceAccess};
      }
      return {};
    case Call::kUprobeSet:
    case Call::kUprobeRemove:
      if (ok && assignments_.undisturbed(task) && !probed_as_asked(task, operation, result)) {
        return {&kResultUnearned, answered_by(operation.call)};
      }
      return {};
    default:
      return {};
  }
}

// uprobes: whoever was alone finds a breakpoint, or none, where there may be one.
bool Judge::probed_as_asked(model::Task task, const impl::Operation& operation,
                            const impl::Result& result) const {
  const bool sets = operation.call == impl::Call::kUprobeSet;
  const model::ConcreteState& s = state();
  const model::Page page = model::page_of(assignments_.mm_of(task), operation.page);
  if (s.area(page) != model::Area::kFile || !s.area_private(page) || (sets && s.area_write(page))) {
    return result.pages == 0;
  }
  const bool probed = s.cpu_frame(page) != model::kNoFrame && s.copied(page) &&
                      shadow_.newest(page, model::kNoFilePage, operation.cell) == impl::kBreakpoint;
  return probed == sets;
}

Breach Judge::check_leftovers() const {
  const model::ConcreteState& s = state();
  using model::Concrete;
  for (std::size_t f = 2; f < model::kFrames; ++f) {
    if (s.pins(model::Frame(f)) != 0) return {&kLeakedPin, Rule::kUnpin};
    // RAM that has failed stays with nobody; a block is freed with its file.
    const bool kept = s.broken(model::Frame(f)) && !model::is_block(model::Frame(f));
    if (s.used(model::Frame(f)) && !kept) return {&kLeakedFrame, Rule::kFree};
  }
  if (open_windows_[0] + open_windows_[1] != 0) return {&kLeakedWindow, Rule::kEnd};
  if (!s.owed.nowhere(true)) return {&kLeakedWindow, Rule::kClassicEnd};
  if (sections_ != 0) return {&kLeakedSection, Rule::kReadRetry};
  for (std::size_t m = 0; m < model::kMirrors; ++m) {
    if (s.registration(model::Mirror(m)) != model::Registration::kOut) {
      return {&kLeakedNotifier, Rule::kRemove};
    }
  }
  if (!s.listed.nowhere(true)) return {&kLeakedNotifier, Rule::kClassicUnregister};
  if (!s.mmap_lock.nowhere(model::Hold::kShared) || !s.mmap_lock.nowhere(model::Hold::kExclusive) ||
      !s.invalidate_lock.nowhere(model::Hold::kShared) ||
      !s.invalidate_lock.nowhere(model::Hold::kExclusive) || !s.inode_lock.nowhere(true) ||
      !s.entry_lock.nowhere(true) || !s.update_lock.nowhere(true)) {
    return {&kLeakedLock, Rule::kMmapUnlock};
  }
  for (std::size_t mm = 0; mm < model::kMms; ++mm) {
    if (s.users(model::Mm(mm)) != 0) return {&kLeakedUser, Rule::kPutMm};
  }
  return {};
}

}  // namespace mirrorcheck::fuzz
