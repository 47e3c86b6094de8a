// The commands of the tool; each is a file of this folder.
//
// Thread safety: constants.

#ifndef MIRRORCHECK_FUZZ_TOOL_COMMANDS_H_
#define MIRRORCHECK_FUZZ_TOOL_COMMANDS_H_

#include "fuzz/tool/options.h"

namespace mirrorcheck::tool {

extern const Command kFuzz;
extern const Command kReplay;
extern const Command kExplore;
extern const Command kStress;
extern const Command kMinimize;
extern const Command kExplain;
extern const Command kProve;
extern const Command kAttack;
extern const Command kList;
extern const Command kShow;

}  // namespace mirrorcheck::tool

#endif  // MIRRORCHECK_FUZZ_TOOL_COMMANDS_H_
