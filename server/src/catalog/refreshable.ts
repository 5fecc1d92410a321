/**
 * The providers whose prices public sources state in a form that a program can read without a key: AWS, Azure, and those of
 * SkyPilot's and gpuhunt's catalogues. Google's are not among them: there those sources mix several products under one name.
 */
export const REFRESHABLE_PROVIDERS: ReadonlySet<string> = new Set([
  'aws',
  'azure',
  'hyperstack',
  'lambda',
  'nebius',
  'oci',
  'verda',
]);
