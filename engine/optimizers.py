"""Optimizers: from a gradient to a change of the parameters.

An optimizer is two functions. `coefficients` does the arithmetic on its own settings, in Python
floats, for one run and one update. `steps` is the arithmetic on arrays, in place, with those
numbers as scalars, or as (runs, 1) columns where the runs of a stack differ. So a run gets the
same bits alone and in company, and the array code cannot depend on one run's settings.
"""

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from math import sqrt
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Array, Step
from engine.option import SHORTHAND, Option, control, described

State = Sequence[Array]
"""The optimizer's own arrays, each shaped like the parameters."""
Coefficients = tuple[Array, ...]
"""Scalars (0-d) or (runs, 1) columns in the precision of the run, as `coefficients` orders them."""

LearningRate = Annotated[
    float,
    control(
        "Learning rate",
        "η: how far each update moves the weights.",
        effect="Learns faster, then jumps about the valley, then diverges. When in doubt "
        "try ten times less or more.",
        scale="log",
        gt=0,
        le=100,
    ),
]
Beta1 = Annotated[
    float,
    control(
        "Beta 1",
        "β₁: how much of the running mean of gradients is kept at each update.",
        effect="Steadier steps, with more momentum, that react later to a change of direction.",
        advanced=True,
        ge=0,
        lt=1,
    ),
]
Beta2 = Annotated[
    float,
    control(
        "Beta 2",
        "β₂: how much of the running mean of squared gradients is kept at each update.",
        effect="Step sizes change more slowly; a rare large gradient is remembered for longer.",
        advanced=True,
        ge=0,
        lt=1,
    ),
]
MomentumShare = Annotated[
    float,
    control(
        "Momentum",
        "μ: share of the velocity kept at each update; 0 is none.",
        effect="Rolls faster along a valley and over small bumps: by up to 1 / (1 - μ) "
        "times. Near 1 it overshoots.",
        ge=0,
        lt=1,
    ),
]
Epsilon = Annotated[
    float,
    control(
        "Epsilon",
        "ε: keeps the division finite.",
        effect="Step sizes even out: weights with small gradients move less.",
        scale="log",
        advanced=True,
        gt=0,
        le=1,
    ),
]
WeightDecay = Annotated[
    float,
    control(
        "Weight decay",
        "λ: shrinks every parameter at each update, apart from the gradient.",
        effect="Smaller weights and a smoother boundary; too much, and nothing is learned.",
        scale="log",
        ge=0,
        le=10,
    ),
]


class OptimizerOption(Option):
    """An optimizer."""

    kind: str
    state: ClassVar[dict[str, float]] = {}
    """The arrays, shaped like the parameters, that it carries: name -> initial value."""
    counts_updates: ClassVar[bool] = False
    """Whether its coefficients depend on the number of the update, and not on the rate alone."""

    learning_rate: LearningRate = 0.01

    @abstractmethod
    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        """The numbers that `steps` needs at the given rate and update (counted from 1)."""

    @staticmethod
    @abstractmethod
    def steps(
        theta: Array,
        gradient: Array,
        state: State,
        scratch: Array,
        coefficients: Coefficients,
    ) -> list[Step]:
        """One update in place, whenever they are taken.

        theta, gradient, scratch: (P,) or (runs, P); state: one such array per name in `state`.
        `gradient` and `scratch` are overwritten.
        """


class Sgd(OptimizerOption):
    """Stochastic gradient descent: a step straight down the gradient of the batch."""

    model_config = described(
        "SGD", r"w \leftarrow w - \eta\, g", "Robbins and Monro 1951, doi:10.1214/aoms/1177729586"
    )
    kind: Literal["sgd"] = "sgd"
    learning_rate: LearningRate = 0.03

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        return (rate,)

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        (rate,) = coefficients
        return [
            (np.multiply, (gradient, rate, gradient)),
            (np.subtract, (theta, gradient, theta)),
        ]


