import fc from 'fast-check';

/**
 * One seed for all property tests, so that a red build says something about the change and not about
 * the dice. `PROPERTY_SEED=random` (or a number) looks elsewhere: it is how bugs are hunted, see CONTRIBUTING.md.
 */
const { PROPERTY_SEED = '20261120' } = process.env;
if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED) });
