/** The frame of every room page: where we are, the way out, and calm lines about what is going on. */
import { html, useEffect, useRef } from '../../vendor/preact-htm.js';
import { fitAboveKeyboard } from '../../lib/dom.js';
import { AskedAgain } from './agreements.js';
import { ToYouAlone } from './alone.js';
import { Guardian, KeepingLines } from './keeping.js';
import { StillHere } from './kept.js';
import { AskedOfMe } from './ladder.js';
import { NearlyThere } from './voice.js';
import { WhereLine } from './where.js';
import { lastAnswer, lastRead } from './word.js';

const LINES = {
  down: 'The line dropped. Your words are kept on this device. We will bring you back to the same place.',
  away: 'Something on our side does not answer just now. Your words are kept on this device, and we go on as soon as it does.',
  slow: 'You are on a slow line. Everything works, a few seconds later.',
};

export function Frame({ room, className = 'room', children }) {
  const { store, stage } = room;
  const frame = useRef(null);
  useEffect(() => fitAboveKeyboard(frame.current), []);
  return html`
    <div class=${className} ref=${frame}>
      <${Top} store=${store} stage=${stage} />
      <div class="lines">
        <${Lines} store=${store} stage=${stage} note=${false} />
        <${Answered} ...${room} />
        <${ToYouAlone} store=${store} />
        <${AskedOfMe} ...${room} />
        <${StillHere} ...${room} />
        <${NearlyThere} ...${room} />
        <${AskedAgain} ...${room} />
        <${WhereLine} ...${room} />
        <${Guardian} ...${room} />
      </div>
      ${children}
    </div>
  `;
}

/** A calm line lies over the circle's name for a while: nothing on the page moves to make room for it. */
export function Top({ store, stage }) {
  return html`
    <header class="top">
      <span class="top__where">${stage?.circle ?? store.page.circle}</span>
      ${stage?.call_url && html`<${Call} store=${store} url=${stage.call_url} />`}
      <a class="quiet" data-leave href=${store.page.leave} rel="noreferrer noopener">Leave fast</a>
      ${store.note && html`<p class="top__note">${store.note}</p>`}
    </header>
  `;
}

/** One tap to the call; our page stays open behind it, and the seat and the turn stay too. */
function Call({ store, url }) {
  return html`<a class="quiet" href=${url} target="_blank" rel="noopener noreferrer" onClick=${() => store.status('call')}>Open the call</a>`;
}

/** Calm lines, politely announced. Nothing blinks. `note` false: the last short note is shown elsewhere. */
export function Lines({ store, stage, note = true }) {
  const held = stage?.phase === 'held';
  return html`
    <div role="status">
      ${!store.gone && LINES[store.line] && !store.reload && html`<p class="calm">${LINES[store.line]}</p>`}
      ${store.reload && store.inQuietRound() && html`<${Newer} />`}
      ${!held && html`<${KeepingLines} stage=${stage} />`}
      ${held && html`<p class="calm">We have lost ${stage.host || 'the host'} for a moment. The clocks rest. There is nothing you need to do.</p>`}
    </div>
    ${note && store.note && html`<p class="calm">${store.note}</p>`}
    ${store.page.madeUp && html`<${MadeUp} page=${store.page} stage=${stage} />`}
  `;
}

/** In a quiet round alone; otherwise the room says it with a page of its own. */
function Newer() {
  return html`<div class="calm"><p>There is a newer version of this page. There is no hurry: this round can be finished here, and a page that is opened anew has no part in it.</p>
    <div class="calm__do"><button class="quiet" type="button" onClick=${() => location.reload()}>Open it again all the same</button></div></div>`;
}

/** A host has answered a private word while the sheet was closed. It waits here until it is read. */
function Answered({ store, stage, me, notes = [] }) {
  const last = lastAnswer(notes);
  const waits = me?.role === 'member' && last?.from_host && lastRead(store) !== last.id && typeof store.said.word !== 'string';
  return html`<div role="status">${waits && html`<div class="calm"><p>${stage?.host || 'A host'} has answered you. Only you see this line.</p>
    <div class="calm__do"><button class="quiet" type="button" onClick=${() => store.remember('word', '')}>Read it</button></div></div>`}</div>`;
}

/** An evening one watches: said to hosts all along, to others before it begins. */
function MadeUp({ page, stage }) {
  if (page.host) {
    return html`<p class="calm">The people here are made up. Take over whenever you like. <a class="inline" href=${page.madeUp} target="_blank" rel="noopener">Join from a phone</a></p>`;
  }
  return stage?.step ? null : html`<p class="calm">The people here are made up.</p>`;
}
