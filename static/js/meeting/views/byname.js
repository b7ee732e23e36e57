/** After a batch that was not shown: the same words with one's name, if one wants that, and only at a second tap. */
import { html, useState } from '../../vendor/preact-htm.js';
import { SaidList } from './said.js';

const key = (step) => `by-name:${step.id}`;

/** What is about to be said by name in this step: {text, taken}; `taken`: the line without a name is gone. */
export const aboutToSay = ({ store, step }) => store.said[key(step)] ?? null;

/** The first tap: nothing is sent by it. */
export const askByName = ({ store, step }, line) => store.remember(key(step), { text: line.text, taken: false });

/** The second step: exactly what everybody will read. */
export function ByName({ room }) {
  const { store, step, me } = room;
  const [busy, setBusy] = useState(false);
  const about = aboutToSay(room);
  const yes = async () => {
    setBusy(true);
    await sayByName(room, about);
    setBusy(false);
  };
  const no = () => {
    if (about.taken) store.quiet.draft = about.text; // in the box again, if lines are collected once more
    store.remember(key(step), null);
  };
  return html`<div class="notice" role="group" aria-label="Say it with my name">
    <p>Everybody in the room would read:</p>
    <blockquote class="by-name"><b>${me.name}:</b> ${about.text}</blockquote>
    <p class="small soft">${about.taken ? 'The line without your name is taken back. Nothing has been said with your name.' : 'The line without your name is taken back first, so that the words stand in one place only.'}</p>
    <div class="btns">
      <button class="btn" type="button" disabled=${busy} onClick=${yes}>Yes, with my name</button>
      <button class="btn btn--line" type="button" disabled=${busy} onClick=${no}>No, not with my name</button>
    </div>
  </div>`;
}

/** First the line goes, and that is waited for: the same words never stand with a name and without one. */
export async function sayByName({ store, step }, about) {
  if (!about.taken && !await takenBack(store)) {
    store.tell('Nothing was said with your name: the line could not be taken back yet. You can try again.');
    return;
  }
  store.remember(key(step), { ...about, taken: true });
  const answer = await store.act('say', { step: step.id, text: about.text });
  if (!answer.ok) return; // the page says why, and still has the words
  store.remember(key(step), null);
  store.tell('It is said, with your name.');
}

async function takenBack(store) {
  try {
    return (await store.quiet.takeBack()).ok;
  } catch {
    return false;
  }
}

/** Words by name, apart from the lines of which nobody knows whose they are. */
export function SaidByName({ room }) {
  if (!room.said.length) return null;
  return html`<section class="wall__named" aria-labelledby="by-name-h"><h2 id="by-name-h">Said by name</h2><${SaidList} room=${room} /></section>`;
}
