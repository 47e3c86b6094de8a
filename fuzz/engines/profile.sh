#!/bin/sh
# Counts which ways a campaign takes through the code, for the compiler (MIRRORCHECK_PROFILE in the
# top CMakeLists.txt), and writes fuzz/engines/campaign.profdata.
#
#   fuzz/engines/profile.sh [INPUTS]     60,000; some seconds, and a minute or two to compile
#
# For whoever has changed much of the reference, the judge or the scheduler: a function that has
# changed is compiled as if nothing had been counted, and the test engines.profile_fits fails when
# too few are left. The same tree has the same counts. Needs llvm-profdata-19, of the package llvm-19.
set -eu

inputs=${1:-60000}
top=$(cd "$(dirname "$0")/../.." && pwd)
tree=$top/build/profile
command -v llvm-profdata-19 >/dev/null || {
  echo "profile: llvm-profdata-19 is not there; run apt-get install llvm-19" >&2
  exit 2
}
cmake -S "$top" -B "$tree" -G Ninja -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 \
  -DMIRRORCHECK_PROFILE=count >/dev/null
ninja -C "$tree" mirror_fuzzer standard_inputs

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"  # each program leaves its counts where it is
mkdir standard new
"$tree/fuzzers/standard_inputs" 200 standard
# As campaigns call it (fuzz/campaign/workers.cc), for so many inputs instead of so many seconds.
env -u MIRRORCHECK_IMPL LLVM_PROFILE_FILE=counts.profraw \
  "$tree/fuzzers/mirror_fuzzer" -runs="$inputs" -seed=1 -max_len=1495 -len_control=0 -reload=0 \
  -use_counters=0 -reduce_inputs=0 -verbosity=0 new standard >log 2>&1 || {
  cat log >&2
  echo "profile: the campaign did not hold" >&2
  exit 1
}
llvm-profdata-19 merge -sparse -o "$top/fuzz/engines/campaign.profdata" counts.profraw
llvm-profdata-19 show "$top/fuzz/engines/campaign.profdata"
