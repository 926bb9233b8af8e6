let areWanted = false;

/**
 * Says that this test takes a right away, or asks for something that no role has, to see what happens. What the account
 * refuses in it is then no right that the template lacks: `npm run permissions -- --used` does not name it.
 */
export function wantsRefusals(): void {
  areWanted = true;
}

/** Whether the test that runs wants refusals. */
export function refusalsAreWanted(): boolean {
  return areWanted;
}

/** Another test begins. */
export function forgetRefusals(): void {
  areWanted = false;
}
