"""Checks the figures that the demo wrote: they must add up, and must not be empty."""

import json
import sys


def problems(figures):
    """What does not add up, each as one line."""
    wrong = []
    for ours, hubs in (("people", "hub_people"), ("tubes", "hub_tubes"), ("batches", "receipts")):
        if figures[ours] != figures[hubs]:
            wrong.append(f"{ours} is {figures[ours]}, {hubs} is {figures[hubs]}")
    least = {"people": 190, "distinct_people": 190, "tubes": 19, "batches": 1, "conflicts": 1, "kills": 1}
    wrong += [f"{key} is {figures[key]}, must be at least {low}" for key, low in least.items() if figures[key] < low]
    if figures["distinct_people"] > figures["people"]:
        wrong.append("more distinct people than people")
    if figures["link"]["failed"] < 1:
        wrong.append("the bad link never failed a request")
    return wrong


def main(path):
    """Reads the demo's JSON; exit 1 with what is wrong."""
    with open(path, encoding="utf-8") as file:
        found = problems(json.load(file))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
