// How many things there are in a small world.
//
// Thread safety: a plain value.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_BOUNDS_H_
#define MIRRORCHECK_PROOFS_EXPLORE_BOUNDS_H_

namespace mirrorcheck::proofs::explore {

// As a template argument: the room that a packed state has. As a value: what of it is used.
struct Bounds {
  unsigned mms = 1;
  unsigned pages = 2;  // of each mm
  unsigned files = 1;
  unsigned file_pages = 1;  // of each file
  unsigned frames = 2;      // of RAM, beside none and the zero page
  unsigned blocks = 0;      // of the DAX device
  unsigned tasks = 2;
  unsigned mirrors = 1;
  unsigned classics = 0;
  unsigned windows = 1;
  unsigned swap_slots = 0;
  unsigned device_frames = 0;  // of the device behind mirror 0
  bool huge = false;           // the pages of an mm come in runs that a huge entry may map (F13)

  constexpr bool fits_in(const Bounds& room) const {
    return mms <= room.mms && pages <= room.pages && files <= room.files &&
           file_pages <= room.file_pages && frames <= room.frames && blocks <= room.blocks &&
           tasks <= room.tasks && mirrors <= room.mirrors && classics <= room.classics &&
           windows <= room.windows && swap_slots <= room.swap_slots &&
           device_frames <= room.device_frames && huge == room.huge;
  }
  bool operator==(const Bounds&) const = default;
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_BOUNDS_H_
