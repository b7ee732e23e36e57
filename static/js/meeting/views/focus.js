/** Focus that is never lost: what was pressed may go away, the place it stood in takes the focus. */
import { useEffect, useRef } from '../../vendor/preact-htm.js';

/**
 * Watches over `place` (a ref to an element with tabindex="-1"). When the focused element inside it is
 * taken off the page (somebody let in, a word answered), the place itself is focused, so that Tab and
 * Escape go on from there and a screen reader says where one is.
 */
export function useKeptFocus(place) {
  const inside = useRef(false);
  useEffect(() => {
    const follow = (event) => {
      inside.current = Boolean(place.current?.contains(event.target));
    };
    document.addEventListener('focusin', follow);
    document.addEventListener('pointerdown', follow);
    follow({ target: document.activeElement });
    return () => {
      document.removeEventListener('focusin', follow);
      document.removeEventListener('pointerdown', follow);
    };
  }, []);
  useEffect(() => {
    if (inside.current && document.activeElement === document.body) place.current?.focus({ preventScroll: true });
  });
}
