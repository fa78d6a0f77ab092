"""Computes steps that Implode has written down again in PyTorch, and compares.

    agreement.py FOLDER

Every *.safetensors in FOLDER is one training step: parameters, moments, a batch and the noise that
was drawn, and what came of them. Losses, every gradient and every updated parameter must agree, as
must the moving average; differences are relative to the largest number of a tensor. Exits with 1
where something differs by more than its bound.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

from models import MODELS

# The arithmetic here is float64. What Implode computed in float32 has its rounding errors.
BOUNDS = {torch.float32: 1e-4, torch.float64: 1e-9}


class Step:
    """One file."""

    def __init__(self, path):
        with safe_open(path, framework="pt") as file:
            self.tensors = {name: file.get_tensor(name) for name in file.keys()}
            config = json.loads(file.metadata()["configuration"])
        self.dtype = self.tensors["total"].dtype
        self.tensors = {name: tensor.double() for name, tensor in self.tensors.items()}
        # Settings are float32 in every device.
        self.config = {k: float(np.float32(v)) if isinstance(v, float) else v
                       for k, v in config.items()}
        shape = [self.tensors[name].shape[1] for name in ("targets", "conditions")]
        self.model = MODELS[self.config["model"]](self.config, *shape).double()

    def part(self, prefix):
        """Parameters by name; biases are vectors in PyTorch."""
        tensors = {name.removeprefix(prefix + "."): tensor
                   for name, tensor in self.tensors.items() if name.startswith(prefix + ".")}
        return {name: tensor[0] if name.endswith(".bias") else tensor
                for name, tensor in tensors.items()}

    def differences(self):
        """(what, the largest relative difference), of everything."""
        self.model.load_state_dict(self.part("before"), strict=True)
        terms = self.model(self.tensors)
        terms = torch.stack([terms[name] for name in self.config["terms"]])
        loss = terms @ self.tensors["weights"][0]
        yield "terms", difference(terms, self.tensors["terms"][0])
        yield "total", difference(loss, self.tensors["total"][0, 0])

        trained = {n: p for n, p in self.model.named_parameters() if p.requires_grad}
        gradients = torch.autograd.grad(loss, list(trained.values()), retain_graph=True)
        yield from self.compare("gradient", dict(zip(trained, gradients)))

        average = None
        if self.part("average"):
            average = torch.optim.swa_utils.AveragedModel(
                self.model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(
                    self.config["optimizer.averaging"]))
            average.module.load_state_dict(self.part("average"))
            average.n_averaged.fill_(1)
        self.update(trained, loss)
        yield from self.compare("after", trained)
        if average is not None:
            average.update_parameters(self.model)
            yield from self.compare("smoothed", dict(average.module.named_parameters()))

    def update(self, trained, loss):
        """One step of AdamW from the moments in the file, clipped, with penalties in the loss."""
        config = self.config
        weights = {n: p for n, p in trained.items() if not n.endswith(".bias")}
        biases = [p for n, p in trained.items() if n.endswith(".bias")]
        for w in weights.values():
            loss = loss + config["optimizer.l1"] * w.abs().sum() + config["optimizer.l2"] * (w**2).sum()
        optimizer = torch.optim.AdamW(
            [{"params": list(weights.values()), "weight_decay": config["optimizer.weightDecay"]},
             {"params": biases, "weight_decay": 0}],
            lr=config["optimizer.learningRate"], betas=(config["optimizer.beta1"], config["optimizer.beta2"]),
            eps=config["optimizer.epsilon"])
        first, second = self.part("first"), self.part("second")
        for name, parameter in trained.items():
            optimizer.state[parameter] = {
                "step": torch.tensor(float(config["stepsBefore"])),
                "exp_avg": first[name].clone(), "exp_avg_sq": second[name].clone()}
        loss.backward()
        if config["optimizer.clipNorm"] > 0:
            torch.nn.utils.clip_grad_norm_(list(trained.values()), config["optimizer.clipNorm"])
        optimizer.step()

    def compare(self, prefix, tensors):
        recorded = self.part(prefix)
        assert recorded.keys() == tensors.keys(), (prefix, recorded.keys() ^ tensors.keys())
        for name, tensor in tensors.items():
            if prefix != "after":
                yield f"{prefix}.{name}", difference(tensor, recorded[name])
                continue
            # Parameters hardly move: what counts is the error of the way they went, but for the
            # rounding of where they came to.
            before, rounding = self.part("before")[name], torch.finfo(self.dtype).eps / 2
            yield f"after.{name}", difference(
                tensor - before, recorded[name] - before, recorded[name].abs() * rounding)


def difference(ours, theirs, rounding=0):
    """The largest difference over the largest number; nan and shapes that differ are never well."""
    if ours.shape != theirs.shape:
        return float("inf")
    error = ((ours - theirs).abs() - rounding).clamp(min=0)
    worst = (error.max() / theirs.abs().max()).item()
    return worst if worst == worst else float("inf")


def main(folder):
    steps = failures = 0
    columns = ["terms", "total", "gradient", "after", "smoothed"]
    print(f"{'largest differences':46}" + "".join(f"{c:>10}" for c in columns))
    for path in sorted(Path(folder).glob("*.safetensors")):
        step = Step(path)
        steps += 1
        bound, worst = BOUNDS[step.dtype], {}
        count = 0
        for what, found in step.differences():
            count += 1
            kind = what.split(".")[0]
            worst[kind] = max(worst.get(kind, 0), found)
            if not found <= bound:
                failures += 1
                print(f"FAILED {path.stem}: {what} differs by {found:.2g}, bound {bound:.0e}")
        name = path.stem.split(" ", 1)[1]
        cells = (f"{worst[c]:10.1e}" if c in worst else f"{'':10}" for c in columns)
        print(f"{name:46}" + "".join(cells) + f"  of {count}, bound {bound:.0e}")
    print(f"PyTorch {torch.__version__}, NumPy {np.__version__}: {steps} steps, {failures} failures")
    return 1 if failures or not steps else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
