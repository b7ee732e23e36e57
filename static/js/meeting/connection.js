/**
 * The line to the server: a websocket with a one-use ticket; where websockets are blocked, the same
 * over plain requests every few seconds. It tells the store what arrives and how the line is.
 */
import { Socket } from '../lib/socket.js';
import { workerAddress } from '../lib/trusted.js';
import { base } from '../lib/where.js';
import { isOurs } from './commands.js';

const PROTOCOL = 1;
const BEAT_HOST_MS = 5000;
const BEAT_MEMBER_MS = 15000;
const SLOW_EVERY_MS = 4000;
const TRIES_BEFORE_SLOW = 2;
const ACK_MS = 8000;
const LAST_ANSWERS_MS = 500;
const FOR_NOW = new Set(['too_many', 'our_side', 'disk_full']); // refusals that pass by themselves
const RETRY_MS = [400, 1000, 2000, 4000, 8000]; // longer and longer: a server that is busy with all who come back is let catch up
const LOOK_AGAIN_MS = 2000; // while what is behind the line does not answer

/** Opens the line. `on`: {snapshot, message, line, reload, gone}. Returns {send, status, tokens, refresh, close}. */
export function openLine(page, on) {
  const line = new Line(page, on);
  line.start();
  return {
    send: (frame) => line.ask('command', frame),
    status: (status) => line.setStatus(status),
    tokens: (request) => line.ask('tokens', request),
    refresh: () => line.refresh(),
    close: () => line.close(),
  };
}

/** Beats by a worker's clock: a host who reads notes in another tab is not lost. Returns the way to stop it. */
function beatEvery(everyMs, beat) {
  try {
    const worker = new Worker(workerAddress('metronome'));
    worker.onmessage = beat;
    worker.postMessage(everyMs);
    return () => worker.terminate();
  } catch {
    const timer = setInterval(beat, everyMs);
    return () => clearInterval(timer);
  }
}

/** Nothing more is heard of this line. */
function drop(socket) {
  socket?.hush();
  socket?.close();
}

/** Another line has taken its place; what was asked on this one may still be answered. */
function leave(socket) {
  socket?.hush();
  if (socket) setTimeout(() => socket.close(), LAST_ANSWERS_MS);
}


class Line {
  constructor(page, on) {
    this.page = page;
    this.on = on;
    this.socket = null;
    this.next = null; // a line that is being opened
    this.tries = 0;
    this.slow = null;
    this.status = 'here';
    this.closed = false;
    this.refreshing = false;
    this.onceMore = false;
    this.lookAgain = null;
  }

