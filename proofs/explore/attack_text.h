// An attack as text that is kept: one line for each step, with the arguments that its rule reads.
//
//   without D1.install/3
//   world mms 1 pages 1 files 0 file_pages 1 frames 1 blocks 0 tasks 1 mirrors 1 classics 0 windows
//   1 A12.mmap_write task=0 mm=0
//   ...
//   breaks S1
//
// Numbers are those of the concrete interpretation. The last line says what comes of it: `breaks`
// a property of states, or `is` what a property of steps forbids.
//
// Thread safety: pure functions.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_ATTACK_TEXT_H_
#define MIRRORCHECK_PROOFS_EXPLORE_ATTACK_TEXT_H_

#include <string>
#include <string_view>

#include "proofs/explore/attack.h"

namespace mirrorcheck::proofs::explore {

// REQUIRES: the attack has a trace.
std::string to_text(const Attack& attack);

// The attack that was written as this text, found again in the world that it names; if the contract
// is another now, what is found there. A search of all worlds would find the same, in minutes.
Attack find_again(std::string_view drop, std::string_view text);

// A line of the table of all drops: drop, outcome, property, number of steps; no line end.
std::string table_line(const Attack& attack);

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_ATTACK_TEXT_H_
