import { recorded } from '../../infra/test/lib/recordings.mjs';
import { standIns } from '../../infra/test/lib/standins.mjs';
import { folder } from './place.js';

export const az = recorded('az');
export const aws = recorded('aws');

/** Clients of the clouds that answer these recorded calls in their order: the folder for the PATH, and afterwards what was called otherwise or not at all. */
export function clouds(test, calls) {
  return standIns(folder(test), calls);
}

/** What `ended` gives when every call was made and no other one. */
export const AS_RECORDED = { unexpected: [], left: [] };
