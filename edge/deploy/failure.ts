/** Why a delivery goes no further: what was seen, and what to do next. */
export class Failure extends Error {
  constructor(
    fact: string,
    readonly next: string,
  ) {
    super(fact);
  }
}
