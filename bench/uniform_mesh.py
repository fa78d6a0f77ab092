"""Counts the exact geometries that a search from a uniform mesh of shapes misses.

Usage: uniform_mesh.py IMPLODE [--divisions 8] [--rows 20000]

The mesh is an icosahedron whose triangles are divided into four so many times, on the sphere of
shapes of OCS; atoms on a line are its equator, and only the northern half is exploded. Every triangle
whose image holds an event, by straight lines between its corners, gives a start for Newton's method.
Geometries that `implode solve` lists and that are not found so are counted: they are close to a
collision of two atoms, where the image of a triangle is not near the triangle of the images.
"""

import argparse
import os
import subprocess
import tempfile

import numpy

MASSES = 12.011, 15.999, 32.06
COLUMNS = [atom + axis for atom in "cos" for axis in "xyz"]


def jacobi(x):
    """Mass-weighted Jacobi vectors ζ₁, ζ₂ of points x (…, 3) as complex numbers of their plane."""
    a, b, c = MASSES
    first = numpy.sqrt(a * b / (a + b)) * (x[..., 1] - x[..., 0])
    middle = (a * x[..., 0] + b * x[..., 1]) / (a + b)
    second = numpy.sqrt(c * (a + b) / (a + b + c)) * (x[..., 2] - middle)
    return first, second


def shape(x):
    """(ζ₁ + iζ₂)/(ζ₁ − iζ₂): below 1 in size for atoms that run counterclockwise."""
    first, second = jacobi(x)
    return (first + 1j * second) / (first - 1j * second)


def places(q):
    """Atoms with this shape, their center of mass at 0."""
    a, b, c = MASSES
    first, second = (1 + q) / 2, (q - 1) / 2j
    apart = first / numpy.sqrt(a * b / (a + b))
    third = second / numpy.sqrt(c * (a + b) / (a + b + c))
    x = numpy.stack([0 * apart, apart, a * 0 + b * apart / (a + b) + third], axis=-1)
    x = x / numpy.abs(x[..., 1] - x[..., 0])[..., None].clip(1e-300)
    return x - (x @ numpy.array(MASSES) / sum(MASSES))[..., None]


def icosphere(divisions):
    """Corners and triangles of a divided icosahedron; the equator is a plane of its symmetry."""
    g = (1 + 5**0.5) / 2
    corners = [(s, t * g, 0) for s in (1, -1) for t in (1, -1)]
    corners = numpy.array([numpy.roll(p, k) for p in corners for k in range(3)])
    sides = numpy.linalg.norm(corners[:, None] - corners[None], axis=-1) < 2.1
    triangles = numpy.array(
        [(i, j, k) for i in range(12) for j in range(i) for k in range(j)
         if sides[i, j] and sides[j, k] and sides[i, k]])
    corners = corners / numpy.linalg.norm(corners[0])
    for _ in range(divisions):
        edges = numpy.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]], axis=-1)
        unique, number = numpy.unique(edges.reshape(-1, 2), axis=0, return_inverse=True)
        middles = corners[unique].sum(axis=1)
        middles /= numpy.linalg.norm(middles, axis=1)[:, None]
        m = len(corners) + number.reshape(-1, 3)
        corners = numpy.concatenate([corners, middles])
        a, b, c = triangles.T
        triangles = numpy.concatenate(
            [numpy.stack(t, axis=1) for t in
             [(a, m[:, 0], m[:, 2]), (b, m[:, 1], m[:, 0]), (c, m[:, 2], m[:, 1]), m.T]])
    return corners, triangles


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder

    def run(self, *arguments):
        subprocess.run([self.path, *arguments], check=True, capture_output=True, cwd=self.folder)

    def read(self, name, columns):
        with numpy.load(os.path.join(self.folder, name)) as file:
            names = [str(n) for n in file["columns"]]
            return file["data"][:, [names.index(c) for c in columns]]

    def explode(self, q):
        """Shapes of the velocities of shapes of positions."""
        x = places(q)
        # Distances of a few bohr, whatever the shape: the largest is 4.
        gaps = numpy.abs(x - numpy.roll(x, 1, axis=-1)).max(axis=-1)
        x = x * (4 / gaps)[:, None]
        data = numpy.stack([x.real, x.imag, 0 * x.real], axis=-1).reshape(len(x), 9)
        numpy.savez(os.path.join(self.folder, "x.npz"), data=data, columns=numpy.array(COLUMNS))
        self.run("simulate", "--positions", "x.npz", "--precise", "--out", "y.npz", "--force")
        return shape(velocities(self.read("y.npz", ["p" + c for c in COLUMNS]), flat=True))


