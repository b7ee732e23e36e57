/**
 * What hosts answer to lines of this page. Everybody's page has the whole mailbox and tries its own keys,
 * in silence: nothing is sent when one fits. Keys and answers are in this object's memory alone.
 */
import { unseal } from './seal.js';

export class Mailbox {
  constructor(meeting, changed) {
    this.meeting = meeting;
    this.changed = changed;
    this.forget();
  }

  forget() {
    this.keys = []; // of lines that were posted: {commit, text, mailbox}
    this.answers = []; // what could be opened: {id, text, line}
    this.tried = new Set();
  }

  /** A line goes out with its key; answers to it can be opened from now on, also when its step is over. */
  expect({ commit, text, mailbox }) {
    if (mailbox && !this.keys.some((key) => key.commit === commit)) this.keys.push({ commit, text, mailbox });
  }

  /** Looks through the mailbox: [{id, sealed}]. */
  async look(sealed) {
    const pairs = sealed.flatMap((one) => this.keys.map((key) => ({ one, key, name: `${one.id} ${key.commit}` })));
    for (const { one, key, name } of pairs.filter((pair) => !this.tried.has(pair.name))) {
      this.tried.add(name);
      const text = await unseal(one.sealed, key.mailbox, this.meeting, key.commit);
      if (text === null || !this.keys.includes(key)) continue; // left meanwhile
      this.answers = [...this.answers, { id: one.id, text, line: key.text }];
      this.changed();
    }
  }

  /** Read, and not wanted on the page any more. */
  putAway(id) {
    this.answers = this.answers.filter((answer) => answer.id !== id);
    this.changed();
  }
}
