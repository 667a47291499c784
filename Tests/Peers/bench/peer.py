"""What the peers' benchmarks share: places, prompts of an exact length, and their result as JSON."""

import json
import os
import random
import resource
import statistics
import time

for name, value in {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "WANDB_DISABLED": "true",
    "TRL_EXPERIMENTAL_SILENCE": "1",
}.items():
    os.environ.setdefault(name, value)

HOME = os.environ.get("PEERS_HOME") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "sousvide-peers"
)
MODELS = os.path.join(HOME, "models")
OUT = os.path.join(HOME, "out")

WORDS = (
    "the a of and to in is was for on that with as by at from it be this are or have not but his they "
    "which one you all her she there would their we him been has when who will no more if out so up "
    "said what its about than into them can only other time new some could these two may first then "
    "video frame camera object moves left right person opens door car turns street answer think "
    "because therefore select option second reward policy gradient"
).split()


def model_path(name):
    return os.path.join(MODELS, name)


def torch_with(threads):
    """PyTorch on this many threads, seeded."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    return torch


def sentences(seed):
    """Endless text of common words."""
    dice = random.Random(seed)
    while True:
        words = [dice.choice(WORDS) for _ in range(dice.randint(4, 24))]
        yield " ".join(words).capitalize() + "."


def prompts(tokenizer, length, count, seed=0):
    """Texts that encode to exactly `length` tokens."""
    found, source = [], sentences(seed + 100)
    while len(found) < count:
        text = ""
        while len(tokenizer(text)["input_ids"]) < length + 8:
            text += next(source) + " "
        for cut in range(length, length - 6, -1):
            candidate = tokenizer.decode(tokenizer(text)["input_ids"][:cut])
            if len(tokenizer(candidate)["input_ids"]) == length:
                found.append(candidate)
                break
    return found


def step_times(trainer):
    """Trains quietly; beginning and end of every step, by `time.perf_counter`."""
    from transformers import PrinterCallback, ProgressCallback, TrainerCallback

    marks = []

    class Marks(TrainerCallback):
        def on_step_begin(self, *arguments, **more):
            marks.append(time.perf_counter())

        def on_step_end(self, *arguments, **more):
            marks.append(time.perf_counter())

    trainer.add_callback(Marks())
    trainer.remove_callback(PrinterCallback)
    trainer.remove_callback(ProgressCallback)
    trainer.train()
    return list(zip(marks[::2], marks[1::2]))


def report(name, seconds, **figures):
    """One JSON line, in the form of our own benchmarks."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    line = {
        "name": name,
        "seconds": statistics.median(seconds),
        "least": min(seconds),
        "most": max(seconds),
        "repetitions": len(seconds),
        **figures,
        "peak_mib": peak,
    }
    print(json.dumps(line), flush=True)
