"""Opens what Implode has exported with the packages that others use, and compares.

    exports.py FOLDER

For every NAME.onnx in FOLDER there are NAME.expected, with momenta, z, and the positions that
Implode predicts of them, and the same model as NAME.safetensors and NAME.npz. ONNX Runtime must give
these positions, all rows at once and row by row; the two files of arrays must be the same to the bit.
Exits with 1 where something differs by more than its bound.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from safetensors import safe_open
from safetensors.numpy import load_file

# Relative to the larger of 1 bohr and the coordinate. Both sides are networks in float32.
BOUND = 1e-5
# Rows that go through one by one.
SINGLE = 24


def difference(ours, theirs):
    """The largest difference of each row; infinite where one of the two is no number."""
    error = np.abs(ours.astype(np.float64) - theirs) / np.maximum(1, np.abs(theirs))
    return np.nan_to_num(error.max(axis=1), nan=np.inf)


def check_model(path):
    """The file by itself: its format, versions, and what goes in and out."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert (model.ir_version, model.opset_import[0].version) == (8, 17)
    assert all("Random" not in node.op_type for node in model.graph.node)
    for port in [*model.graph.input, *model.graph.output]:
        rows = port.type.tensor_type.shape.dim[0]
        assert rows.dim_param == "N", port.name
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    for key in ["z", "prior", "units", "momenta.columns", "positions.columns", "version",
                "data.fingerprint", "epoch", "model", "configuration"]:
        assert key in metadata, key


def check_predictions(path):
    """How far ONNX Runtime is from Implode at most: all rows at once, and row by row."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"])
    expected = load_file(path.with_suffix(".expected"))
    positions = expected.pop("positions")
    assert {i.name for i in session.get_inputs()} == expected.keys()
    together = session.run(["positions"], expected)[0]
    single = np.concatenate([
        session.run(["positions"], {name: x[i:i + 1] for name, x in expected.items()})[0]
        for i in range(SINGLE)])
    return difference(together, positions), difference(single, positions[:SINGLE])


def check_arrays(path):
    """That both files of arrays hold the same."""
    arrays = np.load(path.with_suffix(".npz"), allow_pickle=False)
    with safe_open(path.with_suffix(".safetensors"), framework="np") as file:
        names = set(file.keys())
        assert names | {"metadata"} == set(arrays.files)
        for name in names:
            ours, theirs = arrays[name], file.get_tensor(name)
            assert ours.dtype == theirs.dtype and ours.shape == theirs.shape, name
            assert ours.tobytes() == theirs.tobytes(), name
        metadata = json.loads(arrays["metadata"][()])
        # The seal is of the one file alone.
        assert metadata.items() <= file.metadata().items()
        assert len(metadata) >= len(file.metadata()) - 2


def main(folder):
    count = failures = 0
    print(f"{'largest differences':78} all rows  one by one  rows beyond")
    for path in sorted(Path(folder).glob("*.onnx")):
        count += 1
        check_model(path)
        check_arrays(path)
        together, single = check_predictions(path)
        worst = max(together.max(), single.max())
        failures += not worst <= BOUND
        mark = "" if worst <= BOUND else f"  FAILED, bound {BOUND:.0e}"
        beyond = np.flatnonzero(together > BOUND)
        print(f"{path.stem[3:]:78} {together.max():8.1e} {single.max():11.1e} {len(beyond):12}"
              f"  {path.stat().st_size:9} bytes{mark} {beyond[:8] if mark else ''}")
    print(f"ONNX Runtime {onnxruntime.__version__}, onnx {onnx.__version__}: {count} models, "
          f"{failures} failures")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
