/** The headers of a request that opens a WebSocket. */
export const handshakeHeaders = {
  connection: 'upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
} as const;

/** The text of a request that opens a WebSocket, for a raw connection. */
export function handshake(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ host: 'here', ...headers, ...handshakeHeaders });
  return `GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}
