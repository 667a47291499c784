"""Loads a checkpoint folder that Sousvide wrote in transformers and compares logits.

usage: check_checkpoint.py FOLDER EXPECTED.safetensors [TOLERANCE]

EXPECTED holds `logits` [batch, tokens, vocabulary] and the model's inputs under their names in
transformers: `input_ids`, and where the model has a vision tower `pixel_values_videos`,
`video_grid_thw`, `mm_token_type_ids`, `position_ids`, ...
Exit code 0 when every logit is within TOLERANCE (1e-4 absolute); 1 with the difference otherwise.
"""
import json
import sys

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoModelForImageTextToText


def main(folder, expected_path, tolerance="1e-4"):
    with open(folder + "/config.json", encoding="utf-8") as file:
        is_visual = json.load(file)["model_type"] == "qwen2_5_vl"
    loader = AutoModelForImageTextToText if is_visual else AutoModelForCausalLM
    model, report = loader.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        if report[kind]:
            sys.exit(f"different: {kind}: {sorted(report[kind])[:5]}")
    inputs = load_file(expected_path)
    expected = inputs.pop("logits")
    with torch.no_grad():
        logits = model.eval()(**inputs).logits
    if logits.shape != expected.shape:
        sys.exit(f"different: shapes {tuple(logits.shape)} and {tuple(expected.shape)}")
    difference = (logits - expected).abs().max().item()
    if not difference <= float(tolerance):
        sys.exit(f"different: logits by {difference}, more than {tolerance}")
    print(f"equal: logits within {difference:.2e}")


if __name__ == "__main__":
    main(*sys.argv[1:])
