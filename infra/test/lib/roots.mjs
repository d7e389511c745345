import { fileURLToPath } from 'node:url';
import { Configuration } from './configuration.mjs';

export const INFRA = fileURLToPath(new URL('../..', import.meta.url));
export const AWS = await Configuration.read(`${INFRA}aws`);
export const AZURE = await Configuration.read(`${INFRA}azure`);
export const SERVICE_ACCOUNT = await Configuration.read(`${INFRA}aws/modules/service-account`);

/** The modules of this project by the source under which they are called. */
export const MODULES = new Map([['./modules/service-account', SERVICE_ACCOUNT]]);
