"""Draws momentum-shapes.png: the disk of velocity shapes of OCS with its regions.

Usage: momentum-shapes.py IMPLODE (needs numpy and gnuplot; a minute)
"""

import os
import subprocess
import sys
import tempfile

import numpy

MASSES = numpy.array([12.011, 15.999, 32.06])
NAMES = "COS"
COLUMNS = [atom + axis for atom in "cos" for axis in "xyz"]
CELLS = 300
# Left, right, bottom and top of the whole disk and of the part where most events are.
WINDOWS = (-1.02, 1.02, -1.02, 1.02), (-0.32, 0.36, -0.36, 0.32)
# Bond lengths of OCS in bohr, C–O and C–S.
BONDS = 2.196, 2.938
HERE = os.path.dirname(os.path.abspath(__file__))


def velocities(q):
    """Three velocities (…, 3) with the shape q, as complex numbers of their plane."""
    a, b, c = MASSES
    first = (1 + q) / 2 / numpy.sqrt(a * b / (a + b))
    second = (q - 1) / 2j / numpy.sqrt(c * (a + b) / (a + b + c))
    v = numpy.stack([0 * first, first, b * first / (a + b) + second], axis=-1)
    return v - (v @ MASSES / MASSES.sum())[..., None]


def shape(v):
    a, b, c = MASSES
    first = numpy.sqrt(a * b / (a + b)) * (v[..., 1] - v[..., 0])
    second = numpy.sqrt(c * (a + b) / (a + b + c)) * (
        v[..., 2] - (a * v[..., 0] + b * v[..., 1]) / (a + b))
    return (first + 1j * second) / (first - 1j * second)


def excesses(q):
    """p_j²/m_i − p_i²/m_i − p_l²/m_l of the six pairs (i, j): positive inside the region."""
    squares = numpy.abs(velocities(q) * MASSES) ** 2
    return {
        (i, j): squares[..., j] / MASSES[i] - squares[..., i] / MASSES[i]
        - squares[..., 3 - i - j] / MASSES[3 - i - j]
        for i in range(3) for j in range(3) if i != j}


def save(path, data, prefix):
    numpy.savez(path, data=data, columns=numpy.array([prefix + c for c in COLUMNS]))


def flat(points):
    return numpy.stack([points.real, points.imag, 0 * points.real], axis=-1).reshape(len(points), 9)


def geometries(implode, folder, q):
    """How many geometries each shape of velocities has."""
    save(f"{folder}/p.npz", flat(velocities(q) * MASSES * 30), "p")
    subprocess.run([implode, "solve", "p.npz", "--out", "x.npz"], cwd=folder, check=True)
    with numpy.load(f"{folder}/x.npz") as file:
        names = [str(n) for n in file["columns"]]
        event, solution = (file["data"][:, names.index(n)].astype(int) for n in
                           ("event", "solution"))
    counts = numpy.zeros(len(q), int)
    numpy.maximum.at(counts, event - 1, solution)
    return counts


def bent(implode, folder, angles):
    """The shapes of velocities of OCS with these angles."""
    turn = numpy.exp(1j * numpy.radians(angles))
    # C, O, S counterclockwise.
    x = numpy.stack([0 * turn, BONDS[0] + 0 * turn, BONDS[1] * turn], axis=-1)
    save(f"{folder}/b.npz", flat(x), "")
    subprocess.run([implode, "simulate", "--positions", "b.npz", "--precise", "--out", "c.npz"],
                   cwd=folder, check=True)
    with numpy.load(f"{folder}/c.npz") as file:
        names = [str(n) for n in file["columns"]]
        p = file["data"][:, [names.index("p" + c) for c in COLUMNS]].reshape(-1, 3, 3)
    return shape((p[..., 0] + 1j * p[..., 1]) / MASSES)


def eroded(part):
    return (part & numpy.roll(part, 1, 0) & numpy.roll(part, -1, 0)
            & numpy.roll(part, 1, 1) & numpy.roll(part, -1, 1))


