/** Resolves as the promise does, or throws after so many milliseconds. `what` should have happened until then. */
export async function within<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${ms} ms: ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** How long a promise took, in milliseconds. */
export async function timed(promise: Promise<unknown>): Promise<number> {
  const since = performance.now();
  await promise;
  return performance.now() - since;
}
