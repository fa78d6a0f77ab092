"""Times making data sets, and reading them with Implode, pandas and pyarrow.

Usage: tables.py IMPLODE READ_BENCH [--rows 1000000] [--rounds 5] [--json FILE]

Every reader makes 32-bit floats of the same file, in turn, several rounds; what counts is the ratio
within a round, as machines have other things to do. pandas and pyarrow are told the columns' type,
so that none of them guesses, and pyarrow's memory pool is its own.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import tempfile
import time

import numpy
import pandas
import pyarrow
from pyarrow import csv as arrow_csv

from machine import cpu

NAMES = [a + x for a in "cos" for x in "xyz"]
NAMES += ["p" + name for name in NAMES]


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def with_pandas(path, threads):
    return pandas.read_csv(path, dtype=numpy.float32).to_numpy()


def with_arrow(path, threads):
    pyarrow.set_cpu_count(threads)
    table = arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(use_threads=threads > 1),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pyarrow.float32() for name in NAMES}
        ),
    )
    # Training reads rows; Arrow keeps columns.
    return numpy.column_stack([column.to_numpy() for column in table.columns])


def with_arrow_columns(path, threads):
    pyarrow.set_cpu_count(threads)
    return arrow_csv.read_csv(
        path,
        read_options=arrow_csv.ReadOptions(use_threads=threads > 1),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: pyarrow.float32() for name in NAMES}
        ),
    )


def with_implode(reader, path, threads):
    answer = json.loads(subprocess.check_output([reader, path, str(threads), "1"]))
    return answer["seconds"][0], answer["peak_mib"]


def simulate(implode, rows, path, *options):
    command = [implode, "simulate", "--family", "random", "--rows", str(rows), "--out", path]
    return timed(lambda: subprocess.check_output([*command, *options]))[0]


RESULTS = []


def line(name, seconds, rows, ratios=None, **what):
    RESULTS.append(dict(name=name, rows=rows, seconds=seconds, ratios=ratios, **what))
    ratio = ""
    if ratios:
        ratio = f"{statistics.median(ratios):8.2f}   {min(ratios):.2f} to {max(ratios):.2f}"
    median = statistics.median(seconds)
    print(f"  {name:34}{median:8.2f} s {rows / median / 1e6:8.2f} M rows/s {ratio}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("implode")
    parser.add_argument("reader")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    implode, reader = arguments.implode, arguments.reader
    rows, rounds = arguments.rows, arguments.rounds
    cores = len(os.sched_getaffinity(0))
    title = (f"{cpu()}; pandas {pandas.__version__}, pyarrow {pyarrow.__version__}; "
             f"{datetime.date.today()}")
    print(title)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "data.csv")
        print(f"\nMaking {rows:,} rows of the family random")
        line("to CSV", [simulate(implode, rows, path) for _ in range(3)], rows)
        digits = [simulate(implode, rows, path + "17", "--digits", "17") for _ in range(3)]
        line("to CSV of 17 digits", digits, rows)
        os.remove(path + "17")
        for threads in sorted({1, cores}):
            compare(reader, path, rows, rounds, threads)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(dict(title=title, results=RESULTS), file, indent=1)


def compare(reader, path, rows, rounds, threads):
    size = os.path.getsize(path) / 1e6
    print(f"\nReading {rows:,} rows of 18 columns, {size:.0f} MB, {threads} thread(s)")
    print(f"  {'':34}{'median':>10} {'':19} slowdown relative to Implode (range)")
    others = {"pyarrow, rows": with_arrow, "pyarrow, its own columns": with_arrow_columns}
    if threads == 1:
        others["pandas"] = with_pandas
    times = {name: [] for name in ["Implode", *others]}
    for _ in range(rounds):
        seconds, peak = with_implode(reader, path, threads)
        times["Implode"].append(seconds)
        for name, read in others.items():
            times[name].append(timed(lambda: read(path, threads))[0])
    line("Implode", times["Implode"], rows, threads=threads)
    for name in others:
        ratios = [other / own for other, own in zip(times[name], times["Implode"])]
        line(name, times[name], rows, ratios, threads=threads)
    print(f"  peak memory of Implode {peak} MiB; the table is {rows * 18 * 4 / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
