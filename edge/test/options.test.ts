import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Problem } from "../src/problem";
import { normalised, parseOptions } from "../src/request/options";

/** What somebody reads who asks with these options. */
function refusal(text: string): string {
  try {
    parseOptions(text);
  } catch (problem) {
    expect(problem).toBeInstanceOf(Problem);
    expect((problem as Problem).status).toBe(400);
    return (problem as Problem).message;
  }
  throw new Error(`[${text}] was not refused`);
}

describe("options", () => {
  it("have the defaults that a bare size shows", () => {
    expect(parseOptions("width=500")).toEqual({
      width: 500,
      height: undefined,
      fit: "scale-down",
      quality: 85,
      format: "same",
      background: undefined,
      blur: 0,
      metadata: "copyright",
    });
  });

  it("are all understood, in any order", () => {
    expect(parseOptions("metadata=none,blur=4,background=%23ff8800,dpr=2,format=auto,quality=60,fit=pad,height=50,width=100")).toEqual({
      width: 200,
      height: 100,
      fit: "pad",
      quality: 60,
      format: "auto",
      background: { red: 255, green: 136, blue: 0, alpha: 255 },
      blur: 4,
      metadata: "none",
    });
  });

  it("may be written short", () => {
    expect(parseOptions("w=10,h=20,q=30,f=webp")).toEqual(parseOptions("width=10,height=20,quality=30,format=webp"));
  });

  it.each([
    ["white", [255, 255, 255, 255]],
    ["rebeccapurple", [102, 51, 153, 255]],
    ["%23f80", [255, 136, 0, 255]],
    ["%23ff880080", [255, 136, 0, 128]],
    ["rgb(240,40,145)", [240, 40, 145, 255]],
    ["rgb(240%2040%20145%20%2F%200.5)", [240, 40, 145, 128]],
    ["hsl(120,100%25,50%25)", [0, 255, 0, 255]],
  ])("take the colour %s", (text, [red, green, blue, alpha]) => {
    expect(parseOptions(`width=5,background=${text},blur=3`)).toMatchObject({ background: { red, green, blue, alpha }, blur: 3 });
  });

  it.each([
    ["width=abc", "[width] is [abc]; expected a whole number from 1 to 10000"],
    ["width=0", "[width] is [0]; expected a whole number from 1 to 10000"],
    ["width=-5", "[width] is [-5]; expected a whole number from 1 to 10000"],
    ["width=1e3", "[width] is [1e3]; expected a whole number from 1 to 10000"],
    ["height=99999", "[height] is [99999]; expected a whole number from 1 to 10000"],
    ["width", "[width] is []; expected a whole number from 1 to 10000"],
    ["quality=101", "[quality] is [101]; expected a whole number from 1 to 100"],
    ["dpr=9", "[dpr] is [9]; expected a number from 0.1 to 4"],
    ["width=9000,dpr=2", "[dpr] is [2]; expected at most 10000 pixels when multiplied with width=9000"],
    ["fit=fill", "[fit] is [fill]; expected scale-down, contain, cover, crop, pad"],
    ["format=gif", "[format] is [gif]; expected auto, avif, webp, jpeg, png"],
    ["background=nocolour", "[background] is [nocolour]; expected a CSS colour such as white, %23ff8800 or rgb(255 136 0)"],
    ["metadata=all", "[metadata] is [all]; expected keep, copyright, none"],
    ["blur=251", "[blur] is [251]; expected a whole number from 1 to 250"],
    ["width=5,w=6", "[width] is [6]; expected one value, not two"],
    ["wdth=5", "[wdth] is no option"],
    ["width=5,", "[] is no option"],
    ["background=%ff", "[background] is [%ff]; expected text whose percent signs are encoded as %25"],
    [`fit=${"x".repeat(200)}`, `[fit] is [${"x".repeat(80)}...]; expected scale-down, contain, cover, crop, pad`],
  ])("name what is wrong with %s", (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  const words = fc.constantFrom(
    ..."width height fit quality format dpr background blur metadata w h q f = , ( ) % %23 %zz scale-down contain cover pad auto avif keep none 0 1 2.5 300 99999 -1 1e9 NaN \u0000 é".split(
      " ",
    ),
  );

  it("never fail in another way than by a refusal, whatever is written", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words, { maxLength: 12 }).map((parts) => parts.join("")),
        ),
        (text) => {
          try {
            parseOptions(text);
          } catch (problem) {
            expect(problem).toBeInstanceOf(Problem);
            expect((problem as Problem).message).not.toMatch(/[^\x20-\x7e]/);
          }
        },
      ),
      { numRuns: 5000 },
    );
  });

  const valid = fc
    .record(
      {
        width: fc.integer({ min: 1, max: 2500 }),
        height: fc.integer({ min: 1, max: 2500 }),
        dpr: fc.constantFrom("1", "2", "0.5", "1.25", "4"),
        fit: fc.constantFrom("scale-down", "contain", "cover", "crop", "pad"),
        quality: fc.integer({ min: 1, max: 100 }),
        format: fc.constantFrom("auto", "avif", "webp", "jpeg", "png"),
        background: fc.constantFrom("white", "%23123456", "%2312345678", "rgba(1,2,3,0.5)"),
        blur: fc.integer({ min: 1, max: 250 }),
        metadata: fc.constantFrom("keep", "copyright", "none"),
      },
      { requiredKeys: [] },
    )
    .filter((options) => Object.keys(options).length > 0);

  it("mean the same in their normal form, which is one for every order", () => {
    fc.assert(
      fc.property(valid, fc.infiniteStream(fc.nat()), (options, chance) => {
        const parts = Object.entries(options).map(([name, value]) => `${name}=${value}`);
        const shuffled = parts
          .map((part) => ({ part, order: chance.next().value as number }))
          .sort((a, b) => a.order - b.order)
          .map(({ part }) => part);
        const parsed = parseOptions(parts.join(","));
        const normal = normalised(parsed);
        expect(normalised(parseOptions(shuffled.join(",")))).toBe(normal);
        expect(normalised(parseOptions(normal))).toBe(normal);
        if ((parsed.width ?? parsed.height) !== undefined) {
          expect(parseOptions(normal)).toEqual(parsed);
        }
      }),
    );
  });
});
