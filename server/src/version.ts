/** The version of the product, put in by the build (`scripts/build.mjs`); run from sources there is none. */
declare const AI_INFRA_VERSION: string | undefined;

export const VERSION: string = typeof AI_INFRA_VERSION === 'string' ? AI_INFRA_VERSION : '0.0.0-source';
