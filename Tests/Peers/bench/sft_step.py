"""Steps of TRL's SFTTrainer: 16 texts of 256 tokens."""

import argparse

import peer

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--name", required=True)
parser.add_argument("--model", default="tiny-lm")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--steps", type=int, default=10)
options = parser.parse_args()

torch = peer.torch_with(options.threads)
from datasets import Dataset
from transformers import AutoTokenizer, Qwen2ForCausalLM
from trl import SFTConfig, SFTTrainer

BATCH, LENGTH, WARMUP = 16, 256, 2
path = peer.model_path(options.model)
tokenizer = AutoTokenizer.from_pretrained(path)
steps = options.steps + WARMUP
# Longer than the longest allowed, and so cut to exactly its length.
dataset = Dataset.from_dict({"text": peer.prompts(tokenizer, LENGTH + 8, steps * BATCH)})

trainer = SFTTrainer(
    model=Qwen2ForCausalLM.from_pretrained(path, dtype=torch.float32),
    args=SFTConfig(
        output_dir=peer.OUT,
        use_cpu=True,
        bf16=False,
        per_device_train_batch_size=BATCH,
        max_length=LENGTH,
        max_steps=steps,
        learning_rate=1e-5,
        save_strategy="no",
        report_to=[],
        gradient_checkpointing=False,
        disable_tqdm=True,
        dataset_text_field="text",
        seed=0,
    ),
    train_dataset=dataset,
    processing_class=tokenizer,
)
seconds = [end - start for start, end in peer.step_times(trainer)]
peer.report(options.name, seconds[WARMUP:])
