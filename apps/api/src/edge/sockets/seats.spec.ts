import { Seat, Seats } from './seats';

const ADDRESS = '203.0.113.7';
const USER = 'somebody';

describe('Seats', () => {
  const seats = new Seats();

  it('gives a user no more than there are, whoever comes at once', () => {
    const three = [1, 2, 3].map(() => new Seat(seats, ADDRESS));
    expect(three.map((seat) => seat.takeFor(USER, 2))).toEqual([true, true, false]);
    expect([seats.at(ADDRESS), seats.at(USER)]).toEqual([3, 2]);
    for (const seat of three) seat.leave();
    expect([seats.at(ADDRESS), seats.at(USER)]).toEqual([0, 0]);
  });

  it('keeps none for who left before he had said who he is', () => {
    const seat = new Seat(seats, ADDRESS);
    seat.leave();
    seat.takeFor(USER, 1);
    expect([seats.at(ADDRESS), seats.at(USER)]).toEqual([0, 0]);
  });
});
