"""Whether two estimators of the posterior of noisy momenta agree within their errors.

One lists all geometries of momenta that are drawn near the measured ones, and needs no model. The
other weights the samples of a model that was trained on momenta with the same noise. They share the
likelihood and the prior, and nothing else. Compared are the evidence of each event, and the
posterior means of bonds and angle.

    python bench/posteriors.py .build/release/implode
"""

import argparse
import os
import subprocess
import tempfile

import numpy as np


def implode(program, *arguments):
    subprocess.run([program, *arguments], check=True, stderr=subprocess.DEVNULL)


def table(path):
    with np.load(path) as file:
        return dict(zip(file["columns"], file["data"].T))


def means(samples):
    """The mean of each quantity of each event, with the variance of that mean."""
    c, o, s = (np.stack([samples[atom + axis] for axis in "xyz"], 1) for atom in "cos")
    co, cs = np.linalg.norm(o - c, axis=1), np.linalg.norm(s - c, axis=1)
    cosine = np.sum((o - c) * (s - c), axis=1) / (co * cs)
    angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    weight, event = samples["weight"], samples["event"].astype(int)
    found = {}
    for name, value in (("bond CO", co), ("bond CS", cs), ("angle", angle)):
        mean = np.bincount(event, weight * value)[1:]
        apart = value - mean[event - 1]
        found[name] = mean, np.bincount(event, (weight * apart) ** 2)[1:]
    return found


def report(name, difference, variance):
    z = difference / np.sqrt(variance)
    print(
        f"{name:10} deviation in units of the error: root mean square {np.sqrt(np.mean(z * z)):.2f}, "
        f"mean {np.mean(z):+.2f} ± {1 / np.sqrt(len(z)):.2f}, beyond 2: {np.mean(abs(z) > 2):.1%}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("implode")
    parser.add_argument("--family", default="equilibrium")
    parser.add_argument("--noise", default="2", help="of each component, atomic units")
    parser.add_argument("--rows", default="200000", help="for training")
    parser.add_argument("--epochs", default="20")
    parser.add_argument("--events", default="500")
    parser.add_argument("--draws", default=[512, 2048], type=int, nargs=2, help="of each estimator")
    options = parser.parse_args()
    program = os.path.abspath(options.implode)
    noise = ["--family", options.family, "--noise-absolute", options.noise]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        implode(program, "simulate", *noise, "--rows", options.rows, "--out", "data.npz")
        implode(
            program, "simulate", *noise, "--rows", options.events, "--seed", "9", "--out", "new.npz"
        )
        implode(
            program, "train", "default", "--data", "data.npz", "--out", "run", "--progress", "none",
            f"training.epochs={options.epochs}",
        )
        for name, draws, rest in (
            ("exact", options.draws[0], []), ("model", options.draws[1], ["--from", "run"]),
        ):
            implode(
                program, "solve", "new.npz", *noise, *rest, "--draws", str(draws), "--out",
                f"{name}.npz", "--summary", f"{name}-events.npz",
            )
        exact, model = table("exact-events.npz"), table("model-events.npz")
        ratio = np.exp(model["log_evidence"] - exact["log_evidence"])
        error = np.std(ratio) / np.sqrt(len(ratio))
        print(f"evidence   ratio of model to exact: mean {np.mean(ratio):.4f} ± {error:.4f}")
        variance = [
            1 / events["ess"] - 1 / draws for events, draws in zip((exact, model), options.draws)
        ]
        report(
            "evidence", model["log_evidence"] - exact["log_evidence"], variance[0] + variance[1]
        )
        pairs = means(table("exact.npz")), means(table("model.npz"))
        for name in pairs[0]:
            (a, va), (b, vb) = pairs[0][name], pairs[1][name]
            report(name, b - a, va + vb)


if __name__ == "__main__":
    main()
