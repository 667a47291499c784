#!/usr/bin/env bash
# The ablation table in miniature: runs every row of recipes/lab, one after another, and prints a line for each.
#
#   Tests/Lab/table.sh [BINARY] [--smoke] [--only TEXT] [--seeds LIST] [--into FILE] [ARGUMENT...]
#
# BINARY is the program (default: .build/release/sousvide). --smoke shrinks every row to a few clips and steps, --only
# does the rows whose name or recipe holds TEXT, and the other arguments are those of `sousvide run`, such as --runs and
# --data. A row whose run has finished is not run again, and stages that rows share are trained once. The numbers are
# those of the last evaluation in the run's metrics.jsonl; `-` stands for what the row does not measure.
#
# --seeds 7,8,9 does every row with each of these seeds, from the first stage on, in folders seed-7, seed-8, ... of runs,
# and prints means over seeds with 95 % intervals (Student's t, of one mean each), and by how much the accuracy of a
# row differs from that of its reference, seed by seed, beside the papers' difference of averages.
#
# --into FILE also writes the table, as Markdown, between the lines `<!-- table -->` and `<!-- /table -->` of FILE.
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=.build/release/sousvide
if [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; then
  binary=$1
  shift
fi
smoke=
only=
seeds=
into=
runs=runs
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --smoke) smoke=yes ;;
    --into | --only | --runs | --seeds)
      [ $# -gt 1 ] || { echo "table: $1 needs a value" >&2; exit 2; }
      case $1 in
        --into) into=$2 ;;
        --only) only=$2 ;;
        --runs) runs=$2 ;;
        --seeds) seeds=$2 ;;
      esac
      shift
      ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

# NAME|RECIPE|STAGE that is evaluated|FAMILY that the row is about, beside the mean of all|REFERENCE|the PAPER's
# difference, of averages over its benchmarks: VIDEOP2R (arXiv 2511.11113), tables 2 and 4; Video-Thinker (arXiv
# 2510.23473), table 1
rows="
SFT only|videop2r.yaml|sft|||
process-aware GRPO|videop2r.yaml|rl||SFT only|+3.1
RL only|videop2r_rl_only.yaml|rl||process-aware GRPO|-2.7
process-agnostic SFT|videop2r_agnostic_sft.yaml|sft||SFT only|-2.1
GRPO, no perception reward|videop2r_grpo.yaml|rl||process-aware GRPO|-2.3
without reasoning reward|videop2r_without_reasoning.yaml|rl||process-aware GRPO|-3.4
without length reward|videop2r_without_length.yaml|rl||process-aware GRPO|-1.0
without separation|videop2r_without_separation.yaml|rl||process-aware GRPO|-1.3
judge errs in 5 %|ablations/judge_error_5.yaml|rl||process-aware GRPO|
judge errs in 18 %|ablations/judge_error_18.yaml|rl||process-aware GRPO|-1.3
judge passes 5 % too many|ablations/judge_error_5_one_sided.yaml|rl||process-aware GRPO|
judge passes 18 % too many|ablations/judge_error_18_one_sided.yaml|rl||process-aware GRPO|
key frames, uniform|ablations/key_frame_uniform.yaml|rl|key_frame||
key frames, adaptive|ablations/key_frame_adaptive.yaml|rl|key_frame|key frames, uniform|
long, fixed windows|ablations/windows_fixed.yaml|rl|description||
long, dynamic windows|ablations/windows_dynamic.yaml|rl|description|long, fixed windows|
knowledge, no retrieval|ablations/knowledge_without_retrieval.yaml|rl|knowledge||
knowledge, retrieval|ablations/knowledge_with_retrieval.yaml|rl|knowledge|knowledge, no retrieval|
Video-Thinker, SFT only|video_thinker.yaml|sft|||
Video-Thinker|video_thinker.yaml|rl||Video-Thinker, SFT only|+9.7
"

# A run is called like its recipe.
run_of() { echo "lab_$(basename "$1" .yaml)"; }

is_finished() { grep -qsF '"outcome" : "finished"' "$1/summary.json"; }

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

