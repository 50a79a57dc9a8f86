/**
 * The WebSocket of one experiment: reconnects with growing, jittered pauses, resumes after the last
 * epoch it has, keeps the epochs contiguous, and acknowledges a frame once it has been drawn.
 *
 * A page that is not displayed draws nothing: it acknowledges a second after a frame came. A network
 * that silently carries nothing is noticed, as the server says something every ten seconds.
 */

import { equal } from "./paths.js";
import { decode, inflate, inflates, isDeflated } from "./wire.js";

/** @typedef {import("./api.js").Experiment} Experiment */
/** @typedef {import("./wire.js").Picture} Picture */
/** @typedef {import("./history.js").History} History */
/** @typedef {import("./store.js").Unit} Unit */
/** @typedef {import("./wire.js").Frame["position"]} Position */
/**
 * @typedef {Object} View what pictures are wanted of
 * @property {number} run
 * @property {number[]} seeds
 * @property {boolean} spread
 * @property {import("./store.js").Domain | null} domain
 * @property {boolean} points
 * @property {import("./store.js").LayerView | null} warp
 */

/**
 * @typedef {Object} Listener
 * @property {(experiment: Experiment) => void} state
 * @property {(picture: Picture | null, position: Position | null) => void} draw once per display
 *   frame with news
 * @property {(connection: "connecting" | "open" | "lost") => void} connection
 * @property {() => void} gone the server no longer knows the experiment
 */

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 8000;
const UNKNOWN_EXPERIMENT = 4404;
/** Milliseconds after which a frame is acknowledged though it has not been drawn. */
const UNDRAWN = 1000;
/** Milliseconds without a word after which a connection, or the attempt at one, counts as lost. */
const SILENCE = 25_000;
const OPENING = 10_000;
const WATCH = 1000;

/** @type {View} */
const USUAL = { run: 0, seeds: [], spread: false, domain: null, points: false, warp: null };

export class Stream {
  /** @type {WebSocket | null} */
  #socket = null;
  #closed = false;
  #failures = 0;
  #timer = 0;
  #frame = 0;
  #late = 0;
  /** @type {{sequence: number, came: number}[]} */
  #undrawn = [];
  /** When something was heard last; in the time of day, which goes on while a computer sleeps. */
  #heard = 0;
  #watch = 0;
  /** Deflated messages, and what came after them, one after the other. */
  #inflated = Promise.resolve();
  #inflating = 0;
  /** The inside of the network in the latest picture that had it. */
  /** @type {{timeline: number, run: number, picture: import("./wire.js").RunPicture} | null} */
  #inside = null;
  /** @type {Picture | null} */
  #picture = null;
  /** @type {Position | null} */
  #position = null;
  /** @type {[number, number, number][]} */
  #focus = [];
  /** @type {View} */
  #view = USUAL;

  /**
   * @param {string} id
   * @param {History} history
   * @param {Listener} listener
   */
  constructor(id, history, listener) {
    this.id = id;
    this.history = history;
    this.listener = listener;
    this.#watch = setInterval(() => this.#listen(), WATCH);
    addEventListener("online", this.#online);
    this.#open();
  }

  /** The computer has a network again, perhaps another one. */
  #online = () => {
    this.#failures = 0;
    this.#reopen(0);
  };

