/** Every page that is not the room: the way out works fast. */
import { armLeave } from '../lib/leave.js';

armLeave();