class Momentum(OptimizerOption):
    """Heavy-ball momentum: past gradients keep rolling.

    As `torch.optim.SGD(momentum=...)`: the rate multiplies the velocity, not the gradient that
    enters it (Sutskever et al. 2013 write it the other way; the two differ when the rate changes).
    """

    model_config = described(
        "Momentum",
        r"v \leftarrow \mu v + g" "\n" r"w \leftarrow w - \eta\, v",
        "Polyak 1964, doi:10.1016/0041-5553(64)90137-5",
    )
    kind: Literal["momentum"] = "momentum"
    momentum: MomentumShare = 0.9
    state: ClassVar[dict[str, float]] = {"velocity": 0.0}

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        return (rate, self.momentum)

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        rate, momentum = coefficients
        velocity = state[0]
        return [
            (np.multiply, (velocity, momentum, velocity)),
            (np.add, (velocity, gradient, velocity)),
            (np.multiply, (velocity, rate, scratch)),
            (np.subtract, (theta, scratch, theta)),
        ]


class Nesterov(OptimizerOption):
    """Momentum that looks ahead: the gradient counts as if the velocity had already acted.

    As `torch.optim.SGD(nesterov=True)` (Nesterov 1983, in the form of Sutskever et al. 2013).
    """

    model_config = described(
        "Nesterov",
        r"v \leftarrow \mu v + g" "\n" r"w \leftarrow w - \eta\, (g + \mu v)",
        "Nesterov 1983, A method of solving a convex programming problem with "
        "convergence rate O(1/k²); in the form of Sutskever, Martens, Dahl and "
        "Hinton 2013, PMLR 28:1139–1147",
    )
    kind: Literal["nesterov"] = "nesterov"
    momentum: MomentumShare = 0.9
    state: ClassVar[dict[str, float]] = {"velocity": 0.0}

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        return (rate, self.momentum)

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        rate, momentum = coefficients
        velocity = state[0]
        return [
            (np.multiply, (velocity, momentum, velocity)),
            (np.add, (velocity, gradient, velocity)),
            (np.multiply, (velocity, momentum, scratch)),
            (np.add, (scratch, gradient, scratch)),
            (np.multiply, (scratch, rate, scratch)),
            (np.subtract, (theta, scratch, theta)),
        ]


class Adagrad(OptimizerOption):
    """Weights that have moved much move less: steps shrink for good.

    As `torch.optim.Adagrad`: epsilon is added after the root.
    """

    model_config = described(
        "Adagrad",
        r"s \leftarrow s + g^2" "\n" r"w \leftarrow w - \eta\, \frac{g}{\sqrt{s} + \epsilon}",
        "Duchi, Hazan and Singer 2011, JMLR 12:2121–2159",
    )
    kind: Literal["adagrad"] = "adagrad"
    epsilon: Epsilon = 1e-10
    state: ClassVar[dict[str, float]] = {"square": 0.0}

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        return (rate, self.epsilon)

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        rate, epsilon = coefficients
        square = state[0]
        return [
            (np.multiply, (gradient, gradient, scratch)),
            (np.add, (square, scratch, square)),
            (np.sqrt, (square, scratch)),
            (np.add, (scratch, epsilon, scratch)),
            (np.divide, (gradient, scratch, scratch)),
            (np.multiply, (scratch, rate, scratch)),
            (np.subtract, (theta, scratch, theta)),
        ]


class Adadelta(OptimizerOption):
    """Steps in the units of the weights themselves: hardly needs a learning rate.

    As `torch.optim.Adadelta`, with its learning rate of 1.
    """

    model_config = described(
        "Adadelta",
        r"s \leftarrow \rho s + (1 - \rho)\, g^2"
        "\n"
        r"d = \frac{\sqrt{u + \epsilon}}{\sqrt{s + \epsilon}}\, g"
        "\n"
        r"u \leftarrow \rho u + (1 - \rho)\, d^2"
        "\n"
        r"w \leftarrow w - \eta\, d",
        "Zeiler 2012, arXiv:1212.5701",
    )
    kind: Literal["adadelta"] = "adadelta"
    learning_rate: LearningRate = 1.0
    rho: Annotated[
        float,
        control(
            "Rho",
            "ρ: how much of the running squares is kept at each update.",
            effect="Step sizes follow a longer past, and change more slowly.",
            ge=0,
            lt=1,
        ),
    ] = 0.9
    epsilon: Epsilon = 1e-6
    state: ClassVar[dict[str, float]] = {"square": 0.0, "step": 0.0}

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        return (rate, self.rho, 1 - self.rho, self.epsilon)

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        rate, rho, rest, epsilon = coefficients
        square, step = state
        return [
            (np.multiply, (square, rho, square)),
            (np.multiply, (gradient, gradient, scratch)),
            (np.multiply, (scratch, rest, scratch)),
            (np.add, (square, scratch, square)),
            (np.add, (step, epsilon, scratch)),
            (np.sqrt, (scratch, scratch)),
            (np.multiply, (gradient, scratch, gradient)),
            (np.add, (square, epsilon, scratch)),
            (np.sqrt, (scratch, scratch)),
            (np.divide, (gradient, scratch, gradient)),
            (np.multiply, (step, rho, step)),
            (np.multiply, (gradient, gradient, scratch)),
            (np.multiply, (scratch, rest, scratch)),
            (np.add, (step, scratch, step)),
            (np.multiply, (gradient, rate, gradient)),
            (np.subtract, (theta, gradient, theta)),
        ]


