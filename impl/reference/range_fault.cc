#include "impl/reference/range_fault.h"

#include <algorithm>

#include "impl/reference/fault.h"
#include "impl/reference/huge.h"
#include "impl/reference/machine.h"
#include "impl/reference/migrate.h"
#include "impl/sync/mutex.h"

namespace mirrorcheck::impl::reference {

using model::Area;
using model::Outcome;
using model::Rule;

namespace {

// One walk over [from, range.last]. `from` is where the next one begins: outputs are before it,
// inputs (requests that were not answered yet) from there on (F10).
class Walk {
 public:
  Walk(Current& current, Range& range)
      : current_(current), mm_(current.machine.mm(range.mirror.state.mm)), range_(range) {}

  // kValid: done. kFault: something was faulted in, walk again. Otherwise the error.
  Outcome run(unsigned& from) {
    unsigned page = from;
    while (page <= range_.last) {
      const unsigned area_end = mm_.area_end(page, range_.last);
      const AreaPage& area = mm_.state.areas[page];
      unsigned end = area_end;
      Outcome outcome;
      if (area.area == Area::kNone || area.area == Area::kSpecial || !area.read) {
        outcome = closed(page, end);
      } else {
        // walk_hugetlb_range: one huge page after the other.
        end = std::min(
            end, area.area == Area::kHugetlb ? huge_last(page) : AddressSpace::table_end(page));
        outcome = table(page, end, area, from);
      }
      if (outcome != Outcome::kValid) return outcome;
      page = end + 1;
    }
    return Outcome::kValid;
  }

 private:
  // F3. `have` is what the entry offers. The result is kValid to be faulted in, and kWrite for
  // writing.
  std::uint8_t request(unsigned page) const {
    return static_cast<std::uint8_t>((range_.entry(page).flags & range_.flags_mask) |
                                     range_.default_flags);
  }
  std::uint8_t need(unsigned page, std::uint8_t have) const {
    const std::uint8_t wanted = request(page);
    if ((wanted & kRequestFault) == 0) return 0;
    if ((wanted & kRequestWrite) != 0 && (have & RangeEntry::kWrite) == 0) {
      return RangeEntry::kValid | RangeEntry::kWrite;
    }
    return (have & RangeEntry::kValid) == 0 ? RangeEntry::kValid : 0;
  }

  // `hole`: the pages that are faulted together with this one.
  void report(unsigned page, Outcome outcome, const PageTableEntry& entry = {},
              model::PageRange hole = {}) const {
    const std::uint8_t wanted = request(page);
    current_.step(Rule::kWalkPage, {.mirror = range_.mirror.id,
                                    .page = mm_.page(page),
                                    .pages = hole,
                                    .frame = entry.frame,
                                    .outcome = outcome,
                                    .write = (wanted & kRequestWrite) != 0,
                                    .flag = entry.write,
                                    .required = (wanted & kRequestFault) != 0,
                                    .huge = outcome == Outcome::kValid && entry.huge});
  }

  // A gap, a special area, or one that may not be read: nothing that can be asked for.
  Outcome closed(unsigned first, unsigned last) const {
    for (unsigned page = first; page <= last; ++page) {
      if (need(page, 0) == 0) continue;
      report(page, Outcome::kBadAddress);
      return Outcome::kBadAddress;
    }
    for (unsigned page = first; page <= last; ++page) {
      report(page, Outcome::kError);
      range_.entry(page) = {.flags = RangeEntry::kError};
    }
    return Outcome::kValid;
  }

  // The pages of one VMA that one table maps.
  Outcome table(unsigned first, unsigned last, const AreaPage& area, unsigned& from) {
    std::uint8_t needed = 0;
    unsigned page = first;
    {
      const sync::MutexLock guard(mm_.page_table_lock);
      if (!mm_.table_populated(first)) {
        needed = hole(first, last, area);
        if (needed == 0) return Outcome::kValid;
      } else {
        for (; page <= last && needed == 0; ++page) needed = entry(page, area);
        if (needed == 0) return Outcome::kValid;
        --page;
      }
    }
    from = page;
    if (needed == kDenied) return Outcome::kNotPermitted;
    if (needed == kFailed) return Outcome::kBadAddress;
    if (needed == kWaits) {
      migration_entry_wait(current_, mm_, page);
      return Outcome::kFault;
    }
    return fault_in(page, last, (needed & RangeEntry::kWrite) != 0);
  }

