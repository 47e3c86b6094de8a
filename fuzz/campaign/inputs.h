// What engines begin with, and what they leave for the next campaign: files of raw bytes.
//
// Thread safety: the functions share nothing but the file system.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_INPUTS_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_INPUTS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace mirrorcheck::fuzz {

// Writes the scenarios below `seeds` (may be empty or not there), and some standard ones, to the
// directory `out` in raw form. Returns their paths in order. Files that are no scenarios are noted.
std::vector<std::string> write_seeds(const std::string& seeds, const std::string& out,
                                     std::vector<std::string>& notes);

std::size_t count_files(const std::string& directory);

// Copies AFL++'s queues below `from` to the directory `to`, each input once, named by its content.
void keep_queue(const std::string& from, const std::string& to);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_INPUTS_H_
