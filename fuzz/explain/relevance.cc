#include "fuzz/explain/relevance.h"

namespace mirrorcheck::fuzz {

using model::Arguments;
using model::FilePage;
using model::FilePageRange;
using model::Frame;
using model::Page;
using model::PageRange;
using model::Rule;

namespace {

template <class Id>
std::size_t at(Id id) {
  return static_cast<std::size_t>(id);
}

// What a step is about: which of its arguments say so.
enum Subject : unsigned {
  kPage = 1,
  kPages = 2,
  kWindow = 4,
  kMirror = 8,
  kFilePage = 16,
  kFileRange = 32,
  kFile = 64,
  kFrame = 128,
  kSource = 256,
};

unsigned subjects(Rule rule) {
  switch (rule) {
    case Rule::kZap:
    case Rule::kWriteProtect:
    case Rule::kUpgrade:
    case Rule::kUffdWp:
    case Rule::kLazyFree:
    case Rule::kDiscard:
    case Rule::kJoin:
    case Rule::kSplit:
    case Rule::kDropHuge:
    case Rule::kMarkDirty:
    case Rule::kCpuAccess:
    case Rule::kDeviceAccess:
    case Rule::kWalkPage:
      return kPage;
    case Rule::kPopulate:
    case Rule::kPin:
    case Rule::kProgram:
    case Rule::kMove:
    case Rule::kCopyPage:
      return kPage | kFrame;
    case Rule::kCopyEntry:
      return kPage | kSource | kFrame;
    case Rule::kMoveEntry:
    case Rule::kMerge:
      return kPage | kSource;
    case Rule::kStart:
    case Rule::kMap:
    case Rule::kUnmap:
    case Rule::kProtect:
    case Rule::kInstall:
    case Rule::kFaultReturn:
    case Rule::kInsert:
      return kPages;
    case Rule::kInvalidate:
    case Rule::kIgnore:
    case Rule::kRefuse:
    case Rule::kClassicStart:
    case Rule::kStarted:
    case Rule::kStartFailed:
    case Rule::kEnd:
    case Rule::kClassicEnd:
      return kWindow;
    case Rule::kReadBegin:
    case Rule::kReadWake:
    case Rule::kReadRetry:
    case Rule::kAbandon:
    case Rule::kQuiesce:
    case Rule::kRemove:
    case Rule::kRemoved:
    case Rule::kUpdateLock:
    case Rule::kUpdateUnlock:
      return kMirror;
    case Rule::kFill:
    case Rule::kShare:
    case Rule::kUnshare:
      return kFilePage | kFrame;
    case Rule::kDisconnect:
    case Rule::kZeroTail:
    case Rule::kClean:
    case Rule::kCommit:
    case Rule::kEvict:
    case Rule::kFileAccess:
    case Rule::kEntryLock:
    case Rule::kEntryUnlock:
      return kFilePage;
    case Rule::kResize:
    case Rule::kUnmapped:
    case Rule::kTruncated:
      return kFileRange;
    case Rule::kInodeLock:
    case Rule::kInodeUnlock:
    case Rule::kInvalidateShared:
    case Rule::kInvalidateExclusive:
    case Rule::kInvalidateUnlock:
      return kFile;
    case Rule::kAllocate:
    case Rule::kFree:
    case Rule::kBreak:
    case Rule::kUnpin:
      return kFrame;
    default:
      return 0;
  }
}

bool is_about(const Event& event, unsigned subject) {
  return event.kind == Event::Kind::kStep && (subjects(event.rule) & subject) != 0;
}

bool has_frame(Frame frame) { return frame != model::kNoFrame && frame != model::kZeroFrame; }

}  // namespace

bool is_about_window(Rule rule) { return (subjects(rule) & kWindow) != 0; }

Relevance::Relevance(const RunRecord& run, std::size_t violation) {
  seed(run, violation);
  everything_ |= pages_.none() && frames_.none() && file_pages_.none();
  if (!everything_) follow_mappings(run.history);
}

void Relevance::add(PageRange pages) {
  for (std::size_t p = at(pages.first); p <= at(pages.last) && p < model::kPages; ++p) {
    pages_.set(p);
  }
}

bool Relevance::any(PageRange pages) const {
  for (std::size_t p = at(pages.first); p <= at(pages.last) && p < model::kPages; ++p) {
    if (pages_.test(p)) return true;
  }
  return false;
}

bool Relevance::any(FilePageRange pages) const {
  for (std::size_t p = at(pages.first); p <= at(pages.last) && p < model::kFilePages; ++p) {
    if (file_pages_.test(p)) return true;
  }
  return false;
}

// What the violating event itself is about.
void Relevance::seed(const RunRecord& run, std::size_t violation) {
  if (violation >= run.history.size()) {
    everything_ = true;
    return;
  }
  const Event& event = run.history[violation];
  const Arguments& a = event.arguments;
  const auto of_operation = [&](auto&& take) {
    for (const Event& e : run.history) {
      if (e.task == event.task && e.place == event.place && e.kind == Event::Kind::kStep) take(e);
    }
  };
  // A result, or a section: the pages that its operation has touched.
  if (event.kind != Event::Kind::kStep || is_about(event, kMirror)) {
    of_operation([&](const Event& e) {
      if (is_about(e, kPage)) pages_.set(at(e.arguments.page));
    });
  }
  if (is_about(event, kPage)) pages_.set(at(a.page));
  if (is_about(event, kSource)) pages_.set(at(a.source));
  if (is_about(event, kPages)) add(a.pages);
  if (is_about(event, kFilePage)) file_pages_.set(at(a.file_page));
  if (is_about(event, kFileRange)) {
    for (std::size_t f = at(a.file_pages.first);
         f <= at(a.file_pages.last) && f < model::kFilePages; ++f) {
      file_pages_.set(f);
    }
  }
  if (is_about(event, kFrame) && has_frame(a.frame)) frames_.set(at(a.frame));
  if (is_about(event, kMirror)) mirrors_.set(at(a.mirror));
  if (is_about(event, kWindow)) {
    of_operation([&](const Event& e) {
      if (e.rule == Rule::kStart && e.arguments.window == a.window) add(e.arguments.pages);
    });
  }
}

// One step from what is relevant already: the frames of a page, the pages of a frame, the file page
// that a page maps. No further, since a frame that changes hands would lead everywhere.
void Relevance::follow_mappings(const History& history) {
  const std::bitset<model::kPages> pages = pages_;
  const std::bitset<model::kFrames> frames = frames_;
  const std::bitset<model::kFilePages> file_pages = file_pages_;
  for (const Event& e : history) {
    if (e.kind != Event::Kind::kStep) continue;
    const Arguments& a = e.arguments;
    if (e.rule == Rule::kMap && (a.area == model::Area::kFile || a.area == model::Area::kDax)) {
      for (std::size_t p = at(a.pages.first); p <= at(a.pages.last) && p < model::kPages; ++p) {
        const std::size_t f = at(a.file_page) + p - at(a.pages.first);
        if (f >= model::kFilePages) continue;
        if (pages.test(p)) file_pages_.set(f);
        if (file_pages.test(f)) pages_.set(p);
      }
    }
    if (e.rule == Rule::kCopyEntry || e.rule == Rule::kMoveEntry || e.rule == Rule::kMerge) {
      if (pages.test(at(a.page))) pages_.set(at(a.source));
      if (pages.test(at(a.source))) pages_.set(at(a.page));
    }
    if ((e.rule == Rule::kPopulate || e.rule == Rule::kWalkPage) && has_frame(a.frame)) {
      if (pages.test(at(a.page))) frames_.set(at(a.frame));
      if (frames.test(at(a.frame))) pages_.set(at(a.page));
    }
    if (e.rule == Rule::kFill && has_frame(a.frame)) {
      if (file_pages.test(at(a.file_page))) frames_.set(at(a.frame));
      if (frames.test(at(a.frame))) file_pages_.set(at(a.file_page));
    }
  }
  for (const Event& e : history) {
    if (e.kind != Event::Kind::kStep) continue;
    if (e.rule == Rule::kWalkPage && pages_.test(at(e.arguments.page))) {
      mirrors_.set(at(e.arguments.mirror));
    }
  }
}

bool Relevance::of(const Event& event) const {
  if (everything_ || event.kind != Event::Kind::kStep) return true;
  const Arguments& a = event.arguments;
  if (is_about(event, kWindow)) return true;
  return (is_about(event, kPage) && pages_.test(at(a.page))) ||
         (is_about(event, kSource) && pages_.test(at(a.source))) ||
         (is_about(event, kPages) && any(a.pages)) ||
         (is_about(event, kFrame) && frames_.test(at(a.frame))) ||
         (is_about(event, kMirror) && mirrors_.test(at(a.mirror))) ||
         (is_about(event, kFilePage) && file_pages_.test(at(a.file_page))) ||
         (is_about(event, kFileRange) && any(a.file_pages)) ||
         (is_about(event, kFile) &&
          any(FilePageRange{model::file_page(a.file, 0),
                            model::file_page(a.file, model::kPagesPerFile - 1)}));
}

}  // namespace mirrorcheck::fuzz
