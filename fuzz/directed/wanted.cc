#include "fuzz/directed/wanted.h"

#include <algorithm>

namespace mirrorcheck::fuzz {

using model::Rule;

namespace {

template <class Id>
bool overlap(model::Range<Id> a, model::Range<Id> b) {
  return a.first <= b.last && b.first <= a.last;
}

bool is_of_window(Rule rule) {
  using enum Rule;
  return rule == kInvalidate || rule == kRefuse || rule == kClassicStart || rule == kStarted ||
         rule == kStartFailed || rule == kEnd || rule == kClassicEnd || rule == kZap ||
         rule == kWriteProtect || rule == kHide || rule == kMoveEntry;
}

}  // namespace

bool is_of_section(Rule rule) {
  return rule == Rule::kReadWake || rule == Rule::kWalkPage || rule == Rule::kReadRetry ||
         rule == Rule::kInstall || rule == Rule::kAbandon;
}

bool is_incidental(Rule rule) {
  using enum Rule;
  switch (rule) {
    case kMmapRead:
    case kMmapWrite:
    case kMmapDowngrade:
    case kMmapUnlock:
    case kInodeLock:
    case kInodeUnlock:
    case kInvalidateShared:
    case kInvalidateExclusive:
    case kInvalidateUnlock:
    case kEntryLock:
    case kEntryUnlock:
    case kUpdateLock:
    case kUpdateUnlock:
    case kAllocate:
      return true;
    default:
      return false;
  }
}

namespace {

// Not while the world is shut down.
bool is_step(const WantedStep& wanted, const Event& event) {
  return event.kind == Event::Kind::kStep && event.rule == wanted.rule && event.place != 0;
}

// With `exactly`, also in what it answers.
bool is_about_the_same(const WantedStep& wanted, const Event& event, bool exactly) {
  const model::Arguments& a = wanted.arguments;
  const model::Arguments& b = event.arguments;
  using enum Rule;
  switch (wanted.rule) {
    case kPublish:
      return a.mm == b.mm;
    case kInsert:
    case kReadBegin:
    case kReadRetry:
      return a.mirror == b.mirror && (!exactly || a.flag == b.flag);
    case kQuiesce:
    case kRemove:
    case kRemoved:
    case kInvalidate:
    case kRefuse:
    case kAbandon:
      return a.mirror == b.mirror;
    case kClassicRegister:
    case kClassicUnregister:
    case kClassicStart:
    case kClassicEnd:
      return a.classic == b.classic;
    case kStart:
    case kMap:
    case kUnmap:
    case kProtect:
      return overlap(a.pages, b.pages);
    case kInstall:
      return a.mirror == b.mirror && overlap(a.pages, b.pages);
    case kWalkPage:
      return a.mirror == b.mirror && a.page == b.page && (!exactly || a.outcome == b.outcome);
    case kProgram:
    case kDropHuge:
    case kDeviceAccess:
      return a.mirror == b.mirror && a.page == b.page;
    case kZap:
    case kWriteProtect:
    case kPopulate:
    case kUpgrade:
    case kUffdWp:
    case kCopyEntry:
    case kHide:
    case kMove:
    case kReveal:
    case kMoveEntry:
    case kMerge:
    case kJoin:
    case kSplit:
    case kCopyPage:
    case kCpuAccess:
    case kPin:
      return a.page == b.page;
    case kFill:
    case kShare:
    case kUnshare:
    case kDisconnect:
    case kZeroTail:
    case kClean:
    case kCommit:
    case kEvict:
    case kFileAccess:
      return a.file_page == b.file_page;
    case kResize:
      return a.file == b.file && a.flag == b.flag;
    case kUnmapped:
    case kTruncated:
      return a.file == b.file;
    default:
      return true;
  }
}

}  // namespace

bool Matcher::in_section(const WantedStep& wanted, const Event& event) const {
  const Section& section = sections_[static_cast<std::size_t>(wanted.arguments.task)];
  return !section.over && section.task == event.task;
}

// A step outside any window, which only a broken contract takes, may be in one here.
bool Matcher::in_window(const WantedStep& wanted, const Event& event) const {
  const Window& window = windows_[static_cast<std::size_t>(wanted.arguments.window)];
  return !window.known || window.window == event.arguments.window;
}

// Whoever begins anew has left the section that it was in.
void Matcher::pass(const Event& event) {
  if (event.kind != Event::Kind::kStep || event.rule != Rule::kReadBegin) return;
  for (Section& section : sections_) {
    if (section.begun && section.task == event.task) section.over = true;
  }
}

bool Matcher::shows(const WantedStep& wanted, const Event& event) {
  pass(event);
  if (!is_step(wanted, event) || !is_about_the_same(wanted, event, true)) return false;
  if (is_of_section(wanted.rule) && !in_section(wanted, event)) return false;
  if (is_of_window(wanted.rule) && !in_window(wanted, event)) return false;
  begins(wanted, event);
  return true;
}

bool Matcher::resembles(const WantedStep& wanted, const Event& event) {
  pass(event);
  if (!is_step(wanted, event) || !is_about_the_same(wanted, event, false)) return false;
  const Section& section = sections_[static_cast<std::size_t>(wanted.arguments.task)];
  if (is_of_section(wanted.rule) && section.begun && section.task != event.task) return false;
  begins(wanted, event);
  return true;
}

void Matcher::begins(const WantedStep& wanted, const Event& event) {
  if (wanted.rule == Rule::kReadBegin) {
    sections_[static_cast<std::size_t>(wanted.arguments.task)] = {true, false, event.task};
  } else if (wanted.rule == Rule::kStart) {
    windows_[static_cast<std::size_t>(wanted.arguments.window)] = {true, event.arguments.window};
  }
}

bool occurs(const WantedStep& wanted, const History& history) {
  return std::any_of(history.begin(), history.end(), [&](const Event& event) {
    return is_step(wanted, event) && is_about_the_same(wanted, event, false);
  });
}

}  // namespace mirrorcheck::fuzz