class RmsProp(OptimizerOption):
    """Divides by the recent size of each gradient.

    As `torch.optim.RMSprop`: epsilon is added after the root (TensorFlow adds it before).
    """

    model_config = described(
        "RMSprop",
        r"s \leftarrow \alpha s + (1 - \alpha)\, g^2"
        "\n"
        r"v \leftarrow \mu v + \frac{g}{\sqrt{s} + \epsilon}"
        "\n"
        r"w \leftarrow w - \eta\, v",
        "Tieleman and Hinton 2012, Neural Networks for Machine Learning, lecture 6.5 (Coursera)",
    )
    kind: Literal["rmsprop"] = "rmsprop"
    alpha: Annotated[
        float,
        control(
            "Alpha",
            "α: how much of the running squares is kept at each update.",
            effect="Step sizes follow a longer past, and change more slowly.",
            ge=0,
            lt=1,
        ),
    ] = 0.99
    momentum: MomentumShare = 0.0
    epsilon: Epsilon = 1e-8
    state: ClassVar[dict[str, float]] = {"square": 0.0, "velocity": 0.0}

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        return (rate, self.alpha, 1 - self.alpha, self.momentum, self.epsilon)

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        rate, alpha, rest, momentum, epsilon = coefficients
        square, velocity = state
        return [
            (np.multiply, (square, alpha, square)),
            (np.multiply, (gradient, gradient, scratch)),
            (np.multiply, (scratch, rest, scratch)),
            (np.add, (square, scratch, square)),
            (np.sqrt, (square, scratch)),
            (np.add, (scratch, epsilon, scratch)),
            (np.divide, (gradient, scratch, scratch)),
            (np.multiply, (velocity, momentum, velocity)),
            (np.add, (velocity, scratch, velocity)),
            (np.multiply, (velocity, rate, scratch)),
            (np.subtract, (theta, scratch, theta)),
        ]


_MEANS = (
    r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g"
    "\n"
    r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2"
    "\n"
)
_STEP = (
    r"w \leftarrow w - \eta\, "
    r"\frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}"
)


def _moments(
    gradient: Array, mean: Array, square: Array, scratch: Array, betas: Coefficients
) -> list[Step]:
    """Move the running means of the gradient and of its square."""
    beta1, rest1, beta2, rest2 = betas
    return [
        (np.multiply, (mean, beta1, mean)),
        (np.multiply, (gradient, rest1, scratch)),
        (np.add, (mean, scratch, mean)),
        (np.multiply, (square, beta2, square)),
        (np.multiply, (gradient, gradient, scratch)),
        (np.multiply, (scratch, rest2, scratch)),
        (np.add, (square, scratch, square)),
    ]


def _correction(
    beta1: float, beta2: float, epsilon: float, rate: float, update: int
) -> tuple[float, float]:
    """ε and the step size, both multiplied by √(1-β₂ᵗ): then √v need not be divided by it."""
    root = sqrt(1 - beta2**update)
    return epsilon * root, rate / (1 - beta1**update) * root


