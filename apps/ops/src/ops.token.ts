export const OPS_CONFIG = Symbol('OpsConfig');
