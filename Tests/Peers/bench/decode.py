"""Decoding of eight rollouts of one prompt of 64 tokens with transformers' generate, the prompt's time
taken off."""

import argparse
import statistics
import time

import peer

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--name", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--tokens", type=int, default=128)
parser.add_argument("--runs", type=int, default=5)
parser.add_argument("--bf16", action="store_true")
options = parser.parse_args()

torch = peer.torch_with(options.threads)
from transformers import AutoTokenizer, Qwen2ForCausalLM

path = peer.model_path(options.model)
tokenizer = AutoTokenizer.from_pretrained(path)
kind = torch.bfloat16 if options.bf16 else torch.float32
model = Qwen2ForCausalLM.from_pretrained(path, dtype=kind).eval()
ids = torch.tensor([tokenizer(peer.prompts(tokenizer, 64, 1)[0])["input_ids"]]).repeat(8, 1)


def generate(count):
    start = time.perf_counter()
    with torch.no_grad():
        model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=count,
            min_new_tokens=count,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            top_p=1.0,
            use_cache=True,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    return time.perf_counter() - start


generate(4)
first = statistics.median(generate(1) for _ in range(options.runs))
seconds = [generate(options.tokens) - first for _ in range(options.runs)]
rate = 8 * (options.tokens - 1) / statistics.median(seconds)
peer.report(options.name, seconds, tokens_per_second=rate)