def middles(signed, counts):
    """A point deep inside each region of one signed count: (count, row, column).

    Where most of a region has one number of geometries, the point has it too.
    """
    found = []
    # Regions that touch at a point only are apart.
    rest = numpy.zeros(signed.shape, bool)
    for value in range(-2, 5):
        part = numpy.equal(signed, value).astype(bool)
        for _ in range(3):
            part = eroded(part)
        rest |= part
    while rest.any():
        i, j = numpy.argwhere(rest)[0]
        part, edge = numpy.zeros(signed.shape, bool), [(i, j)]
        part[i, j] = True
        while edge:
            a, b = edge.pop()
            for c, d in ((a + 1, b), (a - 1, b), (a, b + 1), (a, b - 1)):
                if rest[c, d] and signed[c, d] == signed[i, j] and not part[c, d]:
                    part[c, d] = True
                    edge.append((c, d))
        rest &= ~part
        part &= counts == numpy.bincount(counts[part].astype(int)).argmax()
        last, depth = part, 0
        while part.any():
            last, depth = part, depth + 1
            part = eroded(part)
        if depth > 5:
            found.append((signed[i, j], *numpy.argwhere(last).mean(axis=0)))
    return found


def main():
    implode = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        for number, (left, right, bottom, top) in enumerate(WINDOWS):
            x, y = numpy.linspace(left, right, CELLS), numpy.linspace(bottom, top, CELLS)
            q = x[None, :] + 1j * y[:, None]
            inside = numpy.abs(q) < 0.9995
            counts = numpy.full(q.shape, numpy.nan)
            counts[inside] = geometries(implode, folder, q[inside])
            # At the edge geometries are missing whose distances are too different for the table;
            # there are at least as many as the signs say.
            signed = sum((v > 0).astype(int) for v in excesses(q).values()) - 2
            counts = numpy.maximum(counts, abs(signed))
            write(folder, number, x, y, counts, numpy.where(inside, signed, None))
        angles = numpy.arange(180, 59, -1.0)
        track = bent(implode, folder, numpy.minimum(angles, 179.999))
        write_points(folder, angles, track)
        script = os.path.join(HERE, "momentum-shapes.gp")
        subprocess.run(["gnuplot", "-e", f"output = '{HERE}/momentum-shapes.png'", script],
                       cwd=folder, check=True)


def write(folder, number, x, y, counts, signed):
    """Numbers of geometries, the functions whose zeros bound the regions, and signed counts."""
    q = x[None, :] + 1j * y[:, None]

    def table(file, values, form):
        for row, rows in enumerate(values):
            for column, value in enumerate(rows):
                file.write(f"{x[column]:.4f} {y[row]:.4f} {value:{form}}\n")
            file.write("\n")

    with open(f"{folder}/counts{number}.dat", "w") as file:
        table(file, counts, ".0f")
    with open(f"{folder}/regions{number}.dat", "w") as file:
        for values in excesses(q).values():
            table(file, numpy.where(numpy.abs(q) < 1.02, values, numpy.nan), ".5g")
            file.write("\n")
    signed[[0, -1]] = None
    signed[:, [0, -1]] = None
    with open(f"{folder}/signed{number}.dat", "w") as file:
        for value, row, column in middles(signed, counts):
            text = f"{value:+d}".replace("-", "−") if value else "0"
            at = numpy.interp(column, range(CELLS), x), numpy.interp(row, range(CELLS), y)
            file.write(f"{at[0]:.4f} {at[1]:.4f} {text}\n")


def write_points(folder, angles, track):
    with open(f"{folder}/rest.dat", "w") as file:
        for atom in range(3):
            v = numpy.zeros(3, complex)
            v[atom - 2], v[atom - 1] = 1 / MASSES[atom - 2], -1 / MASSES[atom - 1]
            at = shape(v)
            file.write(f"{at.real:.4f} {at.imag:.4f} {NAMES[atom]}\n")
    with open(f"{folder}/bent.dat", "w") as file:
        for angle, at in zip(angles, track):
            file.write(f"{at.real:.5f} {at.imag:.5f} {angle:.0f}\n")


main()
