"""Validates recipes against the JSON Schema of recipes, with PyYAML and jsonschema.

    python3 Tests/Peers/validate_schema.py grammar/recipe.schema.json recipes/*.yaml

Prints one line for each file, `accepted PATH` or `rejected PATH: WHERE: WHY`; a file that PyYAML cannot
read is `unreadable PATH`. Whatever is rejected here must be rejected by `sousvide check` too. With
`--check SOUSVIDE` the program is asked, and the exit code is 1 when it accepts such a file.
"""

import json
import subprocess
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """Duplicate keys keep the last value, as in most readers; dates stay text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def keys_as_text(value):
    if isinstance(value, dict):
        return {str(key): keys_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [keys_as_text(item) for item in value]
    return value


def verdict(validator, path):
    try:
        with open(path, encoding="utf-8") as file:
            recipe = keys_as_text(yaml.load(file, Loader=Loader))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, TypeError):
        return "unreadable", ""
    error = jsonschema.exceptions.best_match(validator.iter_errors(recipe))
    if error is None:
        return "accepted", ""
    where = ".".join(str(key) for key in error.absolute_path) or "the recipe"
    return "rejected", f"{where}: {error.message.splitlines()[0][:160]}"


def main(arguments):
    program = None
    if arguments[:1] == ["--check"]:
        program, arguments = arguments[1], arguments[2:]
    with open(arguments[0], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    wrong = 0
    for path in arguments[1:]:
        word, reason = verdict(validator, path)
        print(f"{word} {path}" + (f": {reason}" if reason else ""))
        if program and word == "rejected":
            done = subprocess.run(
                [program, "check", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            if done.returncode == 0:
                print(f"WRONG: sousvide accepts {path}")
                wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
