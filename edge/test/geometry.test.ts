import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plan, type Wanted } from "../src/picture/geometry";
import { orientedSize, storedRectangle } from "../src/picture/orientation";
import { FITS } from "../src/request/options";

const size = (width: number, height: number) => ({ width, height });

describe("a plan", () => {
  it.each<[Wanted["fit"], number | undefined, number | undefined, string]>([
    ["scale-down", 400, 400, "400x300"],
    ["scale-down", 4000, 4000, "1200x900"],
    ["scale-down", 400, undefined, "400x300"],
    ["scale-down", undefined, undefined, "1200x900"],
    ["contain", 400, 400, "400x300"],
    ["contain", 2400, 2400, "2400x1800"],
    ["contain", undefined, 1800, "2400x1800"],
    ["cover", 400, 400, "400x400"],
    ["cover", 2000, 2000, "2000x2000"],
    ["crop", 400, 400, "400x400"],
    ["crop", 2000, 2000, "1200x900"],
    ["crop", 2000, 300, "1200x300"],
    ["crop", 2400, undefined, "1200x900"],
    ["pad", 400, 400, "400x400"],
    ["pad", 2000, 100, "2000x100"],
  ])("of 1200x900 by %s into %sx%s makes %s+%s", (fit, width, height, made) => {
    const { canvas } = plan(size(1200, 900), { fit, width, height });
    expect(`${canvas.width}x${canvas.height}`).toBe(made);
  });

  it("cuts from both sides alike", () => {
    expect(plan(size(1200, 900), { fit: "cover", width: 300, height: 300 }).crop).toEqual({ left: 150, top: 0, width: 900, height: 900 });
    expect(plan(size(900, 1200), { fit: "crop", width: 300, height: 300 }).crop).toEqual({ left: 0, top: 150, width: 900, height: 900 });
  });

  it("centres what is padded", () => {
    expect(plan(size(1200, 900), { fit: "pad", width: 400, height: 400 })).toMatchObject({ resized: size(400, 300), left: 0, top: 50 });
  });

  const sides = fc.integer({ min: 1, max: 5000 });
  const wanted = fc.record({
    fit: fc.constantFrom(...FITS),
    width: fc.option(sides, { nil: undefined }),
    height: fc.option(sides, { nil: undefined }),
  });

  it("stays within the original and the box, keeps proportions, and only grows when it may", () => {
    fc.assert(
      fc.property(sides, sides, wanted, (width, height, box) => {
        const { crop, resized, canvas, left, top } = plan(size(width, height), box);
        expect(crop.left + crop.width).toBeLessThanOrEqual(width);
        expect(crop.top + crop.height).toBeLessThanOrEqual(height);
        for (const value of [crop.left, crop.top, left, top]) {
          expect(value).toBeGreaterThanOrEqual(0);
        }
        for (const value of [crop.width, crop.height, resized.width, resized.height]) {
          expect(value).toBeGreaterThanOrEqual(1);
        }
        expect(left + resized.width).toBeLessThanOrEqual(canvas.width);
        expect(top + resized.height).toBeLessThanOrEqual(canvas.height);
        expect(canvas.width).toBeLessThanOrEqual(box.width ?? Number.POSITIVE_INFINITY);
        expect(canvas.height).toBeLessThanOrEqual(box.height ?? Number.POSITIVE_INFINITY);
        if (box.fit === "scale-down" || box.fit === "crop") {
          expect(resized.width).toBeLessThanOrEqual(width);
          expect(resized.height).toBeLessThanOrEqual(height);
        }
        if (box.width !== undefined && box.height !== undefined && (box.fit === "cover" || box.fit === "pad")) {
          expect(canvas).toEqual(size(box.width, box.height));
        }
        // Sides are whole numbers, so one of few pixels cannot keep a proportion.
        const least = Math.min(resized.width, resized.height, crop.width, crop.height);
        if (least >= 10) {
          const stretch = (resized.width / crop.width) * (crop.height / resized.height);
          expect(Math.abs(Math.log(stretch))).toBeLessThan(2 / least);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the stored part of a shown part", () => {
  it("lies within the stored picture, with its sides turned as the picture is", () => {
    const orientations = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8) as fc.Arbitrary<1 | 2 | 3 | 4 | 5 | 6 | 7 | 8>;
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.nat(50),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(50),
        fc.nat(50),
        orientations,
        (left, top, width, height, right, below, orientation) => {
          const shown = size(left + width + right, top + height + below);
          const part = storedRectangle({ left, top, width, height }, shown, orientation);
          const stored = orientedSize(shown, orientation);
          expect(size(part.width, part.height)).toEqual(orientedSize(size(width, height), orientation));
          expect(new Set([part.left, stored.width - part.left - part.width])).toEqual(
            new Set(orientation >= 5 ? [top, below] : [left, right]),
          );
          expect(new Set([part.top, stored.height - part.top - part.height])).toEqual(
            new Set(orientation >= 5 ? [left, right] : [top, below]),
          );
        },
      ),
    );
  });
});
