"""Writes Tests/Fixtures/trl_advantages.json: advantages as TRL's own trainer computes them.

usage: make_advantages.py OUT.json

The statements of `GRPOTrainer._generate_and_score_completions` that turn rewards into advantages are
taken out of the installed TRL by name and run as they stand, on 200 random groups in which reward
functions return None. Rewards and weights are small multiples of 1/8, so that equal sums are equal in
every precision.
"""
import ast
import inspect
import json
import random
import sys
import textwrap
import types

import torch
import trl
from trl.trainer import grpo_trainer
from trl.trainer.utils import nanstd


def advantage_code():
    """From `unscorable_mask = …` to the line that clears what is NaN."""
    source = inspect.getsource(grpo_trainer.GRPOTrainer._generate_and_score_completions)
    body = ast.parse(textwrap.dedent(source)).body[0].body

    def assigns(statement, name):
        return isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in statement.targets)

    first = next(i for i, s in enumerate(body) if assigns(s, "unscorable_mask"))
    last = next(
        i for i, s in enumerate(body)
        if i > first and assigns(s, "advantages") and "nan_to_num" in ast.unparse(s))
    return compile(ast.Module(body=body[first:last + 1], type_ignores=[]), "trl", "exec")


def main(path):
    code = advantage_code()
    generator = random.Random(20261121)
    cases, groups = [], 0
    while groups < 200:
        size = generator.choice([2, 4, 8])
        count = generator.randint(1, 4)
        width = generator.randint(1, 4)
        missing = generator.choice([0.0, 0.1, 0.3, 0.6])
        weights = [generator.choice([0.25, 0.5, 1.0, 2.0]) for _ in range(width)]
        levels = generator.choice([[0, 1], [0, 1, 2, 4, 8], list(range(9))])
        rewards = [
            [None if generator.random() < missing else generator.choice(levels) / 8
             for _ in range(width)] for _ in range(size * count)]
        case = {
            "size": size, "weights": weights, "rewards": rewards,
            "scale": generator.choice(["group", "group", "batch", "none"]),
            "aggregate": generator.choice(["sum_then_normalize", "normalize_then_sum"]),
        }
        names = {
            "torch": torch, "nanstd": nanstd, "device": "cpu", "num_generations": size,
            "rewards_per_func": torch.tensor(
                [[float("nan") if r is None else r for r in row] for row in rewards]),
            "self": types.SimpleNamespace(
                multi_objective_aggregation=case["aggregate"], scale_rewards=case["scale"],
                reward_weights=torch.tensor(weights), reward_funcs=[None] * width),
        }
        exec(code, names)
        case["advantages"] = [round(a, 7) for a in names["advantages"].tolist()]
        cases.append(case)
        groups += count
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"made_with": {"trl": trl.__version__, "torch": torch.__version__},
                   "groups": groups, "cases": cases}, file, separators=(",", ":"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
