#include "impl/linux/range_fault.h"

#include <absl/base/thread_annotations.h>

#include <algorithm>
#include <cerrno>

#include "impl/linux/device_memory.h"
#include "impl/linux/walk_entry.h"
#include "impl/reference/fault.h"
#include "impl/reference/machine.h"
#include "impl/reference/migrate.h"
#include "impl/sync/check.h"
#include "impl/sync/controller.h"

namespace mirrorcheck::impl::linux_kernel {

using model::Frame;
using model::Outcome;
using model::Rule;
using reference::Current;
using reference::DeviceMirror;

WalkEntry::WalkEntry(Current& current, DeviceMirror& mirror, const mc_range& range)
    : Entry(current.machine.mm(mirror.state.mm).intervals.kernel()),
      PageTables(current.machine.mm(mirror.state.mm)),
      current_(current),
      mirror_(mirror),
      range_(range),
      first_(page_of(range.start)),
      last_(page_of(range.end) - 1),
      reported_(first_) {
  sync::check(first_ <= last_ && last_ < model::kPagesPerMm, "a range lies inside its mm");
  for (unsigned page = first_; page <= last_; ++page) {
    requests_[page - first_] = (pfn(page) & range.pfn_flags_mask) | range.default_flags;
    pfn(page) |= kMcPfnUnanswered;
  }
}

page* WalkEntry::device_page(unsigned frame) { return page_of_device(current_, frame); }

void WalkEntry::begin_look() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  end_look();
  if (!may_walk_) mm.complain("hmm_range_fault walks on without having looked for a collision");
  if (sync::Controller* const control = sync::controller) {
    control->point();
  } else {
    space_.page_table_lock.lock();
  }
  looking_ = true;
  faulting_ = false;
}

void WalkEntry::end_look() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (!looking_) return;
  report_answers();
  looking_ = false;
  if (sync::controller == nullptr) space_.page_table_lock.unlock();
}

void WalkEntry::look_at_table(unsigned long address, unsigned long next) {
  begin_look();
  pmd_ = read_table(address);
  chunk_last_ = page_of(next) - 1;
}

void WalkEntry::look_at_entry() {
  begin_look();
  pmd_ = kMcPmdTable;
}

bool WalkEntry::fault(unsigned long address, bool write) {
  const unsigned page = page_of(address);
  sync::check(page < model::kPagesPerMm, "a page of the mm is faulted in");
  if (!faulting_) {
    faulting_ = true;
    report_answers();
    report_fault(page);
    end_look();
  }
  may_walk_ = false;
  failed_ =
      reference::handle_mm_fault(current_, space_, page, write) != reference::FaultResult::kDone;
  return !failed_;
}

void WalkEntry::wait_at_migration_entry(unsigned long address) {
  report_answers();
  report_fault(page_of(address));
  end_look();
  may_walk_ = false;
  reference::migration_entry_wait(current_, space_, page_of(address));
}

int WalkEntry::returned(int error) {
  report_answers();
  Outcome outcome = Outcome::kValid;
  switch (error) {
    case 0:
      // What it does not answer is what the caller will find there.
      for (; reported_ <= last_; ++reported_) report_answer(reported_);
      break;
    case -EBUSY:
      outcome = Outcome::kBusy;
      break;
    case -EPERM:
      outcome = Outcome::kNotPermitted;
      report(first_unanswered(kMcPfnWrite), outcome);
      break;
    default:
      outcome = Outcome::kBadAddress;
      if (!failed_) report(first_unanswered(kMcPfnValid), outcome);
  }
  end_look();
  for (unsigned page = first_; page <= last_; ++page) pfn(page) &= ~kMcPfnUnanswered;
  if (outcome == Outcome::kBusy) {
    // It looks without a lock. On threads the callback that it met may not have reported yet.
    mirror_.subscription.section.lock();
    mirror_.subscription.section.unlock();
  }
  step(Rule::kFaultReturn,
       {.mirror = mirror_.id, .pages = space_.pages(first_, last_), .outcome = outcome});
  return error;
}

