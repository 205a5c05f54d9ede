import { AppError } from '#kernel';

/** How many bytes may still be read, by all who share it. */
export class Budget {
  constructor(private left: number) {}

  has(bytes: number): boolean {
    return bytes <= this.left;
  }

  spend(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) throw new AppError('too_large');
  }
}

/** What comes, as far as the budget reaches. */
export async function* bounded(source: AsyncIterable<Buffer>, budget: Budget): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    budget.spend(chunk.length);
    yield chunk;
  }
}
