/** The parts of the ring's drawing: table, chairs, names, the light and the lamp. */
import { html } from '../vendor/preact-htm.js';
import {
  NAMES_UP_TO,
  ONE_ROW_UP_TO,
  chairForm,
  chairTransform,
  isLevel,
  lampReach,
  namePlace,
  rimPath,
  seatLetters,
  seatReach,
  shortName,
  tableRadius,
} from './geometry.js';

/** Seat and back of the four chairs, drawn looking along x, the back at the right. */
const CHAIRS = [
  {
    seat: 'M-11-10.5Q-11-13-8-13H3Q12-12 12 0Q12 12 3 13H-8Q-11 13-11 10.5Z',
    back: 'M7-14.5Q18.5-9.5 18.5 0Q18.5 9.5 7 14.5',
  },
  { rect: 4.5, back: 'M13.5-12.5Q15 0 13.5 12.5' },
  { rect: 6, back: 'M-2-15.5H6Q15.5-15.5 15.5-6V6Q15.5 15.5 6 15.5H-2' },
  { round: 11.5, back: 'M11-8.5Q16 0 11 8.5' },
];

/** How far a chair stands back while it waits, and how far outside a newcomer starts. */
const DRAWN_BACK = 17;
const OUTSIDE = 26;

/** How much of a name has room at the side of the table. */
const LEVEL_LETTERS = 7;

export function Shapes({ id, n }) {
  const r = tableRadius(n);
  const half = ((r - 0.6) * 0.643).toFixed(1);
  return html`
    <defs>
      <radialGradient id=${`${id}-pool`}>
        <stop class="pool-in" offset="0" /><stop class="pool-mid" offset=".45" /><stop class="pool-out" offset="1" />
      </radialGradient>
      <radialGradient id=${`${id}-lamp`}>
        <stop class="lamp-in" offset="0" /><stop class="lamp-out" offset="1" />
      </radialGradient>
      <linearGradient id=${`${id}-rim`} gradientUnits="userSpaceOnUse" x1="0" x2="0" y1=${`-${half}`} y2=${half}>
        <stop class="rim-0" offset="0" /><stop class="rim-1" offset=".5" /><stop class="rim-0" offset="1" />
      </linearGradient>
      <clipPath id=${`${id}-table`}><circle r=${r} /></clipPath>
    </defs>
  `;
}

export function Table({ n }) {
  const r = tableRadius(n);
  return html`<circle class="table" r=${r} /><circle class="table-edge" r=${r - 4} />`;
}

/** Two rows are drawn as rows: a hairline on the floor joins the chairs of the back one. */
function BackRow({ n }) {
  return n > ONE_ROW_UP_TO && html`<circle class="row-line" r=${seatReach(0, n)} />`;
}

export function Chairs({ n, seated, youId, light, newcomers }) {
  const place = (k, away) => ({ transform: chairTransform(k, n, away) });
  return html`
    <${BackRow} n=${n} />
    <g class="chairs">
      ${seated.map((person, k) => {
        const arriving = newcomers.has(person.id);
        const away = arriving ? OUTSIDE : person.away ? DRAWN_BACK : 0;
        const kind = [
          'chair',
          person.id === youId && 'chair--you',
          person.id === light.chairId && 'chair--lit',
          person.away && 'chair--out',
          arriving && 'chair--arriving',
        ];
        return html`
          <g key=${person.id} class=${kind.filter(Boolean).join(' ')} style=${place(k, away)}>
            <${Chair} form=${person.away ? 2 : chairForm(k)} />
          </g>
        `;
      })}
    </g>
  `;
}

function Chair({ form }) {
  const { seat, rect, round, back } = CHAIRS[form];
  return html`
    ${seat && html`<path class="chair__seat" d=${seat} />`}
    ${rect && html`<rect class="chair__seat" x="-11" y="-12" width="22" height="24" rx=${rect} />`}
    ${round && html`<circle class="chair__seat" r=${round} />`}
    <path class="chair__back" d=${back} />
  `;
}

