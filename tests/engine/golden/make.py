"""Makes trajectories.npz with PyTorch: `pip install torch==2.13.0`, then `python -m` this module.

PyTorch computes each case of `cases.py` from the weights and points that the engine starts from;
everything after that is PyTorch's own. Tests compare the engine with the numbers kept here, so
they need no PyTorch.
"""

from itertools import pairwise

import numpy as np
import torch

from engine import RunSpec, load_data, start
from tests.engine.golden.cases import CASES, FILE, STEPS

ACTIVATIONS = {
    "linear": torch.nn.Identity,
    "tanh": torch.nn.Tanh,
    "relu": torch.nn.ReLU,
    "sigmoid": torch.nn.Sigmoid,
}


def model_of(spec: RunSpec) -> torch.nn.Sequential:
    """The network of a spec, without its head."""
    modules: list[torch.nn.Module] = []
    for index, (fan_in, fan_out) in enumerate(pairwise(spec.units)):
        modules.append(torch.nn.Linear(fan_in, fan_out, dtype=torch.float64))
        if index < len(spec.layers):
            modules.append(ACTIVATIONS[spec.layers[index].activation.kind]())
    return torch.nn.Sequential(*modules)


def optimizer_of(spec: RunSpec, model: torch.nn.Module) -> torch.optim.Optimizer:
    chosen = spec.optimizer
    if chosen.kind == "sgd":
        return torch.optim.SGD(model.parameters(), lr=chosen.learning_rate)
    if chosen.kind == "momentum":
        return torch.optim.SGD(
            model.parameters(), lr=chosen.learning_rate, momentum=chosen.momentum
        )
    return torch.optim.Adam(
        model.parameters(),
        lr=chosen.learning_rate,
        betas=(chosen.beta1, chosen.beta2),
        eps=chosen.epsilon,
    )


def loss_of(spec: RunSpec, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    functional = torch.nn.functional
    if spec.data.task == "regression":
        return functional.mse_loss(z, y)
    if spec.loss.kind == "squared":
        return functional.mse_loss(torch.sigmoid(z), y)
    return functional.binary_cross_entropy_with_logits(z, y)


def trajectory(spec: RunSpec) -> dict[str, np.ndarray]:
    data = load_data(spec)
    x, y = torch.tensor(data.train_x), torch.tensor(data.train_y, dtype=torch.float64)
    model = model_of(spec)
    linears = [module for module in model if isinstance(module, torch.nn.Linear)]
    begin = start([spec])
    for linear, (weight, bias) in zip(linears, begin.weights(), strict=True):
        linear.weight.data = torch.tensor(weight)
        linear.bias.data = torch.tensor(bias)
    optimizer = optimizer_of(spec, model)
    losses = []
    for step in range(STEPS + 1):
        optimizer.zero_grad()
        loss = loss_of(spec, model(x)[:, 0], y)
        losses.append(loss.item())
        penalty = sum(
            spec.regularization.l1 * linear.weight.abs().sum()
            + spec.regularization.l2 / 2 * linear.weight.square().sum()
            for linear in linears
        )
        if step < STEPS:
            (loss + penalty).backward()
            optimizer.step()
    parameters = [
        p.detach().numpy().ravel() for linear in linears for p in (linear.weight, linear.bias)
    ]
    return {
        "start": begin.runs[0].theta,
        "losses": np.array(losses),
        "weights": np.concatenate(parameters),
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
