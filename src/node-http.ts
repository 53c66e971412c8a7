/**
 * The module `node:http`. An `import` of it would read all that it exports, and one of these, `WebSocket`, loads Node's
 * own HTTP client: 50 ms and 13 MB of every start, for nothing.
 */
export const http = process.getBuiltinModule('node:http');
