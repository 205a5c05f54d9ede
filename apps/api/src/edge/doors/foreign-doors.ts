import { Injectable } from '@nestjs/common';
import type { AppError } from '#kernel';
import type { Locale } from '#platform';

/** A failure in the words of another backend. */
export interface ForeignError {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Addresses whose clients expect what another backend would answer; also where none of its routes is reached. */
export interface ForeignDoor {
  /** Of its addresses: it alone, or followed by a slash. */
  readonly prefix: string;
  /** Of a JSON body; unless given, as everywhere. */
  readonly maxBodyBytes?: number;
  presentError(error: AppError, locale: Locale, path: string): ForeignError;
}

/** The doors that are open. Each opens itself, so that it goes with its folder. */
@Injectable()
export class ForeignDoors {
  private readonly doors: ForeignDoor[] = [];

  open(door: ForeignDoor): void {
    this.doors.push(door);
  }

  at(path: string): ForeignDoor | undefined {
    const asked = path.toLowerCase();
    return this.doors.find(({ prefix }) => asked === prefix || asked.startsWith(`${prefix}/`));
  }
}
