"""Compares whole commands of Implode with a Python program that uses PyTorch and pyarrow.

Usage: commands.py IMPLODE [--rounds 5] [--threads N] [--only NAME] [--json FILE]

Times are those a user waits for, from the shell: to the first training step, and from momenta in a
CSV file to sampled positions in an NPZ file. The two run in alternation; the ratio within a round is
what matters. For Python the time without the imports is printed too.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from peers import PEERS
from training import title_of

HERE = os.path.dirname(os.path.abspath(__file__))


def timed(command, environment=None):
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return time.perf_counter() - start, done.stdout


class Contest:
    def __init__(self, arguments):
        self.implode = arguments.implode
        self.threads, self.rounds = arguments.threads, arguments.rounds
        self.environment = os.environ | {"OMP_NUM_THREADS": str(arguments.threads)}

    def own(self, *command):
        threads = ["--backend", "cpu", "--threads", str(self.threads)]
        return timed([self.implode, *command, *threads])[0]

    def other(self, *command):
        program = os.path.join(HERE, "program.py")
        whole, inner = timed([sys.executable, program, *command], self.environment)
        return whole, float(inner)

    def compare(self, name, own, other):
        rounds = []
        for _ in range(self.rounds + 1):
            ours = self.own(*own)
            whole, inner = self.other(*other)
            rounds.append(dict(implode=ours, pytorch=whole, pytorch_after_imports=inner))
        rounds = rounds[1:]  # the first fills caches
        middle = {k: statistics.median(r[k] for r in rounds) for k in rounds[0]}
        ratios = [r["pytorch"] / r["implode"] for r in rounds]
        inner = [r["pytorch_after_imports"] / r["implode"] for r in rounds]
        print(f"{name:44} {middle['implode']:8.2f} {middle['pytorch']:8.2f} "
              f"{middle['pytorch_after_imports']:8.2f} {statistics.median(ratios):6.1f} "
              f"{min(ratios):5.1f} … {max(ratios):5.1f} {statistics.median(inner):6.1f}", flush=True)
        return dict(task=name, rounds=rounds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("implode")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--only")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    contest, results = Contest(arguments), []
    title = title_of("cpu", arguments.threads)
    print(title)
    print(f"{'seconds':44} {'Implode':>8} {'Python':>8} {'without':>8} {'ratio':>6} "
          f"{'rounds':>13} {'without imports':>6}")
    with tempfile.TemporaryDirectory() as folder:
        few, many = (os.path.join(folder, name) for name in ("few.csv", "many.csv"))
        for rows, path in ((20_000, few), (200_000, many)):
            subprocess.run([contest.implode, "simulate", "--family", "random", "--rows", str(rows),
                            "--out", path], check=True, capture_output=True)
        for peer in PEERS:
            if arguments.only not in (None, peer.name):
                continue
            run, out = os.path.join(folder, peer.name), os.path.join(folder, "out.npz")
            timed([contest.implode, "train", peer.name, *peer.changes, "training.epochs=1",
                   "--data", few, "--out", run, "--backend", "cpu", "--progress", "none"])
            for rows, path in (("20,000", few), ("200,000", many)):
                results.append(contest.compare(
                    f"{peer.name}: first step, {rows} rows",
                    ["train", peer.name, *peer.changes, "--data", path, "--dry-run"],
                    ["first-step", peer.name, path]))
            for rows, path, samples in (("20,000", few, 50), ("200,000", many, 1)):
                results.append(contest.compare(
                    f"{peer.name}: {rows} rows, {samples} samples each",
                    ["predict", run, path, "--samples", str(samples), "--out", out],
                    ["predict", peer.name, path, str(samples), out]))
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(dict(title=title, results=results), file, indent=1)


if __name__ == "__main__":
    main()
