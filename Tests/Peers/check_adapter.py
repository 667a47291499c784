"""Loads a model folder and an adapter that Sousvide wrote with the peft library and compares logits.

usage: check_adapter.py FOLDER ADAPTER EXPECTED.safetensors [SAVED [TOLERANCE]]

EXPECTED holds the adapted model's `logits` [batch, tokens, vocabulary] and the model's inputs under
their names in transformers, as for check_checkpoint.py. With SAVED the library writes the adapter it
has read to that folder.
Exit code 0 when the library knows every tensor of the adapter and every logit is within TOLERANCE
(1e-4 absolute), adapted and merged; 1 with the difference otherwise.
"""
import json
import sys

import torch
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoModelForImageTextToText


def compare(kind, logits, expected, tolerance):
    if logits.shape != expected.shape:
        sys.exit(f"different: {kind}: shapes {tuple(logits.shape)} and {tuple(expected.shape)}")
    difference = (logits - expected).abs().max().item()
    if not difference <= tolerance:
        sys.exit(f"different: {kind}: logits by {difference}, more than {tolerance}")
    print(f"equal: {kind}: logits within {difference:.2e}")


def main(folder, adapter, expected_path, saved=None, tolerance="1e-4"):
    with open(folder + "/config.json", encoding="utf-8") as file:
        is_visual = json.load(file)["model_type"] == "qwen2_5_vl"
    loader = AutoModelForImageTextToText if is_visual else AutoModelForCausalLM
    base = loader.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    model = PeftModel.from_pretrained(base, adapter).eval()

    stored = load_file(adapter + "/adapter_model.safetensors")
    known = get_peft_model_state_dict(model)
    if stored.keys() != known.keys():
        sys.exit(f"different: tensors: {sorted(stored.keys() ^ known.keys())[:5]}")
    for name, tensor in stored.items():
        if not torch.equal(tensor, known[name]):
            sys.exit(f"different: tensor {name}")

    inputs = load_file(expected_path)
    expected = inputs.pop("logits")
    with torch.no_grad():
        compare("adapted", model(**inputs).logits, expected, float(tolerance))
        if saved:
            model.save_pretrained(saved)
        compare("merged", model.merge_and_unload()(**inputs).logits, expected, float(tolerance))


if __name__ == "__main__":
    main(*sys.argv[1:])
