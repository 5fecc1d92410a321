/** What a rule rests on where no outside source backs it: said on its page, in the same words everywhere. */

/** Every fact that the rule compares stands in the manifest. */
export const FROM_THE_MANIFEST = 'The manifest itself: no outside fact is used.';

/** Estimates of the plan beside what the manifest states. */
export const FROM_THE_PLAN = 'The manifest, and the estimates of the plan, which carry their derivations and sources.';

/** What experience says, and no source that could be named. */
export const OWN_JUDGEMENT = 'The project’s own judgement: no outside source is claimed.';

/** Facts have a source beside this; where they start to matter has none. */
export const OWN_LIMITS = 'From where on it is worth a finding: the project’s own judgement.';
