/** Writing in a quiet round: the words wait in this page alone until hosts collect from everybody at once. */
import { html, useEffect, useState } from '../../vendor/preact-htm.js';
import { numberWord } from '../../lib/time.js';
import { CAN_TAKE_PART } from '../../quiet/round.js';
import { Bar, NOTHING_MORE } from './bar.js';
import { Box, Consent } from './box.js';
import { Frame } from './frame.js';
import { isTooLong } from './howlong.js';
import { Question } from './prompt.js';
import { SaveIt } from './save.js';
import { Sheet } from './sheet.js';
import { useStay } from './stay.js';

export function Quietly(room) {
  const { store, step } = room;
  const passed = store.said[`passed:${step.id}`];
  useStay(() => store.quiet.holdsWords);
  useEffect(() => {
    if (passed) store.quiet.leaveOut(); // whoever passes sends nothing, also not what was ready
  }, [passed]);
  return html`
    <${Frame} room=${room}>
      <main id="main" class="page">
        <${Question} store=${store} step=${step} short />
        ${passed ? html`<${Passed} ...${{ store, step }} />` : html`<${Writing} ...${room} />`}
      </main>
      <${Bar} room=${room} />
    <//>
  `;
}

function Passed({ store, step }) {
  return html`<div class="page__quiet"><p>${NOTHING_MORE}</p>
    <button class="quiet" type="button" onClick=${() => store.remember(`passed:${step.id}`, false)}>Write after all</button></div>`;
}

function Writing(room) {
  const { store, stage } = room;
  const { quiet } = store;
  if (store.page.host) return html`<div class="page__quiet"><p>You read these lines first, so in a quiet round you write none, and your page sends nothing.</p></div>`;
  if (!CAN_TAKE_PART || quiet.problem) return html`<${CannotHere} quiet=${quiet} />`;
  if (quiet.line) return html`<${Waiting} ...${{ store, stage, line: quiet.line }} />`;
  return html`<${Open} ...${{ store, stage }} />`;
}

/** Never by name instead, and never in another way: the person is told. */
function CannotHere({ quiet }) {
  const words = quiet.line?.text ?? quiet.draft;
  if (quiet.problem === 'tokens_given') {
    return html`<div class="page__quiet" role="status"><p>This page was loaded anew after the round began, so nothing can be sent from here without your name this time.</p>
      <p class="small soft">Each chair is given its part once, so that nobody has two. You can still say it by name when there is a turn, or have a private word under Hand.</p>
      ${words && html`<blockquote class="page__kept">${words}</blockquote>`}</div>`;
  }
  if (quiet.problem && quiet.problem !== true) {
    return html`<div class="page__quiet" role="status"><p>What this page needs for the round did not come through, so nothing is sent from here without your name this time.</p>
      <p class="small soft">Your words can stay with you, or go to a host as a private word under Hand. The next quiet round begins afresh.</p>
      ${words && html`<blockquote class="page__kept">${words}</blockquote>`}</div>`;
  }
  return html`<div class="page__quiet" role="status"><p>This browser cannot take part in the quiet round, so nothing is sent from here without your name.</p>
    <p class="small soft">Your words can stay with you, or go to a host as a private word under Hand. Another browser, or a newer one, may do it.</p>
    ${words && html`<blockquote class="page__kept">${words}</blockquote>`}</div>`;
}

function Open({ store, stage }) {
  const { quiet } = store;
  const [, redraw] = useState(0);
  const [consents, choose] = useState({ read_aloud: false, summary: false });
  const draft = {
    text: quiet.draft,
    set: (words) => {
      quiet.draft = words;
      redraw((n) => n + 1);
    },
  };
  const ready = async () => {
    await quiet.ready(draft.text, consents);
    store.tell('It waits in this page, and goes when a host collects.');
  };
  return html`
    <${Box} draft=${draft} label="Your words" who="who" />
    <section class="send" aria-label="Sending without your name">
      <${Who} stage=${stage} store=${store} />
      <button class="btn btn--act" type="button" disabled=${!draft.text.trim() || isTooLong(draft.text)} onClick=${ready}>Ready</button>
      <div class="send__more send__detail">
        <${Consent} on=${consents.read_aloud} change=${(on) => choose({ ...consents, read_aloud: on })}>May be read aloud<//>
        <${Consent} on=${consents.summary} change=${(on) => choose({ ...consents, summary: on })}>May stand in the notes afterwards<//>
      </div>
    </section>
  `;
}

/** Who can see it and what cannot be found out, by the rule in force; the limits are one tap away. */
function Who({ stage, store }) {
  const [open, setOpen] = useState(false);
  return html`
    <p class="send__who" id="who"><b>Nobody can look up who wrote this,</b> us included. You would be one of ${numberWord(stage.quiet_round.one_of)}.<span class="send__detail"> A host reads the lines first and may set one aside.</span>
      <button class="inline" type="button" aria-haspopup="dialog" onClick=${() => setOpen(true)}>What this can and cannot do</button></p>
    ${open && html`<${Limits} ...${{ store, close: () => setOpen(false) }} />`}
  `;
}

const SAID = {
  ready: ['It waits in this page alone.', 'Every page sends something of the same size when a host collects, whether there are words in it or not. A reload of this page would lose it.'],
  sent: ['It is on its way.', 'If too few have written, nothing is shown this time.'],
  missed: ['It was not collected.', 'Your words are still here, and can go with the next collecting.'],
};

function Waiting({ store, stage, line }) {
  const { quiet } = store;
  const [head, more] = SAID[line.state];
  const goOn = () => (line.state === 'sent' ? takeBack(store) : quiet.notYet());
  return html`
    <div class="page__quiet">
      <p role="status">${stage.quiet_round.collecting && line.state === 'ready' ? 'The lines are being collected.' : head}</p>
      <p class="small soft">${more}</p>
      <blockquote class="page__kept">${line.text}</blockquote>
      <div class="said__do"><button class="quiet" type="button" onClick=${goOn}>${line.state === 'sent' ? 'Take it back' : 'Change it, or leave it'}</button>
        <${SaveIt} ...${{ store, text: line.text }} /></div>
    </div>
    <section class="send" aria-label="Who can see it"><${Who} stage=${stage} store=${store} /></section>
  `;
}

/** The line goes, shown or not, by the secret that only this page has. */
export async function takeBack(store) {
  try {
    const answer = await store.quiet.takeBack();
    store.tell(answer.ok ? 'It is taken back. Those who have read it may remember it; it will not be in the notes.' : answer.message);
  } catch {
    store.tell('That did not go through yet. You can try again.');
  }
}

function Limits({ store, close }) {
  return html`
    <${Sheet} title="What this can and cannot do" close=${close}>
      <ul class="limits">
        <li>We do not store who wrote a line. We cannot look it up, also not for somebody who asks us to.</li>
        <li>It is shown together with others, in no order, and only if at least five people are here and two have written. Nobody can change that.</li>
        <li>Your words can still name you: a place, a date, the way you write.</li>
        <li>In a call others can see and hear who types.</li>
        <li>Whoever controlled our server at this very moment could try to tell by where a message comes from. The program in this page comes from that server too.</li>
        <li>What others have read or photographed cannot be taken back.</li>
      </ul>
      ${store.quiet.words.length > 0 && html`<p class="small">Everybody’s page shows the same four words for this round: <b>${store.quiet.words.join(' · ')}</b>. If somebody’s are others, stop and tell a host.</p>`}
    <//>
  `;
}
