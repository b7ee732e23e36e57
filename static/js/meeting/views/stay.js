/** A page that holds words of somebody is not left without asking; whoever leaves fast is asked nothing. */
import { useEffect, useRef } from '../../vendor/preact-htm.js';

/** Asks before the page goes, as long as `holds()` is true. */
export function useStay(holds) {
  const now = useRef(holds);
  now.current = holds;
  useEffect(() => {
    const stay = (event) => now.current() && event.preventDefault();
    const go = () => removeEventListener('beforeunload', stay);
    addEventListener('beforeunload', stay);
    document.addEventListener('circle:leave', go);
    return () => {
      go();
      document.removeEventListener('circle:leave', go);
    };
  }, []);
}
