#include "proofs/explore/explore.h"

#include <array>
#include <string>

#include "proofs/explore/rooms.h"

namespace mirrorcheck::proofs::explore {
namespace {

using enum model::Rule;

// What the mirror, its faults and truncate have to do with each other, and no more.
constexpr std::array kCore{kMmapRead,
                           kMmapWrite,
                           kMmapUnlock,
                           kInodeLock,
                           kInodeUnlock,
                           kInvalidateShared,
                           kInvalidateExclusive,
                           kInvalidateUnlock,
                           kEntryLock,
                           kEntryUnlock,
                           kUpdateLock,
                           kUpdateUnlock,
                           kPublish,
                           kInsert,
                           kQuiesce,
                           kRemove,
                           kStart,
                           kInvalidate,
                           kStarted,
                           kEnd,
                           kMap,
                           kUnmap,
                           kZap,
                           kPopulate,
                           kUpgrade,
                           kAllocate,
                           kFree,
                           kFill,
                           kResize,
                           kUnmapped,
                           kDisconnect,
                           kTruncated,
                           kReadBegin,
                           kReadWake,
                           kWalkPage,
                           kReadRetry,
                           kAbandon,
                           kInstall};
// Without files and truncate.
constexpr std::array kNotifier{
    kMmapRead, kMmapWrite, kMmapUnlock, kUpdateLock, kUpdateUnlock, kPublish, kInsert,
    kQuiesce,  kRemove,    kStart,      kInvalidate, kStarted,      kEnd,     kMap,
    kUnmap,    kZap,       kPopulate,   kUpgrade,    kAllocate,     kFree,    kReadBegin,
    kReadWake, kWalkPage,  kReadRetry,  kAbandon,    kInstall};

template <std::size_t n>
RuleSet set_of(const std::array<model::Rule, n>& rules) {
  RuleSet set;
  for (const model::Rule rule : rules) set.set(static_cast<std::size_t>(rule));
  return set;
}

}  // namespace

RuleSet core_rules() { return set_of(kCore); }
RuleSet all_rules() { return RuleSet().set(); }

RuleSet parse_rules(std::string_view text) {
  RuleSet set;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view word = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (word == "core") {
      set |= core_rules();
    } else if (word == "notifier") {
      set |= set_of(kNotifier);
    } else if (word == "all") {
      set |= all_rules();
    } else {
      std::size_t rule = 0;
      while (rule < model::kRules && model::rule_name(model::Rule(rule)) != word) ++rule;
      if (rule == model::kRules) {
        throw ExploreError("there is no rule or group of rules '" + std::string(word) +
                           "'; the groups are core, notifier and all");
      }
      set.set(rule);
    }
  }
  return set;
}

model::InitialState initial(const Bounds& bounds) {
  model::InitialState initial;
  for (unsigned m = 0; m < bounds.mms; ++m) initial.users[m] = bounds.tasks;
  for (unsigned f = 0; f < bounds.files; ++f) {
    initial.file_pages[f] = static_cast<std::uint8_t>(bounds.file_pages);
  }
  return initial;
}

ExploreResult explore(const ExploreOptions& options) {
  const bool wide = options.synchronous || options.failures;
  if (options.bounds.fits_in(kCoreRoom) && !wide) return explore_core(options);
  if (options.userfault) throw ExploreError("a world with a userfaultfd is a small one");
  if (options.bounds.fits_in(kWideRoom)) return explore_wide(options);
  if (options.bounds.huge && wide) {
    throw ExploreError("a world of huge entries has no synchronous mappings, and no memory fails");
  }
  // The pages of a run differ by their places, so that their names cannot be exchanged.
  if (options.bounds.fits_in(kHugeRoom) && !options.symmetry) return explore_huge(options);
  throw ExploreError("no representation of states has room for a world of that size");
}

}  // namespace mirrorcheck::proofs::explore
