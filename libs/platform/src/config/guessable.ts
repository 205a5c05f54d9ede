const PLACEHOLDER =
  /change(me|this|it)|secretkey|(your|my|super|dev|test)(super|jwt)?secret|replace(me|this|with)|placeholder|example|insecure|donotuse/;

/** Whether a key is a placeholder, or so regular that it may be guessed. */
export function guessable(key: Buffer): boolean {
  const text = key.toString('latin1');
  return PLACEHOLDER.test(text.toLowerCase().replace(/[^a-z]/g, '')) || new Set(text).size < 8 || hasPeriod(text);
}

/** Whether it is made of one piece, written twice or more. */
function hasPeriod(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++) {
    if (text.startsWith(text.slice(period))) return true;
  }
  return false;
}