  /**
   * Asks for these units at full resolution.
   * @param {number} run
   * @param {Unit[]} units
   */
  focus(run, units) {
    const wanted = units.map(
      ({ layer, unit }) => /** @type {[number, number, number]} */ ([run, layer, unit]),
    );
    if (equal(wanted, this.#focus)) return;
    this.#focus = wanted;
    this.#send({ type: "focus", units: this.#focus });
  }

  /**
   * Asks for the inside of a lane, for certain seeds, how far seeds disagree, a part of the plane,
   * the answers at the points, and what a layer sees.
   * @param {View} view
   */
  view(view) {
    if (equal(view, this.#view)) return;
    this.#view = view;
    this.#send({ type: "view", ...view });
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#late);
    clearInterval(this.#watch);
    removeEventListener("online", this.#online);
    cancelAnimationFrame(this.#frame);
    this.#socket?.close();
  }

  #open() {
    const { timeline, epoch } = this.history;
    const query = new URLSearchParams();
    if (inflates) query.set("deflate", "1");
    if (epoch >= 0) {
      query.set("timeline", String(timeline));
      query.set("epoch", String(epoch));
    }
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const path = `/api/experiments/${this.id}/stream?${query}`;
    const socket = new WebSocket(`${scheme}://${location.host}${path}`);
    socket.binaryType = "arraybuffer";
    this.#heard = Date.now();
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.listener.connection("open");
      if (!equal(this.#view, USUAL)) this.#send({ type: "view", ...this.#view });
      if (this.#focus.length > 0) this.#send({ type: "focus", units: this.#focus });
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket || this.#closed) return;
      this.#heard = Date.now();
      this.#failures = 0;
      this.#inOrder(socket, data, performance.now());
    };
    socket.onclose = ({ code }) => {
      if (this.#closed || this.#socket !== socket) return;
      if (code === UNKNOWN_EXPERIMENT) {
        this.close();
        this.listener.gone();
      } else this.#reopen();
    };
    this.#socket = socket;
  }

  /**
   * Lets go of the connection, and tries again after a pause.
   * @param {number} [longest] of the pause
   */
  #reopen(longest = LONGEST_PAUSE) {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(); // on a dead network it would take minutes until the browser says so
    clearTimeout(this.#timer);
    clearTimeout(this.#late);
    this.#late = 0;
    this.#undrawn = [];
    this.listener.connection("lost");
    const pause = Math.min(longest, FIRST_PAUSE * 2 ** this.#failures);
    this.#failures++;
    this.#timer = setTimeout(() => this.#open(), pause * (0.5 + Math.random() / 2));
  }

  /** Notices a connection over which nothing comes any more, also after the computer has slept. */
  #listen() {
    if (!this.#socket) return;
    const patience = this.#socket.readyState === WebSocket.OPEN ? SILENCE : OPENING;
    if (Date.now() - this.#heard > patience) this.#reopen();
  }

  /**
   * Inflating takes a moment: what comes meanwhile waits for its turn.
   * @param {WebSocket} socket
   * @param {ArrayBuffer | string} data
   * @param {number} came
   */
  #inOrder(socket, data, came) {
    const deflated = typeof data !== "string" && isDeflated(data);
    if (!deflated && this.#inflating === 0) return this.#receive(data, came);
    this.#inflating++;
    const found = deflated ? inflate(data) : data;
    this.#inflated = this.#inflated.then(async () => {
      const message = await found;
      this.#inflating--;
      if (this.#socket === socket && !this.#closed) this.#receive(message, came);
    });
  }

  /**
   * @param {ArrayBuffer | string} data
   * @param {number} came
   */
  #receive(data, came) {
    if (typeof data === "string") this.#receiveText(data);
    else this.#receiveFrame(data, came);
  }

  /** @param {string} text */
  #receiveText(text) {
    const message = JSON.parse(text);
    if (message.type !== "state") return;
    this.#position = null; // what the message says is newer
    this.listener.state(message);
  }

  /**
   * @param {ArrayBuffer} message
   * @param {number} came
   */
  #receiveFrame(message, came) {
    const frame = decode(message);
    if (!this.history.append(frame)) {
      this.#socket?.close(); // epochs are missing: come back and ask for them
      return;
    }
    if (frame.timeline >= this.history.timeline) {
      if (frame.picture) this.#picture = this.#withInside(frame.picture);
      this.#position = frame.position;
    }
    this.#undrawn.push({ sequence: frame.sequence, came });
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
    if (this.#late === 0) this.#late = setTimeout(() => this.#acknowledge(), UNDRAWN);
  }

  /**
   * On slow connections few pictures show the inside of the network: the others keep the latest.
   * @param {Picture} picture
   */
  #withInside(picture) {
    const { timeline, runs } = picture;
    const index = runs.findIndex(({ opened }) => opened !== null);
    if (index >= 0) {
      this.#inside = { timeline, run: index, picture: runs[index] };
      return picture;
    }
    const known = this.#inside;
    const run = known?.run === this.#view.run && runs[known.run];
    if (run && known.timeline === timeline && equal(run.units, known.picture.units)) {
      const { opened, answers, warp } = known.picture;
      Object.assign(run, { opened, answers, warp });
    }
    return picture;
  }

  #draw() {
    this.#frame = 0;
    const [picture, position] = [this.#picture, this.#position];
    this.#picture = this.#position = null;
    this.listener.draw(picture, position);
    this.#acknowledge();
  }

  #acknowledge() {
    clearTimeout(this.#late);
    this.#late = 0;
    const now = performance.now();
    for (const { sequence, came } of this.#undrawn) {
      this.#send({ type: "ack", sequence, held: Math.min(3600, (now - came) / 1000) });
    }
    this.#undrawn = [];
  }

  /** @param {object} message */
  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
