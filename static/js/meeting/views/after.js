/** After the end: nothing to collect. Care, numbers, and whether a note may come. */
import { html, useState } from '../../vendor/preact-htm.js';
import { base } from '../../lib/where.js';
import { allDrafts, saveOnDevice } from '../drafts.js';
import { Debrief } from './debrief.js';
import { Frame } from './frame.js';
import { openHand } from './hand.js';
import { Linger, StayAWhile, isOpen } from './linger.js';

const NOT_TONIGHT = {
  member: 'This session does not take place. You will hear from the circle.',
  host: 'This session does not take place. Another day is made under Tonight.',
};

export function After(room) {
  const { store, stage, me } = room;
  const [words] = useState(() => allDrafts(store.page.meeting));
  useState(() => store.forget());
  const cancelled = stage.phase === 'cancelled';
  const open = isOpen(room);
  if (open && me.stays) return html`<${Linger} ...${room} />`;
  return html`
    <${Frame} room=${room}>
      <main id="main" class="after">
        <h1 class="display">${cancelled ? 'Not tonight.' : 'Good night.'}</h1>
        <p>${cancelled ? NOT_TONIGHT[me.role === 'host' ? 'host' : 'member'] : store.page.afterCare}</p>
        ${stage.tender && html`<p><b>${store.page.dip.title}.</b> ${store.page.dip.text}</p>`}
        ${!cancelled && html`<p class="soft">What came up tonight does not have to be finished.</p>`}
        ${words.length > 0 && html`<div class="notice"><p>You wrote something that was not sent. It is only on this page now, and goes with it.</p>
          <div class="btns"><button class="btn" type="button" onClick=${() => saveOnDevice(words.map((draft) => draft.text).join('\n\n'))}>Keep it on this device</button></div></div>`}
        <div class="btns">
          ${!cancelled && html`<a class="btn btn--act" href=${`${base()}/meet/${store.page.meeting}/${me.role === 'host' ? 'summary' : 'notes'}`}>${me.role === 'host' ? 'Write the notes' : 'A note afterwards?'}</a>`}
          <button class="btn" type="button" onClick=${(event) => openHand(store, event.currentTarget)}>Numbers</button>
        </div>
        ${open && html`<${StayAWhile} ...${room} />`}
        ${!cancelled && store.page.debrief.length > 0 && html`<${Debrief} questions=${[...(store.said.lighter ? [store.said.lighter] : []), ...store.page.debrief]} />`}
        ${me.role === 'host' && !base() && html`<p><a href="/tonight">Tonight</a></p>`}
      </main>
    <//>
  `;
}
