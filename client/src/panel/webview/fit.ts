import type { PanelWorkload } from '../../../../server/src/protocol.ts';

export const fitWords: Readonly<Record<PanelWorkload['verdict'], string>> = {
  fits: 'fits',
  tight: 'tight fit',
  'does-not-fit': 'does not fit',
  unknown: 'fit unknown',
};
