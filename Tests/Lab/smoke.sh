#!/usr/bin/env bash
# The chains of recipes/lab from questions to an evaluated policy, in a few minutes: every stage must run and
# every metric must be there. `make lab-smoke`
set -euo pipefail
cd "$(dirname "$0")/../.."
binary=${1:-.build/release/sousvide}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
  echo "lab-smoke: $*" >&2
  exit 1
}

# has FILE WHAT PATTERN...: some line of FILE holds every pattern.
has() {
  local file=$1 what=$2 lines
  shift 2
  lines=$(cat "$file")
  for pattern in "$@"; do
    lines=$(grep -F -e "$pattern" <<<"$lines") || fail "$what: nothing with $pattern in $file"
  done
}

# chain RECIPE RUN STEPS METRICS [ARGUMENT...]
chain() {
  local recipe=$1 run=$folder/runs/$2 steps=$3 metrics=$4
  shift 4
  echo "== $recipe"
  "$binary" run "$recipe" --runs "$folder/runs" --data "$folder/data" \
    --overlay Tests/Lab/smoke.yaml "$@"
  has "$run/summary.json" "$recipe" '"outcome" : "finished"'
  for stage in foundation traces sft rl; do
    [ -e "$run/checkpoints/$stage.json" ] || fail "$recipe: stage $stage left nothing"
    has "$run/metrics.jsonl" "$recipe" '"kind":"step"' "\"stage\":\"$stage\""
  done
  for step in $steps; do
    has "$run/metrics.jsonl" "$recipe" '"stage":"traces"' "\"passed/$step\":"
  done
  [ -s "$run/checkpoints/traces/records.jsonl" ] || fail "$recipe: no trace was kept"
  grep -qE '"dropped"|"attempts":[2-9]' "$run/checkpoints/traces/items.jsonl" ||
    fail "$recipe: every first trace was kept"
  for stage in foundation sft rl; do
    for metric in $metrics; do
      has "$run/metrics.jsonl" "$recipe" '"kind":"evaluation"' "\"stage\":\"$stage\"" "\"$metric\":"
    done
  done
  [ -s "$run/report.html" ] || fail "$recipe: there is no report"
}

common="accuracy exact sufficiency lucky format blind questions length/response"
chain recipes/lab/videop2r.yaml lab_videop2r "generated formatted verified judged" \
  "$common accuracy/direction accuracy/when reward/sufficient reward/observation_format
   reward/observation_length reward/correct reward/reasoning_format reward/reasoning_length" \
  --set stages.foundation.curriculum.steps=10
# Intersection over union is the mean of `correct` there.
chain recipes/lab/video_thinker.yaml lab_video_thinker \
  "captioned synthesized formatted answered checked" \
  "$common accuracy/grounding reward/correct reward/well_formed reward/grounded"
echo "lab-smoke: both chains ran, and every metric is there"