# measured RUNS NAME RECIPE STAGE FAMILY [ARGUMENT...]: makes the run where it is not finished, and leaves the values of
# its last evaluation in $measures, separated by bars.
measured() {
  local runs=$1 name=$2 recipe=$3 stage=$4 family=$5 run small=() line=
  shift 5
  run=$runs/$(run_of "$recipe")
  if ! is_finished "$run"; then
    echo "== $recipe $*" >&2
    if [ -n "$smoke" ]; then read -r -d '' -a small < <(shrinking "$recipe" && printf '\0'); fi
    "$binary" run "recipes/lab/$recipe" --runs "$runs" "${small[@]}" "$@" "${arguments[@]}" >&2 </dev/null || {
      # Whoever stops a row wants no further one.
      [ $? != 130 ] || { show; exit 130; }
      failed=1
    }
  fi
  if is_finished "$run"; then
    line=$(grep -F '"kind":"evaluation"' "$run/metrics.jsonl" |
      grep -F '"evaluation":"held_out"' | grep -F "\"stage\":\"$stage\"" | tail -n 1) || true
  fi
  measures=
  if [ -z "$line" ]; then
    echo "table: $run tells nothing of stage $stage" >&2
    failed=1
  else
    measures="$(value accuracy 100 %.3f)|$([ -n "$family" ] && value "accuracy/$family" 100 %.3f || echo -)"
    measures+="|$(value observation_only 100 %.3f)|$(value lucky 100 %.3f)|$(value format 100 %.3f)"
    measures+="|$(value length/response 1 %.3f)|$(value miou 100 %.3f)"
  fi
}

# show [markdown]: the table of what is in $found, lines NAME|REFERENCE|PAPER|SEED|VALUES.
show() {
  awk -F'|' -v many="$seeds" -v markdown="${1:-}" '
    # 95 % quantiles of Student'"'"'s t by degrees of freedom.
    BEGIN { split("12.71 4.30 3.18 2.78 2.57 2.45 2.36 2.31 2.26", t, " ") }
    function mean(key, k, i, sum, square, width) {
      if (!count[key]) return "-"
      for (i = 1; i <= count[key]; i++) sum += values[key, i]
      sum /= count[key]
      if (many == "") return sprintf("%.1f", sum)
      if (count[key] < 2) return sprintf("%.1f ± ?", sum)
      for (i = 1; i <= count[key]; i++) square += (values[key, i] - sum) ^ 2
      width = (count[key] - 1 in t ? t[count[key] - 1] : 1.96) * sqrt(square / (count[key] - 1) / count[key])
      return sprintf("%.1f ± %.1f", sum, width)
    }
    # Columns are as wide as their letters, not as their bytes.
    function cell(text, width, isName, letters) {
      if (markdown != "") return "| " (text == "-" ? "" : text) " "
      letters = text
      gsub(/±/, "+", letters)
      while (length(letters) < width) { letters = letters " "; text = isName ? text " " : " " text }
      return text
    }
    function add(key, value) { if (value != "-" && value != "") values[key, ++count[key]] = value }
    {
      if (!($1 in known)) { known[$1] = 1; names[++rows] = $1; reference[$1] = $2; paper[$1] = $3 }
      for (i = 5; i <= 11; i++) add($1 "|" i, $i)
      accuracy[$1, $4] = $5
      if ($2 != "" && ($2, $4) in accuracy && $5 != "") add($1 "|difference", $5 - accuracy[$2, $4])
    }
    END {
      width = many == "" ? 9 : 14
      gap = markdown == "" ? "  " : ""
      line = cell("", 27, 1)
      split("accuracy family obs-only lucky format tokens mIoU", titles, " ")
      for (i = 1; i <= 7; i++) line = line cell(titles[i], width)
      if (many != "") line = line cell("difference", width) cell("paper", 8) cell(gap "from", 2, 1)
      print line (markdown == "" ? "" : "|")
      if (markdown != "") {
        gsub(/[^|]+/, "---", line)
        print line "|"
      }
      for (r = 1; r <= rows; r++) {
        line = cell(names[r], 27, 1)
        for (i = 5; i <= 11; i++) line = line cell(mean(names[r] "|" i), width)
        if (many != "")
          line = line cell(mean(names[r] "|difference"), width) cell(paper[names[r]], 8) \
            cell(gap reference[names[r]], 2, 1)
        print line (markdown == "" ? "" : "|")
      }
    }' <<<"$found"
}

found=
failed=0
# Seed by seed, so that what is stopped has whole tables.
IFS=, read -r -a each <<<"${seeds:-own}"
for seed in "${each[@]}"; do
  while IFS='|' read -r name recipe stage family reference paper; do
    [[ -n $name && "$name $recipe" == *"$only"* ]] || continue
    if [ -n "$seeds" ]; then
      measured "$runs/seed-$seed" "$name" "$recipe" "$stage" "$family" --set "run.seed=$seed"
    else
      measured "$runs" "$name" "$recipe" "$stage" "$family"
    fi
    found+="$name|$reference|$paper|$seed|$measures"$'\n'
  done <<<"$rows"
done
found=${found%$'\n'}
show
if [ -n "$into" ]; then
  table=$(show markdown) awk '
    /^<!-- table -->$/ { print; print ENVIRON["table"]; inside = 1 }
    /^<!-- \/table -->$/ { inside = 0 }
    !inside
  ' "$into" >"$into.new"
  mv "$into.new" "$into"
fi
exit $failed
