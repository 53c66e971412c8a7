import { testNode } from './versions.ts';

// The newest of their release lines in November 2026.
testNode('24.21.0');
testNode('26.10.0');
