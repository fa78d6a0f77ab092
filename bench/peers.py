"""Four of the models, written for speed in PyTorch.

Everything that does not change is computed once, batches are gathered from tensors that stay in
memory, and nothing returns to Python numbers inside a step.
"""

import torch
from torch import nn
from torch.nn import functional as F


def mlp(widths, activation):
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Linear(a, b), activation()]
    return nn.Sequential(*layers[:-1])


def divergence(mean, log_variance):
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()


class CVAE(nn.Module):
    def __init__(self, encoder, latent, decoder, activation):
        super().__init__()
        self.latent = latent
        self.encoder = mlp([9, *encoder, 2 * latent], activation)
        self.decoder = mlp([latent + 9, *decoder, 9], activation)

    def predict(self, x, p):
        mean, log_variance = self.encoder(x).chunk(2, 1)
        z = torch.addcmul(mean, torch.randn_like(mean), (0.5 * log_variance).exp())
        return self.decoder(torch.cat([z, p], 1)), divergence(mean, log_variance)

    def loss(self, x, p):
        prediction, kl = self.predict(x, p)
        return F.mse_loss(prediction, x) + kl

    def sample(self, p):
        return self.decoder(torch.cat([torch.randn(len(p), self.latent), p], 1))


class EnergyCVAE(CVAE):
    """The squared relative errors of energy and of positions besides."""

    MASSES = (21894.71361, 29164.39289, 58441.80487)

    def __init__(self, *shape):
        super().__init__(*shape)
        # Any scales and shifts will do where only time counts.
        self.register_buffer("scale", torch.linspace(1, 2, 9))
        self.register_buffer("shift", torch.linspace(-0.1, 0.1, 9))
        self.register_buffer("momentum", torch.linspace(100, 150, 9))
        inverse = torch.tensor(self.MASSES).repeat_interleave(3).mul(2).reciprocal()
        self.register_buffer("inverse", inverse)

    def loss(self, x, p):
        prediction, kl = self.predict(x, p)
        kinetic = (p * self.momentum).square() @ self.inverse
        position = torch.addcmul(self.shift, prediction, self.scale)
        c, o, s = position.view(-1, 3, 3).unbind(1)
        pairs = torch.stack([c - o, c - s, o - s], 1)
        potential = 4 * (pairs.square().sum(2) + 1e-6).rsqrt().sum(1)
        energy = ((kinetic - potential) / kinetic).square().mean()
        truth = torch.addcmul(self.shift, x, self.scale)
        relative = ((position - truth) / (truth.abs() + 1e-10)).square().mean()
        return 0.1 * energy + 1e-8 * relative + F.mse_loss(prediction, x) + kl


class Flow(nn.Module):
    """Affine couplings on six columns under nine conditions, each followed by a flip."""

    def __init__(self, couplings, hidden, bound=2.0, noise=0.01):
        super().__init__()
        self.bound, self.noise = bound, noise
        self.subnets = nn.ModuleList(
            mlp([3 + 9, *hidden, 6], nn.ReLU) for _ in range(couplings))

    def loss(self, x, p):
        z = torch.add(x, torch.randn_like(x), alpha=self.noise)
        log_det = 0
        for subnet in self.subnets:
            passive, active = z.chunk(2, 1)
            s, t = subnet(torch.cat([passive, p], 1)).chunk(2, 1)
            s = self.bound * torch.tanh(s / self.bound)
            z = torch.cat([passive, torch.addcmul(t, active, s.exp())], 1).flip(1)
            log_det = log_det + s.sum(1)
        return (0.5 * z.square().sum(1) - log_det).mean()

    def sample(self, p):
        z = torch.randn(len(p), 6)
        for subnet in reversed(self.subnets):
            passive, active = z.flip(1).chunk(2, 1)
            s, t = subnet(torch.cat([passive, p], 1)).chunk(2, 1)
            s = self.bound * torch.tanh(s / self.bound)
            z = torch.cat([passive, (active - t) * (-s).exp()], 1)
        return z


class Peer:
    """A name, how Implode is asked for the same network, and how PyTorch trains it."""

    def __init__(self, name, batch, make, targets=9, changes=(), clip=None, decay=0.0):
        self.name, self.batch, self.make, self.targets = name, batch, make, targets
        self.changes, self.clip, self.decay = list(changes), clip, decay


PEERS = [
    Peer("cvae-wide", 256, lambda: CVAE([256, 512, 1024], 1024, [512, 256], nn.Sigmoid),
         clip=5.0, decay=2e-2),
    Peer("cvae-energy", 256, lambda: EnergyCVAE([16, 32, 64], 128, [64, 32, 16], nn.ELU),
         clip=1.0, decay=2e-6),
    Peer("cvae-proposal", 512, lambda: CVAE([128, 128], 32, [128, 128], nn.ELU)),
    Peer("cinn-proposal", 512, lambda: Flow(20, [128, 128]), targets=6, clip=10.0),
]


class Training:
    """A network in training: data, shuffled batches, and a step."""

    ROWS = 65_536

    def __init__(self, peer, batch, device="cpu", compiled=False, fused=True, graph=False,
                 tf32=False):
        torch.manual_seed(1)
        torch.backends.cuda.matmul.allow_tf32 = tf32
        self.peer, self.batch, self.device = peer, batch, device
        rows = max(self.ROWS, 4 * batch)
        self.x = torch.randn(rows, peer.targets, device=device)
        self.p = torch.randn(rows, 9, device=device)
        self.model = peer.make().to(device)
        self.parameters = list(self.model.parameters())
        self.optimizer = torch.optim.Adam(
            self.parameters, lr=1e-4, weight_decay=peer.decay, fused=fused, capturable=graph)
        self.loss = torch.compile(self.model.loss) if compiled else self.model.loss
        self.place = rows
        self.graph = self.captured() if graph else None

    def rows(self):
        if self.place + self.batch > len(self.x):
            self.order, self.place = torch.randperm(len(self.x), device=self.device), 0
        rows = self.order[self.place:self.place + self.batch]
        self.place += self.batch
        return rows

    def captured(self):
        """The step as a CUDA graph, which reads row numbers from one place."""
        self.chosen = self.rows().clone()
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self.update(self.chosen)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.update(self.chosen)
        return graph

    def step(self):
        if self.graph:
            self.chosen.copy_(self.rows())
            self.graph.replay()
        else:
            self.update(self.rows())

    def synchronize(self):
        if self.device != "cpu":
            torch.cuda.synchronize()

    def update(self, rows):
        x, p = self.x.index_select(0, rows), self.p.index_select(0, rows)
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(x, p).backward()
        if self.peer.clip:
            torch.nn.utils.clip_grad_norm_(self.parameters, self.peer.clip, foreach=True)
        self.optimizer.step()
