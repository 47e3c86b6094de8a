#!/bin/sh
# Speed of the engines, each against the same engine doing nothing, measured in one run on one core.
#
#   fuzz/engines/benchmark.sh [SECONDS]     10 for each of four targets; after ./fuzz/run has built them
#
# What one sees: executions per second of the empty target and of a campaign with full differential
# runs, and the ratio, for libFuzzer and, where it is installed, AFL++. The campaigns start from 200
# standard scenarios. Rates vary between machines and runs; compare ratios. A campaign runs one input
# of an engine several times (fuzz/harness/branches.h), so that a slow engine's ratio can be above 1.
set -eu

seconds=${1:-10}
top=$(cd "$(dirname "$0")/../.." && pwd)
fuzzers=$top/build/fuzzers
if [ ! -x "$fuzzers/mirror_fuzzer" ]; then
  echo "benchmark: $fuzzers/mirror_fuzzer is not there; run ./fuzz/run --seconds 1 first" >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/standard" "$work/byte"
"$fuzzers/standard_inputs" 200 "$work/standard"
printf 'x' >"$work/byte/x"

empty_libfuzzer() {
  "$fuzzers/empty_fuzzer" -max_total_time="$seconds" -print_final_stats=1 -seed=1 -verbosity=0 \
    "$work/byte" 2>&1 | sed -n 's/^stat::average_exec_per_sec: *//p'
}

campaign() {  # engine
  cp -r "$work/standard" "$work/corpus"
  "$top/build/mirrorcheck" fuzz --engine "$1" --seconds "$seconds" --seed 1 --corpus "$work/corpus" \
    --findings "$work/findings" --summary "$work/summary.json" >"$work/campaign.log" 2>&1 || {
    cat "$work/campaign.log" >&2
    echo "benchmark: the $1 campaign did not hold" >&2
    exit 2
  }
  sed -n 's/^  "executions_per_second": \([0-9]*\),$/\1/p' "$work/summary.json"
  rm -rf "$work/corpus"
}

empty_aflpp() {
  env AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
    afl-fuzz -V "$seconds" -i "$work/byte" -o "$work/afl" -s 1 -- "$fuzzers/empty_fuzzer_afl" \
    >"$work/afl.log" 2>&1 || true
  if [ ! -f "$work/afl/default/fuzzer_stats" ]; then
    echo "benchmark: afl-fuzz did not start: $(grep -a -m1 'PROGRAM ABORT\|SYSTEM ERROR' "$work/afl.log")" >&2
    exit 2
  fi
  sed -n 's/^execs_per_sec *: *//p' "$work/afl/default/fuzzer_stats"
  rm -rf "$work/afl"
}

row() {  # engine empty differential
  awk -v e="$1" -v a="$2" -v b="$3" 'BEGIN {
    printf "%-10s %14.0f %14.0f %9.1f %%\n", e, a, b, 100 * b / a }'
}

printf '%-10s %14s %14s %11s\n' engine 'empty/s' 'campaign/s' ratio
row libFuzzer "$(empty_libfuzzer)" "$(campaign libfuzzer)"
if command -v afl-fuzz >/dev/null && [ -x "$fuzzers/mirror_fuzzer_afl" ]; then
  row AFL++ "$(empty_aflpp)" "$(campaign aflpp)"
fi
