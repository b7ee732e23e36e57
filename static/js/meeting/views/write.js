/** Writing: for oneself, or without a name for the wall. Who will see it stands beside the box. */
import { html, useState } from '../../vendor/preact-htm.js';
import { numberWord } from '../../lib/time.js';
import { CAN_TAKE_BACK } from '../commands.js';
import { saveOnDevice } from '../drafts.js';
import { Bar, NOTHING_MORE } from './bar.js';
import { beginning } from './beginning.js';
import { Box, Consent, useDraft } from './box.js';
import { Frame } from './frame.js';
import { isTooLong } from './howlong.js';
import { Question } from './prompt.js';
import { Quietly } from './quietly.js';
import { SaveIt } from './save.js';
import { Tiles } from './tiles.js';

export function Write(room) {
  const { store, step } = room;
  const draft = useDraft(store.page.meeting, step.id);
  if (step.sharing === 'tiles') return html`<${Tiles} ...${room} />`;
  if (room.stage.quiet_round && step.part !== 'write') return html`<${Quietly} ...${room} />`;
  const Below = step.part === 'write' ? Private : Unnamed;
  const passed = store.said[`passed:${step.id}`];
  return html`
    <${Frame} room=${room}>
      <main id="main" class="page">
        <${Question} store=${store} step=${step} short />
        ${passed
          ? html`<${Passed} room=${room} />`
          : html`<${Box} draft=${draft} label="Your words" who="who" own=${step.part === 'write'} /><${Below} ...${{ room, draft }} />`}
      </main>
      <${Bar} room=${room} />
    <//>
  `;
}

function Passed({ room: { store, step } }) {
  return html`<div class="page__quiet"><p>${NOTHING_MORE}</p>
    <button class="quiet" type="button" onClick=${() => store.remember(`passed:${step.id}`, false)}>Write after all</button></div>`;
}

function Private({ room: { store }, draft }) {
  const vanish = () => {
    draft.clear();
    store.tell('It is gone. Letting it vanish is a fine ending.');
  };
  return html`
    <section class="send" aria-label="What happens to your words">
      <p class="send__who" id="who"><b>Only you see this.</b> It stays in this page and is not sent. <span class="send__detail">When the session ends it goes.</span></p>
      <div class="btns send__detail">
        <button class="btn" type="button" disabled=${!draft.text.trim()} onClick=${() => saveOnDevice(draft.text)}>Keep a copy</button>
        <button class="btn btn--line" type="button" disabled=${!draft.text} onClick=${vanish}>Let it vanish</button>
      </div>
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
      <p class="send__who" id="who"><b>Not stored with your name.</b> We are ${numberWord(stage.possible)}; people may guess. A host reads the lines first<span class="send__detail"> and may set one aside. They cannot see who wrote it</span>.${!CAN_TAKE_BACK && WITHOUT_HTTPS}</p>
      <button class="btn btn--act" type="button" disabled=${busy || !draft.text.trim() || isTooLong(draft.text)} onClick=${send}>Send</button>
      <div class="send__more send__detail">
        <${Consent} on=${draft.aloud} change=${draft.allowAloud}>May be read aloud<//>
        <${Consent} on=${draft.summary} change=${draft.allow}>May stand in the notes afterwards<//>
      </div>
      ${kept.length > 0 && html`<${Kept} ...${{ room, kept }} />`}
      ${step.part === 'wall_read' && html`<p class="send__more send__detail" role="status">A host is reading the lines. They will be shown together.</p>`}
    </section>
  `;
}

/** What this page has sent, so that one knows the words arrived. */
function Kept({ room: { store }, kept }) {
  return html`<ul class="send__kept send__detail" aria-label="Sent, without your name">
    ${kept.map((line) => html`<li key=${line.commit}><span>“${beginning(line.text, 60)}” ${line.lost ? 'did not get through again.' : 'is waiting.'}</span>
      ${line.secret && html`<button class="quiet" type="button" onClick=${() => store.wall.takeBack(line)}>Take it back</button>`}<${SaveIt} ...${{ store, text: line.text }} /></li>`)}
  </ul>`;
}