export function Names({ n, seated, youId, light, newcomers }) {
  const onSeats = n > NAMES_UP_TO;
  const letters = onSeats ? seatLetters(seated.map((person) => person.name)) : [];
  return html`
    <g class="names">
      ${seated.map((person, k) => {
        const you = person.id === youId;
        const text = you ? 'you' : onSeats ? letters[k] : nameOnTable(person.name, k, n);
        const [x, y] = namePlace(k, n, text);
        const place = { transform: `translate(${x}px, ${y}px)` };
        const lit = person.id === light.lampId || person.id === light.chairId;
        const kind = [
          'name',
          you ? 'name--you' : onSeats && 'name--seat',
          // The lamp stands where this name lies, so the name makes way before it comes.
          lit && !(you && n > ONE_ROW_UP_TO) && 'name--lit',
          newcomers.has(person.id) && 'name--arriving',
        ];
        return html`
          <text key=${person.id} class=${kind.filter(Boolean).join(' ')} style=${place}>${text}</text>
        `;
      })}
    </g>
  `;
}

/** A name as it fits on the table; shorter at its sides, level with the words in the middle. */
function nameOnTable(name, k, n) {
  const letters = Array.from(shortName(name, n));
  return isLevel(k, n) && letters.length > LEVEL_LETTERS ? `${letters.slice(0, LEVEL_LETTERS - 1).join('')}…` : letters.join('');
}

/** The light itself: the pool on the floor below the chairs, or pool and rim on the table. */
export function Light({ id, n, light, layer, softness }) {
  const r = tableRadius(n);
  const turned = { transform: `rotate(${light.angle}deg)` };
  if (layer === 'floor') {
    return html`
      <g class="travel" style=${turned}>
        <circle class="pool pool--floor" cx=${r} r="112" fill=${`url(#${id}-pool)`} />
      </g>
    `;
  }
  const dim = { opacity: softness < 1 ? 0.3 + 0.7 * Math.max(0, softness) : 1 };
  return html`
    <g clip-path=${`url(#${id}-table)`}>
      <g class="travel" style=${turned}>
        <g class="pool-soft" style=${dim}>
          <circle
            class="pool pool--table"
            cx=${(r * 0.76).toFixed(1)}
            r=${(r * 0.98).toFixed(1)}
            fill=${`url(#${id}-pool)`}
          />
        </g>
      </g>
    </g>
    <g class="travel" style=${turned}><path class="rim" d=${rimPath(n)} stroke=${`url(#${id}-rim)`} /></g>
  `;
}

export function Lamp({ id, n, light }) {
  const small = n > ONE_ROW_UP_TO;
  return html`
    <g class="travel" style=${{ transform: `rotate(${light.angle}deg)` }}>
      <g class="lamp" transform=${`translate(${lampReach(n)})`}>
        <circle class="lamp__shade" r=${small ? 11 : 12.5} />
        <circle class="lamp__core" r=${small ? 9 : 10.2} fill=${`url(#${id}-lamp)`} />
      </g>
    </g>
  `;
}

/**
 * No piece is in play: a pleated lampshade from above, its bulb, and the cord over the table's far
 * edge. `raised` moves it up to leave the middle to a line of words.
 */
export function UnlitLamp({ n, raised }) {
  const edge = tableRadius(n);
  const lift = raised ? 34 : 0;
  const pleats = Array.from({ length: 14 }, (_, i) => {
    const [c, s] = [Math.cos((i * Math.PI) / 7), Math.sin((i * Math.PI) / 7)];
    return `M${(c * 10.5).toFixed(1)} ${(s * 10.5).toFixed(1)}L${(c * 21).toFixed(1)} ${(s * 21).toFixed(1)}`;
  });
  // Between the two far seats, where no name lies: straight up for odd numbers, half a seat aside for even.
  const turn = (n % 2 ? 0 : 180 / n) * (Math.PI / 180);
  const [x, y] = [Math.sin(turn) * (edge + 1), -Math.cos(turn) * (edge + 1)];
  const bend = [x * 0.2 - 14, y * 0.5, x * 0.8 + 16, y * 0.6].map((part) => part.toFixed(1)).join(' ');
  return html`
    <g class="lamp lamp--off">
      <path class="lamp__cord" d=${`M0 ${-lift - 20}C${bend} ${x.toFixed(1)} ${y.toFixed(1)}`} />
      <g transform=${`translate(0 ${-lift})`}>
        <circle class="lamp__shade" r="22" />
        <path class="lamp__pleats" d=${pleats.join('')} />
        <circle class="lamp__mouth" r="9.5" />
        <path class="lamp__pleats" d="M0 0L0 -9.5M0 0L8.2 4.8M0 0L-8.2 4.8" />
        <circle class="lamp__bulb" r="4.6" />
      </g>
    </g>
  `;
}
