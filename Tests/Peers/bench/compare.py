"""Runs each benchmark of ours and of its peer in turn on the same model files, and prints

    ratio <name> <theirs / ours>

for time, and `memory <name> <ours / theirs>` for the peak. usage: compare.py [NAME…]"""

import json
import os
import subprocess
import sys

import peer

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = os.path.join(HERE, "..", "..", "..", ".build", "release", "Benchmarks")
THREADS = "2"
PEERS = {
    "grpo_step/tiny": ["grpo_step.py", "--model", "tiny-lm"],
    "sft_step/tiny": ["sft_step.py"],
    "decode/tiny": ["decode.py", "--model", "tiny-lm"],
    "start": ["grpo_step.py", "--model", "tiny-lm", "--steps", "1", "--warmup", "0"],
    "grpo_step/tiny-vl-long-prompt": ["video_grpo_step.py"],
    "train/qwen05b": ["train.py"],
    "decode/qwen05b": ["decode.py", "--model", "qwen05b-lm", "--tokens", "32", "--runs", "2"],
    "decode/qwen05b/bf16": [
        *("decode.py", "--model", "qwen05b-lm", "--tokens", "32", "--runs", "2", "--bf16"),
    ],
    "grpo_step/qwen05b": [
        *("grpo_step.py", "--model", "qwen05b-lm", "--prompts", "1", "--tokens", "64"),
        *("--steps", "2", "--warmup", "1"),
    ],
}


def measure(command):
    """The last line that a benchmark prints."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    line = json.loads(done.stdout.strip().splitlines()[-1])
    print(json.dumps(line), flush=True)
    return line


def main():
    wanted = sys.argv[1:]
    for name, script in PEERS.items():
        if wanted and not any(name == word or name.startswith(word + "/") for word in wanted):
            continue
        ours = measure([OURS, name, "--models", peer.MODELS, "--threads", THREADS])
        command = [sys.executable, os.path.join(HERE, script[0]), *script[1:]]
        theirs = measure([*command, "--name", name, "--threads", THREADS])
        seconds = theirs["start_seconds"] if name == "start" else theirs["seconds"]
        print(f"ratio {name} {seconds / ours['seconds']:.2f}", flush=True)
        if name != "start":
            share = ours["peak_mib"] / theirs["peak_mib"]
            print(f"memory {name} {share:.2f}", flush=True)


if __name__ == "__main__":
    main()
