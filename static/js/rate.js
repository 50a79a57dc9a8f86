/** Epochs per second, measured over the last second or so. */

const SPAN = 1000;

export class Rate {
  /** @type {{epoch: number, time: number}[]} */
  #samples = [];
  #value = 0;
  #told = 0;

  restart() {
    this.#samples = [];
    this.#value = 0;
    this.#told = 0;
  }

  /**
   * @param {number} epoch
   * @param {number} time in milliseconds
   * @returns {number} changes a few times a second at most, so that it can be read
   */
  at(epoch, time) {
    const samples = this.#samples;
    if (samples.length > 0 && epoch < samples[0].epoch) this.restart();
    this.#samples.push({ epoch, time });
    while (this.#samples.length > 2 && time - this.#samples[1].time > SPAN) this.#samples.shift();
    const first = this.#samples[0];
    if (time - first.time > 200 && time - this.#told > 300) {
      this.#value = (1000 * (epoch - first.epoch)) / (time - first.time);
      this.#told = time;
    }
    return this.#value;
  }
}