def velocities(p, flat=False):
    v = p.reshape(-1, 3, 3) / numpy.array(MASSES)[:, None]
    return v[..., 0] + 1j * v[..., 1] if flat else v


def planar(rows):
    """Points of rows (n, 3, 3) in their plane, in which they run counterclockwise."""
    a, b = rows[:, 1] - rows[:, 0], rows[:, 2] - rows[:, 0]
    e1 = a / numpy.linalg.norm(a, axis=1)[:, None]
    e2 = b - (b * e1).sum(axis=1)[:, None] * e1
    e2 /= numpy.linalg.norm(e2, axis=1)[:, None]
    return (rows * e1[:, None]).sum(axis=2) + 1j * (rows * e2[:, None]).sum(axis=2)


def starts_of(events, image, corners, triangles):
    """(event, shape) of each triangle whose image holds an event."""
    a, b, c = (image[triangles[:, k]] for k in range(3))
    low = [numpy.minimum.reduce([f(a), f(b), f(c)]) for f in (numpy.real, numpy.imag)]
    high = [numpy.maximum.reduce([f(a), f(b), f(c)]) for f in (numpy.real, numpy.imag)]
    # Sorted by their left end, the triangles that can hold an event are the first ones.
    order = numpy.argsort(low[0])
    a, b, c, triangles = a[order], b[order], c[order], triangles[order]
    low, high = [x[order] for x in low], [x[order] for x in high]
    found = []
    for number, q in enumerate(events):
        end = numpy.searchsorted(low[0], q.real, side="right")
        near = numpy.nonzero(
            (high[0][:end] >= q.real) & (low[1][:end] <= q.imag) & (high[1][:end] >= q.imag))[0]
        u, v, w = b[near] - a[near], c[near] - a[near], q - a[near]
        cross = lambda x, y: x.real * y.imag - x.imag * y.real
        with numpy.errstate(divide="ignore", invalid="ignore"):
            s, t = cross(w, v) / cross(u, v), cross(u, w) / cross(u, v)
        inside = (s >= 0) & (t >= 0) & (s + t <= 1)
        for triangle, s, t in zip(triangles[near[inside]], s[inside], t[inside]):
            start = (1 - s - t) * corners[triangle[0]] + s * corners[triangle[1]]
            start = start + t * corners[triangle[2]]
            found.append((number, start / numpy.linalg.norm(start)))
    return numpy.array([f[0] for f in found]), numpy.array([f[1] for f in found])


def to_disk(w):
    return (w[:, 0] + 1j * w[:, 1]) / (1 + w[:, 2])


