import { ts } from '@ts-morph/common';

/** What `import ts from 'typescript'` is to scripts/openapi-types.ts. */
export default ts;
