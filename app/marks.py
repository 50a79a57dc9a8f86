"""Explanations of what stands on the page and is no setting: marks, numbers, buttons, symbols.

A file of texts, so longer than others. Those of settings are in the engine, with the settings.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """One explanation. Formulas are as in `engine.option.described`."""

    id: str
    title: str
    description: str
    effect: str = ""
    formula: str = ""
    source: str = ""
    shortcut: str = ""
    """What to press instead, as static/js/keys.js spells it."""


PASCANU = "Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063"

NUMBERS = (
    Mark(
        "marks.test_loss",
        "Test loss",
        "Mean loss over the points that training never sees, without penalties: how well the "
        "network does on new points. While the validation share is above 0, it is about the "
        "validation points.",
        "While it falls, what is learned holds for new points too. When it rises while the "
        "training loss falls, the network learns its points by heart.",
        r"L_{\text{test}} = \frac{1}{N} \sum_{i=1}^{N} L_i",
    ),
    Mark(
        "marks.train_loss",
        "Train loss",
        "Mean loss over the points that the network learns from, without penalties.",
        "When it does not fall, the network is too small, the rate is wrong, or gradients vanish.",
        r"L_{\text{train}} = \frac{1}{N} \sum_{i=1}^{N} L_i",
    ),
    Mark(
        "marks.accuracy",
        "Accuracy",
        "Share of the points that are given their own class: with two classes the one with "
        "probability above one half, otherwise the likeliest.",
        "It moves in steps of one point, so it says less than the loss about small gains.",
        r"\frac{1}{N} \sum_{i=1}^{N} [\hat y_i = y_i]",
    ),
    Mark(
        "marks.r2",
        "R²",
        "Share of the variance of the targets that the network explains.",
        "1 is perfect; 0 is no better than always answering the mean; below 0 is worse than that.",
        r"R^2 = 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \bar y)^2}",
        "Wright 1921, Correlation and causation, Journal of Agricultural Research 20:557–585",
    ),
    Mark(
        "marks.learning_rate",
        "Learning rate in force",
        "The rate at the first update of each epoch, as the schedule and the warm-up make it.",
    ),
    Mark(
        "marks.diverged",
        "Diverged",
        "A number of the run became infinite or undefined. It keeps its last finite weights.",
        "Go back before it happened, and take a smaller learning rate or clip the gradient.",
    ),
)

CURVES = (
    Mark(
        "marks.loss",
        "Loss",
        "What training makes small, as a mean over the points of each part: solid for the test "
        "points, dashed for the training points. L1 and L2 penalties are left out, so that runs "
        "can be compared.",
        "Both falling is learning; a widening gap is overfitting; leaps are too large a rate.",
        r"L = \frac{1}{N} \sum_{i=1}^{N} L_i",
    ),
    Mark(
        "marks.summary",
        "Summary",
        "Every lane in a few numbers: how soon it reached the target, how good it got.",
    ),
    Mark(
        "marks.epochs",
        "Epochs",
        "Passes over all training points.",
        formula=r"\text{epochs} = \frac{t B}{N}",
    ),
    Mark(
        "marks.updates",
        "Updates",
        "Steps of the optimizer: one for each batch. Small batches make many in an epoch.",
    ),
    Mark(
        "marks.gradient_evaluations",
        "Gradient evaluations",
        "Training points seen so far, however they are cut into batches: the fair measure of "
        "work between batch sizes.",
    ),
    Mark(
        "marks.milliseconds",
        "Milliseconds",
        "Measured training time of each lane, its share of what was computed together. It alone "
        "depends on the machine and its load.",
    ),
    Mark(
        "marks.lines",
        "Lines",
        "Solid is the test points, dashed the training points. Of several lanes each has its "
        "own colour, and dashed is the open one alone.",
    ),
    Mark(
        "marks.chart_options",
        "Chart options",
        "What the x axis counts, smoothing, zoom, and the target of the test loss.",
    ),
    Mark(
        "marks.chart_zoom",
        "Zoom of the chart",
        "Drag over a part of the chart to see it larger; a double click shows all again. "
        "While the chart has the focus, + and − zoom, arrows move, and 0 shows all.",
    ),
    Mark(
        "marks.log_scale",
        "Log scale",
        "Equal distances are equal factors: a loss that keeps falling by the same share is a "
        "straight line.",
    ),
    Mark(
        "marks.smoothing",
        "Smoothing",
        "A running mean of each curve, corrected for its beginning. The faint line is what was "
        "measured.",
        "A calmer line that follows the measured one later.",
        r"s_t = \beta s_{t-1} + (1 - \beta)\, x_t"
        "\n"
        r"\hat s_t = \frac{s_t}{1 - \beta^t}",
        "Bias correction as in Kingma and Ba 2015, arXiv:1412.6980",
    ),
    Mark(
        "marks.activation_history",
        "Activations over time",
        "What the units of each layer answer to the training points, epoch by epoch: the darker, "
        "the more answers of that size. The line is their mean.",
        "Answers that gather at the edges are saturated.",
        source="Glorot and Bengio 2010, PMLR 9:249–256",
    ),
    Mark(
        "marks.best_test_loss",
        "Best test loss",
        "The epoch with the lowest test loss so far: what early stopping would take the weights "
        "of.",
    ),
    Mark(
        "marks.change",
        "Mark of a change",
        "A setting was changed while the run went on, at this epoch. What came before it stays.",
    ),
    Mark(
        "marks.rewound",
        "Mark of going back",
        "You went back to this epoch from a later one, and went on from here. With the same "
        "settings the same numbers come again; with other ones another future begins here.",
    ),
    Mark(
        "marks.forked",
        "Mark of a fork",
        "A lane was forked here from another one: up to this epoch both have the same past. It "
        "has the colour of the new lane.",
    ),
)

LAYERS = (
    Mark(
        "marks.activation_histogram",
        "Activations",
        "How the answers of the layer's units are spread over the training points. Bars are as "
        "high as the square root of their share, so that a full one does not hide the others.",
        "Heaps at both ends are saturated units, one heap at zero is a layer that hardly answers.",
    ),
    Mark(
        "marks.mean",
        "Mean",
        "Mean of the layer's activations over its units and the training points.",
        "Far from 0, the layer above begins with a bias to unlearn.",
        r"\bar a = \frac{1}{n N} \sum_{j=1}^{n} \sum_{i=1}^{N} a_{ji}",
    ),
    Mark(
        "marks.spread",
        "Spread",
        "Standard deviation of the layer's activations.",
        "When it shrinks from layer to layer, the signal vanishes on its way up.",
        r"\sqrt{\frac{1}{n N} \sum_{j=1}^{n} \sum_{i=1}^{N} (a_{ji} - \bar a)^2}",
        "Glorot and Bengio 2010, PMLR 9:249–256",
    ),
    Mark(
        "marks.gradient_norm",
        "Gradient norm",
        "Length of the gradient of training loss and penalties by all of a layer's parameters.",
        "When it shrinks from the output down to the first layer, the gradient vanishes and the "
        "first layers hardly learn. When it leaps up, it explodes.",
        r"\| \nabla_l L \| = \sqrt{\sum_{w \in l} \left(\frac{\partial L}{\partial w}\right)^2}",
        PASCANU,
    ),
    Mark(
        "marks.dead",
        "Dead units",
        "Share of the layer's units with slope 0 at every training point: no gradient passes "
        "through them, so they cannot learn any more.",
        "Large rates kill ReLU units; leaky ReLU has none.",
        r"f'(z_i) = 0 \quad (i = 1, \dots, N)",
        "Maas, Hannun and Ng 2013, Rectifier nonlinearities improve neural network acoustic "
        "models, ICML",
    ),
    Mark(
        "marks.unit_mean",
        "Mean of a unit",
        "Mean of what the unit answers, over the training points.",
        formula=r"\bar a = \frac{1}{N} \sum_{i=1}^{N} a_i",
    ),
    Mark(
        "marks.unit_spread",
        "Spread of a unit",
        "Standard deviation of what the unit answers, over the training points.",
        "Near 0, the unit answers the same to every point: it is like a second bias.",
        r"\sqrt{\frac{1}{N} \sum_{i=1}^{N} (a_i - \bar a)^2}",
    ),
    Mark(
        "marks.flat",
        "Flat",
        "Share of the training points at which a unit's slope is 0: it learns nothing from them, "
        "and at 100 % it is dead.",
        formula=r"f'(z_i) = 0",
    ),
    Mark(
        "marks.saturated",
        "Saturated units",
        "Share of the layer's units that are nearly flat (less than 5 % of their slope at zero) "
        "at 95 % of the training points or more. Only bounded activations saturate.",
        "Almost no gradient passes through them: smaller weights, or ReLU, help.",
        r"f'(z_i) < 0.05\, f'(0)",
        "Glorot and Bengio 2010, PMLR 9:249–256",
    ),
    Mark(
        "marks.update_ratio",
        "Update ratio Δ/w",
        "How far the next update moves the layer's weights, as a share of their own length.",
        "About 0.001 is healthy: far above, learning is rough; far below, it crawls.",
        r"\frac{\| \Delta w \|}{\| w \|}",
        "Karpathy, CS231n course notes, Neural Networks part 3",
    ),
)

DIAGRAM = (
    Mark(
        "marks.unit",
        "Map in a unit",
        "What the unit answers at every point of the plane: blue above zero, orange below it, "
        "the paler the closer to zero. Full colour is the unit's own largest answer, or 1 if all "
        "are smaller.",
        formula=r"a = f(z), \quad z = \sum_{j} w_j x_j + b",
    ),
    Mark(
        "marks.edge",
        "Edge",
        "A weight. The wider and stronger the line, the larger the weight; blue is positive, "
        "orange negative.",
        formula=r"\text{width} \propto \frac{|w|}{|w| + 4}",
    ),
    Mark(
        "marks.bias",
        "Bias",
        "What a unit adds to its weighted inputs: it moves the place where the unit begins to "
        "answer. Biases start at zero and are never penalised.",
        formula=r"z = \sum_{j} w_j x_j + b",
    ),
    Mark(
        "marks.feature",
        "Feature",
        "An input of the network: a function of the point, or a column of the table.",
    ),
    Mark(
        "marks.frozen",
        "Frozen",
        "Training leaves this weight, unit or layer as it is. What is frozen with its unit or "
        "layer is thawed with it.",
        "To see what the rest of the network can do without it learning.",
    ),
    Mark(
        "marks.ablated",
        "Dropped unit",
        "This unit answers 0, in training and in testing, until it is put back.",
        "The loss before and after shows what the unit was good for.",
    ),
    Mark(
        "marks.table",
        "Network as a table",
        "Every unit in a row, with its bias, its weights and its numbers: for screen readers, "
        "and for exact values.",
    ),
    Mark(
        "marks.ablation",
        "Losses without",
        "The losses with the dropped units, and without them, all else equal.",
    ),
    Mark(
        "marks.layer_settings",
        "Settings of a layer",
        "Its own initialization, dropout, batch norm and residual path. Letters are those "
        "that are in use.",
    ),
)

OUTPUT = (
    Mark(
        "marks.map",
        "Map of the output",
        "What the network answers at every point of the plane: towards blue for class 1 or "
        "values above zero, towards orange for class 0 or values below. Of several classes, the "
        "colour is that of the likeliest.",
        formula=r"p = \frac{1}{1 + e^{-z}} \quad (K = 2)"
        "\n"
        r"p_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}} \quad (K > 2)",
        source="Bridle 1990 (softmax), doi:10.1007/978-3-642-76153-9_28",
    ),
    Mark(
        "marks.undecided",
        "Undecided band",
        "Where the colours fade, the network cannot decide: probabilities are near one half, or "
        "values near zero.",
        "A wide band is a cautious network; a hairline is a sure one, right or wrong.",
    ),
    Mark(
        "marks.classes",
        "Classes",
        "The likeliest class at each place, without how sure the network is of it.",
    ),
    Mark(
        "marks.uncertainty",
        "Uncertainty",
        "How far the network is from a decision, as the entropy of its probabilities: 0 where it "
        "is certain of one class, 1 where all are as likely.",
        formula=r"\frac{H}{\ln K} = -\frac{1}{\ln K} \sum_{k=1}^{K} p_k \ln p_k",
        source="Shannon 1948, doi:10.1002/j.1538-7305.1948.tb01338.x",
    ),
    Mark(
        "marks.errors",
        "Errors",
        "The points that are given another class than their own. Of values, by how much the "
        "answer is above the target (blue) or below it (orange).",
        formula=r"\hat y_i - y_i",
    ),
    Mark(
        "marks.confusion",
        "Confusion matrix",
        "How many test points of each class, by row, are answered as each class, by column. The "
        "darker a field, the larger its share of the row.",
        "All points on the diagonal: every class is told from every other.",
        r"C_{jk} = \#\{i : y_i = j,\ \hat y_i = k\}",
    ),
    Mark(
        "marks.point_loss",
        "Point loss",
        "What each point adds to the loss: the larger the point, the more. A few large ones pull "
        "at the weights harder than all others together.",
        formula=r"L_i",
    ),
    Mark(
        "marks.layer_view",
        "Layer view",
        "The plane and its points as a layer passes them on to the next: bent until a straight "
        "line can part the classes. Of more than two units, the plane in which the points spread "
        "out most is shown.",
        source="Olah 2014, Neural Networks, Manifolds, and Topology (colah.github.io)",
    ),
    Mark(
        "marks.surface",
        "Surface",
        "The predicted values as heights above the plane.",
    ),
    Mark(
        "marks.train_points",
        "Train points",
        "Filled points: the network learns from them.",
    ),
    Mark(
        "marks.test_points",
        "Test points",
        "Hollow points: the network never learns from them. They show whether what it learned "
        "holds for new points.",
    ),
    Mark(
        "marks.principal_plane",
        "Principal plane",
        "The plane in which a table's points spread out most. The map is that of the points in "
        "this plane, all other directions being at their mean.",
        source="Pearson 1901, doi:10.1080/14786440109462720",
    ),
    Mark(
        "marks.difference",
        "Difference",
        "The answers of two lanes subtracted, place by place. Of several classes, stripes show "
        "where the likeliest one differs.",
        formula=r"p_A - p_B",
    ),
    Mark(
        "marks.disagreement",
        "Disagreement",
        "How far the seeds of a lane differ: the share against the majority, or the spread of "
        "their values. Dark places are luck.",
    ),
)

COMPARING = (
    Mark(
        "marks.lane",
        "Lane",
        "One run beside others. Lanes share points, initial weights and batch order wherever "
        "their settings allow, so that only what is compared makes a difference.",
    ),
    Mark(
        "marks.seeds",
        "Seeds, median and band",
        "The same settings trained from several random starts. Numbers and lines are the "
        "median; the band holds the middle half of the seeds.",
        "A steadier median, and a surer idea of how much is luck, for as many times the work.",
    ),
    Mark(
        "marks.points",
        "Points",
        "The points, their noise, and which of them are for training. Lanes with equal digits "
        "learn from exactly the same ones.",
    ),
    Mark(
        "marks.weights",
        "Initial weights",
        "The weights before the first update. Lanes with equal digits begin at exactly the same "
        "place; lanes of other shapes cannot, and are left out.",
    ),
    Mark(
        "marks.batches",
        "Batches",
        "The order in which the points are shown, and how many at a time. Lanes with equal "
        "digits see the same batches in the same order.",
    ),
    Mark(
        "marks.target",
        "Target",
        "The test loss to reach: the dashed line, and what the summary counts from.",
        "An easier goal, which is reached sooner.",
    ),
    Mark(
        "marks.epochs_to_target",
        "Epochs to the target",
        "Epochs until the test loss reached the target for the first time, the median over "
        "the seeds.",
    ),
    Mark(
        "marks.updates_to_target",
        "Updates to the target",
        "Steps of the optimizer until the test loss reached the target for the first time, "
        "the median over the seeds.",
    ),
    Mark(
        "marks.milliseconds_to_target",
        "Time to the target",
        "Measured training time until the test loss reached the target for the first time, "
        "the median over the seeds. It depends on the machine and its load.",
    ),
    Mark(
        "marks.reached",
        "Reached",
        "Share of the seeds whose test loss has reached the target at least once.",
    ),
    Mark(
        "marks.best",
        "Best",
        "Lowest test loss so far, the median over the seeds.",
    ),
    Mark(
        "marks.final",
        "Final",
        "Last test loss, the median over the seeds. Far above the best, the run has overfitted "
        "or is not steady.",
    ),
    Mark(
        "marks.stability",
        "Stability",
        "Standard deviation of the test loss over the last tenth of the epochs, but at least "
        "ten: small is steady.",
        "Above the losses of other lanes, the learning rate is too large to come to rest.",
    ),
    Mark(
        "marks.compare",
        "Compare",
        "Any setting side by side: each value that you tick becomes a lane, which differs in "
        "this alone.",
    ),
    Mark(
        "marks.this_lane",
        "This lane alone",
        "Lanes differ in this setting: what you change here is changed in the open lane, and "
        "not in the others.",
    ),
    Mark(
        "marks.lane_menu",
        "More for a lane",
        "Names the lane, gives it more seeds, moves it, hides its lines or removes it.",
    ),
    Mark(
        "marks.seed_pictured",
        "Seed pictured",
        "Which of the lane's seeds the maps and the diagram show. Numbers and bands are of "
        "all of them.",
    ),
    Mark(
        "marks.race",
        "Fair race",
        "Which optimizer is best? Each tries every learning rate with every seed; its best "
        "rate is chosen on validation points, and the winner on test points that nobody has "
        "looked at before.",
    ),
    Mark(
        "marks.race_rates",
        "Rates of a race",
        "The learning rates that each optimizer tries: so many, from the lowest to the "
        "highest, at equal factors.",
        "A wider range misses no optimizer's best rate; more rates come closer to it, for "
        "more work.",
    ),
    Mark(
        "marks.place",
        "Place",
        "By the test loss at each optimizer's best rate. Places are equal where the "
        "difference is not clear.",
    ),
    Mark(
        "marks.best_rate",
        "Best rate",
        "The learning rate with the lowest validation loss after training, the median over "
        "the seeds.",
    ),
    Mark(
        "marks.safe_zone",
        "Safe zone",
        "The learning rates that bring at least 90 % of the best one's gain.",
        "A wide one forgives a rate that is not well chosen.",
    ),
    Mark(
        "marks.clear",
        "Clear difference",
        "One optimizer is ahead by more than luck: the losses are compared seed by seed with a "
        "sign-flip test, corrected for the number of comparisons.",
        formula=r"p < 0.05",
        source="Fisher 1935, The Design of Experiments; Holm 1979, A simple sequentially "
        "rejective multiple test procedure, Scand. J. Statist. 6:65–70",
    ),
)

TIME = (
    Mark(
        "marks.play",
        "Play",
        "Trains on until you pause. The picture shows as many epochs as the screen can, the "
        "curves show all of them.",
        shortcut="Space",
    ),
    Mark(
        "marks.finished",
        "Finished",
        "The training has ended, as early stopping found no more gain. Reset it, go back or "
        "change a setting to train on.",
    ),
    Mark(
        "marks.step",
        "Step",
        "Trains one epoch: every training point once.",
        shortcut="→",
    ),
    Mark(
        "marks.batch_step",
        "Single batch",
        "Makes one update, with the points of one batch, which glow.",
        shortcut="⇧ →",
    ),
    Mark(
        "marks.ways",
        "Other ways to go on",
        "One mini-batch, or until an epoch, a loss or an accuracy is reached; and the list of "
        "all keys.",
    ),
    Mark(
        "marks.run_until",
        "Run until",
        "Trains on and pauses exactly after the first epoch that reaches what you ask for: an "
        "epoch, a loss at most, or an accuracy at least.",
    ),
    Mark(
        "marks.counter",
        "Epochs so far",
        "Passes over all training points. Beside it, while training, how many are made in a "
        "second.",
    ),
    Mark(
        "marks.reset",
        "Reset",
        "Back to epoch 0 with the same initial weights: the same run again, bit for bit.",
        shortcut="R",
    ),
    Mark(
        "marks.new_weights",
        "New weights",
        "Back to epoch 0 with other random weights, by another seed: shows what was luck.",
        shortcut="N",
    ),
    Mark(
        "marks.rewind",
        "Rewind",
        "Back to a past epoch, with the weights it had. What came later is forgotten when you "
        "train on.",
        shortcut="←",
    ),
    Mark(
        "marks.fork",
        "Fork",
        "A further lane that begins at a past epoch, with one setting changed: what would have "
        "happened otherwise. Pause first; at epoch 0 there is nothing to fork from.",
    ),
    Mark(
        "marks.live",
        "Live change",
        "The change applies from the next update on. Weights stay, and so does what the "
        "optimizer remembers, unless it is another optimizer.",
    ),
    Mark(
        "marks.restart",
        "Restart",
        "The change gives the network another shape or another beginning, so the run starts anew "
        "from epoch 0.",
    ),
    Mark(
        "marks.speed",
        "Speed",
        "Epochs per second at most. Slower shows more of each one; max trains as fast as the "
        "server can.",
    ),
)

PAGE = (
    Mark(
        "marks.presets",
        "Presets",
        "Experiments to start from, each with what there is to see in it.",
    ),
    Mark(
        "marks.export",
        "Export",
        "The numbers of every epoch, the summary, and all settings, as files.",
    ),
    Mark(
        "marks.share",
        "Share",
        "A link to exactly this state: settings, changes and epoch. For a class, parts can be "
        "hidden or locked, with a note on top.",
    ),
    Mark(
        "marks.glossary",
        "Glossary",
        "All explanations of this page to read and to search.",
    ),
    Mark(
        "marks.view",
        "View",
        "Theme, colours, contrast and motion; the training in words.",
    ),
    Mark(
        "marks.theme",
        "Theme",
        "Light or dark, or as the system has it. Nothing else changes.",
    ),
    Mark(
        "marks.palette",
        "Colours",
        "What stands for negative, positive and the classes. All can be told apart with any "
        "colour vision; the last one also in grey and in print.",
    ),
    Mark(
        "marks.contrast",
        "Contrast",
        "High draws text, lines and frames more strongly.",
    ),
    Mark(
        "marks.motion",
        "Motion",
        "Reduced leaves out whatever moves without being asked to. Training is shown as before.",
    ),
    Mark(
        "marks.language",
        "Language",
        "The page in English or in Chinese. Nothing else changes.",
    ),
    Mark(
        "marks.keys",
        "Keys",
        "Everything that can be done by a key.",
        shortcut="?",
    ),
    Mark(
        "marks.changed",
        "Changed settings",
        "Settings that are not as they usually are have a dot. Press a dot to put one back, "
        "or see all of them here.",
    ),
    Mark(
        "marks.new_points",
        "New points",
        "Other points of the same kind, or another split of a table, by another seed.",
    ),
    Mark(
        "marks.copy_points",
        "Copy shown",
        "Puts the points that the output shows onto the plane, to draw on from them.",
    ),
)

SYMBOLS = (
    Mark(
        "symbols.x",
        "x, y",
        "The inputs of a point, after features and scaling, and its target: a class or a value.",
        formula=r"x, \quad y",
    ),
    Mark(
        "symbols.answer",
        "ŷ, p",
        "What the network answers: a value, or the probability of each class.",
        formula=r"\hat y, \quad p",
    ),
    Mark(
        "symbols.weights",
        "w, b",
        "A weight and a bias: the parameters that training changes. W is all weights of a layer.",
        formula=r"w, \quad b",
    ),
    Mark(
        "symbols.activation",
        "z, a",
        "The weighted sum that enters a unit, and what the unit makes of it.",
        formula=r"z = \sum_{j} w_j x_j + b, \quad a = f(z)",
    ),
    Mark(
        "symbols.loss",
        "L, g",
        "The loss, and its gradient: how much the loss grows with each parameter, as a mean over "
        "a batch. Arrows are assignments, made for every parameter by itself.",
        formula=r"g = \frac{\partial L}{\partial w}",
        source="Rumelhart, Hinton and Williams 1986, doi:10.1038/323533a0",
    ),
    Mark(
        "symbols.rate",
        "η, t",
        "The learning rate in force, and the number of updates or epochs so far. η₀ is the "
        "optimizer's own learning rate.",
        formula=r"\eta, \quad t",
    ),
    Mark(
        "symbols.counts",
        "N, K, B",
        "Numbers: of points, of classes or outputs, and of points in a batch.",
        formula=r"N, \quad K, \quad B",
    ),
    Mark(
        "symbols.fans",
        "fan in, fan out",
        "How many inputs a layer has, and how many units.",
        formula=r"\text{fan}_{\text{in}}, \quad \text{fan}_{\text{out}}",
    ),
    Mark(
        "symbols.distributions",
        "N(μ, σ²), U(a, b)",
        "Random numbers: normal ones with mean μ and standard deviation σ, and uniform ones "
        "between a and b.",
        formula=r"\mathcal{N}(\mu, \sigma^2), \quad \mathcal{U}(a, b)",
    ),
)

MARKS: dict[str, tuple[Mark, ...]] = {
    "Numbers": NUMBERS,
    "Curves": CURVES,
    "Layers": LAYERS,
    "Network": DIAGRAM,
    "Output": OUTPUT,
    "Side by side": COMPARING,
    "Training and time": TIME,
    "The page": PAGE,
    "Symbols": SYMBOLS,
}
"""By the title of their group."""
