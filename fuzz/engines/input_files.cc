#include "fuzz/engines/input_files.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "fuzz/engines/target.h"

namespace mirrorcheck::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestRandomInput = 512;
constexpr std::uintmax_t kLongestFile = std::uintmax_t{1} << 20;

int usage(const char* program) {
  std::fprintf(stderr, "usage: %s FILE-OR-DIRECTORY... | --random COUNT [SEED]\n", program);
  return 2;
}

bool parse(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

// Input `i` of a seed depends on the seed alone, so a failure is repeatable; a line per input would
// cost more than the runs.
int run_random(std::uint64_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint8_t> input;
  for (std::uint64_t i = 0; i < count; ++i) {
    input.resize(random() % (kLongestRandomInput + 1));
    for (std::size_t at = 0; at < input.size(); at += sizeof(std::uint64_t)) {
      const std::uint64_t word = random();
      std::memcpy(&input[at], &word, std::min(sizeof word, input.size() - at));
    }
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%llu random inputs of seed %llu passed\n", static_cast<unsigned long long>(count),
              static_cast<unsigned long long>(seed));
  return 0;
}

bool run_file(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file || size > kLongestFile) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(),
                 !error && size > kLongestFile
                     ? "longer than 1 MB, which no input is"
                     : "cannot be read; name a file or a directory of files");
    return false;
  }
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::fprintf(stderr, "%s\n", path.c_str());
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return true;
}

}  // namespace

int run_files(int argc, char** argv) {
  if (argc < 2) return usage(argv[0]);
  if (std::string_view(argv[1]) == "--random") {
    std::uint64_t count = 0;
    std::uint64_t seed = 1;
    if (argc < 3 || argc > 4 || !parse(argv[2], count) || (argc == 4 && !parse(argv[3], seed))) {
      return usage(argv[0]);
    }
    return run_random(count, seed);
  }
  std::vector<fs::path> paths;
  for (int i = 1; i < argc; ++i) {
    std::error_code error;
    if (!fs::is_directory(argv[i], error)) {
      paths.emplace_back(argv[i]);
      continue;
    }
    const std::size_t first = paths.size();
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(argv[i], error)) {
      if (entry.is_regular_file(error)) paths.push_back(entry.path());
    }
    std::sort(paths.begin() + static_cast<std::ptrdiff_t>(first), paths.end());
  }
  std::size_t passed = 0;
  for (const fs::path& path : paths) passed += run_file(path) ? 1 : 0;
  std::printf("%zu of %zu inputs passed\n", passed, paths.size());
  return passed == paths.size() ? 0 : 2;
}

}  // namespace mirrorcheck::fuzz
