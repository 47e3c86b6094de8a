#include "fuzz/directed/wanted.h"

namespace mirrorcheck::fuzz {

using model::Rule;

namespace {

template <class Id>
bool overlap(model::Range<Id> a, model::Range<Id> b) {
  return a.first <= b.last && b.first <= a.last;
}

}  // namespace

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

bool shows(const WantedStep& wanted, const Event& event) {
  if (event.kind != Event::Kind::kStep || event.rule != wanted.rule) return false;
  const model::Arguments& a = wanted.arguments;
  const model::Arguments& b = event.arguments;
  using enum Rule;
  switch (wanted.rule) {
    case kPublish:
      return a.mm == b.mm;
    case kInsert:
      return a.mirror == b.mirror && a.flag == b.flag;
    case kReadBegin:
    case kReadRetry:
      return a.mirror == b.mirror && a.flag == b.flag;
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
    case kDeviceAccess:
      return a.mirror == b.mirror && a.page == b.page;
    case kZap:
    case kWriteProtect:
    case kPopulate:
    case kUpgrade:
    case kCopyEntry:
    case kHide:
    case kMove:
    case kReveal:
    case kMoveEntry:
    case kCopyPage:
    case kCpuAccess:
    case kPin:
      return a.page == b.page;
    case kFill:
    case kDisconnect:
    case kZeroTail:
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

}  // namespace mirrorcheck::fuzz
