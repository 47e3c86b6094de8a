#include "fuzz/harness/describe.h"

#include <absl/strings/str_cat.h>

#include <array>
#include <set>
#include <string_view>

#include "fuzz/scenario/scenario.h"
#include "model/rules.h"

namespace mirrorcheck::fuzz {

using model::Arguments;
using model::Frame;
using model::Mirror;
using model::Mm;
using model::Page;
using model::Rule;

namespace {

template <class Id>
unsigned number(Id id) {
  return static_cast<unsigned>(id);
}

const char* kind_name(model::EntryKind kind) {
  constexpr std::array<const char*, 6> kNames{"present",   "migration", "device-private",
                                              "exclusive", "swap",      "poisoned"};
  return kNames[number(kind)];
}

std::string entry(Frame frame, bool write, bool read = true, model::EntryKind kind = {}) {
  if (frame == model::kNoFrame) return "none";
  if (kind != model::EntryKind::kPresent) {
    return absl::StrCat(kind_name(kind), " ", entry(frame, write, read));
  }
  if (!read) return absl::StrCat(name(frame), write ? " wo" : " no access");
  return absl::StrCat(name(frame), write ? " rw" : " ro");
}

std::string sequence(std::uint64_t s) { return absl::StrCat(s, s % 2 != 0 ? " (odd)" : " (even)"); }

const char* registration_name(model::Registration r) {
  constexpr std::array<const char*, 4> kNames{"not registered", "in the tree", "insert deferred",
                                              "remove deferred"};
  return kNames[number(r)];
}

const char* area_name(model::Area area) {
  constexpr std::array<const char*, 6> kNames{"none", "anon", "file", "dax", "special", "hugetlb"};
  return kNames[number(area)];
}

std::string protection(const Arguments& a) {
  return absl::StrCat(a.read ? "r" : "-", a.write ? "w" : "-");
}

// The pages that a step is about.
model::PageRange pages_of(const Judge& judge, Rule rule, const Arguments& a) {
  const model::ConcreteState& s = judge.state();
  switch (rule) {
    case Rule::kInvalidate:
    case Rule::kStarted:
    case Rule::kEnd:
    case Rule::kStartFailed:
      return s.window_pages(a.window);
    case Rule::kStart:
    case Rule::kInstall:
    case Rule::kMap:
    case Rule::kUnmap:
    case Rule::kProtect:
    case Rule::kFaultReturn:
    case Rule::kInsert:
      return a.pages;
    case Rule::kWriteProtect:
    case Rule::kUpgrade:
      return model::changed_by(a);
    case Rule::kZap:
    case Rule::kPopulate:
    case Rule::kUffdWp:
    case Rule::kCopyEntry:
    case Rule::kHide:
    case Rule::kMove:
    case Rule::kReveal:
    case Rule::kMoveEntry:
    case Rule::kMerge:
    case Rule::kLazyFree:
    case Rule::kDiscard:
    case Rule::kMarkDirty:
    case Rule::kCpuAccess:
    case Rule::kDeviceAccess:
    case Rule::kProgram:
    case Rule::kWalkPage:
    case Rule::kPin:
      return {a.page, a.page};
    case Rule::kJoin:
    case Rule::kSplit:
    case Rule::kDropHuge:
      return model::huge_of(a.page);
    case Rule::kReadWake:
    case Rule::kReadRetry:
      return s.mirror_pages(s.section_mirror(a.task));
    default:
      return {};
  }
}

// Whether page `p` has to do with frame `f` or file page `slot`, in either table.
bool related(const impl::World& world, const model::ConcreteState& s, Page p, Frame f,
             model::FilePage slot) {
  if (slot != model::kNoFilePage && s.slot(p) == slot) return true;
  if (f == model::kNoFrame || f == model::kZeroFrame) return false;
  if (s.cpu_frame(p) == f || world.cpu_entry(p).frame == f) return true;
  for (std::size_t m = 0; m < model::kMirrors; ++m) {
    if (s.device_frame(Mirror(m), p) == f || world.device_entry(Mirror(m), p).frame == f) {
      return true;
    }
  }
  return false;
}

void lines_of_page(const impl::World& world, const model::ConcreteState& s, Page p,
                   TwoStates& out) {
  const impl::Entry cpu = world.cpu_entry(p);
  absl::StrAppend(&out.contract, name(p), ": cpu ",
                  entry(s.cpu_frame(p), s.cpu_write(p), s.cpu_read(p), s.cpu_kind(p)));
  absl::StrAppend(&out.implementation, name(p), ": cpu ",
                  entry(cpu.frame, cpu.write, cpu.read, cpu.kind));
  for (std::size_t m = 0; m < model::kMirrors; ++m) {
    const auto mirror = Mirror(m);
    const impl::Entry device = world.device_entry(mirror, p);
    if (s.registration(mirror) == model::Registration::kOut && device.frame == model::kNoFrame &&
        s.device_frame(mirror, p) == model::kNoFrame) {
      continue;
    }
    absl::StrAppend(&out.contract, ", m", m, " ",
                    entry(s.device_frame(mirror, p), s.device_write(mirror, p)));
    absl::StrAppend(&out.implementation, ", m", m, " ", entry(device.frame, device.write));
  }
  const model::FilePage slot = s.slot(p);
  if (slot != model::kNoFilePage) {
    absl::StrAppend(&out.contract, ", ", name(slot), " has ", name(s.backing(slot)));
    absl::StrAppend(&out.implementation, ", ", name(slot), " has ", name(world.backing(slot)));
  }
  absl::StrAppend(&out.contract, "\n");
  absl::StrAppend(&out.implementation, "\n");
}

void lines_of_mm(const impl::World& world, const Judge& judge, Mm mm, TwoStates& out) {
  const model::ConcreteState& s = judge.state();
  const impl::NotifierState actual = world.notifiers(mm);
  absl::StrAppend(&out.contract, "mm", number(mm), ": invalidate_seq ",
                  sequence(model::Concrete::sequence(s.epoch(mm), s.odd(mm))), ", ",
                  judge.open_windows(mm), " windows open, ", s.users(mm), " users");
  absl::StrAppend(&out.implementation, "mm", number(mm), ": invalidate_seq ",
                  sequence(actual.invalidate_seq), ", ", actual.active_invalidate_ranges,
                  " windows open, ", world.users(mm), " users");
  for (std::size_t m = 0; m < model::kMirrors; ++m) {
    const auto mirror = Mirror(m);
    const impl::SubscriptionState sub = world.subscription(mirror);
    if (s.registration(mirror) == model::Registration::kOut &&
        sub.registration == model::Registration::kOut) {
      continue;
    }
    if (s.mirror_mm(mirror) != mm) continue;
    absl::StrAppend(&out.contract, ", m", m, " ", registration_name(s.registration(mirror)), " at ",
                    model::Concrete::sequence(s.sub_epoch(mirror), true));
    absl::StrAppend(&out.implementation, ", m", m, " ", registration_name(sub.registration), " at ",
                    sub.invalidate_seq);
  }
  absl::StrAppend(&out.contract, "\n");
  absl::StrAppend(&out.implementation, "\n");
}

void line_of_frame(const impl::World& world, const model::ConcreteState& s, Frame f,
                   TwoStates& out) {
  if (f == model::kNoFrame || f == model::kZeroFrame) return;
  absl::StrAppend(&out.contract, name(f), s.used(f) ? ": in use, " : ": free, ", s.pins(f),
                  " pins\n");
  absl::StrAppend(&out.implementation, name(f), world.is_free(f) ? ": free, " : ": in use, ",
                  world.pins(f), " pins\n");
}

}  // namespace

std::string name(Frame frame) {
  if (frame == model::kNoFrame) return "none";
  if (frame == model::kZeroFrame) return "zero page";
  if (model::is_block(frame)) {
    return absl::StrCat("block ", number(frame) - 2 - model::kRamFrames);
  }
  if (model::is_device(frame)) {
    const model::Mirror owner = model::owner_of(frame);
    return absl::StrCat("memory ", number(frame) - number(model::device_frame(owner, 0)), " of m",
                        number(owner));
  }
  if (model::is_swap(frame)) {
    return absl::StrCat("swap slot ", number(frame) - number(model::kFirstSwapSlot));
  }
  return absl::StrCat("frame ", number(frame) - 2);
}

std::string name(Page page) {
  return absl::StrCat("mm", number(model::mm_of(page)), " p", model::index_of(page));
}

std::string name(model::FilePage page) {
  if (page == model::kNoFilePage) return "none";
  return absl::StrCat("f", number(model::file_of(page)), "@", model::index_of(page));
}

std::string name(model::PageRange pages) {
  if (pages.first > pages.last) return "no pages";
  if (pages.first == pages.last) return name(pages.first);
  return absl::StrCat(name(pages.first), "-", model::index_of(pages.last));
}

std::string name(model::Outcome outcome) {
  constexpr std::array<const char*, 7> kNames{"nothing", "valid",   "error", "fault",
                                              "-EPERM",  "-EFAULT", "-EBUSY"};
  return kNames[number(outcome)];
}

std::string name(model::WindowEvent event) {
  constexpr std::array<const char*, 8> kNames{"UNMAP",           "CLEAR",      "PROTECTION_VMA",
                                              "PROTECTION_PAGE", "SOFT_DIRTY", "RELEASE",
                                              "MIGRATE",         "EXCLUSIVE"};
  return kNames[number(event)];
}

std::string describe(Rule rule, const Arguments& a) {
  std::string out(model::rule_name(rule));
  const auto add = [&](auto&&... words) { absl::StrAppend(&out, " ", words...); };
  const auto window = [&] {
    add("w", number(a.window) / model::kNesting, ".", number(a.window) % model::kNesting);
  };
  const auto mirror = [&] { add("m", number(a.mirror)); };
  const auto file_pages = [&] {
    if (a.file_pages.first <= a.file_pages.last) {
      add(name(a.file_pages.first), "-", model::index_of(a.file_pages.last));
    }
  };
  switch (rule) {
    case Rule::kMmapRead:
    case Rule::kMmapWrite:
    case Rule::kMmapDowngrade:
    case Rule::kMmapUnlock:
    case Rule::kPublish:
      add("mm", number(a.mm));
      break;
    case Rule::kInodeLock:
    case Rule::kInodeUnlock:
    case Rule::kInvalidateShared:
    case Rule::kInvalidateExclusive:
    case Rule::kInvalidateUnlock:
      add("f", number(a.file));
      break;
    case Rule::kEntryLock:
    case Rule::kEntryUnlock:
      add(name(a.file_page));
      break;
    case Rule::kUpdateLock:
    case Rule::kUpdateUnlock:
    case Rule::kQuiesce:
    case Rule::kRemove:
    case Rule::kRemoved:
    case Rule::kReadWake:
    case Rule::kAbandon:
      mirror();
      break;
    case Rule::kInsert:
      mirror();
      add(name(a.pages), a.flag ? " deferred" : "", " at ", a.sequence);
      break;
    case Rule::kClassicRegister:
    case Rule::kClassicUnregister:
      add("n", number(a.classic), " mm", number(a.mm));
      break;
    case Rule::kStart:
      window();
      add(name(a.event), " ", name(a.pages), a.flag ? "" : " non-blockable", ", invalidate_seq ",
          a.sequence);
      break;
    case Rule::kInvalidate:
      window();
      mirror();
      add("set_seq ", a.sequence);
      break;
    case Rule::kIgnore:
    case Rule::kRefuse:
      window();
      mirror();
      break;
    case Rule::kClassicStart:
      window();
      add("n", number(a.classic), a.flag ? "" : " -EAGAIN");
      break;
    case Rule::kClassicEnd:
      window();
      add("n", number(a.classic));
      break;
    case Rule::kStarted:
      window();
      break;
    case Rule::kStartFailed:
    case Rule::kEnd:
      window();
      add("invalidate_seq ", a.sequence);
      break;
    case Rule::kMap:
      add(name(a.pages), " ", area_name(a.area),
          a.flag       ? " private "
          : a.required ? " synchronous "
                       : " ",
          protection(a));
      if (a.area == model::Area::kFile || a.area == model::Area::kDax) add(name(a.file_page));
      break;
    case Rule::kUnmap:
      add(name(a.pages));
      break;
    case Rule::kProtect:
      add(name(a.pages), " ", protection(a));
      break;
    case Rule::kZap:
      add(name(a.page), a.flag ? " to be copied" : a.required ? ", the file has the same" : "");
      break;
    case Rule::kWriteProtect:
      add(name(model::changed_by(a)), a.flag ? " no longer readable" : "");
      break;
    case Rule::kUpgrade:
      add(name(model::changed_by(a)), a.flag ? " readable again" : "");
      break;
    case Rule::kUffdWp:
      add(name(a.page), a.flag ? "" : " no longer");
      break;
    case Rule::kPopulate:
      add(name(a.page), " -> ", entry(a.frame, a.write), a.flag ? ", a copy" : "");
      if (a.required) add(" with .", a.cell, " ", provenance(a.value));
      break;
    case Rule::kCopyPage:
      add(name(a.page), " to ", name(a.frame));
      break;
    case Rule::kCopyEntry:
      add(name(a.page), " from ", name(a.source), " -> ", entry(a.frame, a.write));
      break;
    case Rule::kMerge:
      add(name(a.page), " with ", name(a.source));
      break;
    case Rule::kMoveEntry:
      add(name(a.page), " from ", name(a.source));
      break;
    case Rule::kHide:
      add(name(a.page), " -> ", kind_name(a.kind));
      if (a.kind == model::EntryKind::kDeviceExclusive) add("to m", number(a.mirror));
      break;
    case Rule::kMove:
      add(name(a.page), " -> ", name(a.frame), a.flag ? ", clean" : "");
      break;
    case Rule::kReveal:
    case Rule::kLazyFree:
    case Rule::kDiscard:
      add(name(a.page));
      break;
    case Rule::kJoin:
    case Rule::kSplit:
      add(name(model::huge_of(a.page)));
      break;
    case Rule::kDropHuge:
      mirror();
      add(name(model::huge_of(a.page)));
      break;
    case Rule::kMarkDirty:
      mirror();
      add(name(a.page), " -> ", name(a.frame));
      break;
    case Rule::kCpuAccess:
      add(a.write ? "store " : "load ", name(a.page), " .", a.cell, " ", provenance(a.value));
      break;
    case Rule::kDeviceAccess:
      mirror();
      add(a.write ? "store " : "load ", name(a.page), " .", a.cell, " ", provenance(a.value));
      break;
    case Rule::kFileAccess:
      add(a.write ? "write " : "read ", name(a.file_page), " .", a.cell, " ", provenance(a.value));
      break;
    case Rule::kAllocate:
    case Rule::kFree:
    case Rule::kBreak:
    case Rule::kUnpin:
      add(name(a.frame));
      break;
    case Rule::kPin:
      add(name(a.page), " ", entry(a.frame, a.write), a.flag ? " for long" : "");
      break;
    case Rule::kFill:
    case Rule::kShare:
    case Rule::kUnshare:
      add(name(a.file_page), " -> ", name(a.frame));
      break;
    case Rule::kDisconnect:
    case Rule::kClean:
    case Rule::kCommit:
    case Rule::kEvict:
      add(name(a.file_page));
      break;
    case Rule::kResize:
      add("f", number(a.file), a.flag ? " grows" : " shrinks");
      file_pages();
      break;
    case Rule::kUnmapped:
      add("f", number(a.file), a.flag ? " even copies" : "");
      file_pages();
      break;
    case Rule::kTruncated:
      add("f", number(a.file));
      file_pages();
      break;
    case Rule::kZeroTail:
      add(name(a.file_page), " from .", a.cell);
      break;
    case Rule::kReadBegin:
      mirror();
      add("sequence ", a.sequence, a.flag ? ", waits" : "");
      break;
    case Rule::kWalkPage:
      mirror();
      add(name(a.page), a.required ? (a.write ? " for write" : " for read") : "", ": ",
          name(a.outcome));
      if (a.outcome == model::Outcome::kValid) add(entry(a.frame, a.flag));
      break;
    case Rule::kFaultReturn:
      mirror();
      add(name(a.pages), ": ", a.outcome == model::Outcome::kValid ? "0" : name(a.outcome));
      break;
    case Rule::kReadRetry:
      mirror();
      add("sequence ", a.sequence, a.flag ? ": collided" : ": passed");
      break;
    case Rule::kInstall:
      mirror();
      add(name(a.pages), a.huge ? ", huge where walked so" : "");
      break;
    case Rule::kProgram:
      mirror();
      if (a.frame == model::kNoFrame) {
        add(name(a.page), " gone");
      } else {
        add(name(a.page), " -> ", name(a.frame), a.write ? " write" : "");
      }
      break;
    case Rule::kGetMm:
      add("mm", number(a.mm), a.flag ? "" : ": gone");
      break;
    case Rule::kPutMm:
      add("mm", number(a.mm));
      break;
  }
  return out;
}

TwoStates describe_states(const impl::World& world, const Judge& judge, Rule rule,
                          const Arguments& a) {
  const model::ConcreteState& s = judge.state();
  TwoStates out;
  std::set<Page> pages;
  const model::PageRange range = pages_of(judge, rule, a);
  for (unsigned p = number(range.first); p <= number(range.last); ++p) pages.insert(Page(p));
  const Frame frame = rule == Rule::kFree || rule == Rule::kAllocate || rule == Rule::kFill ||
                              rule == Rule::kPopulate || rule == Rule::kCopyEntry ||
                              rule == Rule::kUnpin || rule == Rule::kPin || rule == Rule::kMove
                          ? a.frame
                          : model::kNoFrame;
  const model::FilePage slot =
      rule == Rule::kFill || rule == Rule::kDisconnect || rule == Rule::kFileAccess
          ? a.file_page
          : model::kNoFilePage;
  for (std::size_t p = 0; p < model::kPages; ++p) {
    const bool in_file_range = (rule == Rule::kTruncated || rule == Rule::kUnmapped) &&
                               model::Concrete::contains(a.file_pages, s.slot(Page(p)));
    if (in_file_range || related(world, s, Page(p), frame, slot)) pages.insert(Page(p));
  }
  for (const Page p : pages) lines_of_page(world, s, p, out);
  line_of_frame(world, s, frame, out);
  for (std::size_t mm = 0; mm < model::kMms; ++mm) lines_of_mm(world, judge, Mm(mm), out);
  return out;
}

}  // namespace mirrorcheck::fuzz
