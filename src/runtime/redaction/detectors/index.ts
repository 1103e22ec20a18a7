import { ACCOUNTS } from './accounts';
import { CONTACTS } from './contacts';
import type { Detector } from './detector';
import { IDENTITIES } from './identities';
import { SECRETS } from './secrets';

/** In the order of KINDS. */
export const DETECTORS: readonly Detector[] = [...SECRETS, ...ACCOUNTS, ...IDENTITIES, ...CONTACTS];
