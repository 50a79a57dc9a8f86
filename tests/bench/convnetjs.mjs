// ConvNetJS in V8, for tests/bench/engine.py: reads one line with the network and the points, then
// trains so many epochs for every further line and answers with a line.
import { createInterface } from "node:readline";
import convnetjs from "convnetjs";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const setup = JSON.parse((await lines.next()).value);
const layers = [{ type: "input", out_sx: 1, out_sy: 1, out_depth: setup.inputs }];
for (const units of setup.units) {
  layers.push({ type: "fc", num_neurons: units, activation: "tanh" });
}
layers.push({ type: "softmax", num_classes: 2 });
const net = new convnetjs.Net();
net.makeLayers(layers);
const trainer = new convnetjs.Trainer(net, {
  method: "sgd",
  learning_rate: setup.learning_rate,
  momentum: 0,
  l2_decay: 0,
  batch_size: setup.batch_size,
});
const points = setup.x.map((x) => new convnetjs.Vol(x));
const order = points.map((_, index) => index);

const shuffle = () => {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
};

for await (const line of lines) {
  for (let epoch = 0; epoch < Number(line); epoch++) {
    shuffle();
    for (const index of order) trainer.train(points[index], setup.y[index]);
  }
  console.log("done");
}
