"""Makes trajectories.npz with PyTorch: `pip install torch==2.13.0`, then `python -m` this module.

PyTorch computes each case of `cases.py` from the weights and points that the engine starts from;
everything after that is PyTorch's own, or, where PyTorch has no such thing (maxout, Lion, max-norm,
some schedules), written down here once more from its source, on PyTorch's tensors. Tests compare
the engine with the numbers kept, so they need no PyTorch.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn

from engine import LayerSpec, RunSpec, load_data, start
from tests.engine.golden.cases import CASES, FILE, STEPS

torch.set_default_dtype(torch.float64)


class Maxout(nn.Module):
    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.pieces = pieces

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return z.reshape(len(z), self.pieces, -1).max(dim=1).values


class Sine(nn.Module):
    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return torch.sin(z)


def activation_of(layer: LayerSpec) -> nn.Module:
    a = layer.activation
    if a.kind == "leaky_relu":
        return nn.LeakyReLU(a.slope)
    if a.kind == "elu":
        return nn.ELU(a.alpha)
    if a.kind == "maxout":
        return Maxout(a.pieces)
    plain: dict[str, Any] = {
        "linear": nn.Identity,
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
        "hard_tanh": nn.Hardtanh,
        "softsign": nn.Softsign,
        "relu": nn.ReLU,
        "selu": nn.SELU,
        "gelu": lambda: nn.GELU(approximate="tanh"),
        "silu": nn.SiLU,
        "mish": nn.Mish,
        "softplus": nn.Softplus,
        "sine": Sine,
    }
    module: nn.Module = plain[a.kind]()
    return module


class Block(nn.Module):
    """One hidden layer."""

    def __init__(self, fan_in: int, layer: LayerSpec) -> None:
        super().__init__()
        rows = layer.units * layer.activation.rows
        self.linear = nn.Linear(fan_in, rows)
        self.norm = nn.BatchNorm1d(rows) if layer.batch_norm else nn.Identity()
        self.activation = activation_of(layer)
        self.residual = layer.residual

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        a: torch.Tensor = self.activation(self.norm(self.linear(x)))
        return a + x if self.residual else a


def model_of(spec: RunSpec) -> nn.Sequential:
    """The network of a spec, without its head."""
    *hidden, last = pairwise(spec.units)
    blocks = [Block(fan_in, layer) for (fan_in, _), layer in zip(hidden, spec.layers, strict=True)]
    return nn.Sequential(*blocks, nn.Linear(*last))


def linears_of(model: nn.Sequential) -> list[nn.Linear]:
    return [module for module in model.modules() if isinstance(module, nn.Linear)]


class Lion(torch.optim.Optimizer):
    """Algorithm 2 of Chen et al. 2023."""

    def __init__(self, params: Any, lr: float, betas: tuple[float, float], decay: float) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "decay": decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                c = beta1 * m + (1 - beta1) * p.grad
                p -= group["lr"] * (c.sign() + group["decay"] * p)
                m.copy_(beta2 * m + (1 - beta2) * p.grad)


def optimizer_of(spec: RunSpec, model: nn.Sequential) -> torch.optim.Optimizer:
    o: Any = spec.optimizer
    groups: list[dict[str, Any]] = []
    for linear in linears_of(model):
        factor = linear.in_features**-0.5 if spec.layer_rates == "fan_in" else 1.0
        groups.append({"params": linear.parameters(), "lr": o.learning_rate * factor})
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm1d)]
    groups += [{"params": norm.parameters(), "lr": o.learning_rate} for norm in norms]
    optim = torch.optim
    if o.kind == "sgd":
        return optim.SGD(groups)
    if o.kind == "momentum":
        return optim.SGD(groups, momentum=o.momentum)
    if o.kind == "nesterov":
        return optim.SGD(groups, momentum=o.momentum, nesterov=True)
    if o.kind == "adagrad":
        return optim.Adagrad(groups, eps=o.epsilon)
    if o.kind == "adadelta":
        return optim.Adadelta(groups, rho=o.rho, eps=o.epsilon)
    if o.kind == "rmsprop":
        return optim.RMSprop(groups, alpha=o.alpha, eps=o.epsilon, momentum=o.momentum)
    betas = (o.beta1, o.beta2)
    if o.kind == "lion":
        return Lion(groups, o.learning_rate, betas, o.weight_decay)
    if o.kind == "adamw":
        return optim.AdamW(groups, betas=betas, eps=o.epsilon, weight_decay=o.weight_decay)
    if o.kind == "nadam":
        return optim.NAdam(groups, betas=betas, eps=o.epsilon, momentum_decay=o.momentum_decay)
    return optim.Adam(groups, betas=betas, eps=o.epsilon, amsgrad=o.kind == "amsgrad")


class Constant:
    def step(self) -> None:
        pass


def schedule_of(spec: RunSpec, optimizer: torch.optim.Optimizer) -> Any:
    s: Any = spec.schedule
    rates = torch.optim.lr_scheduler
    initial = spec.optimizer.learning_rate
    if s.kind == "constant":
        return Constant()
    if s.kind == "step":
        return rates.StepLR(optimizer, s.every, s.gamma)
    if s.kind == "exponential":
        return rates.ExponentialLR(optimizer, s.gamma)
    if s.kind == "cosine":
        return rates.CosineAnnealingLR(optimizer, s.epochs, s.end * initial)
    if s.kind == "one_cycle":
        return rates.OneCycleLR(
            optimizer, initial, total_steps=s.epochs, pct_start=s.rise, cycle_momentum=False
        )
    if s.kind == "inverse_time":
        warm = (lambda t: min(1, (t + 1) / s.warmup)) if s.warmup else (lambda t: 1)
        return rates.LambdaLR(optimizer, lambda t: warm(t) / (1 + s.decay * t))
    return rates.LambdaLR(optimizer, lambda t: s.tau / max(t, s.tau))


def loss_of(spec: RunSpec, z: torch.Tensor, y: torch.Tensor, smoothing: float) -> torch.Tensor:
    f = nn.functional
    task, kind = spec.data.task, spec.loss.kind
    if task.kind == "regression":
        prediction, target = z[:, 0], y
        kind = "squared" if kind == "auto" else kind
    elif kind in ("auto", "cross_entropy"):
        if task.kind == "multiclass":
            return f.cross_entropy(z, y.long(), label_smoothing=smoothing)
        soft = y * (1 - smoothing) + smoothing / 2
        return f.binary_cross_entropy_with_logits(z[:, 0], soft)
    elif kind == "hinge":
        if task.kind == "multiclass":
            return f.multi_margin_loss(z, y.long())
        return torch.clamp(1 - (2 * y - 1) * z[:, 0], min=0).mean()
    elif task.kind == "multiclass":
        prediction, target = z.softmax(dim=1), f.one_hot(y.long(), task.classes).double()
    else:
        prediction, target = torch.sigmoid(z[:, 0]), y
    if kind == "absolute":
        return f.l1_loss(prediction, target)
    if spec.loss.kind == "huber":
        threshold = spec.loss.threshold
        return f.huber_loss(prediction, target, delta=threshold)
    return f.mse_loss(prediction, target)


def limit_norms(spec: RunSpec, linears: list[nn.Linear]) -> None:
    limit = spec.regularization.max_norm
    if limit:
        with torch.no_grad():
            for linear in linears:
                norms = linear.weight.norm(dim=1, keepdim=True)
                linear.weight *= torch.clamp(limit / norms, max=1)


def trajectory(spec: RunSpec) -> dict[str, np.ndarray]:
    data = load_data(spec)
    x, y = torch.tensor(data.train_x), torch.tensor(data.train_y.astype(np.float64))
    model = model_of(spec)
    linears = linears_of(model)
    begin = start([spec])
    for linear, (weight, bias) in zip(linears, begin.weights(), strict=True):
        linear.weight.data, linear.bias.data = torch.tensor(weight), torch.tensor(bias)
    optimizer = optimizer_of(spec, model)
    schedule = schedule_of(spec, optimizer)
    options, clip = spec.regularization, spec.gradient_clip
    losses = []
    for step in range(STEPS + 1):
        with torch.no_grad():
            losses.append(loss_of(spec, model.eval()(x), y, 0.0).item())
        if step == STEPS:
            break
        optimizer.zero_grad()
        objective = loss_of(spec, model.train()(x), y, options.label_smoothing)
        for linear in linears:
            weight_of = linear.weight
            objective = objective + options.l1 * weight_of.abs().sum()
            objective = objective + options.l2 / 2 * weight_of.square().sum()
        objective.backward()
        if clip.kind == "value":
            nn.utils.clip_grad_value_(model.parameters(), clip.limit)
        elif clip.kind == "norm":
            nn.utils.clip_grad_norm_(model.parameters(), clip.limit)
        optimizer.step()
        limit_norms(spec, linears)
        schedule.step()
    parameters = [p for linear in linears for p in (linear.weight, linear.bias)]
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm1d)]
    running = [p for norm in norms for p in (norm.running_mean, norm.running_var)]
    return {
        "start": begin.runs[0].theta,
        "losses": np.array(losses),
        "weights": np.concatenate([p.detach().numpy().ravel() for p in parameters]),
        "running": np.concatenate([p.numpy() for p in running if p is not None] or [np.empty(0)]),
    }


if __name__ == "__main__":
    torch.manual_seed(0)
    arrays = {
        f"{name}/{key}": value
        for name, spec in CASES.items()
        for key, value in trajectory(spec).items()
    }
    np.savez_compressed(FILE, allow_pickle=False, **arrays)
    print(f"{FILE}: {len(CASES)} cases, {FILE.stat().st_size} bytes")
