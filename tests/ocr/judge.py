"""Answers beside the truth: what is right, what is left out, what is wrong."""

import difflib
from collections import Counter, defaultdict

STATUSES = ["accept", "accept_repaired", "review", "refuse"]
# Where a wrong value is a wrong identity, whatever the status says.
PROTECTED = {"number", "number18", "birth", "document_number", "birth_date", "expiry_date"}
# No check digit of a zone protects its sex; the number of a PRC card does.
PROTECTED_OF_CARDS = PROTECTED | {"sex"}
# Optional data is compared, but only a composite digit may protect it.
TEXTS = ["name", "ethnicity", "address", "surname", "given_names", "issuing_state", "nationality", "sex", "optional1", "optional2"]


def same(name, want, got):
    # A permit's zone prints two digits of the year.
    return got == want or name == "birth" and len(want) == 8 and got[2:] == want


class Judge:
    """Counts what the core made of each picture."""

    def __init__(self):
        self.statuses = defaultdict(Counter)
        self.fields = defaultdict(lambda: defaultdict(Counter))
        self.alike = defaultdict(list)
        self.wrong_accepts = []
        self.wrong_fields = []
        self.unprotected = []

    def judge(self, case, answer):
        status, fields = answer["status"], answer["fields"]
        group = "zone" if case["kind"] in ("mrz", "cn_exit_permit") else "card"
        self.statuses[group, case["condition"]][status] += 1
        self.statuses[case["document"], "*"][status] += 1
        protected = PROTECTED if group == "zone" else PROTECTED_OF_CARDS
        accepted = status.startswith("accept")
        wrong = []
        for name, want in case["truth"].items():
            got = fields.get(name)
            verdict = "absent" if got is None else "right" if same(name, want, got) else "wrong"
            self.fields[group, name][case["condition"]][verdict] += 1
            if got is not None:
                self.alike[group, name].append(difflib.SequenceMatcher(None, want, got, autojunk=False).ratio())
            if verdict == "wrong":
                wrong.append((name, want, got))
        # A value where the document has none, a document that is another.
        invented = [(name, "", got) for name, got in fields.items() if name in PROTECTED | set(TEXTS) and name not in case["truth"] and got not in ("", "<")]
        if accepted and answer["kind"] != case["kind"]:
            wrong.append(("kind", case["kind"], answer["kind"]))
        if accepted and answer["format"] not in (None, case["format"]):
            wrong.append(("format", case["format"], answer["format"]))
        for name, want, got in wrong + invented:
            found = {"case": case, "answer": answer, "name": name, "want": want, "got": got}
            if name not in protected and name not in ("kind", "format"):
                self.unprotected.append(found)
            elif accepted:
                self.wrong_accepts.append(found)
            else:
                self.wrong_fields.append(found)

    def failures(self):
        return len(self.wrong_accepts) + len(self.wrong_fields)

    def accepted(self, group):
        """The share of a group that nobody has to look at."""
        counts = sum((counts for (of, _), counts in self.statuses.items() if of == group), Counter())
        return (counts["accept"] + counts["accept_repaired"]) / max(1, sum(counts.values()))

    def report(self, conditions, documents):
        print("| pictures | n | " + " | ".join(STATUSES) + " |")
        print("|---|---|" + "---|" * len(STATUSES))
        keys = [(group, condition) for group in ("card", "zone") for condition in conditions]
        for key in keys + [(document, "*") for document in documents]:
            counts = self.statuses.get(key)
            if counts:
                total = sum(counts.values())
                shares = (f"{counts[status] / total:.0%}" for status in STATUSES)
                print(f"| {key[0]}, {key[1]} | {total} | " + " | ".join(shares) + " |")
        print("\nright % / wrong % (the rest is left out); last, how alike what is given is to the truth")
        print("| field | " + " | ".join(conditions) + " | every | alike |")
        print("|---|" + "---|" * (len(conditions) + 2))
        for (group, name), by_condition in sorted(self.fields.items()):
            cells = [by_condition[condition] for condition in conditions]
            cells.append(sum(cells, Counter()))
            alike = self.alike[group, name]
            share = f"{sum(alike) / len(alike):.0%}" if alike else ""
            print(f"| {group} {name} | " + " | ".join(self.cell(counts) for counts in cells) + f" | {share} |")

    @staticmethod
    def cell(counts):
        total = sum(counts.values())
        return f"{100 * counts['right'] / total:.0f}/{100 * counts['wrong'] / total:.0f}" if total else ""

    def show(self, found, title):
        case, answer = found["case"], found["answer"]
        print(f"{title}: picture {case['id']}, {case['document']}, {case['condition']}: {found['name']} is {found['want']!r}, was read as {found['got']!r}")
        print(f"  {answer['status']} {answer['kind']} {answer['format']} {answer['problems']}")
        for line in case["lines"]:
            print(f"  | {line}")
