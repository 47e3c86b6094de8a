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
  kS12Prime,
  kS13,
  kS15,
  kS15Prime,
  kS16,
  kS17,
  kL1,
  kL2,
  kL3,
  kL4,
  kL5,
  kL6,
  kL7,
};

// Where a property is looked at while a run goes on; a test holds it to the code.
enum Checked : std::uint8_t {
  kAsFormula = 1,  // over the state, at each step that may break it (safety.h)
  kByGuards = 2,   // clauses of the rules' guards lean on it
  kByHarness = 4,  // data, results, progress, what is left at the end (fuzz/harness)
};
struct PropertyInfo {
  std::string_view id;
  std::string_view meaning;
  int checked = 0;
};
inline constexpr std::array<PropertyInfo, 29> kProperties{{
    {"S1", "a device translation is one the CPU page table still justifies",
     kAsFormula | kByGuards | kByHarness},
    {"S1'", "a CPU entry is only taken away inside a window whose callbacks are done",
     kByGuards | kByHarness},
    {"S2", "no translation, pin or mapping names a freed frame or block",
     kAsFormula | kByGuards | kByHarness},
    {"S3", "the device writes only through a translation that is writable now",
     kByGuards | kByHarness},
    {"S4", "copy-on-write: a private or zero frame is never written through a stale mapping",
     kAsFormula | kByGuards | kByHarness},
    {"S5", "after truncate or punch returns nobody reaches the old data",
     kAsFormula | kByGuards | kByHarness},
    {"S5'", "truncate: no new faults, unmapped everywhere, entry gone, block freed, in this order",
     kByGuards | kByHarness},
    {"S6", "one location for each page at any time: every load returns the newest store",
     kAsFormula | kByGuards | kByHarness},
    {"S6'", "what was written after write-back has made its page dirty again",
     kAsFormula | kByGuards | kByHarness},
    {"S7", "starts and ends are paired, active_invalidate_ranges counts the open windows",
     kAsFormula | kByGuards | kByHarness},
    {"S8", "after removal no callback runs or will run", kByGuards | kByHarness},
    {"S8'", "the interval tree does not change while invalidate_seq is odd",
     kByGuards | kByHarness},
    {"S9", "a subscription's sequence is odd, not ahead of its mm's, and set by its callback only",
     kAsFormula | kByGuards | kByHarness},
    {"S9'", "read_retry is true whenever a callback ran since read_begin returned",
     kByGuards | kByHarness},
    {"S10", "hmm_range_fault: entries and return code are those of the decision table",
     kByGuards | kByHarness},
    {"S12", "a page that moves is in one frame at any time, and nobody reaches the one it left",
     kByGuards | kByHarness},
    {"S12'", "while a device has a page for itself, nobody else has a translation of it",
     kByGuards | kByHarness},
    {"S13", "a mirror holds no references", kByGuards | kByHarness},
    {"S15", "a page is marked dirty while it is still mapped", kByGuards},
    {"S15'", "reclaim loses nothing that a device has written", kAsFormula | kByGuards},
    {"S16", "a device translation is no larger than the CPU's mapping, and goes as a whole",
     kAsFormula | kByGuards | kByHarness},
    {"S17", "a mirror's translations come from the page tables of its own mm",
     kByGuards | kByHarness},
    {"L1", "nobody waits for ever: the wait-for graph has no cycle", kByGuards | kByHarness},
    {"L2", "a fault loop that nobody disturbs ends", kByGuards | kByHarness},
    {"L3", "a truncate ends when the pins that it waits for are dropped", kByGuards | kByHarness},
    {"L4", "read_begin and remove end when the windows they wait for end", kByGuards | kByHarness},
    {"L5", "a non-blockable start never sleeps", kByHarness},
    {"L6", "the end of an address space comes to its end", kByHarness},
    {"L7", "a migration entry is always resolved, and whoever waits at it wakes", kByHarness},
}};
constexpr const PropertyInfo& info(Property property) {
  return kProperties[static_cast<std::size_t>(property)];
}

// Properties of the contract that nothing leans on by name.
struct AbsentProperty {
  std::string_view id;
  std::string_view meaning;
  std::string_view reason;
};
inline constexpr std::array<AbsentProperty, 3> kAbsentProperties{{
    {"S11", "mmap_lock is held in the same mode on every return",
     "follows from F1 and A12: a walk without the lock breaks S17, its release L1"},
    {"S14", "DMA mappings and live translations are paired", "a translation stands for both"},
    {"L2'", "a fault loop that is disturbed for ever gives up",
     "allowed: its -EBUSY is explained by the collisions before it (S10)"},
}};

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
