/** The same examples on every run, as in the Python tests: what fails once fails again. SEED=n tries others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) });
