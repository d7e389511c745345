import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ONE, weigh } from "../src/codec/weights";

describe("the weights of Lanczos", () => {
  it("add up to one for each pixel, and use no pixel outside of the part", () => {
    const length = fc.double({ min: 0.2, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 500, noNaN: true }), length, fc.integer({ min: 1, max: 200 }), (left, part, count) => {
        const { begin, end, starts, taps, values } = weigh(left, part, count);
        expect(begin).toBe(Math.floor(left));
        expect(taps % 4).toBe(0);
        for (let i = 0; i < count; i++) {
          const weights = values.subarray(i * taps, (i + 1) * taps);
          expect(weights.reduce((one, other) => one + other, 0)).toBe(ONE);
          const start = starts[i] as number;
          expect(start).toBeGreaterThanOrEqual(begin);
          expect(weights.subarray(Math.max(0, end - start)).every((weight) => weight === 0)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("leave a picture of the same size as it is", () => {
    const { starts, taps, values } = weigh(0, 9, 9);
    for (let i = 0; i < 9; i++) {
      expect(values[i * taps + i - (starts[i] as number)]).toBe(ONE);
    }
  });

  it("are as far to the left as to the right", () => {
    const { taps, values } = weigh(0, 100, 20);
    const middle = [...values.subarray(10 * taps, 11 * taps)].filter((weight) => weight !== 0);
    expect(middle).toEqual([...middle].reverse());
  });
});