def _corrected_step(
    theta: Array, mean: Array, square: Array, scratch: Array, correction: Coefficients
) -> list[Step]:
    """Step down mean / (√square + ε), with bias-corrected factors."""
    epsilon, step_size = correction
    return [
        (np.sqrt, (square, scratch)),
        (np.add, (scratch, epsilon, scratch)),
        (np.divide, (mean, scratch, scratch)),
        (np.multiply, (scratch, step_size, scratch)),
        (np.subtract, (theta, scratch, theta)),
    ]


class Adam(OptimizerOption):
    """Adaptive moments: each weight gets its own step size.

    As `torch.optim.Adam`: epsilon is added after the bias-corrected root (TensorFlow adds it
    before the correction, which makes early steps differ).
    """

    model_config = described(
        "Adam",
        _MEANS + _STEP,
        "Kingma and Ba 2015, arXiv:1412.6980",
    )
    kind: Literal["adam"] = "adam"
    counts_updates: ClassVar[bool] = True
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    state: ClassVar[dict[str, float]] = {"mean": 0.0, "square": 0.0}

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        betas = (self.beta1, 1 - self.beta1, self.beta2, 1 - self.beta2)
        return (*betas, *_correction(self.beta1, self.beta2, self.epsilon, rate, update))

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        mean, square = state
        return [
            *_moments(gradient, mean, square, scratch, coefficients[:4]),
            *_corrected_step(theta, mean, square, scratch, coefficients[4:]),
        ]


class AdamW(OptimizerOption):
    """Adam with weight decay apart from the gradient.

    As `torch.optim.AdamW`, which lets biases decay too; `l2` never does.
    """

    model_config = described(
        "AdamW",
        r"w \leftarrow w - \eta \lambda w"
        "\n" + _MEANS + _STEP,
        "Loshchilov and Hutter 2019, arXiv:1711.05101",
    )
    kind: Literal["adamw"] = "adamw"
    counts_updates: ClassVar[bool] = True
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.01
    state: ClassVar[dict[str, float]] = {"mean": 0.0, "square": 0.0}

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        betas = (self.beta1, 1 - self.beta1, self.beta2, 1 - self.beta2)
        correction = _correction(self.beta1, self.beta2, self.epsilon, rate, update)
        return (*betas, *correction, 1 - rate * self.weight_decay)

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        mean, square = state
        return [
            (np.multiply, (theta, coefficients[-1], theta)),
            *_moments(gradient, mean, square, scratch, coefficients[:4]),
            *_corrected_step(theta, mean, square, scratch, coefficients[4:6]),
        ]


class NAdam(OptimizerOption):
    """Adam with Nesterov's look-ahead.

    As `torch.optim.NAdam`, whose momentum grows with the updates: μₜ = β₁ (1 - 0.96^(ψ t) / 2).
    The product of all μ so far is carried as state.
    """

    model_config = described(
        "NAdam",
        _MEANS + r"\mu_t = \beta_1 \left(1 - \frac{1}{2}\, 0.96^{\psi t}\right)"
        "\n"
        r"\Pi_t = \mu_1 \cdots \mu_t"
        "\n"
        r"\bar m = \frac{\mu_{t+1}\, m}{1 - \Pi_{t+1}} + \frac{(1 - \mu_t)\, g}{1 - \Pi_t}"
        "\n"
        r"w \leftarrow w - \eta\, \frac{\bar m}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
        "Dozat 2016, Incorporating Nesterov momentum into Adam, ICLR workshop",
    )
    kind: Literal["nadam"] = "nadam"
    counts_updates: ClassVar[bool] = True
    learning_rate: LearningRate = 0.002
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    momentum_decay: Annotated[
        float,
        control(
            "Momentum decay",
            "ψ: how fast the momentum grows.",
            effect="The momentum reaches its full value after fewer updates.",
            advanced=True,
            ge=0,
            le=1,
        ),
    ] = 0.004
    state: ClassVar[dict[str, float]] = {"mean": 0.0, "square": 0.0, "product": 1.0}

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        now, soon = (
            self.beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay)) for t in (update, update + 1)
        )
        root = sqrt(1 - self.beta2**update)
        betas = (self.beta1, 1 - self.beta1, self.beta2, 1 - self.beta2)
        steps = (now, rate * (1 - now) * root, soon, rate * soon * root, 1.0)
        return (*betas, self.epsilon * root, *steps)

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        epsilon, now, gradient_step, soon, mean_step, one = coefficients[4:]
        mean, square, product = state
        return [
            *_moments(gradient, mean, square, scratch, coefficients[:4]),
            (np.multiply, (product, now, product)),
            (np.subtract, (one, product, scratch)),
            (np.divide, (gradient, scratch, gradient)),
            (np.multiply, (gradient, gradient_step, gradient)),
            (np.multiply, (product, soon, scratch)),
            (np.subtract, (one, scratch, scratch)),
            (np.divide, (mean, scratch, scratch)),
            (np.multiply, (scratch, mean_step, scratch)),
            (np.add, (gradient, scratch, gradient)),
            (np.sqrt, (square, scratch)),
            (np.add, (scratch, epsilon, scratch)),
            (np.divide, (gradient, scratch, gradient)),
            (np.subtract, (theta, gradient, theta)),
        ]


