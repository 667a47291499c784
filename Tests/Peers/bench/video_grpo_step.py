"""A GRPO step on a video of 2,048 tokens as public video GRPO code writes it with transformers: the
prompt, pixels included, is repeated for every rollout. Generate, reference, loss, backward, AdamW."""

import argparse
import copy
import time

import peer

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--name", required=True)
parser.add_argument("--model", default="tiny-vl")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--tokens", type=int, default=128)
parser.add_argument("--steps", type=int, default=3)
options = parser.parse_args()

torch = peer.torch_with(options.threads)
from transformers import AutoTokenizer, Qwen2_5_VLForConditionalGeneration

ROLLOUTS, GRID = 8, (8, 32, 32)
path = peer.model_path(options.model)
tokenizer = AutoTokenizer.from_pretrained(path)
policy = Qwen2_5_VLForConditionalGeneration.from_pretrained(path, dtype=torch.float32)
reference = copy.deepcopy(policy).eval().requires_grad_(False)
optimizer = torch.optim.AdamW(policy.parameters(), lr=1e-5)

special = tokenizer.convert_tokens_to_ids
patches = GRID[0] * GRID[1] * GRID[2]
text = tokenizer(peer.prompts(tokenizer, 32, 1)[0])["input_ids"]
prompt = text[:16] + [special("<|vision_start|>")]
prompt += [special("<|video_pad|>")] * (patches // 4)
prompt += [special("<|vision_end|>")] + text[16:]
prompt = torch.tensor([prompt]).repeat(ROLLOUTS, 1)
pixels = torch.randn(patches, 1176, generator=torch.Generator().manual_seed(0))
video = {
    "pixel_values_videos": pixels.repeat(ROLLOUTS, 1),
    "video_grid_thw": torch.tensor([GRID]).repeat(ROLLOUTS, 1),
    "second_per_grid_ts": torch.ones(ROLLOUTS),
}
length = prompt.shape[1]


def kinds(ids):
    return (ids == special("<|video_pad|>")).int() * 2


def log_probabilities(model, ids):
    logits = model(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        mm_token_type_ids=kinds(ids),
        logits_to_keep=options.tokens + 1,
        **video,
    ).logits[:, :-1]
    return torch.log_softmax(logits, -1).gather(2, ids[:, length:, None])[..., 0]


def step():
    policy.eval()
    with torch.no_grad():
        ids = policy.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            mm_token_type_ids=kinds(prompt),
            max_new_tokens=options.tokens,
            min_new_tokens=options.tokens,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            # A placeholder in a response would ask for pixels that are not there.
            suppress_tokens=[special("<|video_pad|>"), special("<|image_pad|>")],
            pad_token_id=tokenizer.pad_token_id,
            **video,
        )
        frozen = log_probabilities(reference, ids)
    policy.train()
    current = log_probabilities(policy, ids)
    advantages = torch.tensor([1.0, -1.0] * (ROLLOUTS // 2))[:, None]
    gap = frozen - current
    divergence = torch.exp(gap) - gap - 1
    ratio = torch.exp(current - current.detach())
    (-(ratio * advantages - 0.04 * divergence)).mean().backward()
    torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


seconds = []
for _ in range(options.steps + 1):
    start = time.perf_counter()
    step()
    seconds.append(time.perf_counter() - start)
peer.report(options.name, seconds[1:])
