"""Forward and backward of one text of 512 tokens with transformers."""

import argparse
import time

import peer

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--name", required=True)
parser.add_argument("--model", default="qwen05b-lm")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--runs", type=int, default=3)
options = parser.parse_args()

torch = peer.torch_with(options.threads)
from transformers import Qwen2ForCausalLM

model = Qwen2ForCausalLM.from_pretrained(peer.model_path(options.model), dtype=torch.float32).train()
ids = torch.randint(0, 2000, (1, 512))
seconds = []
for run in range(options.runs + 1):
    start = time.perf_counter()
    model(input_ids=ids, labels=ids, use_cache=False).loss.backward()
    seconds.append(time.perf_counter() - start)
    model.zero_grad(set_to_none=True)
peer.report(options.name, seconds[1:])
