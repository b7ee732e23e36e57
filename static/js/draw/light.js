/** How the light travels: it leaves at once, arrives in 1.2 s, and the chair is lit on the way in. */
import { useEffect, useRef, useState } from '../vendor/preact-htm.js';
import { seatAngle, turnTo } from './geometry.js';

/** The new chair and the new words change when the light is nearly there. */
const LANDS_AFTER_MS = 700;
/** Under reduced motion: out, then in at the new place. */
const FADES_FOR_MS = 200;

const prefersCalm = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

/**
 * Where the light is now: {lampId, chairId, nextName, angle, fading}. `lampId` is whom the lamp points
 * at, `chairId` whose chair is lit and named (later by LANDS_AFTER_MS, together with who comes next),
 * `angle` the rotation in degrees.
 */
export function useLight(holderId, seated, nextName) {
  const present = seated.some((person) => person.id === holderId) ? holderId : null;
  const [light, setLight] = useState({ lampId: present, chairId: present, fading: false });

  useEffect(() => {
    if (light.chairId === present && light.lampId === present && !light.fading) return undefined;
    const landed = { lampId: present, chairId: present, fading: false };
    if (light.lampId === null || present === null) {
      setLight(landed);
      return undefined;
    }
    const calm = prefersCalm();
    setLight((old) => (calm ? { ...old, fading: true } : { ...old, lampId: present }));
    const timer = setTimeout(() => setLight(landed), calm ? FADES_FOR_MS : LANDS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [present]);

  const said = useRef(nextName);
  if (light.chairId === present) said.current = nextName;
  return { ...light, nextName: said.current, angle: useAngle(light.lampId, seated) };
}

/** Rotation that only grows from holder to holder, and takes the short way when chairs move. */
function useAngle(lampId, seated) {
  const last = useRef({ id: null, angle: 90 });
  const seat = seated.findIndex((person) => person.id === lampId);
  if (seat < 0) {
    last.current = { id: null, angle: last.current.angle };
    return last.current.angle;
  }
  const target = seatAngle(seat, seated.length);
  const { id, angle } = last.current;
  last.current = { id: lampId, angle: id === null ? target : turnTo(angle, target, id !== lampId) };
  return last.current.angle;
}
