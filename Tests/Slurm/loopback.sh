#!/usr/bin/env bash
# A sweep on a real Slurm: one node of two processors on this machine, with daemons and files of its own that are
# gone afterwards. The command that submits and the jobs are killed in between, and every run must be made once,
# to the bits that processes of this machine make. Skipped, with a line that says why, where Slurm cannot
# be started. `make test-slurm`
set -euo pipefail
cd "$(dirname "$0")/../.."
binary=$(realpath "${1:-.build/release/sousvide}")
folder=$(mktemp -d)
runs=$folder/runs
sweep=$runs/loopback.sweep
journal=$sweep/journal.jsonl

skip() {
  echo "skipped: slurm: $*"
  exit 0
}

fail() {
  echo "slurm: $*" >&2
  for log in "$folder"/*.out "$sweep"/logs/*.log; do
    [ ! -s "$log" ] || { echo "-- $log" && tail -n 15 "$log"; } >&2
  done
  exit 1
}

tear_down() {
  local code=$? pid
  trap - EXIT
  for pid in $(jobs -p); do kill -9 "$pid" 2>/dev/null || true; done
  if [ -e "$folder/slurm.conf" ]; then
    scancel --user="$(id -u)" 2>/dev/null || true
    for name in slurmd slurmctld munged; do
      pid=$(cat "$folder/$name.pid" 2>/dev/null) && kill "$pid" 2>/dev/null || continue
      for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null && sleep 0.1 || break; done
      kill -9 "$pid" 2>/dev/null || true
    done
  fi
  rm -rf "$folder"
  exit "$code"
}
trap tear_down EXIT

# wait_for SECONDS WHAT COMMAND...
wait_for() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ $SECONDS -lt $end ] || fail "waited in vain for $what"
    sleep 0.1
  done
}

# --- A cluster

[ "$(id -u)" = 0 ] || skip "its daemons are started by root"
commands="sbatch squeue scancel scontrol sinfo slurmctld slurmd munged"
missing() { for name in $commands; do command -v "$name" >/dev/null || echo "$name"; done; }
if [ -n "$(missing)" ]; then
  command -v apt-get >/dev/null || skip "it is not installed, and there is no apt-get"
  echo "Installing Debian packages: slurm-wlm munge"
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends slurm-wlm munge) >"$folder/apt.out" 2>&1 ||
    skip "its packages cannot be installed: $(tail -n 1 "$folder/apt.out")"
  [ -z "$(missing)" ] || skip "its packages lack $(missing | tr '\n' ' ')"
fi

port=$((20000 + RANDOM % 20000))
host=$(hostname -s)
chmod 755 "$folder"
mkdir "$folder/controller" "$folder/node"
head -c 1024 /dev/urandom >"$folder/munge.key"
chmod 600 "$folder/munge.key"
munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
  --pid-file="$folder/munged.pid" --seed-file="$folder/munge.seed" \
  --log-file="$folder/munged.out" 2>"$folder/start.out" ||
  skip "munged does not start: $(tail -n 1 "$folder/start.out")"
cat >"$folder/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
KillWait=5
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1
SlurmdParameters=config_overrides
StateSaveLocation=$folder/controller
SlurmdSpoolDir=$folder/node
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.out
SlurmdLogFile=$folder/slurmd.out
NodeName=loopback NodeHostname=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$folder/slurm.conf
slurmctld -c >"$folder/start.out" 2>&1 ||
  skip "slurmctld does not start: $(tail -n 1 "$folder/start.out")"
slurmd -N loopback >"$folder/start.out" 2>&1 ||
  skip "slurmd does not start: $(tail -n 1 "$folder/start.out")"
for _ in $(seq 150); do
  state=$(sinfo --noheader --format=%T 2>/dev/null || true)
  [ "$state" != idle ] || break
  sleep 0.1
done
[ "$state" = idle ] || skip "its node is '$state': $(tail -n 1 "$folder/slurmctld.out")"

# --- A sweep: two rates and a control with two seeds, one supervised stage for all six runs

cat >"$folder/loopback.yaml" <<'RECIPE'
sousvide: 1
edition: 2026-11
run: {name: loopback, seed: 3, checkpoint_every: 1 step}
params:
  rate: {type: number, default: 1.0e-3}
sweep:
  axes: {rate: {values: [1.0e-3, 2.0e-3]}}
  seeds: 2
  reseed: [rl]
  controls: {published: {rate: 5.0e-4}}
  objective: {maximize: eval.check.accuracy}
model:
  architecture: qwen2_5_vl
  from: scratch
  text: {hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 48, rope_theta: 20, mrope_section: [2, 3, 3]}
  vision: {hidden_size: 32, depth: 1, heads: 2, intermediate_size: 32, full_attention_blocks: [0]}
  tokenizer: {train_on: traces, vocabulary_size: 400}
video: {sampler: uniform, frames: 4}
data:
  traces: {kind: clipworld, split: foundation, clips: 8, seed: 1}
  questions: {kind: clipworld, split: train, clips: 6, seed: 2}
segments:
  observation: {process: perception}
  think: {process: reasoning}
  answer: {process: reasoning}
rewards:
  shown: {kind: format, of: [observation], credit: perception}
  correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
stages:
  cold: {algorithm: sft, data: traces, steps: 12, batch_size: 4, learning_rate: 1.0e-2}
  rl:
    algorithm: process_aware_grpo
    init: cold
    data: questions
    steps: 60
    prompts_per_step: 2
    group_size: 4
    sampling: {max_new_tokens: 24 tok}
    kl: {coefficient: 0}
    learning_rate: "${params.rate}"
eval:
  check: {data: questions, after: [cold, rl], max_new_tokens: 24 tok}
RECIPE

sweep_run=("$binary" sweep run "$folder/loopback.yaml" --runs "$runs" --data "$folder/data" --threads 1
  --launcher slurm --partition main --time 10:00 --sbatch=--nice=1)
lines() { if [ -e "$journal" ]; then grep -c "$@" "$journal" || true; else echo 0; fi; }
# has COUNT PATTERN: so many lines of the journal.
has() { [ "$(lines "$2")" -ge "$1" ]; }
running() { squeue --noheader --array --states=RUNNING --Format='ArrayJobID:|,ArrayTaskID:|' | sed 's/ //g; s/|$//; s/|/_/'; }
is_running() { running | grep -q .; }

echo "slurm: the command that submits is killed"
"${sweep_run[@]}" >>"$folder/sweep.out" 2>&1 &
wait_for 60 "a submission" has 1 '"event":"submitted"'
kill -9 $!
wait $! 2>/dev/null || true

echo "slurm: a job is requeued, then another one killed"
"${sweep_run[@]}" >>"$folder/sweep.out" 2>&1 &
submitter=$!
wait_for 60 "a run that is started" has 1 '"event":"started"'
wait_for 60 "a job that runs" is_running
"$binary" sweep show "$sweep" >"$folder/show.out" || fail "sweep show ends with $?"
grep -q "(job " "$folder/show.out" || fail "sweep show tells of no job"
job=$(running | head -n 1)
scontrol requeue "$job" || fail "a job cannot be requeued"
# Slurm lets what is requeued wait for two minutes.
at_once() {
  squeue --noheader --array --jobs="${job%_*}" --Format='ArrayTaskID:|,Reason:|' |
    grep -q "^${job#*_}|BeginTime" && scontrol update "JobId=$job" StartTime=now 2>/dev/null
}
wait_for 60 "a job that is requeued" at_once
wait_for 60 "further runs" has 3 '"event":"started"'
# The youngest process of a job, by the environment that Slurm gave it.
task() {
  local process place
  for process in $(ls /proc | grep '^[0-9]' | sort -rn); do
    [ "$(readlink "/proc/$process/exe" 2>/dev/null)" = "$binary" ] || continue
    place=$(tr '\0' '\n' <"/proc/$process/environ" 2>/dev/null) || continue
    grep -q "^SLURM_ARRAY_TASK_ID=" <<<"$place" || continue
    grep -qxF "SLURM_CONF=$SLURM_CONF" <<<"$place" && echo "$process" && return
  done
  return 1
}
killed() { kill -9 "$(task)" 2>/dev/null; }
wait_for 60 "a process of a job" killed
code=0
wait $submitter || code=$?
[ $code = 1 ] || fail "a sweep with a run that failed ends with $code"
has 1 '"event":"failed"' || fail "the job that was killed is not told of"

echo "slurm: the sweep comes to its end"
"${sweep_run[@]}" >>"$folder/sweep.out" 2>&1 || fail "the sweep ends with $?"

# --- What must be

[ -z "$(tail -c 1 "$journal")" ] || fail "the journal ends in the middle of a line"
[ "$(lines -v '^{.*}$')" = 0 ] || fail "the journal has a line that is none"
trials=$(sed -n 's/.*"event":"finished".*"trial":"\([^"]*\)".*/\1/p' "$journal" | sort)
[ "$(wc -l <<<"$trials")" = 6 ] || fail "not six runs are finished: $trials"
[ "$(uniq <<<"$trials" | wc -l)" = 6 ] || fail "a run is finished twice: $trials"
cold=0
for trial in $trials; do
  metrics=$sweep/$trial/metrics.jsonl
  steps=$(grep '"kind":"step"' "$metrics" | grep -c '"stage":"rl"')
  [ "$steps" = 60 ] || fail "$trial has $steps steps, and not 60"
  cold=$((cold + $(grep '"kind":"step"' "$metrics" | grep -c '"stage":"cold"' || true)))
  # Handed to Slurm once, and again only after it had failed.
  queued=$(grep '"event":"queued"' "$journal" | grep -v '"stage"' | grep -c "\"trial\":\"$trial\"")
  failed=$(grep '"event":"failed"' "$journal" | grep -c "\"trial\":\"$trial\"" || true)
  [ "$queued" = $((failed + 1)) ] || fail "$trial was submitted $queued times, and failed $failed times"
done
[ "$cold" = 12 ] || fail "the shared stage has $cold steps over all runs, and not 12"
[ -z "$(squeue --noheader)" ] || fail "jobs are left in the queue"

echo "slurm: the same sweep as processes of this machine"
"$binary" sweep run "$folder/loopback.yaml" --runs "$folder/local" --data "$folder/data" --threads 1 \
  --parallel 2 >"$folder/local.out" 2>&1 || fail "the local sweep ends with $?"
for trial in $trials; do
  file=checkpoints/rl/model.safetensors
  cmp "$sweep/$trial/$file" "$folder/local/loopback.sweep/$trial/$file" || fail "$trial has other bits"
done
echo "slurm: six runs, made once whatever was killed, with the bits of a local sweep"
