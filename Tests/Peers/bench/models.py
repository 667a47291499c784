"""Writes the models that both sides are measured on, with random weights, where they are missing."""

import os
import random

import peer

VOCABULARY = 2048
SPECIAL = (
    "<|endoftext|> <|im_start|> <|im_end|> <|object_ref_start|> <|object_ref_end|> <|box_start|> "
    "<|box_end|> <|quad_start|> <|quad_end|> <|vision_start|> <|vision_end|> <|vision_pad|> "
    "<|image_pad|> <|video_pad|>"
).split()
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def write_tokenizer(path):
    """A byte-level BPE tokenizer as Qwen2's, learned from made-up words; ids of the special tokens."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
    from tokenizers import pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), behavior="isolated", invert=False),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    dice = random.Random(7)

    def syllables():
        return "".join(
            dice.choice("bcdfghklmnprstvz") + dice.choice("aeiou") for _ in range(dice.randint(1, 4))
        )

    source = peer.sentences(1)
    texts = [next(source) for _ in range(6000)]
    texts += [" ".join(syllables() for _ in range(12)) for _ in range(20000)]
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=VOCABULARY - len(SPECIAL),
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        ),
    )
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    assert tokenizer.get_vocab_size() == VOCABULARY
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>"
    ).save_pretrained(path)
    return {token: tokenizer.token_to_id(token) for token in SPECIAL}


def ends(ids):
    return {
        "bos_token_id": ids["<|endoftext|>"],
        "eos_token_id": ids["<|im_end|>"],
        "pad_token_id": ids["<|endoftext|>"],
    }


def text_model(ids, vocabulary, hidden, layers, heads, shared_heads, inner):
    from transformers import Qwen2Config, Qwen2ForCausalLM

    return Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=vocabulary,
            hidden_size=hidden,
            intermediate_size=inner,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            num_key_value_heads=shared_heads,
            rms_norm_eps=1e-6,
            max_position_embeddings=32768,
            tie_word_embeddings=True,
            rope_parameters={"rope_type": "default", "rope_theta": 1e6},
            use_sliding_window=False,
            **ends(ids),
        )
    )


def video_model(ids):
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    return Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(
            text_config={
                "vocab_size": VOCABULARY,
                "hidden_size": 256,
                "intermediate_size": 704,
                "num_hidden_layers": 4,
                "num_attention_heads": 4,
                "num_key_value_heads": 2,
                "rms_norm_eps": 1e-6,
                "max_position_embeddings": 32768,
                "use_sliding_window": False,
                "rope_parameters": {
                    "rope_type": "default",
                    "rope_theta": 1e6,
                    "mrope_section": [8, 12, 12],
                },
                **ends(ids),
            },
            vision_config={
                "depth": 4,
                "hidden_size": 128,
                "num_heads": 4,
                "intermediate_size": 344,
                "out_hidden_size": 256,
                "patch_size": 14,
                "temporal_patch_size": 2,
                "spatial_merge_size": 2,
                "window_size": 56,
                "fullatt_block_indexes": [1, 3],
                "tokens_per_second": 2,
            },
            image_token_id=ids["<|image_pad|>"],
            video_token_id=ids["<|video_pad|>"],
            vision_start_token_id=ids["<|vision_start|>"],
            vision_end_token_id=ids["<|vision_end|>"],
            tie_word_embeddings=False,
        )
    )


def randomise(model):
    """Weights of a usual size: matrices around 0, norms around 1."""
    import torch

    dice = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        with torch.no_grad():
            if parameter.dim() >= 2:
                parameter.copy_(torch.randn(parameter.shape, generator=dice) * 0.02)
            else:
                parameter.add_(torch.randn(parameter.shape, generator=dice) * 0.1)
    return model


def main():
    build = {
        "tiny-lm": lambda ids: text_model(ids, VOCABULARY, 256, 4, 4, 2, 704),
        "tiny-vl": video_model,
        "qwen05b-lm": lambda ids: text_model(ids, 151936, 896, 24, 14, 2, 4864),
    }
    for name, make in build.items():
        path = peer.model_path(name)
        if os.path.exists(os.path.join(path, "model.safetensors")):
            continue
        ids = write_tokenizer(path)
        randomise(make(ids).float()).save_pretrained(path)
        print("wrote", name)


if __name__ == "__main__":
    main()
