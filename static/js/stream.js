/**
 * The WebSocket of one experiment: reconnects with growing, jittered pauses, resumes after the last
 * epoch it has, keeps the epochs contiguous, and acknowledges a frame once it has been drawn.
 */

import { equal } from "./paths.js";
import { decode } from "./wire.js";

/** @typedef {import("./api.js").Experiment} Experiment */
/** @typedef {import("./wire.js").Picture} Picture */
/** @typedef {import("./history.js").History} History */
/** @typedef {import("./store.js").Unit} Unit */
/** @typedef {import("./wire.js").Frame["position"]} Position */
/** @typedef {{run: number, seeds: number[], spread: boolean}} View what pictures are wanted of */

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

/** @type {View} */
const USUAL = { run: 0, seeds: [], spread: false };

export class Stream {
  /** @type {WebSocket | null} */
  #socket = null;
  #closed = false;
  #failures = 0;
  #timer = 0;
  #frame = 0;
  /** @type {number[]} */
  #undrawn = [];
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
    this.#open();
  }

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
   * Asks for the inside of a lane, for certain seeds, and for how far seeds disagree.
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
    cancelAnimationFrame(this.#frame);
    this.#socket?.close();
  }

  #open() {
    const { timeline, epoch } = this.history;
    const since = epoch >= 0 ? `?timeline=${timeline}&epoch=${epoch}` : "";
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const path = `/api/experiments/${this.id}/stream${since}`;
    const socket = new WebSocket(`${scheme}://${location.host}${path}`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#failures = 0;
      this.listener.connection("open");
      if (!equal(this.#view, USUAL)) this.#send({ type: "view", ...this.#view });
      if (this.#focus.length > 0) this.#send({ type: "focus", units: this.#focus });
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket || this.#closed) return;
      if (typeof data === "string") this.#receiveText(data);
      else this.#receiveFrame(data);
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

  #reopen() {
    this.#socket = null;
    this.#undrawn = [];
    this.listener.connection("lost");
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures);
    this.#failures++;
    this.#timer = setTimeout(() => this.#open(), pause * (0.5 + Math.random() / 2));
  }

  /** @param {string} text */
  #receiveText(text) {
    const message = JSON.parse(text);
    if (message.type !== "state") return;
    this.#position = null; // what the message says is newer
    this.listener.state(message);
  }

  /** @param {ArrayBuffer} message */
  #receiveFrame(message) {
    const frame = decode(message);
    if (!this.history.append(frame)) {
      this.#socket?.close(); // epochs are missing: come back and ask for them
      return;
    }
    if (frame.timeline >= this.history.timeline) {
      this.#picture = frame.picture ?? this.#picture;
      this.#position = frame.position;
    }
    this.#undrawn.push(frame.sequence);
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    const [picture, position] = [this.#picture, this.#position];
    this.#picture = this.#position = null;
    this.listener.draw(picture, position);
    for (const sequence of this.#undrawn) this.#send({ type: "ack", sequence });
    this.#undrawn = [];
  }

  /** @param {object} message */
  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
