/**
 * Stands before what the tests print, since the workbench's own log leaves the window through the same function.
 */
export const testOutputMark = '[e2e] ';