  start() {
    this.connect();
    this.stopBeat = beatEvery(this.page.host ? BEAT_HOST_MS : BEAT_MEMBER_MS, () => this.sendBeat());
    addEventListener('online', () => this.hurry());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.hurry();
    });
    addEventListener('pageshow', (event) => event.persisted && this.hurry());
    document.addEventListener('circle:leave', () => this.close());
  }

  close() {
    this.closed = true;
    this.stopBeat?.();
    clearInterval(this.slow);
    clearTimeout(this.retry);
    clearTimeout(this.lookAgain);
    for (const socket of [this.next, this.socket]) drop(socket);
  }

  /** Opens a line; one that is up carries on until the new one does. */
  async connect() {
    if (this.closed) return;
    clearTimeout(this.retry);
    let ticket;
    try {
      const answer = await this.post('ticket', {});
      if (!answer.ok) return FOR_NOW.has(answer.error?.code) ? this.again() : this.on.gone(answer.error);
      ticket = answer.ticket;
    } catch {
      return this.again();
    }
    if (this.closed) return;
    drop(this.next);
    const socket = new Socket(`${base()}/socket.io`, { v: PROTOCOL, ticket }, {
      open: () => this.joined(socket),
      message: (message) => this.on.message(message),
      moving: () => this.connect(),
      // A hidden page's timers sleep for a minute at a time; the server's pings wake it more often.
      ping: () => this.sendBeat(),
      close: () => this.again(),
      refused: (reason) => this.refused(reason),
    }, this.page.meeting.slice(0, 2)); // a proxy sends a session's people to one process by it
    this.next = socket;
  }

  async joined(socket) {
    const before = this.socket;
    this.socket = socket;
    this.next = null;
    leave(before);
    this.tries = 0;
    this.stopSlow();
    await this.refresh();
    if (this.status !== 'here') this.ask('status', { status: this.status }).catch(() => {});
  }

  refused(reason) {
    if (reason === 'reload_please') {
      this.on.reload();
      return this.startSlow(); // what the room is at is still told, and what waits here can still go
    }
    // What this person may still see says why: a host may have ended their place while the line was down.
    if (reason === 'not_found') return this.refresh().finally(() => this.on.gone(null));
    return this.again();
  }

  again() {
    if (this.closed) return;
    if (this.live()) return this.later(); // asked to move, and not there yet: the old line still carries
    if (!this.slow) this.on.line('down');
    this.tries += 1;
    if (this.tries >= TRIES_BEFORE_SLOW && !this.slow) this.startSlow();
    else if (this.tries === 1) this.refresh(); // the room is there at once, however the line is
    this.later();
  }

  later() {
    clearTimeout(this.retry);
    const wait = RETRY_MS[Math.min(Math.max(this.tries - 1, 0), RETRY_MS.length - 1)];
    this.retry = setTimeout(() => this.connect(), wait * (0.7 + 0.6 * Math.random()));
  }

  /** Something suggests that the line is back, or was lost in sleep: look now instead of later. */
  hurry() {
    if (this.closed) return;
    if (!this.socket?.connected) {
      this.tries = 0;
      this.connect();
    } else {
      this.refresh();
    }
  }

  /** Fetches a snapshot. Asked for while one is on its way: another one follows, since that may be older. */
  async refresh() {
    if (this.closed) return;
    if (this.refreshing) {
      this.onceMore = true;
      return;
    }
    this.refreshing = true;
    clearTimeout(this.lookAgain);
    this.lookAgain = null;
    try {
      const snapshot = this.live() ? await this.ask('join', {}) : await this.get('snapshot');
      if (snapshot.ok) {
        this.on.snapshot(snapshot);
        const forgotten = this.run && this.run !== snapshot.run; // and with it where this person is
        this.run = snapshot.run;
        if (forgotten && this.status !== 'here') this.ask('status', { status: this.status }).catch(() => {});
        this.on.line(this.live() ? 'up' : 'slow');
      } else if (FOR_NOW.has(snapshot.error?.code)) {
        this.behindIsAway(snapshot);
      } else {
        this.on.gone(snapshot.error);
      }
    } catch {
      if (!this.live()) this.on.line('down');
      this.lost();
    } finally {
      this.refreshing = false;
    }
    if (this.onceMore) {
      this.onceMore = false;
      await this.refresh();
    }
  }

  live() {
    return Boolean(this.socket?.connected);
  }

  startSlow() {
    clearInterval(this.slow);
    this.slow = setInterval(() => this.refresh(), SLOW_EVERY_MS);
  }

  stopSlow() {
    clearInterval(this.slow);
    this.slow = null;
  }

  sendBeat() {
    const socket = this.socket;
    if (this.live()) this.ask('beat', {}).catch(() => socket === this.socket && this.lost());
  }

  /** The line carries, and what is behind it does not answer: the page says so, and looks until it does. */
  behindIsAway({ error }) {
    if (this.closed || this.lookAgain) return;
    if (isOurs({ error })) this.on.line('away');
    this.lookAgain = setTimeout(() => this.refresh(), LOOK_AGAIN_MS);
  }

  /** A heart-beat was not answered: the line is a black hole. Start anew. */
  lost() {
    if (this.live()) this.socket.close();
  }

  setStatus(status) {
    this.status = status;
    return this.ask('status', { status });
  }

  /** Resolves with the answer; rejects when the line does not carry it (then it may be asked again). */
  ask(event, data) {
    if (this.live()) {
      return this.socket.ask(event, data, ACK_MS).then((answer) => {
        if (isOurs(answer)) this.behindIsAway(answer);
        return answer;
      });
    }
    if (event === 'join') return this.get('snapshot');
    return this.slow ? this.post(event, data) : Promise.reject(new Error('no line'));
  }

  async get(path) {
    const answer = await fetch(`${base()}/live/${this.page.meeting}/${path}`, { headers: { Accept: 'application/json' } });
    return answer.json();
  }

  async post(path, data) {
    const answer = await fetch(`${base()}/live/${this.page.meeting}/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': this.page.csrf },
      body: JSON.stringify(data),
    });
    return answer.json();
  }
}
