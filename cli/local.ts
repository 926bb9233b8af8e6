/** Where `npm run local` serves the simulated account, and `--local` looks for it. */
export const LOCAL_PORT = 4620;
