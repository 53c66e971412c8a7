import { onTestFinished } from 'vitest';
import type { At } from './client.ts';
import { checkStreamText } from './frame-check.ts';

/** Reads /notifications as text, as curl shows it, until the text contains `end` or the stream ends. */
export async function readStream(
  { url }: At,
  query: string,
  headers: Record<string, string>,
  end: string,
): Promise<{ response: Response; text: string }> {
  const aborter = new AbortController();
  onTestFinished(() => aborter.abort());
  const response = await fetch(`${url}/notifications${query}`, {
    headers,
    signal: aborter.signal,
  });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.includes(end)) break;
  }
  checkStreamText(text);
  return { response, text };
}
