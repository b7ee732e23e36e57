/**
 * A line of the Socket.IO protocol (version 5 over Engine.IO 4) on one websocket, and no more of it: no polling, no
 * coming back by itself, no binary. One line carries one connection; whoever wants another makes another.
 */

const OPEN_MS = 4000;
const SILENT = Object.fromEntries(['open', 'message', 'moving', 'ping', 'close', 'refused'].map((name) => [name, () => {}]));
// What a packet begins with: the first sign is Engine.IO's, the second Socket.IO's.
const HELLO = '0', BYE = '1', PING = '2', PONG = '3', CONNECT = '40', DISCONNECT = '41', EVENT = '42', ACK = '43', REFUSED = '44';

export class Socket {
  /**
   * Opens a line to `path` of this origin. `auth` goes in the first packet, never in the address. `on`: open(),
   * message(data), moving(), ping(), close() once after open, refused(reason) where it did not come to that.
   * `at`: a word in the address for proxies on the way.
   */
  constructor(path, auth, on, at = '') {
    this.on = on;
    this.auth = auth;
    this.connected = false;
    this.over = false;
    this.asked = new Map(); // number -> {resolve, reject, timer}
    this.number = 0;
    this.wire = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${path}/?EIO=4&transport=websocket${at && `&at=${at}`}`);
    this.wire.onmessage = ({ data }) => this.hear(String(data));
    this.wire.onclose = () => this.end('closed');
    this.wire.onerror = () => this.end('no line');
    this.timer = setTimeout(() => this.end('no answer'), OPEN_MS);
    this.isOffline = () => this.end('offline');
    if (location.hostname !== 'localhost') addEventListener('offline', this.isOffline);
  }

  /** Sends an event; resolves with the answer to it, rejects when there is none after so many ms, or no line. */
  ask(name, data, withinMs) {
    if (!this.connected) return Promise.reject(new Error('no line'));
    return new Promise((resolve, reject) => {
      const number = this.number++;
      const timer = setTimeout(() => {
        this.asked.delete(number);
        reject(new Error('no answer'));
      }, withinMs);
      this.asked.set(number, { resolve, reject, timer });
      this.wire.send(`${EVENT}${number}${JSON.stringify([name, data])}`);
    });
  }

  /** From now on it tells nothing; what was asked on it is still answered. */
  hush() {
    this.on = SILENT;
  }

  /** Ends the line from here. */
  close() {
    if (this.connected) this.wire.send(DISCONNECT);
    this.end('left');
  }

  hear(packet) {
    if (this.over) return;
    const type = packet.slice(0, 2);
    if (packet[0] === HELLO) this.greet(JSON.parse(packet.slice(1)));
    else if (packet[0] === PING) this.answerPing();
    else if (type === CONNECT) this.open();
    else if (type === EVENT) this.tell(packet.slice(2));
    else if (type === ACK) this.answered(packet.slice(2));
    else if (type === REFUSED) this.end(JSON.parse(packet.slice(2)).message);
    else if (type === DISCONNECT || packet[0] === BYE) this.end('closed');
  }

  greet({ pingInterval, pingTimeout }) {
    this.silenceMs = pingInterval + pingTimeout;
    this.listen();
    this.wire.send(`${CONNECT}${JSON.stringify(this.auth)}`);
  }

  /** Silent for longer than the server ever is: nobody is there. */
  listen() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.end('silence'), this.silenceMs);
  }

  answerPing() {
    this.listen();
    this.wire.send(PONG);
    this.on.ping();
  }

  open() {
    this.connected = true;
    this.on.open();
  }

  tell(event) {
    const [name, data] = JSON.parse(event.slice(event.indexOf('[')));
    if (name === 'message') this.on.message(data);
    if (name === 'moving') this.on.moving();
  }

  answered(packet) {
    const number = Number.parseInt(packet, 10);
    const waits = this.asked.get(number);
    if (!waits) return; // too late
    this.asked.delete(number);
    clearTimeout(waits.timer);
    waits.resolve(JSON.parse(packet.slice(packet.indexOf('[')))[0]);
  }

  end(reason) {
    if (this.over) return;
    const was = this.connected;
    this.over = true;
    this.connected = false;
    clearTimeout(this.timer);
    removeEventListener('offline', this.isOffline);
    this.wire.close();
    for (const { reject, timer } of this.asked.values()) {
      clearTimeout(timer);
      reject(new Error(reason));
    }
    this.asked.clear();
    if (was) this.on.close();
    else this.on.refused(reason);
  }
}
