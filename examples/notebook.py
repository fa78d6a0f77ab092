# %% [markdown]
# # Looking at a run of Implode
#
# A laser pulse removes electrons from a molecule, and its ions fly apart. Implode reconstructs the
# positions of the atoms from the momenta that a detector measures. This notebook loads a run and its
# predictions and plots three figures.
#
#     implode simulate --family random --rows 200000 --out data.csv
#     implode train default --data data.csv --out runs/first
#     implode simulate --family random --rows 1000 --seed 2 --out fresh.csv
#     implode predict runs/first fresh.csv --samples 100 --out predictions.npz
#     python notebook.py runs/first predictions.npz fresh.csv
#
# The file is a script, and a notebook in Jupyter or an editor that supports `# %%`.

# %%
import csv
import json
import sys
from pathlib import Path

import matplotlib
import numpy as np
from safetensors import safe_open

is_script = "ipykernel" not in sys.modules
if is_script:
    matplotlib.use("Agg")  # figures are written to files
import matplotlib.pyplot as plt

given = sys.argv[1:] if is_script else []
RUN, PREDICTIONS, TRUTH = [
    Path(given[i] if i < len(given) else default)
    for i, default in enumerate(["runs/first", "predictions.npz", "fresh.csv"])]
PICTURES = RUN / "pictures"
PICTURES.mkdir(exist_ok=True)

# %% [markdown]
# ## The run
#
# `run.json` records how the model was trained, `evaluation.json` (from `implode evaluate`) its
# errors. The checkpoint has the weights and the scalers by name, for any safetensors reader.

# %%
run = json.loads((RUN / "run.json").read_text())
for key in ["version", "command", "device", "exit_reason"]:
    if key in run:
        print(f"{key}: {run[key]}")

if (RUN / "evaluation.json").exists():
    evaluation = json.loads((RUN / "evaluation.json").read_text())
    for kind in ["single", "mean"]:
        print(f"{kind}: mean squared error {evaluation[kind]['mse']:.4g} bohr²")

with safe_open(RUN / "checkpoints" / "best.safetensors", framework="np") as checkpoint:
    metadata = checkpoint.metadata()
    masses = checkpoint.get_tensor("preparation.masses")
    weights = [name for name in checkpoint.keys() if name.endswith(".weight")]
    numbers = sum(checkpoint.get_tensor(name).size for name in weights)
print(f"epoch {metadata['epoch']}: {numbers:,} weights in {len(weights)} layers")

# %% [markdown]
# ## Learning curves
#
# The training loss keeps falling. The validation loss is from rows that are not used for training;
# a growing gap between the two is overfitting.

# %%
with open(RUN / "metrics.csv", newline="") as file:
    rows = list(csv.DictReader(file))
metrics = {name: np.array([float(row[name] or "nan") for row in rows]) for name in rows[0]}

figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
for part in ["train", "validation"]:
    axes.plot(metrics["epoch"], metrics[f"{part}_loss"], label=part)
# The first epoch is far above all others and would flatten them.
lowest, highest = np.nanquantile(metrics["validation_loss"], [0, 0.95])
if lowest < highest:
    axes.set_ylim(lowest - 0.1 * (highest - lowest), highest + 0.2 * (highest - lowest))
axes.set(xlabel="epoch", ylabel="loss", title="Learning curves")
axes.legend()
figure.savefig(PICTURES / "learning-curves.png", dpi=150)

# %% [markdown]
# ## Predictions
#
# For each event there are K posterior samples of nine positions, in bohr. A sample is one geometry
# whose explosion gives these momenta; many samples show all geometries that do.

# %%
predictions = np.load(PREDICTIONS, allow_pickle=False)
columns = [str(name) for name in predictions["columns"]]
data = predictions["data"]
samples = data if data.ndim == 3 else data[:, None, :]
positions = [f"{atom}{axis}" for atom in "cos" for axis in "xyz"]
samples = samples[..., [columns.index(name) for name in positions]]
samples = samples.reshape(*samples.shape[:2], 3, 3)  # event, sample, atom, axis
print(f"{samples.shape[0]:,} events, {samples.shape[1]} samples of each")


