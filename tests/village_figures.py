"""Checks the figures that the village wrote: they must add up, and must not be empty."""

import json
import sys


def problems(figures):
    """What does not add up, each as one line."""
    wrong = []
    pairs = {"people": "hub_people", "tubes": "hub_tubes", "batches": "receipts", "accounted": "households"}
    for ours, hubs in pairs.items():
        if figures[ours] != figures[hubs]:
            wrong.append(f"{ours} is {figures[ours]}, {hubs} is {figures[hubs]}")
    if figures["tubes_sent"] != figures["tubes_present"] + figures["missing_tubes"]:
        wrong.append("tubes that were sent are neither present nor missing")
    exact = {"households": 200, "missing_tubes": 1, "conflicts": 1, "held": 0}
    wrong += [f"{key} is {figures[key]}, must be {must}" for key, must in exact.items() if figures[key] != must]
    least = {"people": 500, "boxes": 4, "contested_doors": 1, "to_sample_again": 1}
    wrong += [f"{key} is {figures[key]}, must be at least {low}" for key, low in least.items() if figures[key] < low]
    for key in ("households", "people", "tubes_without_records"):
        if figures["lost"][key] < 1:
            wrong.append(f"nothing was lost: {key}")
    return wrong


def main(path):
    """Reads the village's JSON; exit 1 with what is wrong."""
    with open(path, encoding="utf-8") as file:
        found = problems(json.load(file))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
