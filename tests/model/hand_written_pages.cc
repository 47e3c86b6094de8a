// Steps about entries of CPU page tables and pages of files that chance does not come to.

#include "tests/model/by_hand.h"
#include "tests/model/contract.h"
#include "tests/model/frames.h"

namespace mirrorcheck::model {

void hand_written_pages(ByHand& by_hand) {
  constexpr Page kPage{0};
  const FilePage slot = file_page(File(0), 0);
  const auto mapped = [=](ConcreteState& s) {
    s.mmap_lock.set(kT0, kMm, Hold::kShared);
    s.area.set(kPage, Area::kAnon);
    s.area_read.set(kPage, true);
    s.area_write.set(kPage, true);
    s.used.set(kRam, true);
  };
  by_hand.step(
      Rule::kZap, {.page = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.published.set(kMm, true);
        s.phase.set(kW0, WindowPhase::kStarted);
        s.window_pages.set(kW0, pages(0, 0));
      },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  // P3: inside a window that the mirror may ignore, when it has let go.
  by_hand.step(
      Rule::kZap, {.page = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.published.set(kMm, true);
        s.phase.set(kW0, WindowPhase::kStarted);
        s.window_pages.set(kW0, pages(0, 0));
        s.owned.set(kW0, true);
      },
      [](ConcreteState& s) { s.device_frame.set(kM0, kPage, kRam); },
      [](ConcreteState& s) {
        s.section.set(kT0, Section::kBegun);
        s.walked_frame.set(kT0, kPage, kRam);
      });
  // Cleared to be replaced: the area has to stay.
  by_hand.step(
      Rule::kZap, {.page = kPage, .flag = true},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
      },
      [](ConcreteState& s) { s.mmap_lock.set(kT0, kMm, Hold::kNot); });
  by_hand.step(Rule::kPopulate, {.page = kPage, .frame = kRam, .write = true}, mapped,
               [](ConcreteState& s) { s.area_write.set(kPage, false); });
  by_hand.step(
      Rule::kFree, {.frame = kRam}, [](ConcreteState& s) { s.used.set(kRam, true); },
      [](ConcreteState& s) { s.pins.set(kRam, 1); },
      [](ConcreteState& s) { s.broken.set(kRam, true); });
  // PROT_NONE: the right to read goes, and comes back.
  by_hand.step(
      Rule::kWriteProtect, {.page = kPage, .flag = true},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.cpu_read.set(kPage, true);
        s.published.set(kMm, true);
        s.phase.set(kW0, WindowPhase::kStarted);
        s.window_pages.set(kW0, pages(0, 0));
      },
      [](ConcreteState& s) { s.cpu_read.set(kPage, false); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kClosed); },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  const auto readable = [=](ConcreteState& s) {
    mapped(s);
    s.area_write.set(kPage, false);
    s.cpu_frame.set(kPage, kRam);
    s.cpu_read.set(kPage, true);
  };
  const auto unreadable = [](ConcreteState& s) { s.cpu_read.set(kPage, false); };
  by_hand.step(Rule::kCpuAccess, {.page = kPage}, readable, unreadable);
  by_hand.step(Rule::kPin, {.page = kPage, .frame = kRam}, readable, unreadable);
  by_hand.step(
      Rule::kUpgrade, {.page = kPage, .flag = true},
      [=](ConcreteState& s) {
        mapped(s);
        s.area_write.set(kPage, false);
        s.cpu_frame.set(kPage, kZeroFrame);
      },
      [](ConcreteState& s) { s.area_read.set(kPage, false); });
  by_hand.step(
      Rule::kUpgrade, {.page = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
      },
      [](ConcreteState& s) { s.area.set(kPage, Area::kNone); });
  // S4: the other mm maps the frame, too.
  constexpr Page kOther = page_of(Mm(1), 0);
  by_hand.step(
      Rule::kUpgrade, {.page = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
      },
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kRam); },
      [](ConcreteState& s) { s.area_write.set(kPage, false); });
  by_hand.step(
      Rule::kPin, {.page = kPage, .frame = kRam, .write = true},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.cpu_read.set(kPage, true);
        s.cpu_write.set(kPage, true);
      },
      [](ConcreteState& s) { s.cpu_write.set(kPage, false); });
  by_hand.step(
      Rule::kPin, {.page = kPage, .frame = kRam, .flag = true},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.cpu_read.set(kPage, true);
      },
      [](ConcreteState& s) { s.area.set(kPage, Area::kDax); });
  by_hand.step(
      Rule::kPin, {.page = kPage, .frame = kRam},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.cpu_read.set(kPage, true);
      },
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kRam); });
  // fork: mm1 is the child's.
  const auto forking = [=](ConcreteState& s) {
    mapped(s);
    s.cpu_frame.set(kPage, kRam);
    s.mmap_lock.set(kT0, kMm, Hold::kExclusive);
    s.mmap_lock.set(kT0, Mm(1), Hold::kExclusive);
    s.area.set(kOther, Area::kAnon);
    s.area_write.set(kOther, true);
  };
  by_hand.step(
      Rule::kCopyEntry, {.page = kOther, .source = kPage, .frame = kRam}, forking,
      [](ConcreteState& s) { s.mmap_lock.set(kT0, Mm(1), Hold::kNot); },
      [](ConcreteState& s) { s.published.set(Mm(1), true); },
      [](ConcreteState& s) { s.cpu_frame.set(kOther, kZeroFrame); },
      [](ConcreteState& s) { s.replacing.set(kOther, true); },
      [=](ConcreteState& s) { s.slot.set(kPage, slot); },
      [](ConcreteState& s) { s.area.set(kOther, Area::kNone); },
      [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kDeviceExclusive); },
      [](ConcreteState& s) { s.cpu_write.set(kPage, true); },
      [](ConcreteState& s) { s.pins.set(kRam, 1); });
  constexpr Frame kCopy{3};
  by_hand.step(
      Rule::kCopyEntry, {.page = kOther, .source = kPage, .frame = kCopy, .write = true},
      [=](ConcreteState& s) {
        forking(s);
        s.used.set(kCopy, true);
      },
      [](ConcreteState& s) { s.area_write.set(kOther, false); },
      [](ConcreteState& s) { s.used.set(kCopy, false); });
  // mremap.
  constexpr Page kTarget{2};
  by_hand.step(
      Rule::kMoveEntry, {.page = kTarget, .source = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.cpu_read.set(kPage, true);
        s.cpu_write.set(kPage, true);
        s.area.set(kTarget, Area::kAnon);
        s.area_read.set(kTarget, true);
        s.area_write.set(kTarget, true);
        s.published.set(kMm, true);
        s.phase.set(kW0, WindowPhase::kStarted);
        s.window_pages.set(kW0, pages(0, 0));
      },
      [](ConcreteState& s) { s.mmap_lock.set(kT0, kMm, Hold::kNot); },
      [](ConcreteState& s) { s.cpu_frame.set(kPage, kNoFrame); },
      [](ConcreteState& s) { s.cpu_frame.set(kTarget, kZeroFrame); },
      [](ConcreteState& s) { s.replacing.set(kTarget, true); },
      [=](ConcreteState& s) { s.slot.set(kTarget, slot); },
      [](ConcreteState& s) { s.area.set(kTarget, Area::kNone); },
      [](ConcreteState& s) { s.area_write.set(kTarget, false); },
      [](ConcreteState& s) { s.area_read.set(kTarget, false); },
      [](ConcreteState& s) { s.area_sync.set(kTarget, true); },
      [](ConcreteState& s) { s.phase.set(kW0, WindowPhase::kClosed); },
      [](ConcreteState& s) { s.kept.set(kW0, kM0, true); });
  // KSM.
  constexpr Page kSame{2};
  constexpr Frame kSameRam{3};
  by_hand.step(
      Rule::kMerge, {.page = kPage, .source = kSame},
      [=](ConcreteState& s) {
        mapped(s);
        s.replacing.set(kPage, true);
        s.cpu_frame.set(kSame, kSameRam);
      },
      [](ConcreteState& s) { s.mmap_lock.set(kT0, kMm, Hold::kNot); },
      [](ConcreteState& s) { s.replacing.set(kPage, false); },
      [](ConcreteState& s) { s.cpu_frame.set(kSame, kZeroFrame); },
      [](ConcreteState& s) { s.cpu_write.set(kSame, true); },
      [](ConcreteState& s) { s.pins.set(kSameRam, 1); },
      [](ConcreteState& s) { s.area.set(kSame, Area::kHugetlb); },
      [](ConcreteState& s) { s.area.set(kPage, Area::kNone); });
  by_hand.step(
      Rule::kPopulate, {.page = kPage, .frame = kBlock},
      [=](ConcreteState& s) {
        mapped(s);
        s.area.set(kPage, Area::kDax);
        s.slot.set(kPage, slot);
        s.used.set(kBlock, true);
        s.backing.set(slot, kBlock);
        s.invalidate_lock.set(kT0, File(0), Hold::kShared);
        s.entry_lock.set(slot, kT0, true);
      },
      [=](ConcreteState& s) { s.within.set(slot, false); });
  by_hand.step(
      Rule::kFill, {.file_page = slot, .frame = kBlock},
      [=](ConcreteState& s) {
        s.used.set(kBlock, true);
        s.inode_lock.set(kT0, File(0), true);
      },
      [=](ConcreteState& s) { s.backing.set(slot, kRam); });
  // X9: two pages of a file have one block.
  const FilePage twin = file_page(File(0), 1);
  constexpr Frame kOwnBlock{static_cast<unsigned>(kBlock) + 1};
  by_hand.step(
      Rule::kShare,
      {.file_page = slot,
       .file_pages = {file_page(File(1), 0), file_page(File(1), 0)},
       .frame = kBlock},
      [=](ConcreteState& s) {
        s.used.set(kBlock, true);
        s.backing.set(file_page(File(1), 0), kBlock);
        s.within.set(slot, true);
        for (const File file : {File(0), File(1)}) {
          s.inode_lock.set(kT0, file, true);
          s.invalidate_lock.set(kT0, file, Hold::kExclusive);
        }
      },
      [=](ConcreteState& s) { s.backing.set(slot, kOwnBlock); },
      [=](ConcreteState& s) { s.backing.set(file_page(File(1), 0), kOwnBlock); },
      [=](ConcreteState& s) { s.within.set(slot, false); },
      [](ConcreteState& s) { s.inode_lock.set(kT0, File(1), false); },
      [](ConcreteState& s) { s.pins.set(kBlock, 1); });
  const auto synchronous = [](ConcreteState& s) { s.area_sync.set(kPage, true); };
  const auto twins = [=](ConcreteState& s) { s.backing.set(twin, kBlock); };
  by_hand.step(
      Rule::kUnshare, {.file_page = slot, .frame = kOwnBlock},
      [=](ConcreteState& s) {
        s.used.set(kBlock, true);
        s.used.set(kOwnBlock, true);
        s.backing.set(slot, kBlock);
        twins(s);
        s.slot.set(kPage, slot);
        s.inode_lock.set(kT0, File(0), true);
      },
      [=](ConcreteState& s) { s.backing.set(slot, kNoFrame); },
      [=](ConcreteState& s) { s.backing.set(twin, kOwnBlock); },
      [](ConcreteState& s) { s.inode_lock.set(kT0, File(0), false); },
      [](ConcreteState& s) { s.cpu_frame.set(kPage, kBlock); });
  by_hand.step(
      Rule::kPopulate, {.page = kPage, .frame = kBlock, .write = true},
      [=](ConcreteState& s) {
        mapped(s);
        s.area.set(kPage, Area::kDax);
        s.area_write.set(kPage, true);
        s.slot.set(kPage, slot);
        s.used.set(kBlock, true);
        s.backing.set(slot, kBlock);
        s.within.set(slot, true);
        s.invalidate_lock.set(kT0, File(0), Hold::kShared);
        s.entry_lock.set(slot, kT0, true);
      },
      twins, synchronous);
  by_hand.step(
      Rule::kUpgrade, {.page = kPage},
      [=](ConcreteState& s) {
        mapped(s);
        s.area.set(kPage, Area::kDax);
        s.area_write.set(kPage, true);
        s.slot.set(kPage, slot);
        s.backing.set(slot, kBlock);
        s.cpu_frame.set(kPage, kBlock);
      },
      twins, synchronous);
  const auto written_by_call = [=](ConcreteState& s) {
    s.backing.set(slot, kBlock);
    s.inode_lock.set(kT0, File(0), true);
  };
  by_hand.step(Rule::kFileAccess, {.file_page = slot, .write = true}, written_by_call, twins);
  by_hand.step(Rule::kZeroTail, {.file_page = slot}, written_by_call, twins);
  // D6: what write-back takes for clean nobody writes, nor may write.
  const auto written = [=](ConcreteState& s) {
    mapped(s);
    s.slot.set(kPage, slot);
    s.backing.set(slot, kRam);
    s.cpu_frame.set(kPage, kRam);
    s.cpu_write.set(kPage, true);
    s.dirty.set(slot, true);
  };
  const auto clean = [=](ConcreteState& s) { s.dirty.set(slot, false); };
  by_hand.step(Rule::kCpuAccess, {.page = kPage, .write = true}, written, clean);
  by_hand.step(
      Rule::kDeviceAccess, {.page = kPage, .write = true},
      [=](ConcreteState& s) {
        written(s);
        s.cpu_read.set(kPage, true);
        s.update_lock.set(kT0, kM0, true);
        s.registration.set(kM0, Registration::kTree);
        s.engine.set(kM0, true);
        s.device_frame.set(kM0, kPage, kRam);
        s.device_write.set(kM0, kPage, true);
      },
      clean);
  by_hand.step(
      Rule::kCommit, {.file_page = slot}, [=](ConcreteState& s) { s.backing.set(slot, kBlock); },
      [=](ConcreteState& s) { s.backing.set(slot, kNoFrame); });
  by_hand.step(
      Rule::kEvict, {.file_page = slot},
      [=](ConcreteState& s) {
        s.slot.set(kPage, slot);
        s.used.set(kRam, true);
        s.backing.set(slot, kRam);
        s.entry_lock.set(slot, kT0, true);
      },
      [=](ConcreteState& s) { s.backing.set(slot, kBlock); },
      [=](ConcreteState& s) { s.dirty.set(slot, true); },
      [](ConcreteState& s) { s.cpu_frame.set(kPage, kRam); },
      [](ConcreteState& s) { s.pins.set(kRam, 1); },
      [=](ConcreteState& s) { s.entry_lock.set(slot, kT0, false); });
  by_hand.step(
      Rule::kClean, {.file_page = slot},
      [=](ConcreteState& s) {
        written(s);
        s.cpu_write.set(kPage, false);
        s.entry_lock.set(slot, kT0, true);
      },
      [=](ConcreteState& s) { s.cpu_write.set(kPage, true); },
      [=](ConcreteState& s) { s.entry_lock.set(slot, kT0, false); });
  // X10: a private mapping of the page, and a copy of it.
  const auto mapped_privately = [=](ConcreteState& s) {
    mapped(s);
    s.area.set(kPage, Area::kFile);
    s.area_private.set(kPage, true);
    s.slot.set(kPage, slot);
    s.backing.set(slot, kCopy);
    s.used.set(kCopy, true);
    s.invalidate_lock.set(kT0, File(0), Hold::kShared);
    s.entry_lock.set(slot, kT0, true);
  };
  const auto shared = [=](ConcreteState& s) { s.area_private.set(kPage, false); };
  by_hand.step(
      Rule::kCopyPage, {.page = kPage, .file_page = slot, .frame = kRam},
      [=, &by_hand](ConcreteState& s) {
        mapped_privately(s);
        // Another page of the file, locked as this one is.
        const FilePage other = file_page(File(0), 1);
        ConcreteState both_locked = s;
        both_locked.entry_lock.set(other, kT0, true);
        both_locked.within.set(other, true);
        by_hand.also_wrong(Rule::kCopyPage, {.page = kPage, .file_page = other, .frame = kRam},
                           both_locked);
      },
      shared, [=](ConcreteState& s) { s.entry_lock.set(slot, kT0, false); },
      [=](ConcreteState& s) { s.within.set(slot, false); },
      [=](ConcreteState& s) { s.used.set(kRam, false); });
  // By the entry, no lock of the file is asked for; what it names must be the file's.
  by_hand.step(
      Rule::kCopyPage, {.page = kPage, .file_page = slot, .frame = kRam},
      [=](ConcreteState& s) {
        mapped_privately(s);
        s.cpu_frame.set(kPage, kCopy);
        s.invalidate_lock.set(kT0, File(0), Hold::kNot);
      },
      [=](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kMigration); },
      [=](ConcreteState& s) { s.copied.set(kPage, true); });
  by_hand.step(Rule::kPopulate, {.page = kPage, .frame = kCopy}, mapped_privately,
               [=](ConcreteState& s) { s.backing.set(slot, kBlock); });
  by_hand.step(
      Rule::kPopulate, {.page = kPage, .frame = kCopy, .write = true},
      [=](ConcreteState& s) {
        mapped_privately(s);
        shared(s);
      },
      [=](ConcreteState& s) { s.area_private.set(kPage, true); });
  by_hand.step(
      Rule::kPopulate, {.page = kPage, .frame = kRam, .write = true, .flag = true},
      mapped_privately, shared, [=](ConcreteState& s) { s.within.set(slot, false); },
      [=](ConcreteState& s) { s.entry_lock.set(slot, kT0, false); },
      [=](ConcreteState& s) { s.cpu_frame.set(kOther, kRam); });
  // In the place of an entry that it was made of, no lock of the file is asked for.
  by_hand.step(
      Rule::kPopulate, {.page = kPage, .frame = kRam, .write = true, .flag = true},
      [=](ConcreteState& s) {
        mapped_privately(s);
        s.replacing.set(kPage, true);
        s.entry_lock.set(slot, kT0, false);
      },
      [=](ConcreteState& s) { s.replacing.set(kPage, false); });
  by_hand.step(
      Rule::kUpgrade, {.page = kPage},
      [=](ConcreteState& s) {
        mapped_privately(s);
        s.cpu_frame.set(kPage, kRam);
        s.copied.set(kPage, true);
      },
      [=](ConcreteState& s) { s.copied.set(kPage, false); },
      [=](ConcreteState& s) { s.cpu_frame.set(kOther, kRam); });
  const auto forking_file = [=](ConcreteState& s) {
    forking(s);
    mapped_privately(s);
    s.mmap_lock.set(kT0, kMm, Hold::kExclusive);
    s.area.set(kOther, Area::kFile);
    s.slot.set(kOther, slot);
    s.area_private.set(kOther, true);
  };
  by_hand.step(
      Rule::kCopyEntry, {.page = kOther, .source = kPage, .frame = kCopy},
      [=](ConcreteState& s) {
        forking_file(s);
        s.cpu_frame.set(kPage, kCopy);
        s.pins.set(kCopy, 1);
      },
      [=](ConcreteState& s) { s.area_private.set(kPage, false); },
      [=](ConcreteState& s) { s.area_private.set(kOther, false); },
      [=](ConcreteState& s) { s.copied.set(kPage, true); });
  by_hand.step(
      Rule::kUnmapped, {.file_pages = {slot, slot}, .flag = false},
      [=](ConcreteState& s) {
        s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
        s.slot.set(kPage, slot);
        s.cpu_frame.set(kPage, kRam);
        s.copied.set(kPage, true);
      },
      [=](ConcreteState& s) { s.copied.set(kPage, false); });
  by_hand.step(
      Rule::kUnmapped, {.file_pages = {slot, slot}, .flag = true},
      [=](ConcreteState& s) {
        s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
        s.slot.set(kPage, slot);
      },
      [=](ConcreteState& s) { s.replacing.set(kPage, true); },
      [=](ConcreteState& s) {
        s.cpu_frame.set(kPage, kRam);
        s.copied.set(kPage, true);
      });
  by_hand.step(
      Rule::kFill, {.file_page = slot, .frame = kBlock},
      [=](ConcreteState& s) {
        s.used.set(kBlock, true);
        s.invalidate_lock.set(kT0, File(0), Hold::kShared);
        s.entry_lock.set(slot, kT0, true);
      },
      [=](ConcreteState& s) { s.backing.set(slot, kRam); });
  by_hand.step(
      Rule::kDisconnect, {.file_page = slot},
      [=](ConcreteState& s) {
        s.used.set(kBlock, true);
        s.backing.set(slot, kBlock);
        s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
        s.unmapped.set(kT0, slot, true);
      },
      [=](ConcreteState& s) { s.pins.set(kBlock, 1); });
  by_hand.step(
      Rule::kTruncated, {.file_pages = {slot, slot}},
      [=, &by_hand](ConcreteState& s) {
        s.invalidate_lock.set(kT0, File(0), Hold::kExclusive);
        s.invalidate_lock.set(kT0, File(1), Hold::kExclusive);
        s.unmapped.set(kT0, slot, true);
        by_hand.also_wrong(Rule::kTruncated, {.file_pages = {slot, slot}, .file = File(1)}, s);
      },
      [=](ConcreteState& s) {
        s.slot.set(kPage, slot);
        s.cpu_frame.set(kPage, kZeroFrame);
      },
      // i_size was written after the unmap.
      [=](ConcreteState& s) {
        visit_rule<Concrete>(Rule::kResize, [&]<class R>() {
          R::apply(s, {.file_pages = {slot, slot}, .file = File(0)});
        });
      });
  by_hand.step(
      Rule::kWalkPage, {.page = kPage, .outcome = Outcome::kNothing},
      [=](ConcreteState& s) {
        mapped(s);
        s.section.set(kT0, Section::kBegun);
      },
      [](ConcreteState& s) { s.users.set(kMm, 0); });
  // F6: page 1 was asked for; page 0 lies in the same hole.
  constexpr Page kAsked{1};
  by_hand.step(
      Rule::kWalkPage, {.page = kPage, .pages = {kPage, kAsked}, .outcome = Outcome::kFault},
      [=](ConcreteState& s) {
        mapped(s);
        s.area.set(kAsked, Area::kAnon);
        s.area_read.set(kAsked, true);
        s.area_write.set(kAsked, true);
        s.section.set(kT0, Section::kBegun);
        s.asked.set(kT0, kAsked, true);
        s.walked.set(kT0, kAsked, Outcome::kFault);
      },
      [](ConcreteState& s) { s.asked.set(kT0, kAsked, false); },
      [](ConcreteState& s) { s.walked.set(kT0, kAsked, Outcome::kNothing); },
      [](ConcreteState& s) { s.area_write.set(kAsked, false); },
      [](ConcreteState& s) { s.cpu_frame.set(kAsked, kZeroFrame); });
  by_hand.step(
      Rule::kWalkPage, {.page = kPage, .frame = kRam, .outcome = Outcome::kNothing},
      [=](ConcreteState& s) {  // PROT_NONE, and readable again: as if it was not there
        mapped(s);
        s.cpu_frame.set(kPage, kRam);
        s.section.set(kT0, Section::kBegun);
      },
      [](ConcreteState& s) { s.cpu_read.set(kPage, true); });
  by_hand.step(
      Rule::kInstall, {.pages = pages(0, 0)},
      [](ConcreteState& s) {
        s.section.set(kT0, Section::kPassed);
        s.update_lock.set(kT0, kM0, true);
        s.registration.set(kM0, Registration::kTree);
        s.mirror_pages.set(kM0, pages(0, 1));
        s.engine.set(kM0, true);
      },
      [](ConcreteState& s) { s.engine.set(kM0, false); });
  // P6: what its device has for itself.
  const auto its_own = [=](ConcreteState& s) {
    mapped(s);
    s.cpu_frame.set(kPage, kRam);
    s.cpu_kind.set(kPage, EntryKind::kDeviceExclusive);
    s.exclusive_to.set(kPage, kM0);
    s.cpu_read.set(kPage, true);
    s.users.set(kMm, 1);
    s.update_lock.set(kT0, kM0, true);
    s.registration.set(kM0, Registration::kTree);
    s.mirror_pages.set(kM0, pages(0, 1));
    s.engine.set(kM0, true);
  };
  by_hand.step(
      Rule::kProgram, {.page = kPage, .frame = kRam}, its_own,
      [](ConcreteState& s) { s.update_lock.set(kT0, kM0, false); },
      [](ConcreteState& s) { s.mirror_pages.set(kM0, pages(1, 1)); },
      [](ConcreteState& s) { s.engine.set(kM0, false); },
      [](ConcreteState& s) { s.users.set(kMm, 0); },
      [](ConcreteState& s) { s.exclusive_to.set(kPage, Mirror(1)); },
      [](ConcreteState& s) { s.cpu_kind.set(kPage, EntryKind::kPresent); },
      [](ConcreteState& s) { s.registration.set(kM0, Registration::kInsertDeferred); },
      [](ConcreteState& s) {
        s.phase.set(kW0, WindowPhase::kStarted);
        s.window_pages.set(kW0, pages(0, 0));
        s.acked.set(kW0, kM0, true);
      },
      [](ConcreteState& s) { s.unmarked.set(kM0, kPage, true); });
}

}  // namespace mirrorcheck::model
