import { Injectable } from '@nestjs/common';

/** How many connections there are of whom, and from where. */
@Injectable()
export class Seats {
  private readonly taken = new Map<string, number>();

  at(key: string): number {
    return this.taken.get(key) ?? 0;
  }

  take(key: string): void {
    this.taken.set(key, this.at(key) + 1);
  }

  leave(key: string): void {
    const others = this.at(key) - 1;
    if (others > 0) this.taken.set(key, others);
    else this.taken.delete(key);
  }
}

/** Of one connection, from when it comes until it has closed. */
export class Seat {
  private userId: string | undefined;
  private isLeft = false;

  constructor(
    private readonly seats: Seats,
    private readonly address: string,
  ) {
    seats.take(address);
  }

  /** False: the user has so many already. */
  takeFor(userId: string, most: number): boolean {
    if (this.isLeft) return true;
    if (this.seats.at(userId) >= most) return false;
    this.userId = userId;
    this.seats.take(userId);
    return true;
  }

  leave(): void {
    this.isLeft = true;
    this.seats.leave(this.address);
    if (this.userId !== undefined) this.seats.leave(this.userId);
  }
}
