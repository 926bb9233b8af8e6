import { Random } from '../../random';

const draw = (seed: number, count = 20) => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.next());
};

it('gives the same numbers for the same seed, and others for another', () => {
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

it('gives numbers from 0 up to but without 1, evenly', () => {
  const numbers = draw(1, 10_000);

  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
    expect(share).toBeGreaterThan(900);
    expect(share).toBeLessThan(1100);
  }
});

it('stays within the bounds that it is given', () => {
  const random = new Random(1);
  const numbers = Array.from({ length: 1000 }, () => random.between(5, 6));

  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(5);
  expect(Math.max(...numbers)).toBeLessThan(6);
});

it('makes ids in the form of AWS, none twice', () => {
  const random = new Random(1);
  const uuids = Array.from({ length: 1000 }, () => random.uuid());

  expect(new Set(uuids).size).toBe(1000);
  for (const uuid of uuids)
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(random.hex(17)).toMatch(/^[0-9a-f]{17}$/);
});
