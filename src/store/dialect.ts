/** The databases that there are. Only migrations differ by it; everything else is chosen once, in app.ts. */
export type Dialect = 'sqlite' | 'postgres';
