/** Ids of what the extension contributes; package.json names the same ones, a test compares them. */
export const commandIds = {
  switchHardware: 'aiInfra.switchHardware',
  browseHardware: 'aiInfra.browseHardware',
  showPanel: 'aiInfra.showPanel',
  newManifest: 'aiInfra.newManifest',
  treatAsManifest: 'aiInfra.treatAsManifest',
  explainRule: 'aiInfra.explainRule',
  refreshPrices: 'aiInfra.refreshPrices',
  showLogs: 'aiInfra.showLogs',
  restartServer: 'aiInfra.restartServer',
} as const;

export const panelViewId = 'aiInfra.plan';

/** Context key: some open document is a manifest. */
export const manifestOpenKey = 'aiInfra.manifestOpen';
