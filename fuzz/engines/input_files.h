// Runs a target on files: what the plain replay binaries do, and the other ones when no engine
// drives them.
//
// Thread safety: none.

#ifndef MIRRORCHECK_FUZZ_ENGINES_INPUT_FILES_H_
#define MIRRORCHECK_FUZZ_ENGINES_INPUT_FILES_H_

namespace mirrorcheck::fuzz {

// Runs every file named on the command line, and every file of a named directory in the order of
// their names; or, with `--random COUNT [SEED]`, that many random inputs. Returns the exit code: 0
// all passed, 2 usage or unreadable. An input that fails ends the process through abort(), its name
// or number told.
int run_files(int argc, char** argv);

}  // namespace mirrorcheck::fuzz

#endif  // MIRRORCHECK_FUZZ_ENGINES_INPUT_FILES_H_
