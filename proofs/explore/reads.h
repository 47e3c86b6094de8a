// Which arguments a rule reads: the others need no values tried out. A test holds this to what the
// symbolic interpretation of the rule depends on.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_READS_H_
#define MIRRORCHECK_PROOFS_EXPLORE_READS_H_

#include <cstdint>

#include "model/vocabulary.h"

namespace mirrorcheck::proofs::explore {

// In the order in which values are tried out: what decides most comes first.
enum Argument : std::uint32_t {
  kTask = 1U << 0,
  kMm = 1U << 1,
  kMirror = 1U << 2,
  kWindow = 1U << 3,
  kClassic = 1U << 4,
  kPage = 1U << 5,
  kSource = 1U << 6,
  kPages = 1U << 7,
  kFile = 1U << 8,
  kFilePage = 1U << 9,
  kFilePages = 1U << 10,
  kFrame = 1U << 11,
  kArea = 1U << 12,
  kEvent = 1U << 13,
  kOutcome = 1U << 14,
  kWrite = 1U << 15,
  kRead = 1U << 16,
  kFlag = 1U << 17,
  kRequired = 1U << 18,
  kKind = 1U << 19,
  kHuge = 1U << 20,
};

// Without `sequence`, which is no choice (Reported).
constexpr std::uint32_t reads(model::Rule rule) {
  using enum model::Rule;
  switch (rule) {
    case kMmapRead:
    case kMmapWrite:
    case kMmapDowngrade:
    case kMmapUnlock:
    case kPublish:
    case kPutMm:
      return kTask | kMm;
    case kInodeLock:
    case kInodeUnlock:
    case kInvalidateShared:
    case kInvalidateExclusive:
    case kInvalidateUnlock:
      return kTask | kFile;
    case kEntryLock:
    case kEntryUnlock:
    case kDisconnect:
    case kZeroTail:
    case kClean:
    case kEvict:
      return kTask | kFilePage;
    case kCommit:
      return kFilePage;
    case kUpdateLock:
    case kUpdateUnlock:
    case kQuiesce:
    case kRemove:
    case kAbandon:
      return kTask | kMirror;
    case kInsert:
      return kMm | kMirror | kPages | kFlag;
    case kRemoved:
      return kMirror;
    case kClassicRegister:
      return kMm | kClassic | kFlag;
    case kClassicUnregister:
      return kClassic;
    case kStart:
      return kTask | kMm | kMirror | kWindow | kPages | kEvent | kFlag | kRequired;
    case kInvalidate:
      return kTask | kMirror | kWindow | kFlag;
    case kIgnore:
    case kRefuse:
      return kTask | kMirror | kWindow;
    case kClassicStart:
      return kTask | kWindow | kClassic | kFlag;
    case kStarted:
    case kEnd:
      return kTask | kWindow;
    case kStartFailed:
      return kTask | kWindow | kFlag;
    case kClassicEnd:
      return kTask | kWindow | kClassic;
    case kMap:
      return kTask | kMm | kPages | kFilePage | kArea | kWrite | kRead | kFlag | kRequired;
    case kUnmap:
      return kTask | kMm | kPages;
    case kProtect:
      return kTask | kMm | kPages | kWrite | kRead;
    case kLazyFree:
    case kDiscard:
      return kTask | kWindow | kPage;
    case kJoin:
      return kTask | kPage;
    case kSplit:
      return kTask | kWindow | kPage;
    case kDropHuge:
      return kTask | kMirror | kPage;
    case kMarkDirty:
      return kTask | kMirror | kPage | kFrame;
    case kZap:
      return kTask | kWindow | kPage | kFlag;
    case kWriteProtect:
      return kTask | kWindow | kPage | kFlag | kHuge;
    case kPopulate:
      return kTask | kPage | kFrame | kWrite | kFlag;
    case kUpgrade:
      return kTask | kPage | kFlag | kHuge;
    case kUffdWp:
      return kTask | kPage | kFlag;
    case kCopyEntry:
      return kTask | kPage | kSource | kFrame | kWrite;
    case kHide:
      return kTask | kMirror | kWindow | kPage | kKind;
    case kMove:
      return kPage | kFrame | kFlag;
    case kReveal:
      return kTask | kWindow | kPage;
    case kMoveEntry:
      return kTask | kWindow | kPage | kSource;
    case kMerge:
      return kTask | kPage | kSource;
    case kCopyPage:
      return kTask | kPage | kFilePage | kFrame;
    case kCpuAccess:
      return kPage | kWrite;
    case kAllocate:
    case kFree:
    case kBreak:
    case kUnpin:
      return kFrame;
    case kPin:
      return kPage | kFrame | kWrite | kFlag;
    case kShare:
      return kTask | kFilePage | kFrame | kFilePages;
    case kFill:
    case kUnshare:
      return kTask | kFilePage | kFrame;
    case kResize:
    case kUnmapped:
      return kTask | kFile | kFilePages | kFlag;
    case kTruncated:
      return kTask | kFile | kFilePages;
    case kFileAccess:
      return kTask | kFilePage | kWrite;
    case kReadBegin:
    case kReadRetry:
      return kTask | kMirror | kFlag;
    case kReadWake:
      return kTask;
    case kWalkPage:
      return kTask | kMirror | kPage | kPages | kFrame | kOutcome | kWrite | kFlag | kRequired |
             kHuge;
    case kFaultReturn:
      return kTask | kMirror | kPages | kOutcome;
    case kInstall:
      return kTask | kMirror | kPages | kHuge;
    case kProgram:
      return kTask | kMirror | kPage | kFrame | kWrite;
    case kDeviceAccess:
      return kTask | kMirror | kPage | kWrite;
    case kGetMm:
      return kMm | kFlag;
  }
  return 0;
}

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_READS_H_
