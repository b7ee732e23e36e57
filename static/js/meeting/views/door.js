/** The door: chairs around a table, yours nearest your thumb. */
import { html } from '../../vendor/preact-htm.js';
import { Ring } from '../../draw/ring.js';
import { clockTime, numberWord } from '../../lib/time.js';
import { Bar } from './bar.js';
import { Frame } from './frame.js';

export function Door(room) {
  const { stage, me, people } = room;
  const waiting = me.place === 'waiting';
  const opened = stage.phase !== 'planned';
  // Just let in: the people at the table arrive with the next message.
  const chairs = waiting || !people.length
    ? [{ id: me.id, name: me.name, you: true }, { id: 'host', name: stage.host, away: !opened }]
    : people.map((person) => ({ ...person, away: person.host && !opened }));
  return html`
    <${Frame} room=${room}>
      <main id="main" class="table-page door">
        <div class="table-page__say">
          <h1 class="display">${headline(stage, waiting, opened)}</h1>
          <p class="soft">${underneath(stage, waiting, opened, me)}</p>
          <div role="status">${stage.late > 0 && html`<p>${lateLine(stage)}</p>`}</div>
        </div>
        <${Ring} people=${chairs} youId=${me.id} mode="door" quiet=${waiting} />
      </main>
      <${Bar} room=${room} />
    <//>
  `;
}

/** How much later than planned we begin, with the new time on the person's own clock. */
export function lateLine(stage) {
  return `We are running ${stage.late === 1 ? 'a minute' : `${numberWord(stage.late)} minutes`} late, and begin about ${clockTime(stage.starts_at)}. There is nothing you need to do.`;
}

function headline(stage, waiting, opened) {
  const host = stage.host || 'The host';
  if (!opened) return `${host} will open the\u00a0door.`;
  return waiting ? `${host} will let you\u00a0in.` : 'Come in and sit.';
}

function underneath(stage, waiting, opened, me) {
  const at = clockTime(stage.starts_at);
  if (!opened) return `You are early, or right on time. ${stage.late ? '' : `We begin about ${at}. `}The sound can stay off.`;
  if (waiting && me.at_next) return 'You come in between two steps, in a few minutes. There is nothing to catch up on.';
  if (waiting) return 'Your name is at the door. It may take a moment. You can leave this page open.';
  return `${stage.late ? '' : `We begin about ${at}. `}Nobody is asked anything yet.`;
}
