/** What another service may answer with, in bytes. Keys, and what a provider says of itself, are a few KiB. */
const MAX_BYTES = 1024 * 1024;

/** Fetches a short answer of another service. Rejects where it is longer than 1 MiB: it would be kept in memory. */
export async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  const { status, headers, body } = await fetch(url, options);
  if (!body) return new Response(null, { status, headers });
  const chunks: Uint8Array[] = [];
  let length = 0;
  // To leave the loop cancels the rest.
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Error(`It answered with more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Response(length === 0 ? null : Buffer.concat(chunks), { status, headers });
}
