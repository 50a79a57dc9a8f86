"""Data sets: points in the plane [-6, 6]², and real tables. Class 1 is the positive, blue one.

In the plane the clean positions are drawn before the noise, so that moving the noise moves the
same points.
"""

from abc import abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from engine import custom_data
from engine.arrays import Floats
from engine.custom_data import EDGE
from engine.losses import Task
from engine.option import SHORTHAND, Option, control, described
from engine.randomness import Purpose, generator

DOMAIN = (-EDGE, EDGE, -EDGE, EDGE)
"""x1 from, to; x2 from, to: the part of the plane that is shown."""

Classes = Annotated[
    int,
    control(
        "Classes",
        "Number of classes.",
        effect="More regions to tell apart, with fewer points each.",
        restarts=True,
        step=1,
        ge=2,
        le=8,
    ),
]


class DatasetOption(Option):
    """A data set."""

    kind: str
    train_fraction: Annotated[
        float,
        control(
            "Training share",
            "Share of the points to train on; the others only test what was learned.",
            effect="More points to learn from, so less overfitting; fewer to test on, so a "
            "rougher test loss.",
            step=0.05,
            ge=0.1,
            le=0.9,
        ),
    ] = 0.5
    validation_fraction: Annotated[
        float,
        control(
            "Validation share",
            "Share of the training points set aside to choose settings by. While it is above 0, "
            "all test numbers and early stopping are about these points, and the test points "
            "proper stay unseen.",
            effect="Choices are judged on more points, and fewer are left to learn from.",
            advanced=True,
            step=0.05,
            ge=0,
            le=0.5,
        ),
    ] = 0.0
    label_noise: Annotated[
        float,
        control(
            "Label noise",
            "Share of the points that get a wrong class; for values, the standard deviation of "
            "noise added to them.",
            effect="More wrong points to learn by heart: the gap between training and test "
            "loss shows overfitting.",
            advanced=True,
            step=0.05,
            ge=0,
            le=0.5,
        ),
    ] = 0.0
    seed: Annotated[
        int,
        control(
            "Data seed",
            "Draws other points of the same kind, and another split. Equal data settings give "
            "equal points.",
            effect="Any other number draws other points; larger is not better.",
            advanced=True,
            ge=0,
            le=2**32 - 1,
        ),
    ] = 0

    @property
    @abstractmethod
    def task(self) -> Task:
        """What is to be learned."""

    @property
    @abstractmethod
    def count(self) -> int:
        """Number of points, known without drawing them."""

    @property
    def columns(self) -> tuple[str, ...] | None:
        """Names of a table's columns; None for points in the plane."""
        return None

    @property
    def class_names(self) -> tuple[str, ...]:
        """One name per class."""
        return tuple(f"class {index}" for index in range(self.task.classes))

    @abstractmethod
    def clean_points(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """All points: (N, columns) positions and (N,) class indices or values, labels right."""

    def points(self) -> tuple[Floats, Floats]:
        """All points, with noise on labels as well: (N, columns) and (N,)."""
        position, target = self.clean_points(generator(Purpose.POINTS, self.seed))
        rng = generator(Purpose.LABEL_NOISE, self.seed)
        luck, shift = rng.random(len(target)), rng.random(len(target))
        normal = rng.standard_normal(len(target))
        classes = self.task.classes
        if not classes:
            return position, target + self.label_noise * normal
        wrong = (target + 1 + np.floor(shift * (classes - 1))) % classes
        return position, np.where(luck < self.label_noise, wrong, target)


class PlanarOption(DatasetOption):
    """Points in the plane."""

    samples: Annotated[
        int,
        control(
            "Samples",
            "Number of points, training and test together.",
            effect="The boundary is known better and overfitting fades; epochs take longer.",
            scale="log",
            ge=10,
            le=10_000,
        ),
    ] = 500
    noise: Annotated[
        float,
        control(
            "Noise",
            "Standard deviation of the noise added to each coordinate, in units of the plane.",
            effect="Classes blur into each other, until no boundary can tell them apart.",
            step=0.05,
            ge=0,
            le=2,
        ),
    ] = 0.1

    @property
    def count(self) -> int:
        return self.samples

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """The points without noise: (samples, 2) positions and (samples,) targets."""

    def clean_points(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        position, target = self.draw(rng)
        return position + self.noise * rng.standard_normal(position.shape), target


class ClassesOption(PlanarOption):
    """Points of two classes in the plane."""

    imbalance: Annotated[
        float,
        control(
            "Imbalance",
            "0: classes of equal size. Otherwise each class is smaller than the one before it by "
            "this share.",
            effect="The smaller classes count for less, and may be given up.",
            advanced=True,
            step=0.05,
            ge=0,
            le=0.95,
        ),
    ] = 0.0

    @property
    def task(self) -> Task:
        return Task(2)

    def labels(self) -> Floats:
        """(samples,) class indices in order, as even as the imbalance says."""
        shares = np.cumsum((1 - self.imbalance) ** np.arange(self.task.classes))
        ends = np.rint(self.samples * shares / shares[-1])
        return np.searchsorted(ends, np.arange(self.samples), side="right").astype(np.float64)


class ManyClassesOption(ClassesOption):
    """Points of two to eight classes in the plane."""

    classes: Classes = 3

    @property
    def task(self) -> Task:
        return Task(self.classes)


class ValuesOption(PlanarOption):
    """Points in the plane with a value each: regression."""

    @property
    def task(self) -> Task:
        return Task(0)

    @abstractmethod
    def value(self, x1: Floats, x2: Floats) -> Floats:
        """The target at each point, within about [-1, 1]."""

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        position = rng.uniform(-5.0, 5.0, (self.samples, 2))
        return position, self.value(position[:, 0], position[:, 1])


def _around(radius: Floats, angle: Floats) -> Floats:
    """(N, 2) positions; angle 0 points up."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


class Circle(ClassesOption):
    """A disc of class 1 inside a ring of class 0: no straight line separates them."""

    model_config = described(
        "Circle",
        r"y = \begin{cases} 1 & r < 2.5 \\ 0 & 3.5 < r < 5 \end{cases}",
        "Smilkov et al. 2017 (TensorFlow Playground), arXiv:1708.03788",
    )
    kind: Literal["circle"] = "circle"

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        label, count = self.labels(), self.samples
        radius = np.where(label == 1, rng.uniform(0.0, 2.5, count), rng.uniform(3.5, 5.0, count))
        return _around(radius, rng.uniform(0.0, 2 * np.pi, count)), label


class Xor(ClassesOption):
    """Four squares, opposite ones alike: the problem that one layer cannot solve."""

    model_config = described(
        "XOR",
        r"y = \begin{cases} 1 & x_1 x_2 > 0 \\ 0 & x_1 x_2 < 0 \end{cases}",
        "Minsky and Papert 1969, Perceptrons",
    )
    kind: Literal["xor"] = "xor"

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        label = self.labels()
        size = rng.uniform(0.3, 5.0, (self.samples, 2))
        sign = rng.choice([-1.0, 1.0], self.samples)
        return size * np.stack([sign, np.where(label == 1, sign, -sign)], axis=1), label


class Gaussian(ClassesOption):
    """Two round normal clouds: a straight line is the best boundary there is."""

    model_config = described(
        "Gaussian",
        r"x \sim \begin{cases} \mathcal{N}((2, 2), I) & y = 1 \\ "
        r"\mathcal{N}(({-2}, {-2}), I) & y = 0 \end{cases}",
        "Smilkov et al. 2017 (TensorFlow Playground), arXiv:1708.03788",
    )
    kind: Literal["gaussian"] = "gaussian"

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        label = self.labels()
        centre = np.where(label == 1, 2.0, -2.0)[:, None]
        return centre + rng.standard_normal((self.samples, 2)), label


def _arms(label: Floats, classes: int) -> Floats:
    """(N, 2) positions on one spiral arm per class, evenly along each arm."""
    turn = np.empty(len(label))
    for value in range(classes):
        members = np.flatnonzero(label == value)
        turn[members] = np.arange(len(members)) / max(len(members), 1)
    angle = 7 * np.pi / classes * turn + 2 * np.pi * (label + 1) / classes
    return _around(5 * turn, angle)


class Spiral(ClassesOption):
    """Two interleaved spirals: the classic hard one."""

    model_config = described(
        "Spiral",
        r"x = 5 t\, (\sin \varphi, \cos \varphi), \quad 0 \le t < 1"
        "\n"
        r"\varphi = 3.5\, \pi t + \pi\, (1 - y)",
        "Lang and Witbrock 1988, Learning to tell two spirals apart",
    )
    kind: Literal["spiral"] = "spiral"

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        label = self.labels()
        return _arms(label, 2), label


class Moons(ClassesOption):
    """Two half circles that reach into each other."""

    model_config = described(
        "Moons",
        r"x = \begin{cases} 3\, (\cos t - \frac{1}{2}, \sin t - \frac{1}{4}) & y = 0 \\ "
        r"3\, (\frac{1}{2} - \cos t, \frac{1}{4} - \sin t) & y = 1 \end{cases}"
        "\n"
        r"0 \le t \le \pi",
        "Pedregosa et al. 2011 (scikit-learn), JMLR 12:2825–2830",
    )
    kind: Literal["moons"] = "moons"

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        label = self.labels()
        angle = rng.uniform(0.0, np.pi, self.samples)
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
        place = np.where(label[:, None] == 0, upper, lower)
        return 3 * (place - np.array([0.5, 0.25])), label


class Rings(ClassesOption):
    """Two thin rings, one inside the other."""

    model_config = described(
        "Rings",
        r"r = \begin{cases} 2 & y = 1 \\ 4 & y = 0 \end{cases}",
        "Pedregosa et al. 2011 (scikit-learn), JMLR 12:2825–2830",
    )
    kind: Literal["rings"] = "rings"

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        label = self.labels()
        angle = rng.uniform(0.0, 2 * np.pi, self.samples)
        return _around(np.where(label == 1, 2.0, 4.0), angle), label


class Checkerboard(ClassesOption):
    """Sixteen squares, neighbours different: wants many units."""

    model_config = described(
        "Checkerboard",
        r"y = \left(\left\lfloor \frac{x_1}{2.5} \right\rfloor + "
        r"\left\lfloor \frac{x_2}{2.5} \right\rfloor\right) \bmod 2",
    )
    kind: Literal["checkerboard"] = "checkerboard"

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        label = self.labels()
        column = rng.integers(0, 4, self.samples)
        row = 2 * rng.integers(0, 2, self.samples) + (column + label) % 2
        corner = 2.5 * np.stack([column, row], axis=1) - 5
        return corner + rng.uniform(0.0, 2.5, (self.samples, 2)), label


class Heart(ClassesOption):
    """A heart of class 1 in a square of class 0: a boundary with a dent and a point."""

    model_config = described(
        "Heart",
        r"y = 1: \quad (u^2 + v^2 - 1)^3 < u^2 v^3"
        "\n"
        r"u = \frac{x_1}{3.2}, \quad v = \frac{x_2 + 0.3}{3.2}",
    )
    kind: Literal["heart"] = "heart"

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        label = self.labels()
        position = np.empty((self.samples, 2))
        waiting = np.arange(self.samples)
        while len(waiting):  # a third to two thirds of the points find their place each time
            drawn = rng.uniform(-5.0, 5.0, (len(waiting), 2))
            u, v = drawn[:, 0] / 3.2, (drawn[:, 1] + 0.3) / 3.2
            curve = (u * u + v * v - 1) ** 3 - u * u * v**3
            fits = np.where(label[waiting] == 1, curve < -0.02, curve > 0.2)
            position[waiting[fits]] = drawn[fits]
            waiting = waiting[~fits]
        return position, label


class Blobs(ManyClassesOption):
    """Round clouds on a circle, one per class."""

    model_config = described(
        "Blobs",
        r"x \sim \mathcal{N}\left(3.5\, (\sin \varphi, \cos \varphi), 0.7^2 I\right)"
        "\n"
        r"\varphi = 2 \pi y / K",
        "Pedregosa et al. 2011 (scikit-learn), JMLR 12:2825–2830",
    )
    kind: Literal["blobs"] = "blobs"

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        label = self.labels()
        centre = _around(np.full(self.samples, 3.5), 2 * np.pi * label / self.classes)
        return centre + 0.7 * rng.standard_normal((self.samples, 2)), label


class Spirals(ManyClassesOption):
    """Interleaved spirals, one per class."""

    model_config = described(
        "Spirals",
        r"x = 5 t\, (\sin \varphi, \cos \varphi), \quad 0 \le t < 1"
        "\n"
        r"\varphi = \frac{7 \pi t + 2 \pi\, (y + 1)}{K}",
    )
    kind: Literal["spirals"] = "spirals"

    def draw(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        label = self.labels()
        return _arms(label, self.classes), label


class Plane(ValuesOption):
    """Regression: the target is a tilted plane, which a linear model fits exactly."""

    model_config = described(
        "Plane",
        r"y = \frac{x_1 + x_2}{10}",
        "Smilkov et al. 2017 (TensorFlow Playground), arXiv:1708.03788",
    )
    kind: Literal["plane"] = "plane"

    def value(self, x1: Floats, x2: Floats) -> Floats:
        return (x1 + x2) / 10


class Hills(ValuesOption):
    """Regression: two hills and two hollows."""

    model_config = described(
        "Hills",
        r"y = \sum_{k=1}^{4} \pm\, e^{-\| x - c_k \|^2 / 3}" "\n" r"c_k = (\pm 2.5, \pm 2.5)",
    )
    kind: Literal["hills"] = "hills"

    def value(self, x1: Floats, x2: Floats) -> Floats:
        height = np.zeros_like(x1)
        for centre1, centre2, sign in (
            (-2.5, 2.5, 1),
            (2.5, -2.5, 1),
            (2.5, 2.5, -1),
            (-2.5, -2.5, -1),
        ):
            height += sign * np.exp(-((x1 - centre1) ** 2 + (x2 - centre2) ** 2) / 3)
        return height


class Waves(ValuesOption):
    """Regression: waves in both directions."""

    model_config = described("Sine", r"y = \sin x_1\, \cos x_2")
    kind: Literal["sine"] = "sine"

    def value(self, x1: Floats, x2: Floats) -> Floats:
        return np.sin(x1) * np.cos(x2)


@dataclass(frozen=True)
class Table:
    """A real table: (N, columns) numbers and (N,) class indices."""

    x: Floats
    y: Floats
    columns: tuple[str, ...]
    classes: tuple[str, ...]


@lru_cache
def load_table(name: str) -> Table:
    """One of the tables in tables/, whose README names sources and licences."""
    with np.load(Path(__file__).with_name("tables") / f"{name}.npz", allow_pickle=False) as file:
        x, y = file["x"].astype(np.float64), file["y"].astype(np.float64)
        return Table(x, y, tuple(file["columns"].tolist()), tuple(file["classes"].tolist()))


class TableOption(DatasetOption):
    """A real table; its points are shown in the plane of their first two principal components."""

    name: ClassVar[str]

    @property
    def count(self) -> int:
        return len(load_table(self.name).y)

    @property
    def columns(self) -> tuple[str, ...] | None:
        return load_table(self.name).columns

    @property
    def task(self) -> Task:
        return Task(len(load_table(self.name).classes))

    @property
    def class_names(self) -> tuple[str, ...]:
        return load_table(self.name).classes

    def clean_points(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        table = load_table(self.name)
        return table.x.copy(), table.y.copy()


def _table(title: str, name: str, formula: str, source: str) -> ConfigDict:
    """Like `described`, with the names of the table's columns for the page."""
    extra: dict[str, Any] = {
        "x-formula": formula,
        "x-source": source,
        "x-columns": list(load_table(name).columns),
    }
    return ConfigDict(title=title, json_schema_extra=extra)


class Iris(TableOption):
    """150 irises of three species, four lengths each."""

    name: ClassVar[str] = "iris"
    model_config = _table(
        "Iris",
        name,
        r"\mathbb{R}^{4} \rightarrow \{1, 2, 3\}",
        "Fisher 1936, The use of multiple measurements in taxonomic problems, "
        "data by Anderson; UCI, doi:10.24432/C56C76",
    )
    kind: Literal["iris"] = "iris"


class Wine(TableOption):
    """178 wines of three growers, thirteen chemical measurements each."""

    name: ClassVar[str] = "wine"
    model_config = _table(
        "Wine",
        name,
        r"\mathbb{R}^{13} \rightarrow \{1, 2, 3\}",
        "Forina et al. 1991, PARVUS; UCI, doi:10.24432/C5PC7J",
    )
    kind: Literal["wine"] = "wine"


class BreastCancer(TableOption):
    """569 tumours, thirty measurements of cell nuclei each, benign or not."""

    name: ClassVar[str] = "breast_cancer"
    model_config = _table(
        "Breast cancer",
        name,
        r"\mathbb{R}^{30} \rightarrow \{0, 1\}",
        "Street, Wolberg and Mangasarian 1993; UCI, doi:10.24432/C5DW2B",
    )
    kind: Literal["breast_cancer"] = "breast_cancer"


class Digits(TableOption):
    """1,797 handwritten digits of 8 x 8 pixels."""

    name: ClassVar[str] = "digits"
    model_config = _table(
        "Digits",
        name,
        r"\mathbb{R}^{64} \rightarrow \{0, \dots, 9\}",
        "Alpaydin and Kaynak 1998; UCI, doi:10.24432/C50P49",
    )
    kind: Literal["digits"] = "digits"


TABLES = (Iris, Wine, BreastCancer, Digits)


class Custom(DatasetOption):
    """Points of your own: drawn in the plane, or the rows of a CSV file."""

    model_config = described("Yours", r"(x, y)_1, \dots, (x, y)_N")
    kind: Literal["custom"] = "custom"
    id: Annotated[
        str,
        control(
            "Points",
            "Which points: the id under which they were stored. Equal points have equal ids.",
            pattern=custom_data.ID,
        ),
    ]
    standardize: Annotated[
        bool,
        control(
            "Standardize values",
            "Learns values in standard deviations from their mean, over all points: without it, "
            "large ones take long to reach. Classes are left alone.",
            effect="For values far from the range -1 to 1.",
            advanced=True,
        ),
    ] = False

    @field_validator("id")
    @classmethod
    def _is_here(cls, id: str) -> str:
        if not custom_data.exists(id):
            raise PydanticCustomError(
                "data_missing",
                "This machine does not have the data set {id}: it stays where it was stored",
                {"id": id},
            )
        try:
            custom_data.describe(id)
        except custom_data.DataError as error:
            raise PydanticCustomError("data_damaged", "{error}", {"error": str(error)}) from None
        return id

    @property
    def count(self) -> int:
        return custom_data.describe(self.id).rows

    @property
    def columns(self) -> tuple[str, ...] | None:
        return custom_data.describe(self.id).columns

    @property
    def task(self) -> Task:
        return Task(len(self.class_names))

    @property
    def class_names(self) -> tuple[str, ...]:
        return custom_data.describe(self.id).class_names

    def clean_points(self, rng: np.random.Generator) -> tuple[Floats, Floats]:
        data = custom_data.load(self.id)
        targets = data.targets.copy()
        if self.standardize and not self.task.classes:
            targets = (targets - targets.mean()) / (targets.std() or 1.0)
        return data.points.copy(), targets


Dataset = Annotated[
    Circle
    | Xor
    | Gaussian
    | Spiral
    | Moons
    | Rings
    | Checkerboard
    | Heart
    | Blobs
    | Spirals
    | Plane
    | Hills
    | Waves
    | Iris
    | Wine
    | BreastCancer
    | Digits
    | Custom,
    Field(discriminator="kind"),
    SHORTHAND,
]
