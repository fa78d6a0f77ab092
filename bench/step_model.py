"""Models the time of training steps on an H200, launch by launch: no GPU has been measured yet.

Usage: step_model.py IMPLODE [--launches] [CONFIG …]

What a launch does comes from `implode bench --print-launches --json`, how many work-items of a kernel
a multiprocessor can hold from docs/gpu-kernels.txt. Each launch costs its start and the slowest of
these: its multiplications and additions, its memory, and what has to wait for something else: loads
that depend on a barrier. The constants below are from publications and from the machine code of the
kernels; times are within a factor of two at best, and better than that beside each other.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent

# An H200: multiprocessors, fused multiply-adds of fp32 and of TF32 (dense, mma.sync) per second, bytes
# per second of memory and of the second-level cache, and of the latter those of one multiprocessor.
MULTIPROCESSORS = 132
MULTIPLY_ADDS = 33e12
TENSOR_MULTIPLY_ADDS = 245e12
MEMORY = 4.3e12
CACHE, CACHE_BYTES, CACHE_OF_ONE = 5.5e12, 60e6, 5.5e12 / 132
# Seconds from the end of a kernel to the start of the next one on the same queue.
LAUNCH = 3e-6
# A load from the second-level cache and what follows it up to the next barrier.
LOAD = 0.35e-6
# The part of the peak that loops over tiles in local memory reach where nothing else limits them.
REACHED = 0.5

GOALS = {"cvae-energy": 40e-6, "cinn-proposal": 260e-6, "default": 25e-6, "cvae-wide": 250e-6}


def launches(implode, names):
    """The launches of each configuration."""
    result = collections.defaultdict(list)
    text = subprocess.run([implode, "bench", "--print-launches", "--json", *(names or ["all"])],
                          check=True, capture_output=True, text=True).stdout
    for line in text.splitlines():
        launch = json.loads(line)
        result[launch["config"]].append(launch)
    return result


def occupancies():
    """Percent of the 2,048 work-items of a multiprocessor, by kernel, on sm_90."""
    table = (ROOT / "docs/gpu-kernels.txt").read_text()
    rows = re.findall(r"^(\w+) +\d+ +\d+ \|[^|]*\| *\d+ +\d+ +\d+ +(\d+) ", table, re.M)
    # The standard tiles come first.
    return {kernel: int(percent) for kernel, percent in reversed(rows)}


def waves(launch, occupancy):
    """How many groups a multiprocessor computes one after another, and how many at a time."""
    resident = max(1, 2048 * occupancy.get(launch["kernel"], 25) // 100 // max(1, launch["items"]))
    groups = -(-launch["groups"] // MULTIPROCESSORS)
    return -(-groups // resident), min(groups, resident)


def memory_seconds(launch):
    moved = launch["bytes_read"] + launch["bytes_written"]
    return moved / (CACHE if moved < CACHE_BYTES else MEMORY)


def busy(launch):
    """The part of the multiprocessors that have a group."""
    return min(1.0, launch["groups"] / MULTIPROCESSORS)


def product_seconds(launch, occupancy, step=16, phase=2 * LOAD):
    """Tiles: a step of the depth after another, each with two barriers; tiles of few steps come last."""
    depths = [depth for depth in (launch["depth"], launch["rows"]) if depth]
    work = launch["multiply_adds"] + launch["weight_multiply_adds"]
    peak = TENSOR_MULTIPLY_ADDS if "warps" in launch["kernel"] else MULTIPLY_ADDS
    around = waves(launch, occupancy)[0]
    return max(work / (peak * REACHED * busy(launch)),
               (max(depths) + (around - 1) * min(depths)) / step * phase)


def interpreted_chain_seconds(launch, occupancy):
    """An operation after another, each looked up in a table: about 1,200 cycles; multiplications
    that read a number for each, and gradients of weights whose reads are 64 bytes apart."""
    around, groups = waves(launch, occupancy)[0], launch["groups"]
    of_group = launch["multiply_adds"] / groups / 28e9 + launch["weight_multiply_adds"] / groups / 4e9
    return around * (2 * launch["steps"] * 0.68e-6 + of_group)


def chain_seconds(launch, occupancy):
    """Steps with a barrier after each; a group streams all weights from the second-level cache."""
    around, together = waves(launch, occupancy)
    group = launch["multiply_adds"] / launch["groups"]
    one = MULTIPLY_ADDS / MULTIPROCESSORS
    return around * (launch["steps"] * LOAD + together * max(
        group / (one * REACHED), launch["bytes_of_weights"] / CACHE_OF_ONE))


def sum_seconds(launch, occupancy):
    """A loop over what a work-item reads, one load after another."""
    read = launch["bytes_read"] / max(1, launch["groups"] * launch["items"]) / 4
    return max(memory_seconds(launch), read * LOAD)


def elementwise_seconds(launch, occupancy):
    return max(memory_seconds(launch), 2 * LOAD)


FAMILIES = [
    (r"dense_(finish|gradient_sum)", elementwise_seconds),
    (r"dense", product_seconds),
    (r"chain", interpreted_chain_seconds),
    (r"gradient_norm|objective_sum", sum_seconds),
    (r"", elementwise_seconds),
]


def seconds(launch, occupancy):
    model = next(model for pattern, model in FAMILIES if re.match(pattern, launch["kernel"]))
    return LAUNCH + max(memory_seconds(launch), model(launch, occupancy))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("implode")
    parser.add_argument("configs", nargs="*")
    parser.add_argument("--launches", action="store_true")
    arguments = parser.parse_intermixed_args()
    occupancy = occupancies()
    print(f"{'configuration':16}{'batch':>6}{'launches':>9}{'step, us':>10}{'goal':>6}  slowest launch")
    for name, listed in launches(arguments.implode, arguments.configs).items():
        times = [(seconds(launch, occupancy), launch) for launch in listed]
        total, (most, slowest) = sum(t for t, _ in times), max(times, key=lambda time: time[0])
        goal = f"{1e6 * GOALS[name]:.0f}" if name in GOALS else ""
        print(f"{name:16}{listed[0]['batch']:6}{len(listed):9}{1e6 * total:10.1f}{goal:>6}  "
              f"{slowest['kernel']}, {1e6 * most:.1f} us")
        for t, launch in times if arguments.launches else []:
            print(f"    {launch['kernel']:30}{launch['groups']:7} groups{1e6 * t:9.1f} us")


if __name__ == "__main__":
    main()
