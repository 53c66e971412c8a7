import { auditProduction } from './release/audit.ts';
import { orRefuse } from './release/refusal.ts';

/* Asks the registry for known faults of what production installs: `npm run audit`. It needs the network. */

await orRefuse(async () => console.log(await auditProduction()));
