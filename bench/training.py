"""Compares training steps of Implode and PyTorch on the same CPU or GPU.

Usage: training.py IMPLODE [--backend cpu|opencl] [--rounds 5] [--seconds 2] [--threads N]
                           [--batch 0|N] [--only NAME] [--json FILE]

Both make whole steps (gather, forward, loss, backward, clipping, Adam) of the same networks in
32-bit floats, in alternation, for several rounds. The ratio within a round is what matters, because
the machine may have other work. For PyTorch the fastest of several modes counts: eager with Adam,
eager with fused Adam, torch.compile of the loss with fused Adam, and on a GPU the whole step as a CUDA
graph, also with matrix products in TF32. It is determined before the first round.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import time

import torch

from machine import cpu
from peers import PEERS, Training

WAYS = {
    "eager": dict(fused=False),
    "fused": dict(fused=True),
    "compile": dict(fused=True, compiled=True),
}
GPU_WAYS = {
    "graph": dict(fused=True, graph=True),
    "graph, TF32": dict(fused=True, graph=True, tf32=True),
    "compile, TF32": dict(fused=True, compiled=True, tf32=True),
}


def rate(training, seconds):
    """Rows per second: the median over groups of steps."""
    def timed(steps):
        start = time.perf_counter()
        for _ in range(steps):
            training.step()
        training.synchronize()
        return time.perf_counter() - start

    timed(2)
    steps = max(1, int(seconds / 9 / max(1e-6, timed(1))))
    rates, spent = [], 0.0
    while len(rates) < 3 or spent < seconds:
        spent += (elapsed := timed(steps))
        rates.append(steps * training.batch / elapsed)
    return statistics.median(rates)


def implode(arguments, peer, batch):
    command = [arguments.implode, "bench", peer.name, *peer.changes, "--json",
               "--backend", arguments.backend, "--batch", str(batch),
               "--seconds", str(arguments.seconds)]
    if arguments.backend == "cpu":
        command += ["--threads", str(arguments.threads)]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(result.stdout)[-1]


def candidates(peer, batch, seconds, device):
    """Every mode that works here, with its rate."""
    found = {}
    for name, options in (WAYS if device == "cpu" else WAYS | GPU_WAYS).items():
        try:
            training = Training(peer, batch, device=device, **options)
            found[name] = (rate(training, seconds), training)
        except Exception as error:  # torch.compile needs a C++ compiler
            print(f"  {name} does not work here: {error}".splitlines()[0], file=sys.stderr)
    return found


def compare(arguments, peer, batch):
    device = "cpu" if arguments.backend == "cpu" else "cuda"
    found = candidates(peer, batch, arguments.seconds, device)
    way, (_, training) = max(found.items(), key=lambda item: item[1][0])
    rounds = []
    for _ in range(arguments.rounds):
        ours = implode(arguments, peer, batch)
        theirs = rate(training, arguments.seconds)
        rounds.append(dict(
            implode=ours["rows_per_second"], pytorch=theirs,
            ratio=ours["rows_per_second"] / theirs, share=ours["share_of_peak"]))
    middle = {key: statistics.median(r[key] for r in rounds)
              for key in ("implode", "pytorch", "ratio")}
    shares = [r["share"] for r in rounds if r["share"]]
    return dict(
        network=peer.name, batch=batch, way=way, flops_per_row=ours["flops_per_row"],
        rows_per_second=middle["implode"], pytorch_rows_per_second=middle["pytorch"],
        pytorch_ways={name: r for name, (r, _) in found.items()}, ratio=middle["ratio"],
        ratios=[r["ratio"] for r in rounds],
        share_of_peak=statistics.median(shares) if shares else None)


def title_of(backend, threads):
    place = torch.cuda.get_device_name() if backend == "opencl" else \
        f"{cpu()}; {threads} threads"
    return f"{place}; PyTorch {torch.__version__}; {datetime.date.today()}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("implode")
    parser.add_argument("--backend", choices=["cpu", "opencl"], default="cpu")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--batch", type=int, default=0)
    parser.add_argument("--only")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    title = title_of(arguments.backend, arguments.threads)
    print(title)
    print(f"{'network':14} {'batch':>5} {'Implode':>10} {'PyTorch':>10}  {'fastest':8} "
          f"{'ratio':>5}  {'rounds':13} {'flops/row':>10} {'of peak':>7}")
    results = []
    for peer in PEERS:
        if arguments.only not in (None, peer.name):
            continue
        for batch in [arguments.batch] if arguments.batch else [peer.batch, 4096]:
            torch.compiler.reset()
            result = compare(arguments, peer, batch)
            results.append(result)
            low, high = min(result["ratios"]), max(result["ratios"])
            share = result["share_of_peak"]
            print(f"{peer.name:14} {batch:5} {result['rows_per_second']:10,.0f} "
                  f"{result['pytorch_rows_per_second']:10,.0f}  {result['way']:8} "
                  f"{result['ratio']:5.2f}  {low:5.2f} … {high:5.2f} "
                  f"{result['flops_per_row']:10,} "
                  f"{'' if share is None else format(share, '7.0%')}", flush=True)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(dict(title=title, results=results), file, indent=1)


if __name__ == "__main__":
    main()