def shape(x):
    """Bond lengths r_CO, r_CS (bohr) and the angle at C (degrees)."""
    co, cs = x[..., 1, :] - x[..., 0, :], x[..., 2, :] - x[..., 0, :]
    r_co, r_cs = np.linalg.norm(co, axis=-1), np.linalg.norm(cs, axis=-1)
    cosine = np.sum(co * cs, axis=-1) / (r_co * r_cs)
    return r_co, r_cs, np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def read(path):
    """The columns of a CSV file by name."""
    with open(path, newline="") as file:
        reader = csv.reader(file)
        names = next(reader)
        table = np.array([[float(cell) for cell in row] for row in reader])
    return dict(zip(names, table.T))


table = read(TRUTH) if TRUTH.exists() else None
truth = None
if table is not None and set(positions) <= table.keys():
    truth = np.stack([table[name] for name in positions], axis=1).reshape(-1, 3, 3)
    assert len(truth) == len(samples), f"{TRUTH} has other events than {PREDICTIONS}"
    # Momenta do not determine the center of mass: compare positions relative to it.
    truth = truth - (truth * masses[:, None]).sum(axis=1, keepdims=True) / masses.sum()

# %% [markdown]
# ## One event
#
# Most momenta have two or four exact geometries. Three quarters of all events are more certain than
# this one. Separate clouds are different geometries with the same momenta.

# %%
r_co, r_cs, angle = shape(samples)
spread = r_co.std(axis=1) + r_cs.std(axis=1)
event = int(np.argsort(spread)[len(spread) * 3 // 4])

figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
cloud = axes[0].scatter(r_co[event], r_cs[event], c=angle[event], s=12, vmin=0, vmax=180)
figure.colorbar(cloud, ax=axes[0], label="angle at C, degrees")
axes[0].set(xlabel="C–O, bohr", ylabel="C–S, bohr", title=f"Samples of event {event}")
axes[1].hist(angle[event], bins=36, range=(0, 180), color="tab:gray")
axes[1].set(xlabel="angle at C, degrees", ylabel="samples")
if truth is not None:
    true_co, true_cs, true_angle = shape(truth[event])
    axes[0].plot(true_co, true_cs, "r+", markersize=14, label="true geometry")
    axes[0].legend()
    axes[1].axvline(true_angle, color="red")
figure.savefig(PICTURES / "one-event.png", dpi=150)

# %% [markdown]
# ## All events
#
# One sample of each event against the true positions. Samples off the diagonal are mostly other
# geometries with the same momenta.

# %%
if truth is not None:
    figure, axes = plt.subplots(3, 3, figsize=(9, 9), layout="constrained")
    for k, (name, panel) in enumerate(zip(positions, axes.flat)):
        x, y = truth.reshape(-1, 9)[:, k], samples[:, 0].reshape(-1, 9)[:, k]
        panel.plot(x, y, ".", markersize=2, alpha=0.5)
        panel.axline((0, 0), slope=1, color="black", linewidth=0.5)
        panel.set_title(f"{name}, MSE {np.mean((x - y) ** 2):.3g} bohr²")
    figure.supxlabel("true, bohr")
    figure.supylabel("predicted, bohr")
    figure.savefig(PICTURES / "predicted-and-true.png", dpi=150)

# %% [markdown]
# ## The same in ONNX Runtime
#
# After `implode export RUN --out RUN/model.onnx` predictions do not need Implode. The random numbers
# are the input z, which the metadata of the file describe.

# %%
try:
    import onnxruntime

    session = onnxruntime.InferenceSession(
        str(RUN / "model.onnx"), providers=["CPUExecutionProvider"])
    meaning = session.get_modelmeta().custom_metadata_map
    print("z:", meaning["z"])
    assert meaning["prior"] != "trainingLatents", "z of this model is not standard normal"
    momenta = np.stack([table["p" + name] for name in positions], axis=1).astype(np.float32)
    feed = {"momenta": momenta}
    if "z" in {port.name for port in session.get_inputs()}:
        width = session.get_inputs()[0].shape[1]
        feed["z"] = np.random.default_rng(1).standard_normal((len(momenta), width), np.float32)
    found = session.run(["positions"], feed)[0].reshape(-1, 3, 3)
    print(f"ONNX Runtime: {len(found):,} events, the first C–O bond {shape(found)[0][0]:.3f} bohr")
except Exception as reason:  # no package, file, or momenta
    print("ONNX Runtime is skipped:", reason)
