#!/usr/bin/env bash
# The ablation table in miniature: runs every row of recipes/lab, one after another, and prints a line for each.
#
#   Tests/Lab/table.sh [BINARY] [--smoke] [--only TEXT] [ARGUMENT...]
#
# BINARY is the program (default: .build/release/sousvide). --smoke shrinks every row to a few clips and steps, --only
# does the rows whose name or recipe holds TEXT, and the other arguments are those of `sousvide run`, such as --runs and
# --data. A row whose run has finished is not run again, and stages that rows share are trained once. The numbers are
# those of the last evaluation in the run's metrics.jsonl; `-` stands for what the row does not measure.
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=.build/release/sousvide
if [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; then
  binary=$1
  shift
fi
smoke=
only=
runs=runs
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --smoke) smoke=yes ;;
    --only | --runs)
      [ $# -gt 1 ] || { echo "table: $1 needs a value" >&2; exit 2; }
      if [ "$1" = --only ]; then only=$2; else runs=$2; fi
      shift
      ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

# NAME|RECIPE|STAGE that is evaluated|FAMILY that the row is about, beside the mean of all
rows="
SFT only|videop2r.yaml|sft|
process-aware GRPO|videop2r.yaml|rl|
RL only|videop2r_rl_only.yaml|rl|
process-agnostic SFT|videop2r_agnostic_sft.yaml|sft|
GRPO, no perception reward|videop2r_grpo.yaml|rl|
without reasoning reward|videop2r_without_reasoning.yaml|rl|
without length reward|videop2r_without_length.yaml|rl|
without separation|videop2r_without_separation.yaml|rl|
judge errs in 5 %|ablations/judge_error_5.yaml|rl|
judge errs in 18 %|ablations/judge_error_18.yaml|rl|
judge passes 5 % too many|ablations/judge_error_5_one_sided.yaml|rl|
judge passes 18 % too many|ablations/judge_error_18_one_sided.yaml|rl|
key frames, uniform|ablations/key_frame_uniform.yaml|rl|key_frame
key frames, adaptive|ablations/key_frame_adaptive.yaml|rl|key_frame
long, fixed windows|ablations/windows_fixed.yaml|rl|description
long, dynamic windows|ablations/windows_dynamic.yaml|rl|description
knowledge, no retrieval|ablations/knowledge_without_retrieval.yaml|rl|knowledge
knowledge, retrieval|ablations/knowledge_with_retrieval.yaml|rl|knowledge
Video-Thinker, SFT only|video_thinker.yaml|sft|
Video-Thinker|video_thinker.yaml|rl|
"

# A run is called like its recipe.
run_of() { echo "lab_$(basename "$1" .yaml)"; }

is_finished() { grep -qsF '"outcome" : "finished"' "$runs/$1/summary.json"; }

# What makes a row small. Only some have a policy stage, and only some a curriculum.
shrinking() {
  echo "--overlay Tests/Lab/smoke.yaml"
  case $1 in *agnostic_sft*) ;; *) echo "--overlay Tests/Lab/smoke_policy.yaml" ;; esac
  case $1 in video_thinker*) ;; *) echo "--set stages.foundation.curriculum.steps=10" ;; esac
}

# value METRIC FACTOR FORMAT: of the evaluation in $line.
value() {
  local found
  found=$(sed -n "s|.*\"$1\":\([-+.0-9e]*\).*|\1|p" <<<"$line")
  if [ -z "$found" ]; then echo -; else awk -v x="$found" "BEGIN {printf \"$3\", x * $2}"; fi
}

column="%-27s %8s %8s %8s %8s %8s %8s %8s\n"
table=$(printf "$column" "" accuracy family obs-only lucky format tokens mIoU)
failed=0
while IFS='|' read -r name recipe stage family; do
  [[ -n $name && "$name $recipe" == *"$only"* ]] || continue
  run=$(run_of "$recipe")
  if ! is_finished "$run"; then
    echo "== $recipe" >&2
    small=()
    if [ -n "$smoke" ]; then read -r -d '' -a small < <(shrinking "$recipe" && printf '\0'); fi
    "$binary" run "recipes/lab/$recipe" --runs "$runs" "${small[@]}" "${arguments[@]}" >&2 </dev/null || {
      # Whoever stops a row wants no further one.
      [ $? != 130 ] || { echo "$table"; exit 130; }
      failed=1
    }
  fi
  line=
  if is_finished "$run"; then
    line=$(grep -F '"kind":"evaluation"' "$runs/$run/metrics.jsonl" |
      grep -F '"evaluation":"held_out"' | grep -F "\"stage\":\"$stage\"" | tail -n 1) || true
  fi
  if [ -z "$line" ]; then
    echo "table: $runs/$run tells nothing of stage $stage" >&2
    failed=1
    row=$(printf '%-27s %8s' "$name" failed)
  else
    row=$(printf "$column" "$name" "$(value accuracy 100 %.1f)" \
      "$([ -n "$family" ] && value "accuracy/$family" 100 %.1f || echo -)" \
      "$(value observation_only 100 %.1f)" "$(value lucky 100 %.1f)" "$(value format 100 %.1f)" \
      "$(value length/response 1 %.1f)" "$(value miou 100 %.1f)")
  fi
  table+=$'\n'$row
done <<<"$rows"
echo "$table"
exit $failed
