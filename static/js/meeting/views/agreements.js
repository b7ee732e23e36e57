/** How we are together: the wording, what is new in it, the private yes, and a host's change of it. */
import { html, useState } from '../../vendor/preact-htm.js';
import { capital, numberWord } from '../../lib/time.js';
import { Sheet } from './sheet.js';

const TALK_FIRST = 'I would like to talk about the agreements first.';
const RUNS = new Set(['live', 'closing']);

/** `newFirst`: for whoever has read the others before. */
export function AgreementsList({ stage, newFirst = false }) {
  const isNew = new Set(stage.agreements_new);
  const rows = stage.agreements.map((clause, at) => ({ clause, fresh: isNew.has(at) }));
  if (newFirst) rows.sort((a, b) => Number(b.fresh) - Number(a.fresh));
  return html`<ul class="agreements">${rows.map(({ clause, fresh }) => html`<li key=${clause}>${clause}${fresh && html`<small>New since last time.</small>`}</li>`)}</ul>`;
}

/** The yes is between a person and this page; hosts see how many have said it. */
export function Yes({ store, stage, me, done = () => {} }) {
  if (me?.role !== 'member') return null;
  if (me.agreed) return html`<p class="small soft" role="status">You have said yes to these. Hosts see how many have, never who.</p>`;
  const yes = async () => {
    const answer = await store.act('affirm', { version: stage.agreements_version });
    if (answer.ok) done();
  };
  const talk = () => {
    done();
    store.remember('word', TALK_FIRST);
  };
  return html`
    <div class="btns">
      <button class="btn btn--act" type="button" onClick=${yes}>I can do this</button>
      <button class="btn" type="button" onClick=${talk}>I would like to talk first</button>
    </div>
    <p class="small soft">Hosts see how many have said yes, never who.</p>
  `;
}

export function AgreementsSheet({ room: { store, stage, me } }) {
  const close = () => store.remember('agreements', false);
  return html`
    <${Sheet} title="How we are together" close=${close}>
      <${AgreementsList} ...${{ stage, newFirst: !me?.agreed }} />
      ${RUNS.has(stage.phase) && html`<${Yes} ...${{ store, stage, me, done: close }} />`}
    <//>
  `;
}

/** After a change, and for whoever has not said yes yet: a line, once for each wording, that can wait. */
export function AskedAgain({ store, stage, me, step }) {
  const later = `agreements-later:${stage?.agreements_version}`;
  const asks = me?.role === 'member' && me.place === 'seated' && !me.apart && !me.agreed && RUNS.has(stage?.phase);
  const isHere = step?.kind === 'agreements' || step?.kind === 'arrive'; // the step itself asks, or is about to
  if (!asks || isHere || store.said[later] || store.said.agreements) return html`<div role="status"></div>`;
  const words = stage.agreements_new.length ? 'Our agreements have changed.' : 'You have not said yes to our agreements yet.';
  return html`<div role="status"><div class="calm"><p>${words} Nothing waits for it.</p>
    <div class="calm__do"><button class="quiet" type="button" onClick=${() => store.remember('agreements', true)}>Read them</button>
      <button class="quiet" type="button" onClick=${() => store.remember(later, true)}>Later</button></div></div></div>`;
}

/** The hosts' page: one agreement in each line, shown to everybody at once, asked again of everybody. */
export function Wording({ room: { store, stage }, close }) {
  const [version] = useState(stage.agreements_version);
  const [text, setText] = useState(stage.agreements.join('\n\n'));
  const { yes, of } = stage.agreed;
  const clauses = text.split(/\n+/).map((line) => line.trim()).filter(Boolean);
  const isSame = clauses.join('\n') === stage.agreements.join('\n');
  const change = async (event) => {
    event.preventDefault();
    const answer = await store.act('amend', { version, clauses });
    if (!answer.ok) return;
    store.tell('Everybody sees the new wording, and is asked again when they are ready.');
    close();
  };
  return html`
    <form class="form" onSubmit=${change}>
      <p class="small soft">${of ? `${capital(numberWord(yes))} of ${numberWord(of)} at the table ${yes === 1 ? 'has' : 'have'} said yes to these.` : 'Nobody is at the table yet.'} It is not shown who.</p>
      <div class="field"><label class="field__label" for="wording">Our agreements, each on a line of its own</label>
        <textarea class="field__box wording" id="wording" rows="12" value=${text} onInput=${(e) => setText(e.target.value)}></textarea>
        <p class="field__hint">A change counts at once and from now on. Say it aloud too: people may not be looking.</p></div>
      <div class="btns"><button class="btn btn--act" type="submit" disabled=${isSame || !clauses.length}>Show the new wording</button>
        ${!isSame && html`<button class="btn btn--line" type="button" onClick=${() => setText(stage.agreements.join('\n\n'))}>As it was</button>`}</div>
    </form>
  `;
}
