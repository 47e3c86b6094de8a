// The small worlds in which attacks are looked for, the smaller first.
//
// A drop whose harm is found in none of them is a reason to add one: with the rules on the way
// there, few enough that the search gets so far.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_PROOFS_EXPLORE_ATTACK_WORLDS_H_
#define MIRRORCHECK_PROOFS_EXPLORE_ATTACK_WORLDS_H_

#include <array>
#include <cstddef>
#include <string_view>

#include "proofs/explore/bounds.h"

namespace mirrorcheck::proofs::explore {

// What is explored of a world: as much of the contract as a harm may need, and no more, for each
// rule more is more states on the way to it.
struct Within {
  Bounds bounds;
  std::string_view rules;
  bool private_mappings = false;
  bool lock_order = true;  // fork holds the mmap_lock of two address spaces, one inside the other
  bool owned_windows = false;
  std::string_view of{};   // what is dropped there: something of these rules, or this; empty: all
  std::size_t states = 0;  // as many at least, for what is farther away than kFar
  bool last = false;       // whether each_last_harm (harm.h) is looked for, too
  bool synchronous = false;
  bool protections = false;
  bool failures = false;
  bool every_step = false;  // whether the harm may be in a step of another rule
  bool userfault = false;
};

// A mapping, its mirror and a window, with nothing that only undoes: small enough for two of a
// thing.
inline constexpr std::string_view kLean =
    "A12.mmap_write,N2.publish,N4.insert,I2.start,D2.invalidate,I2.started,I6.end,A6.mmap,"
    "M4.populate,M1.zap,M1.write_protect,Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,"
    "D1.install";

// A single task can be the driver and the kernel in turn: most harm needs no second one.
inline constexpr std::array kAttackWorlds{
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 1}, "notifier"},
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 1},
           "notifier,M1.write_protect,A6.mprotect,D7.refuse,I5.start_failed,X13.pin,X13.unpin"},
    Within{{.pages = 1, .files = 1, .frames = 0, .blocks = 1, .tasks = 1, .mirrors = 0}, "core"},
    Within{{.pages = 2, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0},
           "notifier,M1.write_protect"},
    Within{{.mms = 2, .pages = 1, .files = 0, .frames = 2, .tasks = 1, .mirrors = 0, .windows = 0},
           "notifier,M5.copy_entry,M1.write_protect,X13.pin"},
    Within{{.pages = 1, .files = 1, .frames = 0, .blocks = 1, .tasks = 1}, "core,X13.pin"},
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 2, .windows = 2}, "notifier"},
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 2, .classics = 1},
           "notifier,N8.register,N8.unregister,I1.classic_start,I1.classic_end,D7.refuse,"
           "I5.start_failed"},
    Within{{.pages = 1, .files = 1, .frames = 0, .blocks = 1, .tasks = 2}, "all"},
    Within{{.pages = 2, .files = 0, .frames = 0, .tasks = 1}, kLean},
    Within{{.mms = 2, .pages = 1, .files = 0, .frames = 0, .tasks = 1}, kLean},
    // Two address spaces that have something to do with each other.
    Within{{.mms = 2, .pages = 1, .files = 0, .frames = 1, .tasks = 1},
           "notifier,M5.copy_entry,A6.move_entry,M1.write_protect"},
    Within{{.mms = 2, .pages = 1, .files = 1, .frames = 0, .blocks = 1, .tasks = 1}, "core"},
    Within{{.pages = 2, .files = 1, .frames = 0, .blocks = 1, .tasks = 1, .mirrors = 0},
           "core,A6.move_entry"},
    Within{{.pages = 1, .files = 1, .frames = 1, .blocks = 1, .tasks = 1, .mirrors = 0},
           "core,X10.copy_page",
           true},
    Within{
        {.pages = 1, .files = 1, .frames = 1, .blocks = 1, .tasks = 1}, "core,X10.copy_page", true},
    Within{{.pages = 1, .files = 0, .frames = 0, .tasks = 1},
           "A12.mmap_write,N2.publish,N4.insert,I2.start,D2.invalidate,I2.started,I6.end,A6.mmap,"
           "M4.populate,M1.zap,Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,D1.install,"
           "D9.abandon"},
    Within{{.pages = 2, .files = 0, .frames = 0, .tasks = 1},
           "A12.mmap_write,N2.publish,N4.insert,I2.start,D2.invalidate,I2.started,A6.mmap,"
           "M4.populate,Q2.read_begin,F6.walk_page,D1.update_lock,D1.update_unlock,Q7.read_retry,"
           "D1.install,A6.move_entry"},
    // Two files, of which a truncate may take one for the other.
    Within{{.pages = 1, .files = 2, .frames = 0, .blocks = 1, .tasks = 2, .mirrors = 0},
           "A12.mmap_write,X6.invalidate_lock_shared,X12.invalidate_lock_exclusive,"
           "X12.invalidate_unlock,X6.entry_lock,A6.mmap,M2.allocate,X6.fill,M4.populate,"
           "X12.unmapped,X12.disconnect"},
    Within{{.pages = 1, .files = 1, .frames = 1, .blocks = 0, .tasks = 1, .mirrors = 0},
           "A12.inode_lock,A12.mmap_write,X6.invalidate_lock_shared,X12.invalidate_lock_exclusive,"
           "X12.invalidate_unlock,X6.entry_lock,X6.entry_unlock,A6.mmap,M2.allocate,M4.populate,"
           "X12.resize,X12.unmapped,X12.truncated",
           true},
    // What is mapped where something else was.
    Within{{.pages = 1, .files = 1, .frames = 1, .tasks = 1, .mirrors = 0, .windows = 0},
           "A12.mmap_write,A6.mmap,A6.munmap,M2.allocate,M4.populate",
           true},
    // Parent and child.
    Within{{.mms = 2, .pages = 1, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0, .windows = 0},
           "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.upgrade,M5.copy_entry,"
           "M1.write_protect,M1.zap,M2.free,X13.pin",
           false,
           false},
};

