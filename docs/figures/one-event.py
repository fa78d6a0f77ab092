"""Draws one-event.png: every exact geometry of one event, and what a detector leaves of them.

Usage: one-event.py IMPLODE (needs numpy and gnuplot; a few seconds)
"""

import os
import subprocess
import sys
import tempfile

import numpy

EVENTS = 300
# In the plane and along the flight of the ions, and of the jet, in atomic units.
NOISE = ["--noise-plane", "2", "--noise-flight", "1", "--jet", "1.9"]
DRAWS = 600
HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    implode = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        def run(*arguments):
            subprocess.run([implode, *arguments], cwd=folder, check=True, capture_output=True)

        run("simulate", "--family", "random", "--rows", str(EVENTS), "--seed", "7", "--precise",
            "--out", "exact.csv")
        run("solve", "exact.csv", "--family", "random", "--out", "geometries.npz")
        event, geometries, weights = chosen(f"{folder}/geometries.npz")
        # The momenta of that event, once more with the noise of a detector.
        header, *rows = open(f"{folder}/exact.csv").read().splitlines()
        positions = ",".join(header.split(",")[:9]), ",".join(rows[event - 1].split(",")[:9])
        open(f"{folder}/positions.csv", "w").write("\n".join(positions) + "\n")
        run("simulate", "--positions", "positions.csv", "--precise", *NOISE, "--seed", "2", "--out",
            "measured.csv")
        run("solve", "measured.csv", "--family", "random", *NOISE, "--draws", str(DRAWS), "--out",
            "samples.npz")
        write(folder, geometries, weights, numpy.load(f"{folder}/samples.npz")["data"])
        script = os.path.join(HERE, "one-event.gp")
        output = os.path.join(HERE, "one-event.png")
        subprocess.run(["gnuplot", "-e", f"output='{output}'", script], cwd=folder, check=True)


def chosen(path):
    """The event with the most even weights among four geometries."""
    data = numpy.load(path)["data"]
    found = []
    for event in numpy.unique(data[:, 0]):
        rows = data[data[:, 0] == event]
        if len(rows) == 4:
            found.append((rows[:, 2].min(), int(event), rows))
    _, event, rows = max(found, key=lambda each: each[0])
    rows = rows[numpy.argsort(-rows[:, 2])]
    return event, rows[:, 6:].reshape(-1, 3, 3), rows[:, 2]


def bonds(places):
    return tuple(numpy.linalg.norm(places[atom] - places[0]) for atom in (1, 2))


def write(folder, geometries, weights, samples):
    first = geometries[0]
    x = first[2] - first[1]
    x /= numpy.linalg.norm(x)
    y = first[0] - first[1]
    y -= y @ x * x
    y /= numpy.linalg.norm(y)
    plane = numpy.stack([x, y], axis=-1)
    places = samples[:, 4:].reshape(-1, 3, 3)
    distances = ((places[:, None] - geometries[None]) ** 2).sum((2, 3))
    owner = distances.argmin(1)
    random = numpy.random.default_rng(1)
    shown = random.random(len(samples)) < samples[:, 2] / samples[:, 2].max()
    with open(f"{folder}/exact.dat", "w") as file:
        for geometry in geometries:
            file.write("%.4f %.4f\n" % bonds(geometry))
    for k, geometry in enumerate(geometries):
        with open(f"{folder}/geometry{k}.dat", "w") as file:
            for atom in [1, 0, 2]:
                file.write("%.4f %.4f %s\n" % (*(geometry[atom] @ plane), "COS"[atom]))
        mine = places[(owner == k) & shown] @ plane
        with open(f"{folder}/samples{k}.dat", "w") as file:
            for sample in mine:
                file.write(" ".join("%.4f" % value for value in sample.ravel()) + "\n")
        with open(f"{folder}/bonds{k}.dat", "w") as file:
            for sample in places[(owner == k) & shown]:
                file.write("%.4f %.4f\n" % bonds(sample))
        share = samples[owner == k, 2].sum()
        with open(f"{folder}/title{k}.dat", "w") as file:
            file.write(f"{100 * weights[k]:.0f} %, with noise {100 * share:.0f} %\n")


main()
