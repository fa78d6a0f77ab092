"""The models of Implode as one would write them in PyTorch: a second opinion, from the formulas.

Parameters have the names that Implode's files give them, so that state dictionaries load strictly.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

ACTIVATIONS = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "leakyRelu": nn.LeakyReLU,
    "elu": nn.ELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "softplus": nn.Softplus,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
}


def soft_bound(x, bound):
    return bound * torch.tanh(x / bound)


class Layers(nn.Module):
    """Dense layers 0, 1, ... each with an activation behind it, and a linear one called out."""

    def __init__(self, inputs, hidden, outputs, activation):
        super().__init__()
        self.hidden = len(hidden)
        self.activation = ACTIVATIONS[activation]()
        for index, width in enumerate(hidden):
            self.add_module(str(index), nn.Linear(inputs, width))
            inputs = width
        if outputs is not None:
            self.out = nn.Linear(inputs, outputs)

    def forward(self, *parts):
        x = torch.cat(parts, dim=1)
        for index in range(self.hidden):
            x = self.activation(self.get_submodule(str(index))(x))
        return self.out(x) if hasattr(self, "out") else x


class Coupling(Layers):
    """One affine coupling: the first half passes and moves the second."""

    def __init__(self, columns, conditions, hidden, activation, bound):
        self.passive = columns // 2
        self.active = columns - self.passive
        self.bound = bound
        super().__init__(self.passive + conditions, hidden, 2 * self.active, activation)

    def scales(self, passive, condition):
        u, t = super().forward(passive, condition).split(self.active, dim=1)
        return soft_bound(u, self.bound), t

    def forward(self, x, condition):
        passive, active = x.split([self.passive, self.active], dim=1)
        s, t = self.scales(passive, condition)
        return torch.cat([passive, active * s.exp() + t], dim=1), s.sum(dim=1)

    def inverse(self, y, condition):
        passive, active = y.split([self.passive, self.active], dim=1)
        s, t = self.scales(passive, condition)
        return torch.cat([passive, (active - t) * (-s).exp()], dim=1)


class Model(nn.Module):
    """What the models share: configuration, couplings, and the latent."""

    def __init__(self, config, targets, conditions):
        super().__init__()
        self.config, self.targets, self.conditions = config, targets, conditions

    @property
    def geometric(self):
        """hidden, 2 hidden, 4 hidden ..., where hidden is not 0."""
        hidden = self.config["model.hidden"]
        return [hidden << i for i in range(self.config["model.layers"])] if hidden else []

    @property
    def encoder_widths(self):
        return self.geometric or self.config["model.encoder"]

    @property
    def decoder_widths(self):
        return self.geometric[::-1] or self.config["model.decoder"]

    def layers(self, inputs, hidden, outputs):
        return Layers(inputs, hidden, outputs, self.config["model.activation"])

    def add_couplings(self, columns, conditions):
        for index in range(self.config["model.couplings"]):
            coupling = Coupling(
                columns, conditions, self.config["model.subnet"], self.config["model.subnetActivation"],
                self.config["model.scaleBound"])
            self.add_module(f"coupling{index}", coupling)

    @property
    def couplings(self):
        return [getattr(self, f"coupling{i}") for i in range(self.config["model.couplings"])]

    def latent(self, statistics, batch):
        """z = mu + eps sigma, and the divergence of its distribution from N(0, 1)."""
        mean, log_variance = statistics.chunk(2, dim=1)
        log_variance = soft_bound(log_variance, 12)
        kl = (mean**2 + log_variance.exp() - 1 - log_variance).sum(dim=1) / 2
        return mean + batch["noise.latent"] * (log_variance / 2).exp(), kl.mean()

    def position_terms(self, prediction, batch):
        """The terms of the loss that compare predicted positions."""
        targets = batch["targets"]
        error = F.l1_loss if self.config["loss.absolute"] else F.mse_loss
        terms = {"reconstruction": error(prediction, targets)}
        if "energy" in self.config["terms"]:
            terms["energy"] = self.energy(prediction, batch)
        if "mre" in self.config["terms"]:
            x, t = (map_back(v, batch, "positions") for v in (prediction, targets))
            ratio = (x - t) / (t.abs() + 1e-10)
            terms["mre"] = (ratio**2 if self.config["loss.mreSquared"] else ratio.abs()).mean()
        return terms

    def energy(self, prediction, batch):
        """(KE - PE) / KE: what an explosion from rest conserves."""
        shape = (len(prediction), -1, 3)
        x = map_back(prediction, batch, "positions").reshape(shape)
        p = map_back(batch["conditions"], batch, "momenta").reshape(shape)
        masses, charges = batch["physics.masses"], batch["physics.charges"]
        kinetic = (p**2).sum(dim=2) @ (1 / (2 * masses))
        i, j = torch.tril_indices(len(masses), len(masses), offset=-1)
        distances = ((x[:, i] - x[:, j]) ** 2).sum(dim=2).add(1e-3**2).sqrt()
        potential = (charges[i] * charges[j] / distances).sum(dim=1)
        difference = (kinetic - potential) / kinetic
        squared = self.config["loss.energySquared"]
        return (difference**2 if squared else difference.abs()).mean()


def map_back(x, batch, name):
    """From the model's coordinates to those of the physics."""
    matrix, offset = batch[f"physics.{name}.matrix"], batch[f"physics.{name}.offset"]
    return x @ matrix.T + offset


