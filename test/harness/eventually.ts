/** Resolves when `check` holds; until then it is asked again and again. */
export async function eventually(check: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`did not come true within ${limitMs} ms: ${check.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const STILL_MS = 1_000;

/** Resolves when it has not counted on for longer than anything takes that may be on its way. */
export async function untilItStandsStill(count: () => number): Promise<void> {
  let seen = { count: count(), at: performance.now() };
  await eventually(() => {
    if (seen.count !== count()) seen = { count: count(), at: performance.now() };
    return performance.now() - seen.at > STILL_MS;
  });
}