def newton(program, q, target, steps=40):
    """Refines shapes by differences, with steps that are halved until they help; the last ones with
    the distance of their image from the target."""
    q = numpy.where(numpy.abs(q) < 1, q, 1 / numpy.conj(q))
    miss = numpy.abs(program.explode(q) - target)
    reach = numpy.ones(len(q))
    for _ in range(steps):
        active = numpy.nonzero((miss > 1e-9) & (reach > 1e-3))[0]
        if len(active) == 0:
            break
        at = q[active]
        size = 1e-6 * (1 - numpy.abs(at)).clip(1e-3)
        f = program.explode(numpy.concatenate([at, at + size, at + 1j * size])).reshape(3, -1)
        d, x, y = target[active] - f[0], (f[1] - f[0]) / size, (f[2] - f[0]) / size
        area = x.real * y.imag - x.imag * y.real
        move = (d.real * y.imag - d.imag * y.real + 1j * (x.real * d.imag - x.imag * d.real)) / area
        # Not further than halfway to the edge, where atoms are on a line.
        most = 0.5 * (1 - numpy.abs(at)) / numpy.abs(move).clip(1e-300)
        move = numpy.where(numpy.isfinite(move), move * numpy.minimum(reach[active], most), 0)
        new = numpy.abs(program.explode(at + move) - target[active])
        better = new < miss[active]
        q[active[better]] += move[better]
        miss[active[better]] = new[better]
        reach[active] = numpy.where(better, numpy.minimum(1, 2 * reach[active]), reach[active] / 4)
    return q, miss


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("implode")
    parser.add_argument("--divisions", type=int, default=8)
    parser.add_argument("--rows", type=int, default=20000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = Program(os.path.abspath(arguments.implode), folder)
        program.run("simulate", "--family", "random", "--rows", str(arguments.rows), "--precise",
                    "--out", "events.npz")
        program.run("solve", "events.npz", "--out", "exact.npz", "--family", "random")
        events = shape(planar(velocities(
            program.read("events.npz", ["p" + c for c in COLUMNS]))))
        exact = program.read("exact.npz", ["event", "weight"] + COLUMNS)
        owner = exact[:, 0].astype(int) - 1
        corners, triangles = icosphere(arguments.divisions)
        # An odd angle, so that no corner is a collision.
        turn = numpy.exp(0.3j) * (corners[:, 0] + 1j * corners[:, 1])
        corners = numpy.stack([turn.real, turn.imag, corners[:, 2]], axis=1)
        north = numpy.abs(corners[:, 2])
        image = program.explode(to_disk(numpy.stack([turn.real, turn.imag, north], axis=1)))
        image = numpy.where(corners[:, 2] < 0, 1 / numpy.conj(image), image)
        triangles = triangles[(corners[triangles, 2] > 1e-9).any(axis=1)]
        print(f"{len(triangles):,} triangles, {len(numpy.unique(triangles)):,} corners")
        event, start = starts_of(events, image, corners, triangles)
        found, miss = newton(program, to_disk(start), events[event])
        print(f"{len(event):,} starts, {(miss < 1e-7).mean():.2%} converged")
        good = miss < 1e-7
        count(arguments.rows, owner, exact[:, 2:].reshape(-1, 3, 3), exact[:, 1], found[good],
              event[good])


def count(rows, owner, geometries, weight, found, of):
    """Prints how many of the listed geometries were not found."""
    listed = shape(planar(geometries))
    order = numpy.argsort(of, kind="stable")
    found, of = found[order], of[order]
    missed = numpy.ones(len(owner), bool)
    for number, (row, q) in enumerate(zip(owner, listed)):
        mine = found[numpy.searchsorted(of, row):numpy.searchsorted(of, row, side="right")]
        missed[number] = not (numpy.abs(mine - q) < 1e-5).any()
    bad = len(numpy.unique(owner[missed]))
    print(f"{missed.sum():,} of {len(owner):,} geometries missed, in {bad:,} of {rows:,} rows "
          f"({bad / rows:.2%}); {(missed & (weight > 0.01)).sum():,} of weight above 1 %")
    sides = numpy.linalg.norm(geometries - numpy.roll(geometries, 1, axis=1), axis=2)
    ratios = numpy.quantile((sides.min(axis=1) / sides.max(axis=1))[missed], [0.5, 0.9, 1])
    print("shortest over longest distance of those: median {:.1e}, 90 % {:.1e}, largest {:.2f}"
          .format(*ratios))


main()
