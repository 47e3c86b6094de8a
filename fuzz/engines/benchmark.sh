#!/bin/sh
# Speed of the engines, each against the same engine doing nothing, measured in one run on one core.
#
#   fuzz/engines/benchmark.sh [SECONDS]     10 for each of four targets; after ./fuzz/run has built them
#
# What one sees: executions per second of the empty target and of the full differential target, and
# the ratio, for libFuzzer and, where it is installed, AFL++. The differential targets start from 200
# standard scenarios. Rates vary between machines and runs; compare ratios.
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

libfuzzer() {  # target seeds
  mkdir -p "$work/corpus"
  "$fuzzers/$1" -max_total_time="$seconds" -print_final_stats=1 -seed=1 -max_len=1024 -len_control=0 \
    -use_counters=0 -reduce_inputs=0 -verbosity=0 \
    "$work/corpus" "$2" 2>&1 | sed -n 's/^stat::average_exec_per_sec: *//p'
  rm -rf "$work/corpus"
}

aflpp() {  # target seeds [environment...]
  target=$1 seeds=$2
  shift 2
  env AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 "$@" \
    afl-fuzz -V "$seconds" -i "$seeds" -o "$work/afl" -s 1 -- "$fuzzers/$target" \
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

printf '%-10s %14s %14s %11s\n' engine 'empty/s' 'differential/s' ratio
row libFuzzer "$(libfuzzer empty_fuzzer "$work/byte")" "$(libfuzzer mirror_fuzzer "$work/standard")"
if command -v afl-fuzz >/dev/null && [ -x "$fuzzers/mirror_fuzzer_afl" ]; then
  row AFL++ "$(aflpp empty_fuzzer_afl "$work/byte")" \
    "$(aflpp mirror_fuzzer_afl "$work/standard" AFL_CUSTOM_MUTATOR_ONLY=1 \
      AFL_CUSTOM_MUTATOR_LIBRARY="$fuzzers/byte_mutators_afl.so")"
fi
