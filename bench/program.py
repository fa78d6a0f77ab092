"""The same tasks in PyTorch: to the first training step, or from momenta to positions.

Usage: program.py first-step NAME DATA.csv
       program.py predict NAME MOMENTA.csv SAMPLES OUT.npz

It begins with the imports, as any program does, and ends by printing the seconds that came after
them.
"""

import os
import sys
import time

import numpy
import pyarrow
import torch
from pyarrow import csv

from peers import PEERS

POSITIONS = [a + x for a in "cos" for x in "xyz"]
MOMENTA = ["p" + name for name in POSITIONS]
MASSES = torch.tensor([21894.71361, 29164.39289, 58441.80487])
BATCH = 16_384


def columns(path, names):
    table = csv.read_csv(path, convert_options=csv.ConvertOptions(
        include_columns=names, column_types={name: pyarrow.float32() for name in names}))
    return torch.from_numpy(numpy.column_stack([c.to_numpy() for c in table.columns]))


def first_step(peer, path):
    data = columns(path, POSITIONS + MOMENTA)
    train = data[torch.randperm(len(data))[:int(0.7 * len(data))]]
    train = (train - train.mean(0)) / train.std(0).clamp_min(1e-12)
    x, p = train[:, :peer.targets].contiguous(), train[:, 9:].contiguous()
    model = peer.make()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)
    rows = torch.randperm(len(x))[:peer.batch]
    model.loss(x[rows], p[rows]).backward()
    optimizer.step()


def predict(peer, path, samples, out):
    momenta = columns(path, MOMENTA)
    # A trained model stores its scalers; any values will do for timing.
    conditions = (momenta - momenta.mean(0)) / momenta.std(0)
    model = peer.make().eval()
    scale, shift = torch.linspace(1, 2, peer.targets), torch.linspace(-1, 1, peer.targets)
    positions = torch.empty(len(momenta), samples, 9)
    with torch.inference_mode():
        # All samples of some rows at a time: large batches, whatever the number of samples.
        rows = max(1, BATCH // samples)
        for start in range(0, len(momenta), rows):
            part = conditions[start:start + rows].repeat_interleave(samples, 0)
            x = torch.addcmul(shift, model.sample(part), scale)
            if peer.targets == 6:
                c, o = x.split(3, 1)
                x = torch.cat([x, -(MASSES[0] * c + MASSES[1] * o) / MASSES[2]], 1)
            positions[start:start + rows] = x.view(-1, samples, 9)
    numpy.savez(out, positions=positions.numpy())


def main(task, name, path, *rest):
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    peer = next(peer for peer in PEERS if peer.name == name)
    start = time.perf_counter()
    if task == "first-step":
        first_step(peer, path)
    else:
        predict(peer, path, int(rest[0]), rest[1])
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main(*sys.argv[1:])