class AmsGrad(OptimizerOption):
    """Adam that never forgets the largest gradient, so steps never grow again.

    As `torch.optim.Adam(amsgrad=True)`: the maximum is taken before the bias correction.
    """

    model_config = described(
        "AMSGrad",
        _MEANS + r"\hat v \leftarrow \max(\hat v, v)"
        "\n"
        r"w \leftarrow w - \eta\, "
        r"\frac{m / (1 - \beta_1^t)}{\sqrt{\hat v / (1 - \beta_2^t)} + \epsilon}",
        "Reddi, Kale and Kumar 2018, arXiv:1904.09237",
    )
    kind: Literal["amsgrad"] = "amsgrad"
    counts_updates: ClassVar[bool] = True
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    state: ClassVar[dict[str, float]] = {"mean": 0.0, "square": 0.0, "largest": 0.0}

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        betas = (self.beta1, 1 - self.beta1, self.beta2, 1 - self.beta2)
        return (*betas, *_correction(self.beta1, self.beta2, self.epsilon, rate, update))

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        mean, square, largest = state
        return [
            *_moments(gradient, mean, square, scratch, coefficients[:4]),
            (partial(np.maximum, out=largest), (largest, square)),
            *_corrected_step(theta, mean, largest, scratch, coefficients[4:]),
        ]


class Lion(OptimizerOption):
    """Only the sign of a blend of momentum and gradient counts: every weight moves by η.

    Wants a learning rate 3 to 10 times smaller than Adam. PyTorch has none.
    """

    model_config = described(
        "Lion",
        r"c = \beta_1 m + (1 - \beta_1)\, g"
        "\n"
        r"w \leftarrow w - \eta\, (\operatorname{sign}(c) + \lambda w)"
        "\n"
        r"m \leftarrow \beta_2 m + (1 - \beta_2)\, g",
        "Chen et al. 2023, arXiv:2302.06675",
    )
    kind: Literal["lion"] = "lion"
    learning_rate: LearningRate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.99
    weight_decay: WeightDecay = 0.0
    state: ClassVar[dict[str, float]] = {"mean": 0.0}

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        betas = (self.beta1, 1 - self.beta1, self.beta2, 1 - self.beta2)
        return (*betas, rate, 1 - rate * self.weight_decay)

    @staticmethod
    def steps(
        theta: Array, gradient: Array, state: State, scratch: Array, coefficients: Coefficients
    ) -> list[Step]:
        beta1, rest1, beta2, rest2, rate, decay = coefficients
        mean = state[0]
        direction = np.empty_like(theta)
        return [
            (np.multiply, (theta, decay, theta)),
            (np.multiply, (gradient, rest1, scratch)),
            (np.multiply, (gradient, rest2, gradient)),
            (np.multiply, (mean, beta1, direction)),
            (np.add, (direction, scratch, direction)),
            (np.sign, (direction, direction)),
            (np.multiply, (direction, rate, direction)),
            (np.subtract, (theta, direction, theta)),
            (np.multiply, (mean, beta2, mean)),
            (np.add, (mean, gradient, mean)),
        ]


Optimizer = Annotated[
    Sgd
    | Momentum
    | Nesterov
    | Adagrad
    | Adadelta
    | RmsProp
    | Adam
    | AdamW
    | NAdam
    | AmsGrad
    | Lion,
    Field(discriminator="kind"),
    SHORTHAND,
]
