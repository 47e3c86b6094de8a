// AFL++'s way to the mutations of scenarios: a shared object for AFL_CUSTOM_MUTATOR_LIBRARY. The
// mutations themselves are those of the target it is linked with; only trimming is the byte form's
// own.
//
// Pairs with the protocol in AFL++'s docs/custom_mutators.md: init_trim says how many cuts are
// worth trying, trim makes the next one, post_trim hears whether AFL++ kept it.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "fuzz/engines/target.h"
#include "fuzz/scenario/mutate.h"

namespace {

constexpr std::size_t kLongest = std::size_t{1} << 20;  // AFL++'s own limit

class Mutator {
 public:
  explicit Mutator(unsigned seed) : state_(seed), buffer_(kLongest) {}

  std::size_t fuzz(std::span<const std::uint8_t> input, std::span<const std::uint8_t> other,
                   std::size_t max) {
    if (buffer_.size() < std::max(max, input.size())) buffer_.resize(std::max(max, input.size()));
    const unsigned seed = next_seed();
    if (!other.empty() && seed % 8 == 0) {
      return LLVMFuzzerCustomCrossOver(input.data(), input.size(), other.data(), other.size(),
                                       buffer_.data(), max, next_seed());
    }
    std::copy(input.begin(), input.end(), buffer_.begin());
    return LLVMFuzzerCustomMutator(buffer_.data(), input.size(), max, seed);
  }

  int begin_trim(std::span<const std::uint8_t> input) {
    kept_.assign(input.begin(), input.end());
    cut_ = 0;
    end_ = static_cast<int>(mirrorcheck::fuzz::trim_count(kept_));
    left_ = end_;
    return end_;
  }
  std::size_t trim() {
    size_ = mirrorcheck::fuzz::trim(kept_, static_cast<std::size_t>(cut_), buffer_);
    // A short input leaves out what it does not change, so a cut can need more bytes to say; AFL++
    // takes neither those nor an empty one. Offering the input itself again is harmless.
    if (size_ == 0 || size_ >= kept_.size()) {
      std::copy(kept_.begin(), kept_.end(), buffer_.begin());
      size_ = kept_.size();
    }
    return size_;
  }
  // How far trimming has come; AFL++ stops at begin_trim's answer.
  int end_cut(bool accepted) {
    if (accepted && size_ < kept_.size()) {
      // What is smaller now has neighbours of its own; those before this cut were refused already.
      kept_.assign(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
      left_ = static_cast<int>(mirrorcheck::fuzz::trim_count(kept_));
    } else {
      ++cut_;
    }
    return cut_ < std::min(left_, end_) ? cut_ : end_;
  }

  std::uint8_t* buffer() { return buffer_.data(); }

 private:
  unsigned next_seed() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<unsigned>(state_ >> 32);
  }

  std::uint64_t state_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::uint8_t> kept_;  // what is being trimmed
  std::size_t size_ = 0;            // of the cut in buffer_
  int cut_ = 0;                     // which cut is being tried
  int left_ = 0;                    // cuts that kept_ has
  int end_ = 0;
};

}  // namespace

#define MIRRORCHECK_EXPORT __attribute__((visibility("default")))

extern "C" {

MIRRORCHECK_EXPORT void* afl_custom_init(void* /*afl*/, unsigned seed) { return new Mutator(seed); }

MIRRORCHECK_EXPORT void afl_custom_deinit(void* data) { delete static_cast<Mutator*>(data); }

MIRRORCHECK_EXPORT std::size_t afl_custom_fuzz(void* data, std::uint8_t* input, std::size_t size,
                                               std::uint8_t** out, std::uint8_t* other,
                                               std::size_t other_size, std::size_t max) {
  auto* mutator = static_cast<Mutator*>(data);
  const std::size_t changed = mutator->fuzz({input, size}, {other, other_size}, max);
  *out = mutator->buffer();
  return changed;
}

MIRRORCHECK_EXPORT std::int32_t afl_custom_init_trim(void* data, std::uint8_t* input,
                                                     std::size_t size) {
  return static_cast<Mutator*>(data)->begin_trim({input, size});
}

MIRRORCHECK_EXPORT std::size_t afl_custom_trim(void* data, std::uint8_t** out) {
  auto* mutator = static_cast<Mutator*>(data);
  const std::size_t size = mutator->trim();
  *out = mutator->buffer();
  return size;
}

MIRRORCHECK_EXPORT std::int32_t afl_custom_post_trim(void* data, unsigned char accepted) {
  return static_cast<Mutator*>(data)->end_cut(accepted != 0);
}

}  // extern "C"
