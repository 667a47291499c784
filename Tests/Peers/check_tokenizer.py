"""Compares a tokenizer that Sousvide trained and wrote with the `tokenizers` library.

usage: check_tokenizer.py FOLDER CASES.json

FOLDER holds tokenizer.json and tokenizer_config.json. CASES.json is an object with
  texts, ids       texts and the identifiers that Sousvide gives them
  decoded          what Sousvide decodes those identifiers to
  chat, chat_ids   optional: messages and the identifiers of the conversation, generation prompt included
  trained_on       optional: the texts it was trained on, to compare the merges with the library's
Exit code 0 when everything is equal; 1 with the first difference otherwise.
"""
import json
import sys

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers


def check(same, what, *details):
    if not same:
        sys.exit("different: " + what + "".join("\n  " + repr(d) for d in details))


def check_conversation(folder, chat, ids):
    from transformers import AutoTokenizer  # here, because importing it takes seconds

    auto = AutoTokenizer.from_pretrained(folder)
    theirs = auto.apply_chat_template(
        chat, tokenize=True, add_generation_prompt=True, return_dict=False)
    check(theirs == ids, "conversation", theirs, ids)
    check(auto.eos_token == "<|im_end|>", "end token", auto.eos_token)
    check(auto.pad_token == "<|endoftext|>", "pad token", auto.pad_token)


def library_merges(tokenizer, texts, size):
    """The merges that the library learns from the same texts."""
    pattern = tokenizer["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"]
    trained = Tokenizer(models.BPE())
    trained.normalizer = normalizers.NFC()
    trained.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
    ])
    trained.decoder = decoders.ByteLevel()
    trained.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False, special_tokens=[]))
    return json.loads(trained.to_str())["model"]


def main(folder, cases_path):
    with open(cases_path, encoding="utf-8") as file:
        cases = json.load(file)
    library = Tokenizer.from_file(folder + "/tokenizer.json")
    for text, ids, decoded in zip(cases["texts"], cases["ids"], cases["decoded"], strict=True):
        theirs = library.encode(text, add_special_tokens=False).ids
        check(theirs == ids, "identifiers", text, theirs, ids)
        theirs = library.decode(ids, skip_special_tokens=False)
        check(theirs == decoded, "decoding", ids, theirs, decoded)

    if "chat" in cases:
        check_conversation(folder, cases["chat"], cases["chat_ids"])
    if "trained_on" in cases:
        with open(folder + "/tokenizer.json", encoding="utf-8") as file:
            ours = json.load(file)
        size = len(ours["model"]["vocab"])
        theirs = library_merges(ours, cases["trained_on"], size)
        check(theirs["merges"] == ours["model"]["merges"], "merges",
              theirs["merges"][:20], ours["model"]["merges"][:20])
        check(theirs["vocab"] == ours["model"]["vocab"], "vocabulary")
    print(f"equal: {len(cases['texts'])} texts")


if __name__ == "__main__":
    main(*sys.argv[1:])
