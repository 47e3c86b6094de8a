// The properties of the contract, and the clauses of its rules that they lean on.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_MODEL_PROPERTIES_H_
#define MIRRORCHECK_MODEL_PROPERTIES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mirrorcheck::model {

enum class Property : std::uint8_t {
  kS1,
  kS1Prime,
  kS2,
  kS3,
  kS4,
  kS5,
  kS5Prime,
  kS6,
  kS6Prime,
  kS7,
  kS8,
  kS8Prime,
  kS9,
  kS9Prime,
  kS10,
  kS12,
  kS13,
  kS17,
  kL1,
  kL2,
  kL4,
  kL5,
  kL7,
};

struct PropertyInfo {
  std::string_view id;
  std::string_view meaning;
};
inline constexpr std::array<PropertyInfo, 23> kProperties{{
    {"S1", "a device translation is one the CPU page table still justifies"},
    {"S1'", "a CPU entry is only taken away inside a window whose callbacks are done"},
    {"S2", "no translation, pin or mapping names a freed frame or block"},
    {"S3", "the device writes only through a translation that is writable now"},
    {"S4", "copy-on-write: a private or zero frame is never written through a stale mapping"},
    {"S5", "after truncate or punch returns nobody reaches the old data"},
    {"S5'", "truncate: no new faults, unmapped everywhere, entry gone, block freed, in this order"},
    {"S6", "one location for each page at any time: every load returns the newest store"},
    {"S6'", "what was written after write-back has made its page dirty again"},
    {"S7", "starts and ends are paired, active_invalidate_ranges counts the open windows"},
    {"S8", "after removal no callback runs or will run"},
    {"S8'", "the interval tree does not change while invalidate_seq is odd"},
    {"S9", "a subscription's sequence is odd, not ahead of its mm's, and set by its callback only"},
    {"S9'", "read_retry is true whenever a callback ran since read_begin returned"},
    {"S10", "hmm_range_fault: entries and return code are those of the decision table"},
    {"S12", "a page that moves is in one frame at any time, and nobody reaches the one it left"},
    {"S13", "a mirror holds no references"},
    {"S17", "a mirror's translations come from the page tables of its own mm"},
    {"L1", "nobody waits for ever: the wait-for graph has no cycle"},
    {"L2", "a fault loop that nobody disturbs ends"},
    {"L4", "read_begin and remove end when the windows they wait for end"},
    {"L5", "a non-blockable start never sleeps"},
    {"L7", "a migration entry is always resolved, and whoever waits at it wakes"},
}};
constexpr const PropertyInfo& info(Property property) {
  return kProperties[static_cast<std::size_t>(property)];
}

// One condition of a rule's guard.
//
// A *protocol* clause asks for a step of the protocol itself: a lock held, an order kept. Breaking
// it is wrong, but nothing has been corrupted yet; a run goes on to see whether something will be.
// Every other clause, when broken, means that the damage is done: the translation is stale, the
// answer is wrong.
struct Clause {
  std::string_view id;        // the contract rule, as in "X12.2"
  Property property;          // what leans on it
  std::string_view sentence;  // what is the matter when it does not hold
  bool protocol = false;
};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_MODEL_PROPERTIES_H_
