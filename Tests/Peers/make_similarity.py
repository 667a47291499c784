"""Writes Tests/Fixtures/similarity_cases.json: BLEU and METEOR of pairs of texts, as NLTK computes them.

usage: make_similarity.py OUT.json

Words are runs of a to z and digits in lower case. METEOR runs without WordNet: no word has synonyms
but itself, which leaves the exact and the stem stage.
"""
import json
import random
import re
import sys
import warnings

import nltk
from nltk.translate.bleu_score import sentence_bleu
from nltk.translate.meteor_score import meteor_score

PAIRS = [
    ("The red square moves to the left side of the screen.", "A red square is moving left."),
    ("the cat sat on the mat", "the cat sat on the mat"),
    ("on the mat sat the cat", "the cat sat on the mat"),
    ("nothing in common", "zebra quartz"), ("one", "one"), ("one", "two words"), ("", "a reference"),
    ("running dogs quickly ran away from the burning houses",
     "The dog runs away quickly from a burned house"),
    ("a a a b", "a b a b"), ("the the the the the the the", "the cat is on the mat"),
    ("The chef chops onions, then fries them in oil until they are golden.",
     "The chef fries chopped onions in oil"),
    ("people were generalizing about oscillating fans",
     "A person generalizes about fans that oscillate"),
]


class NoWordNet:
    @staticmethod
    def synsets(word, pos=None):
        return []


def main(path):
    warnings.simplefilter("ignore")
    generator = random.Random(7)
    words = "red blue square circle moves moving moved left right up fast faster then and the a".split()
    pairs = PAIRS + [
        tuple(" ".join(generator.choices(words, k=generator.randint(1, 12))) for _ in range(2))
        for _ in range(40)]
    cases = []
    for predicted, truth in pairs:
        ours, theirs = (re.findall("[a-z0-9]+", text.lower()) for text in (predicted, truth))
        cases.append({
            "predicted": predicted, "truth": truth,
            "bleu": [sentence_bleu([theirs], ours, weights=[1 / n] * n) for n in (1, 2, 3, 4)],
            "meteor": meteor_score([theirs], ours, wordnet=NoWordNet),
        })
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"made_with": {"nltk": nltk.__version__}, "pairs": cases}, file,
                  separators=(",", ":"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
