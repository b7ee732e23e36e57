/**
 * The lane somebody has chosen for tonight: full, gentle or listening. It never leaves this device: the
 * server does not know it, so no host can learn it. In the listening lane this page passes by itself,
 * after a pause like the one a person takes, with the same command a person gives.
 */

import { kept } from '../lib/where.js';

export const LANES = ['full', 'gentle', 'listening'];

const SHORTEST_MS = 5000;
const SPREAD_MS = 10000;

/** How long to wait before passing, in ms (5000 to 15000). `chance`: two numbers from 0 to 1. */
export function pauseMs([one, other]) {
  return SHORTEST_MS + (SPREAD_MS * (one + other)) / 2; // mostly around ten seconds, as people are
}

const key = (meeting) => kept(`lane:${meeting}`); // goes with the drafts, at the end

export class LaneKeeper {
  /** `pass()` gives the piece on for this person. */
  constructor(meeting, pass, pause = () => pauseMs(chance())) {
    this.meeting = meeting;
    this.pass = pass;
    this.pause = pause;
    this.lane = read(meeting);
    this.timer = null;
  }

  choose(lane) {
    this.lane = lane;
    try {
      sessionStorage.setItem(key(this.meeting), lane);
    } catch {
      // Storage is off: the choice holds until the page is loaded anew.
    }
    if (lane !== 'listening') this.rest();
  }

  /** Called after every change. `mine`: the piece is with this person now, and time runs. */
  see(mine) {
    if (!mine || this.lane !== 'listening') return this.rest();
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.pass();
    }, this.pause());
    return undefined;
  }

  rest() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}

const chance = () => [...crypto.getRandomValues(new Uint32Array(2))].map((number) => number / 2 ** 32);

function read(meeting) {
  try {
    const lane = sessionStorage.getItem(key(meeting));
    return LANES.includes(lane) ? lane : 'full';
  } catch {
    return 'full';
  }
}
