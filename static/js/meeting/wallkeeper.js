/**
 * Keeps the lines this page sent without a name until it sees them shown. The server holds them in
 * memory only; when it has started anew (another epoch) they are sent again. Each line has a secret:
 * with it, and only with it, the line can be taken back (on a page without https there is none).
 */
import { kept } from '../lib/where.js';
import { frame, isUnsure, sha256, uuid4 } from './commands.js';

export class WallKeeper {
  constructor(meeting, deliver, changed) {
    this.meeting = meeting;
    this.deliver = deliver;
    this.changed = changed;
    this.lines = read(meeting);
  }

  /** Sends a line; resolves with the server's answer. The words stay here until they are shown. */
  async send(step, text, consents, epoch) {
    const what = JSON.stringify([step, text, consents]);
    const { secret, commit } = this.unsure?.what === what ? this.unsure : await proof();
    const ask = frame('hold_line', { step, text, commit, ...consents });
    const answer = await this.deliver(ask);
    this.unsure = isUnsure(answer) ? { what, secret, commit } : null; // it may wait there: again it is the same
    if (answer.ok) this.put([...this.lines, { step, text, secret, commit, epoch, data: ask.data, shown: false }]);
    return answer;
  }

  /** The server started anew: what was held there is gone, what is kept here goes again. */
  async epochIs(epoch) {
    const again = this.lines.filter((kept) => !kept.shown && kept.epoch !== epoch);
    if (!again.length) return;
    const lost = new Set();
    for (const line of again) line.epoch = epoch; // before anything waits: a second call finds nothing to do
    for (const line of again) {
      const answer = await this.deliver(frame('hold_line', line.data));
      if (!answer.ok) lost.add(line.commit);
    }
    this.put(this.lines.map((kept) => (lost.has(kept.commit) ? { ...kept, lost: true } : kept)));
  }

  /** Marks lines that stand on the wall now. */
  see(commits) {
    if (!this.lines.some((line) => !line.shown && commits.has(line.commit))) return;
    this.put(this.lines.map((line) => (commits.has(line.commit) ? { ...line, shown: true } : line)));
  }

  /** Takes a line back, before or after it is shown. */
  async takeBack(line) {
    const answer = await this.deliver(frame('take_line_back', { secret: line.secret }));
    if (answer.ok) this.put(this.lines.filter((kept) => kept.commit !== line.commit));
    return answer;
  }

  /** The lines of one step. */
  of(step) {
    return this.lines.filter((line) => line.step === step);
  }

  put(lines) {
    this.lines = lines;
    try {
      sessionStorage.setItem(kept(`wall:${this.meeting}`), JSON.stringify(lines));
    } catch {
      // Kept in memory then.
    }
    this.changed();
  }
}

function read(meeting) {
  try {
    return JSON.parse(sessionStorage.getItem(kept(`wall:${meeting}`)) ?? '[]');
  } catch {
    return [];
  }
}

/** A secret and its digest. Without WebCrypto nobody can prove a line is theirs: then there is no secret. */
async function proof() {
  const secret = uuid4() + uuid4().slice(0, 8);
  const commit = await sha256(secret);
  return commit ? { secret, commit } : { secret: null, commit: (uuid4() + uuid4()).replace(/-/g, '').slice(0, 64) };
}
