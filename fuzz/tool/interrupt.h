// Commands that run for long end early, and say what they know, at the first Ctrl-C.
//
// Thread safety: interrupted() from any thread.

#ifndef MIRRORCHECK_FUZZ_TOOL_INTERRUPT_H_
#define MIRRORCHECK_FUZZ_TOOL_INTERRUPT_H_

namespace mirrorcheck::tool {

// Set by SIGINT or SIGTERM once watch_for_interrupt() was called; a second one ends the process.
bool interrupted();
void watch_for_interrupt();

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_INTERRUPT_H_
