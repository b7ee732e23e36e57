/**
 * Where everything stands at the table. Pure; units of a 352 x 352 box with the table in the middle,
 * degrees as SVG counts them (y points down, so 90 is the bottom). Seat 0 is yours, nearest the
 * thumb; the order runs clockwise. `circle/web/drawing.py` holds the same rules for pages drawn on
 * the server; shared vectors keep the two equal.
 */

/** Above this many people names become letters on the seats. */
export const NAMES_UP_TO = 10;
/** Above this many people the chairs stand in two rows. */
export const ONE_ROW_UP_TO = 12;

/** Seats about as high as the middle: sine of their angle. */
const LEVEL = 0.35;
const BELOW_CHAIR = 48;
const WIDEST = 172; // half the box, less a little
const TWO_ROW_TABLE = 92;
const TURNS = [0, 4, -3, 5, -5, 2, -4, 3, -2, 5, -3, 4, 0, -4, 3, -5, 4, -2, 5, -3];

/** Radius of the table: a small circle gets a small table, not a big empty one. */
export function tableRadius(n) {
  return n > ONE_ROW_UP_TO ? TWO_ROW_TABLE : Math.min(126, 86 + 5 * n);
}

/** Scale of a chair. */
export function chairSize(n) {
  if (n <= 4) return 1.3;
  if (n <= 8) return 1.2;
  return n <= ONE_ROW_UP_TO ? 1.12 : 1;
}

/** Direction of seat `k` of `n`, in degrees from 90 (you) to below 450. */
export function seatAngle(k, n) {
  return 90 + (360 * k) / n;
}

/**
 * Whether seat `k` stands in the front row, close to the table. Rows alternate away from your seat
 * on both sides, so the picture is even to the left and the right of you for any number.
 */
export function inFrontRow(k, n) {
  return n > ONE_ROW_UP_TO && Math.min(k, n - k) % 2 === 1;
}

/** Distance of seat `k`'s middle from the middle of the table. */
export function seatReach(k, n) {
  if (n > ONE_ROW_UP_TO) return TWO_ROW_TABLE + (inFrontRow(k, n) ? 12 : 52);
  return tableRadius(n) + (n > NAMES_UP_TO ? 16 : 8) * chairSize(n);
}

/** How a chair is turned out of line, in degrees: people sit down like that. Calmer in a crowd. */
export function seatTurn(k, n) {
  const turn = TURNS[k % TURNS.length];
  return n > NAMES_UP_TO ? turn * 0.4 : turn;
}

/** Which of the four chairs stands at seat `k`: it means nothing, kitchens have odd chairs. */
export function chairForm(k) {
  return k % 2 === 0 ? (k % 8 === 4 ? 1 : 0) : [1, 2, 3, 1][((k - 1) / 2) % 4];
}

/** CSS transform of a chair; `away` pushes it back from the table. */
export function chairTransform(k, n, away = 0) {
  const reach = seatReach(k, n) + away;
  return `rotate(${seatAngle(k, n)}deg) translate(${reach}px) rotate(${seatTurn(k, n)}deg) scale(${chairSize(n)})`;
}

/** Whether seat `k` stands level with the words in the middle of the table. */
export const isLevel = (k, n) => Math.abs(Math.sin((seatAngle(k, n) * Math.PI) / 180)) < LEVEL;

/** Whether the name of seat `k` lies below its chair; of ten people the chairs stand too close for that. */
export const isBelowChair = (k, n) => n < NAMES_UP_TO && isLevel(k, n);

/**
 * Where the middle of a name's baseline lies, [x, y]: on the table up to ten people, or below its chair
 * where it would run into the words in the middle; else on the seat.
 */
export function namePlace(k, n, text) {
  const angle = (seatAngle(k, n) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  if (n > NAMES_UP_TO && k > 0) {
    const reach = seatReach(k, n) - 1;
    return [cos * reach, sin * reach + 4.8];
  }
  if (n > ONE_ROW_UP_TO) return [0, seatReach(0, n) - 20];
  const radius = tableRadius(n) - 22;
  const width = text.length * 7.4;
  if (isBelowChair(k, n)) return [Math.sign(cos) * Math.min(Math.abs(cos) * seatReach(k, n) + 8, WIDEST - width / 2), sin * seatReach(k, n) + BELOW_CHAIR];
  const away = Math.abs(sin) < 0.6 ? 6 * Math.sign(sin) : 0; // beside the middle: up or down from its words
  return [cos * radius - (cos * Math.abs(cos) * width) / 2 + cos * 8, sin * radius + 4.8 + away];
}

/** Where the lamp stands when the piece is with someone: distance from the middle. */
export function lampReach(n) {
  return tableRadius(n) - (n > ONE_ROW_UP_TO ? 19 : 24);
}

/**
 * The angle to turn the light to so that it points at `target`, starting from `current`.
 * Forwards it only ever grows: the light never runs backwards. Otherwise (chairs have moved, the
 * piece has not) it takes the short way. Both in degrees; `current` may be any number of turns.
 */
export function turnTo(current, target, forwards) {
  const ahead = (((target - current) % 360) + 360) % 360;
  return current + (forwards || ahead <= 180 ? ahead : ahead - 360);
}

/** Path of the lit part of the table's edge: 80 degrees around direction 0. */
export function rimPath(n) {
  const r = tableRadius(n) - 0.6;
  const x = (r * Math.cos((40 * Math.PI) / 180)).toFixed(1);
  const y = (r * Math.sin((40 * Math.PI) / 180)).toFixed(1);
  return `M${x} -${y}A${r} ${r} 0 0 1 ${x} ${y}`;
}

/** People in the order of the circle, turned so that `youId` comes first; unchanged if absent. */
export function fromYou(people, youId) {
  const at = people.findIndex((person) => person.id === youId);
  return at > 0 ? [...people.slice(at), ...people.slice(0, at)] : people;
}

/** A name cut to what fits on the table. The whole name stands in the middle and in the list. */
export function shortName(name, n) {
  const room = n <= 3 ? 11 : n <= 5 ? 10 : 8;
  const letters = Array.from(name);
  if (letters.length <= room) return name;
  const first = name.split(/\s+/)[0];
  if (Array.from(first).length <= room) return first;
  return `${letters.slice(0, room - 1).join('')}…`;
}

/** One letter for each name, two where first letters clash; same order as given. */
export function seatLetters(names) {
  const first = (name) => (Array.from(name)[0] || '').toUpperCase();
  const count = new Map();
  for (const name of names) count.set(first(name), (count.get(first(name)) || 0) + 1);
  return names.map((name) => first(name) + (count.get(first(name)) > 1 ? Array.from(name)[1] || '' : ''));
}
