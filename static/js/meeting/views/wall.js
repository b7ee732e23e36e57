/** The lines, shown together, set like a poem. No names, no counts; "received" warms a hairline. */
import { html } from '../../vendor/preact-htm.js';
import { numberWord } from '../../lib/time.js';
import { Bar } from './bar.js';
import { beginning } from './beginning.js';
import { aboutToSay, askByName, ByName, SaidByName } from './byname.js';
import { Frame } from './frame.js';
import { useFold } from './prompt.js';
import { takeBack as takeQuietBack } from './quietly.js';
import { SaveIt } from './save.js';

const SHORT = 60; // a question that fits on two lines stands over the lines itself

export function Wall(room) {
  const { store, step, lines } = room;
  const mine = store.wall.of(step.id);
  const shown = new Map(mine.map((line) => [line.commit, line]));
  const own = store.quiet.line?.state === 'sent' ? store.quiet.line : null;
  const isShown = own !== null && lines.some((line) => line.commit === own.commit);
  const about = aboutToSay(room);
  const missing = mine.filter((line) => !lines.some((one) => one.commit === line.commit));
  return html`
    <${Frame} room=${room}>
      <main id="main" class="wall">
        <p class="sr" role="status">${told(lines.length)}</p>
        <h1 class="wall__from">${step.text && step.text.length <= SHORT ? step.text : `${step.title}, in no order`}</h1>
        ${lines.length === 0 && html`<p class="prompt">Nobody has put anything here. Quiet is welcome too.</p>`}
        <ol class="poem" aria-label="Lines from the room">
          ${lines.map((line) => html`<${Line} key=${line.id} ...${{ store, line, mine: shown.get(line.commit), isQuietMine: own?.commit === line.commit }} />`)}
        </ol>
        ${missing.map((line) => html`<${Missing} key=${line.commit} ...${{ store, line }} />`)}
        ${about && (about.taken || !isShown) ? html`<${ByName} room=${room} />` : own && !isShown && html`<${NotShown} ...${{ room, line: own }} />`}
        <${SaidByName} room=${room} />
        ${lines.length > 0 && html`<p class="wall__foot">Touch a line to let it be received. Nobody sees who, nobody counts. A host read these first and cannot see who wrote them.</p>`}
      </main>
      <${Bar} room=${room} />
    <//>
  `;
}

const told = (n) => (n === 0 ? '' : n === 1 ? 'A line from the room is here.' : `Lines from the room are here: ${numberWord(n)}.`);

/** One line. A very long one starts folded, so that it does not bury the others. */
function Line({ store, line, mine, isQuietMine }) {
  const fold = useFold(line.text);
  return html`
    <li>
      <button class="poem__line" type="button" aria-pressed=${line.received} onClick=${() => store.act('receive', { line: line.id })}>
        <span class=${`poem__words${fold.whole ? ' is-whole' : ''}`} ref=${fold.words}>${line.text}</span>
      </button>
      ${(fold.button || mine?.secret || isQuietMine) && html`<div class="poem__do">${fold.button}
        ${isQuietMine && html`<button class="quiet" type="button" onClick=${() => takeQuietBack(store)}>Take mine back</button><${SaveIt} ...${{ store, text: line.text }} />`}
        ${mine?.secret && html`<button class="quiet" type="button" onClick=${() => takeBack(store, mine)}>Take mine back</button><${SaveIt} ...${{ store, text: line.text }} />`}</div>`}
    </li>
  `;
}

/** Told to the writer's page alone: it finds its own line missing by the secret only it has. */
function Missing({ store, line }) {
  return html`<div class="notice">
    <p>${line.shown ? 'A host has set this aside:' : 'This one is not on the wall. It may have come late, or a host has set it aside:'} “${beginning(line.text)}”</p>
    <p class="small soft">A host does not know whose it is. You can have a private word under Hand.</p>
    ${!line.shown && line.secret && html`<div class="btns"><button class="btn btn--line" type="button" onClick=${() => takeBack(store, line)}>Take it back</button></div>`}
  </div>`;
}

/** Nobody else can tell a batch that was held from one that was not written; this page knows its own line. */
function NotShown({ room, line }) {
  const { store, stage } = room;
  const mayGiveName = Boolean(stage.quiet_round?.by_name);
  return html`<div class="notice">
    <p>Your line is not on the wall: too few wrote, or too few are here, or a host has set it aside: “${beginning(line.text)}”</p>
    <p class="small soft">It can wait in case a host collects once more, or you take it back. You can have a private word under Hand${mayGiveName ? ', or say it with your name' : ', or say it by name when there is a turn'}.</p>
    <div class="btns"><button class="btn btn--line" type="button" onClick=${() => takeQuietBack(store)}>Take it back</button>
      ${mayGiveName && html`<button class="btn btn--line" type="button" onClick=${() => askByName(room, line)}>Say it with my name</button>`}</div>
    <p><${SaveIt} ...${{ store, text: line.text }} /></p>
  </div>`;
}

async function takeBack(store, line) {
  const answer = await store.wall.takeBack(line);
  if (answer.ok) store.tell('It is off the wall. Those who read it may remember it; it will not be in the notes.');
  else store.tell(answer.error.message);
}
