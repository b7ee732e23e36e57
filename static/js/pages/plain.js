/** Every page that is not the room: the way out works fast, the numbers are kept, addresses can be copied. */
import { armCopy } from '../lib/copy.js';
import { armNumbers } from '../lib/hand.js';
import { armLeave } from '../lib/leave.js';
import { keepNumbers } from '../lib/offline.js';

armLeave();
armNumbers();
armCopy();
keepNumbers();
