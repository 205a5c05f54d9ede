/** Does it so often, so many at a time. */
export async function sideBySide(count, lanes, work) {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
