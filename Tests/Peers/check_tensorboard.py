"""Reads an event file that Sousvide wrote with TensorBoard's own reader, and compares it with the run's metrics.

usage: check_tensorboard.py EVENTS METRICS.jsonl

Exit code 0 when every number of every line is there at its tag and step; 1 with the difference otherwise, 77
without the package tensorboard.
"""
import json
import struct
import sys

try:
    from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
except ImportError:
    sys.exit(77)


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def main(events_path, metrics_path):
    events = list(LegacyEventFileLoader(events_path).Load())
    if events[0].file_version != "brain.Event:2":
        sys.exit(f"different: version {events[0].file_version!r}")
    found = {}
    for event in events[1:]:
        for value in event.summary.value:
            found.setdefault(value.tag, []).append((event.step, value.simple_value))
    count = 0
    with open(metrics_path, encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            is_step = record["kind"] == "step"
            for name, number in record["values"].items():
                tag = (record["stage"] if is_step else record["evaluation"]) + "/" + name
                known = [v for s, v in found.get(tag, []) if not is_step or s == record["step"]]
                if single(number) not in known:
                    sys.exit(f"different: {tag} at step {record['step']}: {number} is not in {known[:5]}")
            count += 1
    if count != len(events) - 1:
        sys.exit(f"different: {len(events) - 1} events for {count} lines")
    print(f"{count} events")


main(*sys.argv[1:])
