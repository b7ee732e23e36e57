/**
 * A page's part in quiet rounds. Every page does the same at the same times, whether its person writes or
 * not: it asks for tokens when a round begins, and posts once, a line or a cover, when hosts collect.
 * Words stay in this object's memory until then: not in storage, not on the server.
 */
import { Mailbox } from './mailbox.js';
import { base64url, bodyOf, fromBase64url, newSecret, post, withdraw } from './post.js';
import { fourWords } from './print.js';
import { newMailbox } from './seal.js';
import { speed } from '../lib/time.js';
import { join } from './blindrsa.js';
import { askForToken, challengeOf, readKey, sha256 } from './token.js';

const TOKENS = 2; // circle/domain/quiet.py
const ASK_WITHIN_MS = 3000; // pages ask at moments of their own
const POST_WITHIN_MS = 10000; // the window is two seconds longer
const AGAIN_MS = 1000;

/** The server has lost the round: what was sent and does not stand on the wall goes with the next collecting. */
const begunAnew = (line, shown) => (line.state === 'sent' && !shown.has(line.commit) ? { ...line, state: 'missed' } : line);

export const CAN_TAKE_PART = Boolean(globalThis.crypto?.subtle) && typeof BigInt === 'function';

/** `line`: what is to be sent, or was: {text, state, secret, commit, mailbox, ...}. States: ready, sent, missed. */
export class QuietRound {
  /**
   * `ask(request)` resolves with {ok, signed} over the line everybody has, or {ok: false, error} where that
   * failed for good. `changed` draws the page anew.
   */
  constructor(meeting, ask, changed, rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms / speed()))) {
    this.meeting = meeting;
    this.ask = ask;
    this.changed = changed;
    this.rest = rest;
    this.mailbox = new Mailbox(meeting, changed);
    this.forget();
    document.addEventListener('circle:leave', () => { // whoever leaves fast is not asked anything
      this.forget();
      this.mailbox.forget();
    });
  }

  /** Follows the stage: another round, another collecting, or none. step: its id; shown: commits on the wall. */
  see(told, step = null, shown = new Set()) {
    if (!told) return this.round === null ? undefined : this.forget();
    if (!CAN_TAKE_PART) return undefined;
    if (told.round !== this.round) this.begin(told, step, shown);
    else if (told.key !== this.key) this.refuse(); // a key of this page's own would tell it from the others
    if (told.collecting && told.collect > this.collected) {
      this.collected = told.collect;
      this.postOnce(told.round);
    }
    return undefined;
  }

  /** The words go with the next collecting; until then they can be changed or taken back. */
  async ready(text, consents) {
    const kept = await newSecret();
    const mailbox = await newMailbox();
    this.draft = '';
    this.line = { text, ...consents, ...kept, mailbox, state: 'ready' };
    this.changed();
  }

  /** Not sent after all: the words, to go on with them. */
  notYet() {
    const { text } = this.line;
    this.line = null;
    this.draft = text;
    this.changed();
    return text;
  }

  /** What was not sent yet stays out; the words are in the box again. */
  leaveOut() {
    if (this.line && this.line.state !== 'sent') this.notYet();
  }

  /** Takes back what was sent, shown or not. Resolves with the server's answer. */
  async takeBack() {
    const answer = await withdraw(this.meeting, this.line.secret);
    if (answer.ok) this.line = null;
    this.changed();
    return answer;
  }

  /** Whether leaving this page now would lose words. */
  get holdsWords() {
    return Boolean(this.draft.trim()) || this.line?.state === 'ready' || this.line?.state === 'missed';
  }

  /** The round: what hosts have answered stays. */
  forget() {
    this.draft = ''; // the box, as it stands
    this.round = null;
    this.step = null;
    this.key = '';
    this.collected = 0;
    this.tokens = [];
    this.words = []; // four words for the key of the round
    this.line = null;
    this.problem = false;
  }

  async begin(told, step, shown) {
    const { line, draft, step: before } = this;
    this.forget();
    this.draft = draft;
    this.round = told.round;
    this.step = step;
    this.key = told.key;
    if (line && before === step) this.line = begunAnew(line, shown);
    else if (line && line.state !== 'sent') this.draft = line.text; // another question: nothing goes by itself
    this.asked = this.askForTokens(told);
    await this.asked;
  }

  async askForTokens(told) {
    try {
      const encoded = fromBase64url(told.key);
      const key = await readKey(encoded);
      const challenge = await challengeOf(this.meeting, told.round);
      this.words = fourWords(await sha256(join(challenge, encoded))); // of the name and the key: both are for all
      const asked = await Promise.all(Array.from({ length: TOKENS }, () => askForToken(key, challenge)));
      await this.rest(Math.random() * ASK_WITHIN_MS);
      const answer = await this.ask({ round: told.round, requests: asked.map(({ request }) => base64url(request)) });
      if (this.round !== told.round) return;
      if (!answer.ok) return this.refuse(answer.error?.code);
      this.tokens = asked.map(({ finish }, at) => finish(fromBase64url(answer.signed[at])));
    } catch {
      if (this.round === told.round) this.refuse();
    }
    return this.changed();
  }

  /** Nothing is sent from here in this round: told beside the box, and not sent in another way either. */
  refuse(code = true) {
    this.problem = code;
    this.tokens = [];
    return this.changed();
  }

  async postOnce(round) {
    await this.rest(Math.random() * POST_WITHIN_MS);
    await this.asked;
    if (this.round !== round || this.problem || !this.tokens.length) return this.missed();
    const line = this.line?.state === 'ready' || this.line?.state === 'missed' ? this.line : null;
    const { address = '' } = (line ? line.mailbox : await newMailbox()) ?? {};
    if (line) this.mailbox.expect(line);
    const body = bodyOf(this.tokens.shift(), line, address);
    const answer = await this.untilAnswered(body);
    if (!line || this.line !== line) return undefined;
    this.line = { ...line, state: answer?.ok ? 'sent' : 'missed' };
    return this.changed();
  }

  /** A lost line does not lose the post: the same body goes again, and is taken once. */
  async untilAnswered(body) {
    for (let tries = 0; tries < 3; tries += 1) {
      try {
        return await post(this.meeting, body);
      } catch {
        await this.rest(AGAIN_MS);
      }
    }
    return null;
  }

  missed() {
    if (this.line?.state === 'ready') this.line = { ...this.line, state: 'missed' };
    return this.changed();
  }
}
