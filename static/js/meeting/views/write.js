/** Writing: for oneself, or without a name for the wall. Who will see it stands beside the box. */
import { html, useState } from '../../vendor/preact-htm.js';
import { numberWord } from '../../lib/time.js';
import { CAN_TAKE_BACK } from '../commands.js';
import { saveOnDevice } from '../drafts.js';
import { Bar } from './bar.js';
import { Box, useDraft } from './box.js';
import { Frame } from './frame.js';
import { FoldedQuestion } from './prompt.js';
import { Tiles } from './tiles.js';

export function Write(room) {
  const { store, step } = room;
  const draft = useDraft(store.page.meeting, step.id);
  if (step.sharing === 'tiles') return html`<${Tiles} ...${room} />`;
  const wall = step.part !== 'write';
  const passed = store.said[`passed:${step.id}`];
  return html`
    <${Frame} room=${room} className="write write--fits">
      <main id="main" class="page">
        <h1 class="sr">${step.title}</h1>
        <${FoldedQuestion} step=${step} />
        ${passed ? html`<${Passed} room=${room} />` : html`<${Box} draft=${draft} label="Your words" who="who" />`}
      </main>
      ${!passed && (wall ? html`<${Unnamed} ...${{ room, draft }} />` : html`<${Private} ...${{ room, draft }} />`)}
      <${Bar} room=${room} />
    <//>
  `;
}

function Passed({ room: { store, step } }) {
  return html`<div class="page__quiet"><p>Passed. Nothing more is asked of you here.</p>
    <button class="quiet" type="button" onClick=${() => store.remember(`passed:${step.id}`, false)}>Write after all</button></div>`;
}

function Private({ room: { store, step }, draft }) {
  return html`
    <section class="send" aria-label="What happens to your words">
      <p class="send__who" id="who"><b>Only you see this.</b> It stays in this page and is not sent. When the session ends it goes.</p>
      <button class="btn" type="button" disabled=${!draft.text.trim()} onClick=${() => saveOnDevice(draft.text)}>Keep a copy</button>
      <p class="send__more"><button class="quiet" type="button" disabled=${!draft.text} onClick=${() => { draft.clear(); store.tell('It is gone. Letting it vanish is a fine ending.'); }}>Let it vanish</button></p>
    </section>
  `;
}

const WITHOUT_HTTPS = ' This page came without https: a line cannot be taken back, and others on this network could read along.';

/** The line under the box is the rule the server enforces: not stored with a name, a host reads first. */
function Unnamed({ room, draft }) {
  const { store, stage, step } = room;
  const [busy, setBusy] = useState(false);
  const kept = store.wall.of(step.id);
  async function send() {
    setBusy(true);
    const answer = await store.wall.send(step.id, draft.text, { read_aloud: draft.aloud, summary: draft.summary }, stage.epoch);
    setBusy(false);
    if (!answer.ok) return store.tell(answer.error.message);
    draft.clear();
    return store.tell(step.part === 'wall_write' ? 'Received. It waits for the others.' : 'Received. A host may collect once more.');
  }
  return html`
    <section class="send" aria-label="Sending without your name">
      <p class="send__who" id="who"><b>Not stored with your name.</b> We are ${numberWord(stage.possible)}; people may guess. A host reads the lines first and may set one aside. They cannot see who wrote it.${!CAN_TAKE_BACK && WITHOUT_HTTPS}</p>
      <button class="btn btn--act" type="button" disabled=${busy || !draft.text.trim()} onClick=${send}>Send</button>
      <div class="send__more">
        <label class="row row--small"><input type="checkbox" checked=${draft.aloud} onChange=${(e) => draft.allowAloud(e.target.checked)} /><span>May be read aloud</span></label>
        <label class="row row--small"><input type="checkbox" checked=${draft.summary} onChange=${(e) => draft.allow(e.target.checked)} /><span>May stand in the notes afterwards</span></label>
      </div>
      ${kept.length > 0 && html`<${Kept} ...${{ room, kept }} />`}
      ${step.part === 'wall_read' && html`<p class="send__more">A host is reading the lines. They will be shown together.</p>`}
    </section>
  `;
}

function Kept({ room: { store }, kept }) {
  return html`<div class="send__more send__kept">
    ${kept.map((line) => html`<p key=${line.commit}>“${line.text.slice(0, 60)}${line.text.length > 60 ? '…' : ''}” ${line.lost ? 'did not get through again.' : 'is waiting.'}
      ${line.secret && html` <button class="quiet" type="button" onClick=${() => store.wall.takeBack(line)}>Take it back</button>`}</p>`)}
  </div>`;
}
