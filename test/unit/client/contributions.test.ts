import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { commandIds, manifestOpenKey, panelViewId } from '../../../client/src/commands/names.ts';
import { LANGUAGE_ID } from '../../../server/src/protocol.ts';
import { readSettings } from '../../../server/src/settings.ts';

interface Contributed {
  readonly main: string;
  readonly browser: string;
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly languages: readonly {
      readonly id: string;
      readonly configuration: string;
      readonly filenames: readonly string[];
      readonly filenamePatterns: readonly string[];
      readonly icon: Record<string, string>;
    }[];
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly walkthroughs: readonly { readonly steps: readonly { readonly media: { readonly markdown: string } }[] }[];
    readonly yamlValidation: readonly { readonly fileMatch: readonly string[]; readonly url: string }[];
    readonly grammars: readonly { readonly path: string }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown; readonly order: number }>>;
    };
  };
}

const text = readFileSync('package.json', 'utf8');
const manifest = JSON.parse(text) as Contributed;
const { contributes } = manifest;
const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;

describe('What package.json contributes to VS Code', () => {
  it('has exactly the commands that the client registers', () => {
    const contributed = contributes.commands.map(({ command }) => command).sort();
    assert.deepEqual(contributed, Object.values(commandIds).sort());
  });

  it('hides from the palette every command that has nothing to work on without a manifest', () => {
    const hidden = (contributes.menus['commandPalette'] ?? []).filter(({ when }) => when !== undefined);
    const shown = contributes.commands
      .map(({ command }) => command)
      .filter((id) => !hidden.some(({ command }) => command === id));
    assert.deepEqual(shown.sort(), [commandIds.browseHardware, commandIds.newManifest, commandIds.refreshPrices]);
    assert.ok(hidden.some(({ when }) => when === manifestOpenKey));
  });

  it('has a text for every key of package.nls.json, and no text too many', () => {
    const used = [...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? '');
    assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
  });

  it('links in walkthroughs only to commands that exist', () => {
    const links = Object.values(texts).flatMap((value) =>
      [...value.matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id ?? ''),
    );
    const ours: readonly string[] = Object.values(commandIds);
    assert.ok(links.length >= 4);
    assert.deepEqual(
      links.filter((id) => id.startsWith('aiInfra.') && !ours.includes(id)),
      [],
    );
  });

  it('names only files that are there', () => {
    const files = [
      manifest.icon,
      ...contributes.languages.flatMap(({ configuration, icon }) => [configuration, ...Object.values(icon)]),
      ...contributes.grammars.map(({ path }) => path),
      ...Object.values(contributes.views).flatMap((views) => views.map(({ icon }) => icon)),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
    ];
    assert.deepEqual(
      files.filter((file) => !existsSync(file)),
      [],
    );
  });

  it('activates by the language, which has a configuration of its own, and by nothing broader', () => {
    assert.deepEqual(manifest.activationEvents, [`onLanguage:${LANGUAGE_ID}`]);
    assert.deepEqual(
      contributes.languages.map(({ id }) => id),
      [LANGUAGE_ID],
    );
    assert.deepEqual(
      contributes.views['aiInfra']?.map(({ id }) => id),
      [panelViewId],
    );
  });

  it("gives the schema to Red Hat's YAML extension for the same names, for those who keep a manifest as YAML", () => {
    const names = contributes.languages.flatMap(({ filenames, filenamePatterns }) => [
      ...filenames,
      ...filenamePatterns,
    ]);
    assert.deepEqual(contributes.yamlValidation, [{ fileMatch: names, url: './schemas/ai-infra.schema.json' }]);
    assert.ok(existsSync('schemas/ai-infra.schema.json'));
  });

  it('has the same settings with the same defaults as the server reads', () => {
    const byDefault: Record<string, unknown> = {};
    for (const [name, { default: value }] of Object.entries(contributes.configuration.properties)) {
      const [, first = '', second] = name.split('.');
      if (first === 'trace') continue;
      if (second === undefined) byDefault[first] = value;
      else byDefault[first] = { ...(byDefault[first] as object | undefined), [second]: value };
    }
    assert.deepEqual(byDefault, readSettings(undefined));
  });

  it('has at most twenty settings, in an order', () => {
    const orders = Object.values(contributes.configuration.properties).map(({ order }) => order);
    assert.ok(orders.length <= 20);
    assert.deepEqual(
      orders,
      orders.map((_, index) => index + 1),
    );
  });
});
