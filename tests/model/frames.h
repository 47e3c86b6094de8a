// Two frames of memory, two blocks of the device, and a page of a file, for states made by hand.
#ifndef MIRRORCHECK_TESTS_MODEL_FRAMES_H_
#define MIRRORCHECK_TESTS_MODEL_FRAMES_H_

#include "model/vocabulary.h"

namespace mirrorcheck::model {

inline constexpr FilePage kSlot = file_page(File(0), 0);
inline constexpr Frame kRam{2}, kOtherRam{3};
inline constexpr Frame kBlock{2 + kRamFrames}, kOtherBlock{3 + kRamFrames};

}  // namespace mirrorcheck::model

#endif  // MIRRORCHECK_TESTS_MODEL_FRAMES_H_