// For what the others are too small for, or too large: each for a handful of drops.
inline constexpr std::array kDirectedWorlds{
    Within{{.mms = 2, .pages = 1, .files = 1, .frames = 2, .tasks = 1, .mirrors = 0, .windows = 0},
           "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M5.copy_entry",
           true,
           false},
    // MADV_FREE, before and after a mirror comes.
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 1},
           "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,A6.lazy_free,N2.publish,N4.insert,"
           "I2.start,Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,D1.install,"
           "D6.device_access"},
    Within{{.pages = 1, .files = 1, .frames = 1, .tasks = 1, .mirrors = 0},
           "A12.mmap_write,A6.mmap,M2.allocate,X6.invalidate_lock_shared,X6.entry_lock,"
           "M4.populate,A6.lazy_free,X10.copy_page",
           true},
    // Pages that KSM joins, one of which may be a file's.
    Within{{.pages = 2, .files = 1, .frames = 1, .blocks = 1, .tasks = 1, .mirrors = 0},
           "A12.mmap_write,X6.invalidate_lock_shared,X12.invalidate_lock_exclusive,"
           "X12.invalidate_unlock,X6.entry_lock,X6.entry_unlock,A6.mmap,M2.allocate,X6.fill,"
           "M4.populate,M1.zap,X12.unmapped,X12.disconnect,M2.free",
           true},
    // mremap inside a window that leaves a device something.
    Within{{.pages = 2, .files = 0, .frames = 0, .tasks = 1},
           "A12.mmap_write,N2.publish,N4.insert,I2.start,D2.invalidate,I2.started,A6.mmap,"
           "M4.populate,Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,D1.install"},
    // Two pages of a file, of which one was punched, or has the block of the other.
    Within{{.pages = 1,
            .files = 1,
            .file_pages = 2,
            .frames = 0,
            .blocks = 1,
            .tasks = 1,
            .mirrors = 0,
            .windows = 0},
           "A12.inode_lock,X12.invalidate_lock_exclusive,X12.invalidate_unlock,A12.mmap_write,"
           "A6.mmap,M2.allocate,X6.fill,X9.share,X6.invalidate_lock_shared,X6.entry_lock,"
           "X6.entry_unlock,M4.populate,X12.unmapped,X12.truncated"},
    // One section after another.
    Within{{.pages = 1, .files = 0, .frames = 0, .tasks = 1},
           "A12.mmap_write,N2.publish,N4.insert,I2.start,D2.invalidate,I2.started,I6.end,A6.mmap,"
           "M4.populate,M1.zap,Q2.read_begin,F6.walk_page,D1.update_lock,D1.update_unlock,"
           "Q7.read_retry,D1.install,D9.abandon"},
    // Windows that a mirror may ignore.
    Within{{.pages = 1, .files = 0, .frames = 0, .tasks = 1},
           "A12.mmap_write,N2.publish,N4.insert,I2.start,P4.ignore,I2.started,A6.mmap,M4.populate,"
           "Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,D1.install",
           false,
           true,
           true},
    Within{{.pages = 1, .files = 0, .frames = 2, .tasks = 1},
           "A12.mmap_write,N2.publish,N4.insert,I2.start,P4.ignore,I2.started,A6.mmap,M2.allocate,"
           "M4.populate,M3.hide,S12.move,Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,"
           "D1.install",
           false,
           true,
           true},
    // What a device has for itself.
    Within{{.mms = 2, .pages = 1, .files = 0, .frames = 1, .tasks = 1},
           "A12.mmap_write,N2.publish,I2.start,I2.started,A6.mmap,M2.allocate,M4.populate,M3.hide,"
           "M1.write_protect,M5.copy_entry",
           false,
           false,
           true},
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 1},
           "A12.mmap_write,N2.publish,N4.insert,I2.start,D2.invalidate,I2.started,I6.end,A6.mmap,"
           "M2.allocate,M4.populate,M3.hide,M1.zap,D1.update_lock,D1.update_unlock,D2.quiesce,"
           "P6.program,N5.remove",
           false,
           true,
           true},
    // A driver that takes itself to be registered.
    Within{.bounds = {.pages = 1, .files = 0, .frames = 0, .tasks = 1},
           .rules = "A12.mmap_write,N2.publish,N4.insert",
           .of = "N4.insert",
           .last = true},
    // Exit, after a driver that is gone was allowed to keep something.
    Within{.bounds = {.pages = 1, .files = 0, .frames = 0, .tasks = 1},
           .rules = "A12.mmap_write,A6.mmap,M4.populate,N2.publish,N4.insert,I2.start,"
                    "D1.update_lock,D1.update_unlock,D2.invalidate,I2.started,I6.end,D2.quiesce,"
                    "N5.remove,X2.mmput",
           .of = "I2.start",
           .last = true},
    // A page that goes out to swap.
    Within{{.pages = 1, .files = 0, .frames = 1, .tasks = 1, .swap_slots = 1},
           "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M3.hide,S12.move,L7.reveal"},
    // A huge entry,
    Within{.bounds = {.pages = 2, .files = 0, .frames = 2, .tasks = 1, .huge = true},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.join,M1.split,M1.zap,"
                    "M1.write_protect,M4.upgrade,M3.hide",
           .of = "M4.join,M1.zap,M1.write_protect,M4.upgrade,M3.hide"},
    // a device that translates it at once, and goes on reading,
    Within{
        .bounds = {.pages = 2, .files = 0, .frames = 2, .tasks = 1, .huge = true},
        .rules =
            "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.join,M1.split,N2.publish,N4.insert,"
            "I2.start,D2.invalidate,I2.started,Q2.read_begin,F6.walk_page,D1.update_lock,"
            "Q7.read_retry,D1.install",
        .of = "M1.split",
        .states = 1'500'000},
    // and writes what may be thrown away.
    Within{.bounds = {.pages = 2, .files = 0, .frames = 2, .tasks = 1, .windows = 0, .huge = true},
           .rules =
               "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,A6.lazy_free,M4.join,N2.publish,"
               "N4.insert,Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,D1.install,"
               "D6.device_access,S16.drop",
           .of = "S16.drop"},
    // What is done under a driver's update lock, and must not be.
    Within{.bounds = {.pages = 1, .files = 1, .frames = 0, .tasks = 1, .windows = 0},
           .rules = "D1.update_lock",
           .lock_order = false,
           .of = "A12.mmap_read,A12.mmap_write,X6.entry_lock"},
    // What is done to an address space that nobody uses any more.
    Within{.bounds = {.pages = 1, .files = 0, .frames = 0, .tasks = 1, .windows = 0},
           .rules = "A12.mmap_write,A12.mmap_unlock,N2.publish,X2.mmput",
           .of = "N4.insert"},
    Within{
        .bounds = {.pages = 1, .files = 0, .frames = 0, .tasks = 1, .windows = 0},
        .rules = "A12.mmap_write,N2.publish,N4.insert,A6.mmap,M4.populate,Q2.read_begin,X2.mmput",
        .of = "F6.walk_page"},
    // Windows and who is told of them.
    Within{.bounds = {.pages = 1, .files = 0, .frames = 0, .tasks = 1},
           .rules = "A12.mmap_write,N2.publish,N4.insert,I2.start,I2.started,I6.end,D1.update_lock",
           .of = "D2.invalidate"},
    Within{.bounds = {.pages = 1, .files = 0, .frames = 0, .tasks = 2, .mirrors = 0, .classics = 2},
           .rules = "A12.mmap_write,N2.publish,N8.register,I2.start,I1.classic_start,I2.started,"
                    "I5.start_failed,I6.end,I1.classic_end,D7.refuse",
           .of = "I1.classic_start,I1.classic_end"},
    Within{.bounds = {.pages = 1, .files = 0, .frames = 0, .tasks = 2},
           .rules = "A12.mmap_write,N2.publish,N4.insert,I2.start,I2.started,D1.update_lock,"
                    "D7.refuse,I5.start_failed",
           .owned_windows = true,
           .of = "P4.ignore"},
    Within{.bounds = {.pages = 1, .files = 0, .frames = 0, .tasks = 1},
           .rules = "I2.start",
           .owned_windows = true,
           .of = "I2.start/window_event",
           .last = true},
    // A subscription that is removed twice while the tree is frozen, and a walk of another mm.
    Within{.bounds = {.pages = 1, .files = 0, .frames = 0, .tasks = 2},
           .rules = "A12.mmap_write,N2.publish,N4.insert,I2.start,D1.update_lock,D1.update_unlock,"
                    "D2.quiesce",
           .of = "N5.remove"},
    Within{.bounds = {.mms = 2, .pages = 1, .files = 0, .frames = 0, .tasks = 1, .windows = 0},
           .rules = "A12.mmap_write,N2.publish,N4.insert,A6.mmap,M4.populate,Q2.read_begin",
           .lock_order = false,
           .of = "F6.walk_page/4"},
    // Areas that may not be written.
    Within{
        .bounds =
            {.mms = 2, .pages = 1, .files = 0, .frames = 2, .tasks = 1, .mirrors = 0, .windows = 0},
        .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M5.copy_entry",
        .lock_order = false,
        .of = "M4.populate,M4.upgrade,M5.copy_entry",
        .protections = true},
    Within{.bounds = {.pages = 2, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate",
           .of = "A6.move_entry",
           .protections = true},
    // Synchronous mappings of a file.
    Within{.bounds = {.pages = 2, .files = 1, .frames = 0, .blocks = 1, .tasks = 1, .mirrors = 0},
           .rules = "A12.mmap_write,X6.invalidate_lock_shared,X6.entry_lock,A6.mmap,M2.allocate,"
                    "X6.fill,M4.populate,X7.commit",
           .of = "M4.populate,M4.upgrade,A6.move_entry",
           .synchronous = true},
    // Pages that move while somebody still has them.
    Within{.bounds = {.mms = 2, .pages = 1, .files = 0, .frames = 2, .tasks = 1, .windows = 0},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M5.copy_entry,"
                    "M3.hide",
           .lock_order = false,
           .of = "S12.move,M5.copy_entry",
           .states = 600'000},
    Within{.bounds = {.pages = 1, .files = 0, .frames = 2, .tasks = 1, .windows = 0},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,X13.pin,M3.hide",
           .of = "S12.move"},
    Within{.bounds = {.pages = 1, .files = 0, .frames = 2, .tasks = 1},
           .rules = "A12.mmap_write,N2.publish,N4.insert,I2.start,P4.ignore,I2.started,A6.mmap,"
                    "M2.allocate,M4.populate,M3.hide,Q2.read_begin,F6.walk_page,D1.update_lock,"
                    "D1.update_unlock,Q7.read_retry,D1.install",
           .owned_windows = true,
           .of = "S12.move",
           .states = 1'500'000},
    // What a device has for itself, and does not let go of, or gets otherwise than the rules say.
    Within{.bounds = {.pages = 1, .files = 0, .frames = 1, .tasks = 1},
           .rules = "A12.mmap_write,N2.publish,N4.insert,I2.start,P4.ignore,I2.started,A6.mmap,"
                    "M2.allocate,M4.populate,M3.hide,D1.update_lock,P6.program",
           .owned_windows = true,
           .of = "L7.reveal,P6.program"},
    Within{.bounds = {.pages = 2, .files = 0, .frames = 1, .tasks = 1},
           .rules = "A12.mmap_write,N2.publish,N4.insert,I2.start,P4.ignore,I2.started,A6.mmap,"
                    "M2.allocate,M4.populate,M3.hide,D1.update_lock",
           .owned_windows = true,
           .of = "P6.program",
           .states = 600'000},
    // What a section has walked, and hears no more of,
    Within{.bounds = {.pages = 1, .files = 0, .frames = 2, .tasks = 1},
           .rules = "A12.mmap_write,N2.publish,N4.insert,I2.start,P4.ignore,I2.started,A6.mmap,"
                    "M2.allocate,M4.populate,M3.hide,M1.zap,Q2.read_begin",
           .owned_windows = true,
           .of = "F6.walk_page/walked_write",
           .states = 1'500'000},
    // or takes to be there.
    Within{.bounds = {.pages = 1, .files = 0, .frames = 0, .tasks = 1, .windows = 0},
           .rules = "A12.mmap_write,N2.publish,N4.insert,A6.mmap,M4.populate,Q2.read_begin,"
                    "F10.fault_return",
           .of = "F6.walk_page/walked_frame",
           .every_step = true},
    // A page that a device may write goes to its memory, where it may not.
    Within{.bounds = {.pages = 1, .files = 0, .frames = 1, .tasks = 1, .device_frames = 1},
           .rules = "A12.mmap_write,N2.publish,N4.insert,I2.start,P4.ignore,I2.started,A6.mmap,"
                    "M2.allocate,M4.populate,M1.zap,Q2.read_begin,F6.walk_page,D1.update_lock,"
                    "D1.update_unlock,Q7.read_retry,D1.install",
           .owned_windows = true,
           .of = "P6.program/device_write",
           .states = 1'500'000},
    // The memory of a device.
    Within{.bounds =
               {.pages = 1, .files = 0, .frames = 0, .tasks = 1, .windows = 0, .device_frames = 1},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate",
           .of = "M4.populate"},
    Within{.bounds = {.pages = 1,
                      .files = 1,
                      .file_pages = 2,
                      .frames = 0,
                      .blocks = 1,
                      .tasks = 1,
                      .mirrors = 0,
                      .windows = 0,
                      .device_frames = 1},
           .rules = "A12.inode_lock,X12.invalidate_lock_exclusive,M2.allocate,X6.fill,X12.unmapped",
           .of = "X9.share"},
    // A page of a file that has a block, and is mapped, when it gets another one's.
    Within{.bounds = {.pages = 1,
                      .files = 1,
                      .file_pages = 2,
                      .frames = 0,
                      .blocks = 2,
                      .tasks = 1,
                      .mirrors = 0,
                      .windows = 0},
           .rules = "A12.inode_lock,A12.mmap_write,X12.invalidate_lock_exclusive,"
                    "X12.invalidate_unlock,X6.invalidate_lock_shared,X6.entry_lock,A6.mmap,"
                    "X6.entry_unlock,M2.allocate,X6.fill,M4.populate",
           .of = "X9.share",
           .states = 1'500'000},
    // One of two files shrinks.
    Within{.bounds = {.pages = 1, .files = 2, .frames = 0, .tasks = 1, .mirrors = 0, .windows = 0},
           .rules = "A12.inode_lock,X12.invalidate_lock_exclusive,X12.unmapped",
           .of = "X12.resize"},
    // Pages that KSM joins without mmap_lock.
    Within{.bounds = {.pages = 2, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0, .windows = 0},
           .rules = "A12.mmap_write,A12.mmap_unlock,A6.mmap,M2.allocate,M4.populate,M1.zap",
           .private_mappings = true,
           .of = "A6.merge"},
    // What may be thrown away, and is still used.
    Within{.bounds = {.pages = 1, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,A6.lazy_free,X13.pin",
           .of = "A6.discard"},
    Within{.bounds = {.pages = 1, .files = 0, .frames = 1, .tasks = 1},
           .rules = "A12.mmap_write,N2.publish,N4.insert,I2.start,D2.invalidate,I2.started,A6.mmap,"
                    "M2.allocate,M4.populate,A6.lazy_free,Q2.read_begin,F6.walk_page,"
                    "D1.update_lock,Q7.read_retry,D1.install",
           .of = "A6.discard",
           .states = 600'000},
    // Parts of huge entries,
    Within{.bounds = {.pages = 2, .files = 0, .frames = 2, .tasks = 1, .mirrors = 0, .huge = true},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.join,A6.lazy_free",
           .of = "A6.discard"},
    // of what was walked of them, and of what a device has of them.
    Within{.bounds = {.pages = 2, .files = 0, .frames = 2, .tasks = 1, .windows = 0, .huge = true},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.join,N2.publish,N4.insert,"
                    "Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,D1.install",
           .of = "F6.walk_page,D1.install,D2.quiesce",
           .states = 600'000},
    Within{.bounds = {.pages = 2, .files = 0, .frames = 2, .tasks = 1, .huge = true},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.join,N2.publish,N4.insert,"
                    "I2.start,Q2.read_begin,F6.walk_page,D1.update_lock,Q7.read_retry,D1.install",
           .of = "D2.invalidate",
           .states = 1'500'000},
    Within{.bounds = {.pages = 4, .files = 0, .frames = 2, .tasks = 1, .mirrors = 0, .huge = true},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.join",
           .of = "A6.move_entry"},
    Within{.bounds = {.pages = 2, .files = 0, .frames = 2, .tasks = 1, .huge = true},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M4.join,N2.publish,N4.insert,"
                    "I2.start,P4.ignore,I2.started,M1.split,M3.hide,Q2.read_begin,F6.walk_page,"
                    "D1.update_lock,Q7.read_retry,D1.install",
           .owned_windows = true,
           .of = "P6.program/8",
           .states = 1'500'000},
    // Memory that fails, and is freed, or given up although it has not.
    Within{.bounds = {.pages = 1, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0, .windows = 0},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,A6.memory_failure,M4.populate,M1.zap,"
                    "M2.free",
           .of = "A6.memory_failure,M2.free",
           .failures = true},
    // What a userfaultfd has write-protected, and what it takes for it; a copy on write of that.
    Within{.bounds = {.pages = 2, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0},
           .rules = "A12.mmap_write,A12.mmap_unlock,A6.mmap,M2.allocate,M4.populate,M1.zap,"
                    "A6.lazy_free,A6.move_entry,A6.uffd_wp",
           .of = "A6.uffd_wp,M4.upgrade,M1.zap,A6.discard,A6.move_entry",
           .userfault = true},
    Within{.bounds = {.pages = 1, .files = 0, .frames = 2, .tasks = 1, .mirrors = 0},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M1.zap,A6.uffd_wp",
           .private_mappings = true,
           .of = "M4.populate/15",
           .userfault = true},
    Within{.bounds = {.pages = 2, .files = 0, .frames = 1, .tasks = 1, .mirrors = 0},
           .rules = "A12.mmap_write,A6.mmap,M2.allocate,M4.populate,M1.zap,A6.move_entry,"
                    "A6.uffd_wp",
           .private_mappings = true,
           .of = "M1.zap/replacing",
           .userfault = true},
};

}  // namespace mirrorcheck::proofs::explore

#endif  // MIRRORCHECK_PROOFS_EXPLORE_ATTACK_WORLDS_H_
