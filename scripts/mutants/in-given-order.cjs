/** Runs the test files in the order of TESTS_IN_ORDER: the nearest first, so that a mutant is noticed soon. */
module.exports = class {
  sort(tests) {
    const order = (process.env.TESTS_IN_ORDER ?? '').split(',');
    const place = ({ path }) => order.findIndex((file) => path.endsWith(file));
    return [...tests].sort((one, other) => place(one) - place(other));
  }
  allFailedTests(tests) {
    return tests;
  }
  shard(tests) {
    return tests;
  }
  cacheResults() {}
};
