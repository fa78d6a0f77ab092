"""Models the time of training steps on an H200, launch by launch: no GPU has been measured yet.

Usage: step_model.py IMPLODE [--launches] [CONFIG …] [NAME=VALUE …]

What a launch does comes from `implode bench --print-launches --json`, how many work-items of a kernel
a multiprocessor can hold from docs/gpu-kernels.txt. Each launch costs its start and the slowest of
these: its multiplications and additions, its memory, and what has to wait for something else: loads
that depend on a barrier. The constants below are from publications and from the machine code of the
kernels; times are within a factor of two at best, and better than that beside each other.
"""

import argparse
import collections
import json
import math
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
# What a work-item waits for at a barrier, beside loads from elsewhere: others, and local memory.
BARRIER = 0.15e-6
# The part of the peak that loops over tiles in local memory reach where nothing else limits them, and
# the layers of chains, which read a weight for every few multiplications.
REACHED, REACHED_BY_CHAINS = 0.5, 0.25

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


def occupancies(config):
    """Percent of the 2,048 work-items of a multiprocessor, by kernel, on sm_90."""
    found = {}
    for part in (ROOT / "docs/gpu-kernels.txt").read_text().split("\n\n"):
        if part.startswith(("kernels\n", f"{config}, ")):
            found |= {kernel: int(percent) for kernel, percent in re.findall(
                r"^(\w+) +\d+ +\d+ \|[^|]*\| *\d+ +\d+ +\d+ +(\d+) ", part, re.M)}
    return found


def waves(launch, occupancy):
    """How many groups a multiprocessor computes one after another, and how many at a time."""
    resident = max(1, 2048 * occupancy.get(launch["kernel"], 25) // 100 // max(1, launch["items"]))
    groups = -(-launch["groups"] // MULTIPROCESSORS)
    return -(-groups // resident), min(groups, resident)


def memory_seconds(launch):
    moved = launch["bytes_read"] + launch["bytes_written"]
    return moved / (CACHE if moved < CACHE_BYTES else MEMORY)


def busy(launch):
    """The part of all schedulers, four in a multiprocessor, that have a warp of 32 work-items."""
    warps = launch["items"] / 32 * max(1, launch["groups"] // MULTIPROCESSORS)
    return min(1.0, launch["groups"] / MULTIPROCESSORS) * min(1.0, warps / 4)


def product_seconds(launch, occupancy):
    """Tiles: a step of the depth after another, a barrier after each; those of few steps come last."""
    depths = [depth for depth in (launch["depth"], launch["rows"] // launch["parts"]) if depth] or [0]
    work = launch["multiply_adds"] + launch["weight_multiply_adds"]
    tensor = re.search("warps|f(16|32)$", launch["kernel"])
    peak = TENSOR_MULTIPLY_ADDS if tensor else MULTIPLY_ADDS
    around = waves(launch, occupancy)[0]
    return max(work / (peak * REACHED * busy(launch)),
               (max(depths) + (around - 1) * min(depths)) / launch["step"] * LOAD)


def chain_seconds(launch, occupancy):
    """Operations with barriers between them. Layers wait for their first weights, which every group
    reads from the second-level cache, and multiply four columns at a time."""
    around, together = waves(launch, occupancy)
    one = MULTIPLY_ADDS / MULTIPROCESSORS
    work = launch["multiply_adds"] / launch["groups"] / (one * REACHED_BY_CHAINS)
    layers = launch["bytes_of_weights"] > 0 and launch["steps"]
    return around * (launch["barriers"] * BARRIER + layers * LOAD
                     + together * max(work, launch["bytes_of_weights"] / CACHE_OF_ONE))


def sum_seconds(launch, occupancy):
    """A loop over what a work-item reads, four loads after another."""
    read = launch["bytes_read"] / max(1, launch["groups"] * launch["items"]) / 4
    return max(memory_seconds(launch), math.ceil(read / 4) * LOAD)


def elementwise_seconds(launch, occupancy):
    return max(memory_seconds(launch), 2 * LOAD)


FAMILIES = [
    (r"dense_(finish|input_gradient_sum)|weight_gradient_sum", elementwise_seconds),
    (r"dense|weight_gradients", product_seconds),
    (r"chain|\w+_step", chain_seconds),
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
    print(f"{'configuration':16}{'batch':>6}{'launches':>9}{'step, us':>10}{'goal':>6}  slowest launch")
    for name, listed in launches(arguments.implode, arguments.configs).items():
        occupancy = occupancies(name)
        times = [(seconds(launch, occupancy), launch) for launch in listed]
        total, (most, slowest) = sum(t for t, _ in times), max(times, key=lambda time: time[0])
        goal = f"{1e6 * GOALS[name]:.0f}" if name in GOALS else ""
        print(f"{name:16}{listed[0]['batch']:6}{len(listed):9}{1e6 * total:10.1f}{goal:>6}  "
              f"{slowest['kernel']}, {1e6 * most:.1f} us")
        for t, launch in times if arguments.launches else []:
            print(f"    {launch['kernel']:30}{launch['groups']:7} groups{1e6 * t:9.1f} us")


if __name__ == "__main__":
    main()
