import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { http } from '../../node-http.ts';

/** How long an answer may take, in milliseconds. */
const ANSWER_MS = 5000;
/** What of an answer is read, in characters: more than all metrics. */
const MAX_TEXT = 2 ** 20;

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Makes one request. Returns what went wrong where there is no answer. */
export function ask(url: string, headers: Record<string, string> = {}): Promise<Answer | Error> {
  const send = url.startsWith('https:') ? requestHttps : http.request;
  return new Promise((resolve) => {
    const timeout = AbortSignal.timeout(ANSWER_MS);
    const request = send(url, { headers, signal: timeout, agent: false });
    const finish = async (response: IncomingMessage) => {
      const text = await readStart(response);
      request.destroy();
      resolve({ status: response.statusCode!, text });
    };
    request.on('response', (response) => void finish(response).catch(resolve));
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode!, text: '' });
    });
    request.on('error', (error) => {
      resolve(timeout.aborted ? new Error(`no answer within ${ANSWER_MS / 1000} s`) : error);
    });
    request.end();
  });
}

async function readStart(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length >= MAX_TEXT) break;
  }
  return text;
}