// Of a section that is over already nothing is told: its driver begins another one.
void WalkEntry::step(Rule rule, const model::Arguments& arguments) {
  const sync::SectionLock section(mirror_.subscription.section);
  const auto task = static_cast<unsigned>(current_.task);
  if (!mirror_.subscription.snapshots[task].is_over) current_.step(rule, arguments);
}

void WalkEntry::report(unsigned page, Outcome outcome, unsigned long pfn_and_flags) {
  const unsigned long frame = pfn_and_flags & ~(kMcPfnFlags | kMcPfnUnanswered);
  step(Rule::kWalkPage, {.mirror = mirror_.id,
                         .page = space_.page(page),
                         .pages = hole_pages_,
                         .frame = frame < model::kFrames ? Frame(frame) : model::kNoFrame,
                         .outcome = outcome,
                         .write = page <= last_ && asked(page, kMcPfnWrite),
                         .flag = (pfn_and_flags & kMcPfnWrite) != 0,
                         .required = page <= last_ && asked(page, kMcPfnValid),
                         .huge = (pfn_and_flags & kMcPfnOrder) != 0});
}

// Whatever one page of a hole needs is done for all of them; the one that needs it comes first. Of
// the pages of a huge entry that one alone is told: others are faulted in with it, which it may be.
void WalkEntry::report_fault(unsigned page) {
  if (pmd_ == kMcPmdTable) return report(page, Outcome::kFault);
  const bool hole = pmd_ == 0;
  const bool to_write = !hole && (pmd_ & kMcPmdAccessible) != 0;
  if (hole) hole_pages_ = space_.pages(page, chunk_last_);
  unsigned asker = page;
  while (asker < chunk_last_ &&
         (!asked(asker, kMcPfnValid) || (to_write && !asked(asker, kMcPfnWrite)))) {
    ++asker;
  }
  report(asker, Outcome::kFault);
  for (unsigned other = page; hole && other <= chunk_last_; ++other) {
    if (other != asker) report(other, Outcome::kFault);
  }
  hole_pages_ = {};
}

void WalkEntry::report_answer(unsigned page) {
  const unsigned long answer = pfn(page);
  if ((answer & kMcPfnError) != 0) {
    report(page, Outcome::kError);
  } else if ((answer & kMcPfnValid) != 0) {
    report(page, Outcome::kValid, answer);
  } else {
    report(page, Outcome::kNothing);
  }
}

void WalkEntry::report_answers() {
  for (; reported_ <= last_ && answered(reported_); ++reported_) report_answer(reported_);
}

// The page that an error is about: the first one without an answer that wants what it denies.
unsigned WalkEntry::first_unanswered(unsigned long flag) {
  for (unsigned page = reported_; page <= last_; ++page) {
    if (!answered(page) && asked(page, kMcPfnValid) && asked(page, flag)) return page;
  }
  return std::min(reported_, last_);
}

int range_fault(Current& current, DeviceMirror& mirror, std::uint64_t sequence,
                const mc_range& range) {
  WalkEntry entry(current, mirror, range);
  return entry.returned(mc_range_fault(mirror.subscription.notifier.get(), sequence, &range));
}

int range_fault_of(Current& current, DeviceMirror& mirror, const mc_range& range,
                   hmm_range* kernel_range) {
  WalkEntry entry(current, mirror, range);
  return entry.returned(mc_range_fault_of(kernel_range));
}

extern "C" {

void mc_looked_for_collision(bool collided) {
  Entry::current().walk().looked_for_collision(collided);
}
bool mc_handle_mm_fault(unsigned long address, bool write) {
  return Entry::current().walk().fault(address, write);
}
void mc_migration_entry_wait(unsigned long address) {
  Entry::current().walk().wait_at_migration_entry(address);
}

}  // extern "C"

}  // namespace mirrorcheck::impl::linux_kernel
