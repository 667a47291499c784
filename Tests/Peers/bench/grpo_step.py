"""Steps of TRL's GRPOTrainer on text: rollouts, reference, loss, gradients, AdamW."""

import argparse
import time

begin = time.perf_counter()

import peer

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--name", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--prompts", type=int, default=2)
parser.add_argument("--tokens", type=int, default=128)
parser.add_argument("--steps", type=int, default=10)
parser.add_argument("--warmup", type=int, default=2)
options = parser.parse_args()

torch = peer.torch_with(options.threads)
from datasets import Dataset
from transformers import AutoTokenizer, Qwen2ForCausalLM
from trl import GRPOConfig, GRPOTrainer

ROLLOUTS = 8
path = peer.model_path(options.model)
tokenizer = AutoTokenizer.from_pretrained(path, padding_side="left")
steps = options.steps + options.warmup
dataset = Dataset.from_dict({"prompt": peer.prompts(tokenizer, 64, steps * options.prompts)})


def reward(completions, **columns):
    return [1.0 if 200 <= len(text) <= 420 else 0.0 for text in completions]


trainer = GRPOTrainer(
    model=Qwen2ForCausalLM.from_pretrained(path, dtype=torch.float32),
    reward_funcs=reward,
    args=GRPOConfig(
        output_dir=peer.OUT,
        use_cpu=True,
        bf16=False,
        per_device_train_batch_size=options.prompts * ROLLOUTS,
        num_generations=ROLLOUTS,
        max_completion_length=options.tokens,
        max_steps=steps,
        beta=0.04,
        loss_type="grpo",
        learning_rate=1e-5,
        save_strategy="no",
        report_to=[],
        gradient_checkpointing=False,
        disable_tqdm=True,
        seed=0,
    ),
    train_dataset=dataset,
    processing_class=tokenizer,
)
steps = peer.step_times(trainer)
seconds = [end - start for start, end in steps]
peer.report(options.name, seconds[options.warmup :], start_seconds=steps[0][1] - begin)
