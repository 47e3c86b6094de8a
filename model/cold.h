// For functions that are called when something is wrong, from code that runs millions of times a
// second and finds nothing wrong.
//
// Such a function is kept out of the way and, where the compiler can, saves the registers it uses
// itself: its mere possibility then costs the caller nothing. A caller of an ordinary function has
// to save what it needs afterwards in each of its own runs.

#ifndef MIRRORCHECK_MODEL_COLD_H_
#define MIRRORCHECK_MODEL_COLD_H_

#if defined(__clang__) && defined(__x86_64__)
#define MIRRORCHECK_COLD __attribute__((cold, noinline, preserve_most))
#else
#define MIRRORCHECK_COLD __attribute__((cold, noinline))
#endif

#endif  // MIRRORCHECK_MODEL_COLD_H_
