#!/bin/sh
# Counts which ways a campaign takes through the code, for the compiler (MIRRORCHECK_PROFILE in the
# top CMakeLists.txt), and writes fuzz/engines/campaign.profdata.
#
#   fuzz/engines/profile.sh [EXECUTIONS]     1,000,000; half a minute, and some minutes to compile
#
# For whoever has changed much of the reference, the judge or the scheduler: a function that has
# changed is compiled as if nothing had been counted, and the test engines.profile_fits fails when
# too few are left. Needs llvm-profdata-19, of the package llvm-19.
set -eu

executions=${1:-1000000}
case $executions in
  '' | 0* | *[!0-9]*)
    echo "profile: '$executions' is no number of executions; say profile.sh [EXECUTIONS]" >&2
    exit 2 ;;
esac
top=$(cd "$(dirname "$0")/../.." && pwd)
tree=$top/build/profile
command -v llvm-profdata-19 >/dev/null || {
  echo "profile: llvm-profdata-19 is not there; run apt-get install llvm-19" >&2
  exit 2
}
cmake -S "$top" -B "$tree" -G Ninja -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 \
  -DMIRRORCHECK_PROFILE=count >/dev/null
ninja -C "$tree" mirrorcheck mirror_fuzzer

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# Processes have a file each: the tool, and its worker.
LLVM_PROFILE_FILE=$work/%p.profraw "$tree/mirrorcheck" fuzz --executions "$executions" --seed 1 --jobs 1 \
  --findings "$tree/findings" || {
  status=$?
  [ "$status" -ne 1 ] || echo "profile: it did not hold, so it is not counted; see $tree/findings" >&2
  exit "$status"
}
# Sparse: what this campaign never does is not said to be seldom. Kernels' code and AFL++ run it, too.
llvm-profdata-19 merge -sparse -o "$top/fuzz/engines/campaign.profdata" ./*.profraw
llvm-profdata-19 show "$top/fuzz/engines/campaign.profdata"
echo "profile: build, and write how many parts there are now into tests/engines/profile_test:" >&2
echo "  nm build/fuzzers/mirror_fuzzer | grep -c '\\.cold$'" >&2
