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

# chain RECIPE RUN STEPS METRICS DIAGNOSTICS INTERVALS [ARGUMENT...]
# METRICS of every evaluation, DIAGNOSTICS of every policy step, INTERVALS of `sousvide eval`.
chain() {
  local recipe=$1 name=$2 steps=$3 metrics=$4 diagnostics=$5 intervals=$6
  local run=$folder/runs/$name
  shift 6
  echo "== $recipe"
  "$binary" run "$recipe" --runs "$folder/runs" --data "$folder/data" \
    --overlay Tests/Lab/smoke.yaml --overlay Tests/Lab/smoke_policy.yaml "$@"
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
    # Every response, with what was measured on it.
    has "$run/evaluations/held_out/$stage.jsonl" "$recipe" '"input":"video"' '"sample":0' '"accuracy":'
    has "$run/evaluations/held_out/$stage.jsonl" "$recipe" '"sample":2' '"format":'
  done
  for diagnostic in $diagnostics; do
    has "$run/metrics.jsonl" "$recipe" '"kind":"step"' '"stage":"rl"' "\"$diagnostic\":"
  done
  # The same evaluation of the finished policy, with its intervals.
  local found=$folder/$name.json kept=$folder/$name.jsonl
  cp "$run/evaluations/held_out/rl.jsonl" "$kept"
  "$binary" eval "$run" --json --data-folder "$folder/data" >"$found"
  for metric in $intervals; do
    grep -A 8 -F "\"$metric\" : {" "$found" | grep -qF '"lower" : ' ||
      fail "$recipe: eval says no interval of $metric"
  done
  cmp "$kept" "$run/evaluations/held_out/rl.jsonl" || fail "$recipe: eval finds other responses"
  [ -s "$run/report.html" ] || fail "$recipe: there is no report"
}

metrics="accuracy exact sufficiency lucky format sampled_format mismatch miou recall_0.3 recall_0.5
  recall_0.7 blind questions length/response"
intervals="accuracy exact sufficiency lucky format sampled_format mismatch miou recall_0.5"
chain recipes/lab/videop2r.yaml lab_videop2r "generated formatted verified judged" \
  "$metrics mra option_mismatch observation_only accuracy/direction accuracy/when reward/sufficient
   reward/observation_format reward/observation_length reward/correct reward/reasoning_format
   reward/reasoning_length" \
  "zero_variance/perception zero_variance/reasoning advantage_variance/perception
   advantage_variance/reasoning zero_variance_reward/sufficient zero_variance_reward/observation_format
   zero_variance_reward/observation_length zero_variance_reward/correct
   zero_variance_reward/reasoning_format zero_variance_reward/reasoning_length" \
  "$intervals mra option_mismatch observation_only" \
  --set stages.foundation.curriculum.steps=10
for stage in foundation sft rl; do
  has "$folder/runs/lab_videop2r/evaluations/held_out/$stage.jsonl" observation_only \
    '"input":"observation"' '"accuracy":'
done
chain recipes/lab/video_thinker.yaml lab_video_thinker \
  "captioned synthesized formatted answered checked" \
  "$metrics accuracy/grounding reward/correct reward/well_formed reward/grounded" \
  "zero_variance/response advantage_variance/response zero_variance_reward/correct
   zero_variance_reward/well_formed" "$intervals"
echo "lab-smoke: both chains ran, and every metric is there"
