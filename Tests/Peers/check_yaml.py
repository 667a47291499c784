"""Compares how ruamel.yaml (YAML 1.2) reads a file with how sousvide does.

Reads lines `path<TAB>JSON` on standard input, the JSON being sousvide's tree with every scalar as a
pair of "plain" or "quoted" and its text. Prints what differs; exits with 1 when something does.
"""

import json
import sys

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode


def tree(node):
    if isinstance(node, ScalarNode):
        return ["plain" if node.style is None else "quoted", node.value]
    if isinstance(node, SequenceNode):
        return [tree(item) for item in node.value]
    assert isinstance(node, MappingNode)
    return {key.value: tree(value) for key, value in node.value}


failures = 0
for line in sys.stdin:
    path, text = line.rstrip("\n").split("\t", 1)
    with open(path, encoding="utf-8") as file:
        theirs = tree(YAML(typ="safe", pure=True).compose(file))
    if theirs != json.loads(text):
        failures += 1
        print(f"{path}: ruamel.yaml reads {theirs}, sousvide {text}")
sys.exit(1 if failures else 0)