  static constexpr std::uint8_t kDenied = 0x80;
  static constexpr std::uint8_t kWaits = 0x40;
  static constexpr std::uint8_t kFailed = 0x20;

  // No table: what one page needs is faulted in for all of them, and is told first. 0: nobody
  // asked.
  std::uint8_t hole(unsigned first, unsigned last, const AreaPage& area) const {
    std::uint8_t needed = 0;
    unsigned asker = first;
    for (unsigned page = first; page <= last; ++page) {
      const std::uint8_t own = need(page, 0);
      if (denied(page, own, area)) return kDenied;
      if (needed == 0 && own != 0) asker = page;
      needed |= own;
    }
    const model::PageRange all = mm_.pages(first, last);
    if (needed != 0) report(asker, Outcome::kFault, {}, all);
    for (unsigned page = first; page <= last; ++page) {
      if (needed == 0) {
        report(page, Outcome::kNothing);
        range_.entry(page) = {};
      } else if (page != asker) {
        report(page, Outcome::kFault, {}, all);
      }
    }
    return needed;
  }

  // One entry of a table. 0: answered.
  std::uint8_t entry(unsigned page, const AreaPage& area) const {
    const PageTableEntry& found = mm_.state.entries[page];
    std::uint8_t have = 0;
    // F5: what is in the mirror's own memory is as good as present. A NUMA hint is none.
    const bool valid =
        found.accessible &&
        (found.present() || (!found.empty() && found.kind == model::EntryKind::kDevicePrivate &&
                             model::owner_of(found.frame) == range_.mirror.id));
    if (valid) have |= RangeEntry::kValid;
    if (valid && found.write) have |= RangeEntry::kWrite;
    const std::uint8_t needed = need(page, have);
    if (needed == 0) {
      report(page, valid ? Outcome::kValid : Outcome::kNothing, found);
      range_.entry(page) = {.frame = valid ? found.frame : model::kNoFrame,
                            .flags = have,
                            .huge = valid && found.huge};
      return 0;
    }
    // What has failed nobody faults in, whatever the area allows.
    if (!found.empty() && found.kind == model::EntryKind::kPoisoned) {
      report(page, Outcome::kBadAddress);
      return kFailed;
    }
    // At a migration entry it waits and walks again: nothing is faulted in, for nobody has asked
    // yet what the area allows.
    const bool waits = !found.empty() && found.kind == model::EntryKind::kMigration;
    if (!waits && denied(page, needed, area)) return kDenied;
    report(page, Outcome::kFault);
    return waits ? kWaits : needed;
  }

  bool denied(unsigned page, std::uint8_t needed, const AreaPage& area) const {
    if ((needed & RangeEntry::kWrite) == 0 || area.write) return false;
    report(page, Outcome::kNotPermitted);
    return true;
  }

  // F6: all of [first, last], whether it was asked for or not; what comes of it is read again.
  Outcome fault_in(unsigned first, unsigned last, bool write) {
    for (unsigned page = first; page <= last; ++page) {
      if (handle_mm_fault(current_, mm_, page, write) != FaultResult::kDone) {
        return Outcome::kBadAddress;
      }
    }
    return Outcome::kFault;
  }

  Current& current_;
  AddressSpace& mm_;
  Range& range_;
};

}  // namespace

Outcome hmm_range_fault(Current& current, Range& range) {
  Walk walk(current, range);
  unsigned from = range.first;
  Outcome outcome;
  do {
    // F8: a hint, looked at before each walk only. That it says "no" promises nothing.
    const bool collided = IntervalSubscriptions::read_retry(
        range.mirror.subscription, range.sequence, [](bool, std::uint64_t) {});
    outcome = collided ? Outcome::kBusy : walk.run(from);
  } while (outcome == Outcome::kFault);
  const AddressSpace& mm = current.machine.mm(range.mirror.state.mm);
  current.step(
      Rule::kFaultReturn,
      {.mirror = range.mirror.id, .pages = mm.pages(range.first, range.last), .outcome = outcome});
  return outcome;
}

}  // namespace mirrorcheck::impl::reference
