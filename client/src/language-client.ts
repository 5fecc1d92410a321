/** The client's library for a desktop: a bundle of its own, read when a server starts, so that activation does not wait for half a megabyte. */
export { LanguageClient, TransportKind } from 'vscode-languageclient/node';
