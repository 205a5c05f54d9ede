import { setFlagsFromString } from 'node:v8';

/**
 * V8 compiles well what has run often. A request runs through thousands of functions, most of them once, so that a server
 * would be slow for its first thousands of requests. To be called when it has started: of a start nothing runs often. What V8
 * calls its measure of "often" depends on its version.
 */
export function compileSooner(): void {
  const [version] = process.versions.v8.split('.');
  setFlagsFromString(Number(version) < 12 ? '--interrupt-budget=10000' : '--invocation-count-for-turbofan=600');
}
