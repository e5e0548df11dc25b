/** For parts under measurement that would log. */
export const SILENT_LOG = { info() {}, warn() {}, error() {} };