class Regression(Model):
    def __init__(self, *shape):
        super().__init__(*shape)
        self.decoder = self.layers(self.conditions, self.decoder_widths, self.targets)

    def forward(self, batch):
        return self.position_terms(self.decoder(batch["conditions"]), batch)


class MixtureNetwork(Model):
    """A density of positions: a mixture of independent normals."""

    def __init__(self, *shape):
        super().__init__(*shape)
        width = self.config["model.components"] * (1 + 2 * self.targets)
        self.density = self.layers(self.conditions, self.decoder_widths, width)

    def forward(self, batch):
        t, k = batch["targets"], self.config["model.components"]
        output = self.density(batch["conditions"])
        logits, means, u = output.split([k, k * self.targets, k * self.targets], dim=1)
        shape = (len(t), k, self.targets)
        minimum = self.config["model.minStandardDeviation"]
        low, high = math.log(minimum), math.log(max(3, 2 * minimum))
        log_deviation = soft_bound(u, (high - low) / 2) + (high + low) / 2
        weights = torch.distributions.Categorical(logits=logits)
        normals = torch.distributions.Independent(torch.distributions.Normal(
            means.reshape(shape), log_deviation.exp().reshape(shape)), 1)
        density = torch.distributions.MixtureSameFamily(weights, normals)
        terms = {"nll": -density.log_prob(t).mean()}
        if "reconstruction" in self.config["terms"]:
            terms["reconstruction"] = F.mse_loss(density.mean, t)
        return terms


class Autoencoder(Model):
    def __init__(self, *shape):
        super().__init__(*shape)
        hidden, width = self.config["model.autoencoder"], self.config["model.representation"]
        self.autoencoder = nn.ModuleDict({
            "encoder": self.layers(self.targets, hidden, width),
            "decoder": self.layers(width, hidden[::-1], self.targets),
        })

    def represent(self, x):
        return self.autoencoder["encoder"](x)

    def forward(self, batch):
        x = batch["targets"]
        reconstruction = self.autoencoder["decoder"](self.represent(x))
        return {"reconstruction": F.mse_loss(reconstruction, x)}


class ConditionalVAE(Model):
    def __init__(self, *shape):
        super().__init__(*shape)
        config, latent = self.config, self.config["model.latent"]
        inputs = self.encoder_inputs()
        if config["model.encoderSeesCondition"]:
            inputs += self.conditions
        self.encoder = self.layers(inputs, self.encoder_widths, 2 * latent)
        self.decoder = self.layers(latent + self.conditions, self.decoder_widths, self.targets)

    def encoder_inputs(self):
        return self.targets

    def represent(self, x):
        return x

    def forward(self, batch):
        condition = batch["conditions"]
        seen = [condition] if self.config["model.encoderSeesCondition"] else []
        statistics = self.encoder(self.represent(batch["targets"]), *seen)
        z, kl = self.latent(statistics, batch)
        return self.position_terms(self.decoder(z, condition), batch) | {"kl": kl}


class TwoStage(ConditionalVAE):
    """A CVAE of the representation that a frozen encoder makes of positions."""

    def encoder_inputs(self):
        width = self.config["model.representation"]
        encoder = self.layers(self.targets, self.config["model.autoencoder"], width)
        self.autoencoder = nn.ModuleDict({"encoder": encoder.requires_grad_(False)})
        return width

    def represent(self, x):
        return self.autoencoder["encoder"](x)


class LatentFlow(Model):
    def __init__(self, *shape):
        super().__init__(*shape)
        config, latent = self.config, self.config["model.latent"]
        self.encoder = self.layers(self.targets, self.encoder_widths, 2 * latent)
        self.condition = self.layers(self.conditions, config["model.conditionNetwork"], None)
        self.add_couplings(latent, config["model.conditionNetwork"][-1])
        self.decoder = self.layers(latent, self.decoder_widths, self.targets)

    def forward(self, batch):
        w, kl = self.latent(self.encoder(batch["targets"]), batch)
        c = self.condition(batch["conditions"])
        for coupling in reversed(self.couplings):
            w = coupling.inverse(w.flip(1), c)
        return self.position_terms(self.decoder(w), batch) | {"kl": kl}


class Flow(Model):
    def __init__(self, *shape):
        super().__init__(*shape)
        self.add_couplings(self.targets, self.conditions)

    def forward(self, batch):
        z, c = batch["targets"], batch["conditions"]
        if "noise.targets" in batch:
            z = z + self.config["noise.positions"] * batch["noise.targets"]
        if "noise.conditions" in batch:
            c = c + self.config["noise.momenta"] * batch["noise.conditions"]
        log_det = 0
        for coupling in self.couplings:
            z, more = coupling(z, c)
            z, log_det = z.flip(1), log_det + more
        normal = torch.distributions.Normal(0, 1)
        return {"nll": -(normal.log_prob(z).sum(dim=1) + log_det).mean()}


MODELS = {
    "mixture": MixtureNetwork,
    "regression": Regression,
    "cvae": ConditionalVAE,
    "autoencoder": Autoencoder,
    "twoStage": TwoStage,
    "latentFlow": LatentFlow,
    "flow": Flow,
}
