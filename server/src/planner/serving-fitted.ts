/** The fitted constants of the serving estimator; what they were fitted on stands in the data file. */
import fitted from './data/serving-fitted.json' with { type: 'json' };

export const servingFitted = fitted;

/** Cited by every derivation that rests on a fitted constant. */
export const FITTED_SOURCE = `Constants fitted on ${fitted.fittedOn}`;
