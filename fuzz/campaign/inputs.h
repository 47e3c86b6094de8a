// What engines begin with, and what they leave for the next campaign: files of raw bytes.
//
// Thread safety: the functions share nothing but the file system.

#ifndef MIRRORCHECK_FUZZ_CAMPAIGN_INPUTS_H_
#define MIRRORCHECK_FUZZ_CAMPAIGN_INPUTS_H_

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mirrorcheck::fuzz {

// Writes the scenarios below `seeds` (may be empty or not there), and some standard ones, to the
// directory `out` in raw form. Returns their paths in order. Files that are no scenarios are noted.
std::vector<std::string> write_seeds(const std::string& seeds, const std::string& out,
                                     std::vector<std::string>& notes);

// All files below `directory`, in the order of their names.
std::vector<std::string> files_below(const std::string& directory);

std::size_t count_files(const std::string& directory);

// Copies inputs to the directory that is kept between campaigns, each once.
class Keeper {
 public:
  // `to` empty: nothing is kept.
  explicit Keeper(std::string to) : to_(std::move(to)) {}

  // libFuzzer's corpus, whose files have the names of their contents.
  void keep_corpus(const std::string& from);
  // AFL++'s queues below `from`; names are made from the contents.
  void keep_queues(const std::string& from);

 private:
  std::string to_;
  std::set<std::string> kept_;  // paths
};

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_CAMPAIGN_INPUTS_H_
