#!/bin/sh
# How fast is each mutant found, by a campaign on one core and on real threads in the same time?
#
#   tests/mutants/table.sh [SEEDS] [SECONDS] [ID...]     20 seeds of 5 seconds, of all mutants; after
#                                                        ninja -C build mutants
#
# Found means: a finding with a property of the patch's own `Property:` line. Prints a table for
# tests/mutants/README.md; the medians are over all seeds, and "-" is a median that was not found.
set -eu

seeds=${1:-20}
seconds=${2:-5}
shift "$(($# < 2 ? $# : 2))"
for number in "$seeds" "$seconds"; do
  case $number in
    '' | 0* | *[!0-9]*)
      echo "table: '$number' is no number; say table.sh [SEEDS] [SECONDS] [ID...]" >&2
      exit 2 ;;
  esac
done
top=$(cd "$(dirname "$0")/../.." && pwd)
tool=$top/build/mirrorcheck
if [ ! -x "$tool" ]; then
  echo "table: $tool is not there; run ./fuzz/run --seconds 1 first" >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

exec 3>&2
# Both commands exit with 1 because they find what they are here to find.
status_of() {
  status=0
  "$@" || status=$?
  [ "$status" -le 1 ] || { echo "table: $* ended with exit code $status" >&3; exit 2; }
}

# Prints "EXECUTIONS SECONDS" of the first finding with a wanted property, or nothing.
campaign() {  # mutant seed properties
  status_of "$tool" fuzz --impl "mutant:$1" --seconds "$seconds" --seed "$2" --findings findings \
    --summary summary.json >/dev/null 2>&1
  awk -v wanted=" $3 " '
    match($0, /"property": "[^"]*"/) {
      property = substr($0, RSTART + 13, RLENGTH - 14)
      if (!index(wanted, " " property " ")) next
      match($0, /"executions": [0-9]+/); executions = substr($0, RSTART + 14, RLENGTH - 14)
      match($0, /"seconds": [0-9.]+/); took = substr($0, RSTART + 11, RLENGTH - 11)
      if (best == "" || took + 0 < best + 0) { best = took; line = executions " " took }
    }
    END { if (line != "") print line }' summary.json
  rm -rf findings summary.json
}

threads() {  # mutant seed properties; prints one line if found
  status_of "$tool" stress --impl "mutant:$1" --seconds "$seconds" --seed "$2" >threads.txt 2>&1
  for property in $3; do
    if grep -q "violated $property " threads.txt; then
      echo found
      return
    fi
  done
}

median() {  # column, of a file with up to $seeds lines
  sort -n -k "$1,$1" "$2" |
    awk -v column="$1" -v middle=$(((seeds + 1) / 2)) '
      NR == middle { print $column; found = 1 } END { if (!found) print "-" }'
}

if [ $# -eq 0 ]; then
  for patch in "$top"/tests/mutants/*.patch; do set -- "$@" "$(basename "$patch" .patch)"; done
fi
for id in "$@"; do
  [ -e "$top/tests/mutants/$id.patch" ] || { echo "table: there is no tests/mutants/$id.patch" >&2; exit 2; }
  [ -e "$top/build/mutants/$id.so" ] || {
    echo "table: $id is not built; run ninja -C $top/build mutants" >&2
    exit 2
  }
done

echo "| mutant | property | campaign: found | executions, median | seconds, median | threads: found |"
echo "|---|---|---|---|---|---|"
for id in "$@"; do
  patch=$top/tests/mutants/$id.patch
  properties=$(sed -n 's|^Property: *||p' "$patch" | grep -o "[SL][0-9][0-9]*'*" | sort -u | tr '\n' ' ')
  : >campaigns
  : >threaded
  for seed in $(seq "$seeds"); do
    campaign "$id" "$seed" "$properties" >>campaigns
    threads "$id" "$seed" "$properties" >>threaded
  done
  echo "| $id | $properties | $(wc -l <campaigns) of $seeds | $(median 1 campaigns) |" \
    "$(median 2 campaigns) | $(wc -l <threaded) of $seeds |"
done
